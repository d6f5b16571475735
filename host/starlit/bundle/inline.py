"""A function that is called in one place stands in that place: no call, no name, no prelude.

Only where nothing can differ: a private method of one class called on `self`, or a private
function, mentioned nowhere else; the call is a statement of its own, or what is returned or
assigned. Done over resolved names, so that no variable of one meets a variable of the other.
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlit.bundle.resolve import COMPREHENSIONS, FUNCTIONS, Program

_BODIES = ("body", "orelse", "finalbody")
_MOST_STATEMENTS = 60  # of the function that takes another in: a device has to hold it in one piece


@dataclass
class _Callee:
    node: ast.FunctionDef
    home: list[ast.stmt]  # where its definition stands


def inline(program: Program, public: frozenset[str]) -> list[str]:
    """Until nothing more can be done; the functions that are gone."""
    gone: list[str] = []
    while found := _Round(program, public).run():
        gone += found
    return gone


class _Round:
    def __init__(self, program: Program, public: frozenset[str]):
        self._program = program
        self._public = public
        self._mentions: Counter[str] = Counter()
        self._defined: Counter[str] = Counter()
        self._functions: dict[str, _Callee] = {}  # symbol, or Class.method
        self._gone: list[str] = []

    def run(self) -> list[str]:
        for module in self._program.modules.values():
            self._count(module.tree)
            self._collect(module.tree.body, "")
        for module in self._program.modules.values():
            for statement in list(module.tree.body):
                if isinstance(statement, ast.FunctionDef) and statement in module.tree.body:
                    self._into(statement, "")
                elif isinstance(statement, ast.ClassDef):
                    for member in list(statement.body):
                        if isinstance(member, ast.FunctionDef) and member in statement.body:
                            self._into(member, statement.name)
        return self._gone

    def _count(self, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                self._mentions[node.attr] += 1
            elif isinstance(node, ast.Name):
                self._mentions[node.id] += 1
            elif isinstance(node, ast.alias):
                self._mentions[node.name] += 1
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                self._mentions[node.value] += 2
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self._defined[node.name] += 1

    def _collect(self, body: list[ast.stmt], inside: str) -> None:
        for statement in body:
            if isinstance(statement, ast.ClassDef) and not inside:
                self._collect(statement.body, statement.name)
            elif isinstance(statement, ast.FunctionDef) and self._fits(statement):
                self._functions[f"{inside}.{statement.name}"] = _Callee(statement, body)

    def _fits(self, node: ast.FunctionDef) -> bool:
        name = node.name.rpartition(":")[2]
        if not name.startswith("_") or name.startswith("__") or node.name in self._public:
            return False
        if self._mentions[node.name] != 1 or self._defined[node.name] != 1:
            return False
        given = node.args
        plain = not (given.vararg or given.kwarg or given.kwonlyargs or given.defaults)
        inner = any(isinstance(one, _SCOPES) for part in node.body for one in ast.walk(part))
        return plain and not inner and not node.decorator_list

    # -- one function takes in others ----------------------------------------------------------

    def _into(self, caller: ast.FunctionDef, inside: str) -> None:
        if any(isinstance(one, _OWN_RULES) for one in ast.walk(caller)) or caller.decorator_list:
            return
        itself = caller.args.args[0].arg if inside and caller.args.args else ""
        self._walk(caller, caller, inside, itself)

    def _walk(self, caller: ast.FunctionDef, node: Any, inside: str, itself: str) -> None:
        for field in _BODIES:
            body = getattr(node, field, None)
            if isinstance(body, list):
                setattr(node, field, list(self._statements(caller, body, inside, itself)))
        for handler in getattr(node, "handlers", ()):
            self._walk(caller, handler, inside, itself)

    def _statements(
        self, caller: ast.FunctionDef, body: list[ast.stmt], inside: str, itself: str
    ) -> Iterator[ast.stmt]:
        for statement in body:
            call = _call_of(statement)
            callee = call and self._called(call, inside, itself)
            if callee and callee.node is not caller and _small(caller, callee.node):
                variables: set[str] = set()
                taken = _taken(statement, call, callee.node, variables)
                if taken is not None:
                    self._program.arguments -= variables
                    self._remove(callee, inside)
                    yield from taken
                    continue
            if not isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
                self._walk(caller, statement, inside, itself)
            yield statement

    def _remove(self, callee: _Callee, inside: str) -> None:
        callee.home.remove(callee.node)
        self._gone.append(f"{inside}.{callee.node.name}" if inside else callee.node.name)

    def _called(self, call: ast.Call, inside: str, itself: str) -> _Callee | None:
        if isinstance(call.func, ast.Name):
            found = self._functions.get(f".{call.func.id}")
        elif isinstance(call.func, ast.Attribute) and itself:
            value = call.func.value
            mine = isinstance(value, ast.Name) and value.id == itself
            found = self._functions.get(f"{inside}.{call.func.attr}") if mine else None
        else:
            return None
        return found if found and found.node in found.home else None


_SCOPES = (
    *FUNCTIONS,
    *COMPREHENSIONS,
    ast.ClassDef,
    ast.Global,
    ast.Yield,
    ast.YieldFrom,
    ast.Await,
)
_OWN_RULES = (ast.Yield, ast.YieldFrom, ast.Await, ast.Global, ast.Nonlocal)


def _small(caller: ast.FunctionDef, callee: ast.FunctionDef) -> bool:
    both = sum(isinstance(one, ast.stmt) for f in (caller, callee) for one in ast.walk(f))
    return both <= _MOST_STATEMENTS


def _call_of(statement: ast.stmt) -> Any:
    if isinstance(statement, (ast.Expr, ast.Return)) or (
        isinstance(statement, ast.Assign) and len(statement.targets) == 1
    ):
        value = statement.value
        if isinstance(value, ast.Call) and not value.keywords:
            return value
    return None


def _taken(
    statement: ast.stmt, call: ast.Call, callee: ast.FunctionDef, variables: set[str]
) -> list[ast.stmt] | None:
    """What stands there instead of `statement`; None where returns are in the way. Arguments that
    become variables go into `variables`."""
    body = [one for one in copy.deepcopy(callee.body) if not _is_text(one)]
    returns = [one for part in body for one in ast.walk(part) if isinstance(one, ast.Return)]
    last = body[-1] if body else None
    if isinstance(statement, ast.Return):
        if not isinstance(last, ast.Return):
            body.append(ast.Return(ast.Constant(None)))
    elif isinstance(statement, ast.Expr):
        if returns:
            return None
    else:
        assert isinstance(statement, ast.Assign)
        if len(returns) != 1 or last is not returns[0] or returns[0].value is None:
            return None
        body[-1] = ast.Assign(statement.targets, returns[0].value)
    arguments, given = _pairs(call, callee)
    if len(given) != len(arguments) or any(isinstance(one, ast.Starred) for one in given):
        return None
    return _bind(arguments, given, body, variables) + body


def _pairs(call: ast.Call, callee: ast.FunctionDef) -> tuple[list[str], list[ast.expr]]:
    given = ([call.func.value] if isinstance(call.func, ast.Attribute) else []) + call.args
    return [arg.arg for arg in callee.args.args], given


def _is_fixed(value: ast.expr) -> bool:
    """A variable of the caller, which nobody else can change, or a constant."""
    return isinstance(value, ast.Constant) or isinstance(value, ast.Name) and "@" in value.id


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _bind(
    arguments: list[str], given: list[ast.expr], body: list[ast.stmt], variables: set[str]
) -> list[ast.stmt]:
    """Arguments become what is given, where that cannot change meanwhile; else variables."""
    stored = {
        one.id
        for part in body
        for one in ast.walk(part)
        if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)
    }
    same: dict[str, ast.expr] = {}
    before: list[ast.stmt] = []
    for name, value in zip(arguments, given, strict=True):
        if _is_fixed(value) and name not in stored:
            same[name] = value
        else:
            before.append(ast.Assign([ast.Name(name, ast.Store())], value))
            variables.add(name)
    placer = _Placer(same)
    body[:] = [placer.visit(part) for part in body]
    return before


class _Placer(ast.NodeTransformer):
    def __init__(self, same: dict[str, ast.expr]):
        self._same = same

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return copy.copy(self._same[node.id]) if node.id in self._same else node
