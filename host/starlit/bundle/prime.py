"""The most used names first: MicroPython refers to one of a file's first 128 names in one byte, to
any other in two, and numbers them as the file mentions them. So a file begins with a line that
mentions the most used ones, and never runs."""

import ast
import keyword
from collections import Counter
from collections.abc import Iterator

_FIRST = 128
_OWN = 4  # the file's name, `<module>`, `__name__` and one to spare
_WORTH = 3  # bytes that the line costs for a name
_INTERNED = 10  # longer texts are no names to MicroPython


def prime(tree: ast.Module) -> None:
    uses = Counter(name for name in _mentioned(tree) if not keyword.iskeyword(name))
    if len(uses) <= _FIRST - _OWN:
        return
    often = [name for name, count in uses.most_common(_FIRST - _OWN) if count > _WORTH]
    tree.body[:0] = ast.parse(f"if not __name__: {'.'.join(often)}").body


def _mentioned(tree: ast.Module) -> Iterator[str]:
    """Each name, as often as the compiled file refers to it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name) and not node.id.endswith("__"):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from (node.name, node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.isidentifier() and len(node.value) <= _INTERNED:
                yield node.value
