"""Short names for what MicroPython keeps a text of: attributes, globals, functions, arguments.

A name is stored once in a file, and again in the pod's memory. So one short name serves many: a
global has one of its own, an attribute shares with others where no class has both (an object only
ever has those of its class), an argument with whatever its function does not use. Kept are names of
MicroPython's own objects (`foreign`), names that also stand in a text (keys, `getattr`), and
arguments that some call names.
"""

import ast
import builtins
import keyword
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from string import ascii_letters, digits
from typing import Any

from starlit.bundle.census import Census, count
from starlit.bundle.resolve import Program, all_arguments

_GLOBALS = frozenset(("",))  # whose names they are, where those of an attribute are its classes


@dataclass
class Names:
    """`globals`: symbol -> short; `attributes`: name -> short."""

    globals: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    pool: list[str] = field(default_factory=list)  # short names, the most used ones first


def rename(program: Program, files: Mapping[str, ast.Module], public: frozenset[str]) -> Names:
    """Rename in place all of a bundle's files. `public` symbols keep their names."""
    census = count(program, files.values(), public)
    names = _choose(census, public)
    renamer = _Renamer(program, names, census.keywords)
    for tree in files.values():
        renamer.visit(tree)
    return names


def _choose(census: Census, public: frozenset[str]) -> Names:
    owners = census.owners()
    kept = census.kept(owners)
    names = Names({symbol: symbol.rpartition(":")[2] for symbol in public})
    reserved = (kept & set(census.attributes)) | census.fixed | census.plain_names()
    reserved |= set(names.globals.values())
    names.pool = list(_pool(reserved))
    taken: dict[str, set[str]] = defaultdict(set)  # short -> whose names it is already
    for name in _by_use(census, kept | public):
        is_global = ":" in name or "@" in name
        whose = _GLOBALS if is_global else owners[name]
        short = next(short for short in names.pool if not taken[short] & whose)
        taken[short] |= whose
        (names.globals if is_global else names.attributes)[name] = short
    return names


def _by_use(census: Census, kept: frozenset[str] | set[str]) -> list[str]:
    wanted = {name: uses for name, uses in census.attributes.items() if name not in kept}
    for symbol, uses in census.globals.items():
        if symbol not in kept and (":" in symbol or symbol in census.nested):
            wanted[symbol] = uses
    return sorted(wanted, key=lambda name: (-wanted[name], name))


def _pool(reserved: set[str]) -> Iterator[str]:
    no = reserved | set(keyword.kwlist) | set(dir(builtins)) | {"_"}
    for more in range(3):
        for letters in product(ascii_letters + "_", *[ascii_letters + digits] * more):
            if "".join(letters) not in no:
                yield "".join(letters)


class _Renamer(ast.NodeTransformer):
    def __init__(self, program: Program, names: Names, keywords: set[str]):
        self._program = program
        self._names = names
        self._keywords = keywords
        self._chosen: dict[str, str] = {}  # argument -> short

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._called(node.id)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.visit(node.value)
        node.attr = self._attribute(node.attr)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._called(node.name)
        for member in node.body:
            if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)):
                member.name = self._attribute(member.name)
            elif isinstance(member, ast.Assign):
                for target in member.targets:
                    if isinstance(target, ast.Name):
                        target.id = self._attribute(target.id)
        return self.generic_visit(node)

    def _function(self, node: Any) -> ast.AST:
        if not isinstance(node, ast.Lambda):
            node.name = self._called(node.name)
        self._choose_arguments(node)
        for arg in all_arguments(node.args):
            arg.arg = self._called(arg.arg)
        return self.generic_visit(node)

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _function

    def _choose_arguments(self, node: Any) -> None:
        arguments = [arg.arg for arg in all_arguments(node.args)]
        for argument in arguments:
            if _original(argument) in self._keywords:
                self._chosen[argument] = _original(argument)
        used = {self._called(name) for name in _names_in(node)}
        free = (short for short in self._names.pool if short not in used)
        for argument in arguments:
            if argument not in self._chosen:
                self._chosen[argument] = next(free)

    def _listed(self, node: Any) -> ast.AST:
        node.names = [self._called(name) for name in node.names]
        return node

    visit_Global = visit_Nonlocal = _listed

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = node.name and self._called(node.name)
        return self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> ast.AST:
        node.name = self._called(node.name) if ":" in node.name else node.name
        node.asname = node.asname and self._called(node.asname)
        if node.asname == node.name:
            node.asname = None
        return node

    def _attribute(self, name: str) -> str:
        return self._names.attributes.get(name, name)

    def _called(self, symbol: str) -> str:
        if symbol in self._names.globals:
            return self._names.globals[symbol]
        if symbol in self._chosen:
            return self._chosen[symbol]
        if "@" in symbol and symbol not in self._program.arguments:
            return symbol.replace("@", "__")  # a local: nothing of its name is left in the code
        return symbol.rpartition(".")[2] if symbol in self._program.outside else symbol


def _original(symbol: str) -> str:
    return symbol.partition("@")[0]


def _names_in(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield one.id
        elif isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield one.name
