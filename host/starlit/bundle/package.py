"""The modules of a package as syntax trees. What an import decides is decided here."""

import ast
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from starlit.bundle import assembly
from starlit.errors import UserError


@dataclass
class Module:
    """`name` as it is imported; of a package it is the `__init__`."""

    name: str
    tree: ast.Module
    is_package: bool = False

    def source_of(self, statement: ast.ImportFrom) -> str:
        """The absolute name of what a `from ... import` names."""
        if not statement.level:
            return statement.module or ""
        parts = self.name.split(".")
        parts = parts[: len(parts) - statement.level + self.is_package]
        return ".".join(parts + ([statement.module] if statement.module else []))


def read_package(folder: Path, without: Collection[str] = ()) -> dict[str, Module]:
    """Every module below `folder`, the package itself, but those named in `without`, and all that
    lies below such a one."""
    modules, absent = {}, set()
    for path in sorted(folder.rglob("*.py")):
        parts = [folder.name, *path.relative_to(folder).with_suffix("").parts]
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        if any((name + ".").startswith(one + ".") for one in without):
            absent.add(name)
        else:
            modules[name] = Module(name, _parse(path), is_package)
    for module in modules.values():
        module.tree.body = _settled(module, module.tree.body, absent)
    return modules


def _parse(path: Path) -> ast.Module:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, SyntaxError, ValueError) as error:
        raise UserError(f"{path}: {error}; a bundle needs every module of the pod") from None
    assembly.close(tree)
    return tree


def _settled(module: Module, body: list[ast.stmt], absent: set[str]) -> list[ast.stmt]:
    """Of `try: from . import ... except ImportError: ...` the branch that this bundle has."""
    out: list[ast.stmt] = []
    for one in body:
        meant = _meant(module, one)
        if isinstance(one, ast.Try) and meant:
            chosen = one.handlers[0].body if meant & absent else one.body
            out += _settled(module, chosen, absent)
        else:
            out.append(one)
    return out


def _meant(module: Module, statement: ast.stmt) -> set[str]:
    """What a `try` imports, if it does nothing else and if it is known whether that is there: of
    this package, or of MicroPython's own."""
    if not isinstance(statement, ast.Try):
        return set()
    meant = set()
    for one in statement.body:
        source = module.source_of(one) if isinstance(one, ast.ImportFrom) else ""
        if not isinstance(one, ast.ImportFrom) or source.split(".")[0] not in (
            module.name.split(".")[0], "micropython",
        ):  # fmt: skip
            return set()
        meant |= {source} | {f"{source}.{alias.name}" for alias in one.names}
    return meant
