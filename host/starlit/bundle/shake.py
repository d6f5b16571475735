"""What nothing reaches stays out: functions, methods and module variables, by name.

Nothing is guessed: a name that is read anywhere in what is reached, or stands in a text there (for
`getattr`), keeps everything of that name.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from starlit.bundle.resolve import Program

_METHODS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass
class _Reached:
    symbols: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)  # attributes read, and texts
    seen: set[int] = field(default_factory=set)  # statements taken in


def shake(program: Program, roots: Iterable[str]) -> list[str]:
    """Take out what no root reaches; the names of what went. A class that is a root keeps its
    public methods."""
    reached = _Reached(set(roots))
    for module in program.modules.values():
        for statement in module.tree.body:
            if isinstance(statement, ast.ClassDef) and statement.name in reached.symbols:
                reached.words |= set(_public_methods(statement))
    size = -1
    while size != len(reached.seen):
        size = len(reached.seen)
        for module in program.modules.values():
            for statement in module.tree.body:
                _take(statement, reached)
    gone: list[str] = []
    for module in program.modules.values():
        module.tree.body = [s for s in module.tree.body if _stays(s, reached, gone)]
    return gone


def _public_methods(statement: ast.ClassDef) -> Iterator[str]:
    for member in statement.body:
        if isinstance(member, _METHODS) and not member.name.startswith("_"):
            yield member.name


def defined(statement: ast.stmt) -> list[str]:
    """Symbols that a statement does nothing but define; [] where it does more."""
    if isinstance(statement, (*_METHODS, ast.ClassDef)):
        return [statement.name]
    if isinstance(statement, ast.Assign) and all(
        isinstance(target, ast.Name) for target in statement.targets
    ):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return []


def _take(statement: ast.stmt, reached: _Reached) -> None:
    names = defined(statement)
    if names and not reached.symbols.intersection(names):
        return
    if isinstance(statement, ast.ClassDef):
        for part in [*statement.bases, *statement.decorator_list]:
            _read(part, reached)
        for member in statement.body:
            if not isinstance(member, _METHODS) or _is_called(member.name, reached):
                _read(member, reached)
    else:
        _read(statement, reached)


def _is_called(name: str, reached: _Reached) -> bool:
    return name in reached.words or name.startswith("__")


def _read(node: ast.AST, reached: _Reached) -> None:
    if id(node) in reached.seen:
        return
    reached.seen.add(id(node))
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            if isinstance(one.ctx, ast.Load):
                reached.symbols.add(one.id)
        elif isinstance(one, ast.Attribute):
            if isinstance(one.ctx, ast.Load):
                reached.words.add(one.attr)
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            reached.words.add(one.value)
        elif isinstance(one, ast.alias):
            reached.symbols.add(one.name)


def _stays(statement: ast.stmt, reached: _Reached, gone: list[str]) -> bool:
    names = defined(statement)
    if names and not reached.symbols.intersection(names):
        gone += names
        return False
    if isinstance(statement, ast.ClassDef):
        unused = [
            member.name
            for member in statement.body
            if isinstance(member, _METHODS) and not _is_called(member.name, reached)
        ]
        gone += [f"{statement.name}.{name}" for name in unused]
        statement.body = [m for m in statement.body if getattr(m, "name", None) not in unused]
        statement.body = statement.body or [ast.Pass()]
    return True
