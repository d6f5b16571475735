"""Constants of modules, put where they are used: what is left of them is nothing.

MicroPython does the same for `_NAME = const(1)` within one file; here it reaches over all files, to
tuples and texts, and needs no underscore. It is done over resolved modules.
"""

import ast
import operator
from collections import Counter
from typing import Any

from starlit.bundle.resolve import Program

CONST = "micropython.const"
_OPERATIONS: dict[type, Any] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.LShift: operator.lshift,
    ast.RShift: operator.rshift, ast.BitAnd: operator.and_, ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}  # fmt: skip
_PLAIN = (int, str, bytes, bool, type(None))


class _NotConstant(Exception):
    pass


def fold(program: Program, kept: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Put every constant in its places. {symbol: value}; those `kept` stay defined as well."""
    values = _values(program, _stores(program))
    placer = _Placer(values)
    for module in program.modules.values():
        module.tree.body = [one for one in module.tree.body if not _defines(one, values, kept)]
        module.tree = placer.visit(module.tree)
    return values


def _stores(program: Program) -> Counter[str]:
    stores: Counter[str] = Counter()
    for module in program.modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                stores[node.id] += 1
            elif isinstance(node, ast.Global):
                stores.update(node.names * 2)  # stored elsewhere as well
    return stores


def _values(program: Program, stores: Counter[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    waiting = [pair for module in program.modules.values() for pair in _assigned(module.tree.body)]
    while True:
        later = []
        for symbol, value in waiting:
            try:
                if stores[symbol] == 1:
                    values[symbol] = evaluate(value, values)
            except _NotConstant:
                later.append((symbol, value))
        if len(later) == len(waiting):
            return values
        waiting = later


def _assigned(body: list[ast.stmt]) -> list[tuple[str, ast.expr]]:
    """(name, value) of each plain assignment, also of `A, B = 1, 2`."""
    pairs: list[tuple[str, ast.expr]] = []
    for one in body:
        if not isinstance(one, ast.Assign) or len(one.targets) != 1:
            continue
        target = one.targets[0]
        if isinstance(target, ast.Name):
            pairs.append((target.id, one.value))
        elif isinstance(target, ast.Tuple):
            pairs += _unpacked(target, one.value)
    return pairs


def _unpacked(target: ast.Tuple, value: ast.expr) -> list[tuple[str, ast.expr]]:
    """What `A, B = ...` gives to each name, where both sides say it."""
    names = [one.id for one in target.elts if isinstance(one, ast.Name)]
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "range" and not value.keywords:
        given: list[ast.expr] = [ast.Constant(n) for n in range(len(names))]
        if [ast.unparse(one) for one in value.args] != [str(len(names))]:
            return []
    elif isinstance(value, ast.Tuple):
        given = value.elts
    else:
        return []
    return list(zip(names, given, strict=True)) if len(names) == len(given) else []


def evaluate(node: ast.expr, values: dict[str, Any]) -> Any:
    """The value of a constant expression; `_NotConstant` for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, _PLAIN):
        return node.value
    if isinstance(node, ast.Name) and node.id in values:
        return values[node.id]
    if isinstance(node, ast.Tuple):
        return tuple([evaluate(one, values) for one in node.elts])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_whole(evaluate(node.operand, values))
    if isinstance(node, ast.BinOp):
        return _binary(node, values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == CONST:
        return evaluate(node.args[0], values)
    raise _NotConstant


def _binary(node: ast.BinOp, values: dict[str, Any]) -> Any:
    left, right = evaluate(node.left, values), evaluate(node.right, values)
    if isinstance(left, tuple) and isinstance(right, tuple) and isinstance(node.op, ast.Add):
        return left + right
    operation = _OPERATIONS.get(type(node.op))
    if operation is None:
        raise _NotConstant
    return operation(_whole(left), _whole(right))


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise _NotConstant
    return value


def _defines(statement: ast.stmt, values: dict[str, Any], kept: frozenset[str]) -> bool:
    """Whether all that this statement does is define constants that nobody needs any more."""
    names = [symbol for symbol, _ in _assigned([statement])]
    return bool(names) and all(name in values and name not in kept for name in names)


class _Placer(ast.NodeTransformer):
    def __init__(self, values: dict[str, Any]):
        self._values = values

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if isinstance(node.ctx, ast.Load) and node.id in self._values:
            return literal(self._values[node.id])
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Numbers that only now stand side by side; texts are left to what formats them."""
        try:
            return literal(_whole(evaluate(node, self._values)))
        except (_NotConstant, ZeroDivisionError, ValueError):
            return self.generic_visit(node)


def literal(value: Any) -> ast.expr:
    if isinstance(value, tuple):
        return ast.Tuple([literal(one) for one in value], ast.Load())
    if isinstance(value, int) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)
