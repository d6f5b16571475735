"""The most used names first: MicroPython refers to one of a file's first 128 names in one byte, to
any other in two, and numbers them as the file mentions them. So a file begins with a line that
mentions the most used ones, and never runs."""

import ast
import keyword
import re
from collections import Counter
from collections.abc import Iterator

from starlit.bundle.resolve import FUNCTIONS, all_arguments

_FIRST = 128
_OWN = 4  # the file's name, `<module>`, `__name__` and one to spare
_WORTH = 3  # bytes that the line costs for a name
_COMPILER_ONLY = ("decorator_list", "annotation", "returns")
_LOCAL = re.compile(r"__\d+$")
_INTERNED = 10  # longer texts are no names to MicroPython


def prime(tree: ast.Module) -> None:
    uses = Counter(name for name in _mentioned(tree) if not keyword.iskeyword(name))
    if len(uses) <= _FIRST - _OWN:
        return
    often = [name for name, count in uses.most_common(_FIRST - _OWN) if count > _WORTH]
    tree.body[:0] = ast.parse(f"if not __name__: __name__.{'.'.join(often)}").body


def _mentioned(node: ast.AST, own: frozenset[str] = frozenset()) -> Iterator[str]:
    """Each name, as often as the compiled file refers to it; not what is a function's `own`."""
    if isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Name):
        if node.id not in own and not _LOCAL.search(node.id):
            yield node.id
    elif isinstance(node, ast.ClassDef):
        yield from (node.name, node.name, node.name)
    elif isinstance(node, FUNCTIONS):
        arguments = [arg.arg for arg in all_arguments(node.args)]
        yield from arguments
        if not isinstance(node, ast.Lambda):
            yield from (node.name, node.name)
        own = own.union(arguments)
    elif isinstance(node, ast.Constant):
        yield from _interned(node.value)
    for field, child in _children(node):
        if field not in _COMPILER_ONLY:
            yield from _mentioned(child, own)


def _interned(value: object) -> list[str]:
    short = isinstance(value, str) and len(value) <= _INTERNED and value.isidentifier()
    return [str(value)] if short else []


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield field, child
