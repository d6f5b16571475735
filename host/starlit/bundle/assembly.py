"""Functions in the inline assembler, which no step of the linker may look into.

Their arguments are registers, their calls instructions, their names labels: a register that is
renamed, or an `and_` that is taken for a variable, would be another program. So a function's inside
is closed before names are resolved, and opened again when the file is written.
"""

import ast
from typing import Any

_DECORATOR = "asm_"  # of `micropython`: asm_thumb, asm_rv32


class Closed(ast.Pass):
    """Stands for a function's inside. Nothing that walks a tree finds any of it."""

    def __init__(self, arguments: ast.arguments, body: list[ast.stmt]):
        super().__init__()
        self.inside = arguments, body


def close(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(map(_is_assembler, node.decorator_list)):
            node.body = [Closed(node.args, node.body)]
            node.args = ast.arguments([], [], None, [], [], None, [])


def opened(node: ast.FunctionDef) -> ast.FunctionDef:
    if isinstance(node.body[0], Closed):
        node.args, node.body = node.body[0].inside
    return node


def _is_assembler(decorator: Any) -> bool:
    return isinstance(decorator, ast.Attribute) and decorator.attr.startswith(_DECORATOR)
