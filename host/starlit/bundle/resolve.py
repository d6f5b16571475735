"""Which definition each name means, over all modules: the step before they share one file.

Every name of a module becomes its symbol, `module:name`, wherever it is used; `ticks.diff` of an
imported module becomes `pod.ticks:diff`. What a function keeps to itself becomes `name@number`.
What comes from outside is a symbol too, `array.array` or `json`. None of these is an identifier,
so nothing is mistaken for another. Imports within the package vanish at module level.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from starlit.bundle.package import Module
from starlit.errors import UserError

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass
class Program:
    """Resolved modules, each with what it `needs` as it is loaded, in order."""

    modules: dict[str, Module]
    names: dict[str, dict[str, str]] = field(default_factory=dict)  # module -> name -> symbol
    needs: dict[str, list[str]] = field(default_factory=dict)
    outside: dict[str, ast.stmt] = field(default_factory=dict)  # symbol -> its import
    arguments: set[str] = field(default_factory=set)  # those of `name@number` that are arguments

    def symbol(self, module: str, name: str) -> str:
        """What a name of a module means, wherever it was defined first."""
        found = self.names[module].get(name, name)
        home, _, own = found.rpartition(":")
        if home in self.modules and own and home != module:
            return self.symbol(home, own)
        return found


def resolve(modules: dict[str, Module]) -> Program:
    program = Program(modules)
    for module in modules.values():
        _define(program, module)
    resolver = _Resolver(program)
    for module in modules.values():
        resolver.run(module)
    return program


def _define(program: Program, module: Module) -> None:
    """Take in what a module imports and defines; `module:` is a module itself."""
    names = program.names[module.name] = {}
    needs = program.needs[module.name] = []
    body = []
    for statement in module.tree.body:
        if not isinstance(statement, (ast.Import, ast.ImportFrom)):
            body.append(statement)
            continue
        for alias in statement.names:
            symbol, need = _imported(program, module, statement, alias)
            names[alias.asname or alias.name] = symbol
            if need and need not in needs:
                needs.append(need)
    module.tree.body = body
    for name in bound(body):
        names[name] = f"{module.name}:{name}"


def _imported(
    program: Program, module: Module, statement: ast.Import | ast.ImportFrom, alias: ast.alias
) -> tuple[str, str | None]:
    """(symbol, the module of ours that it needs)."""
    if isinstance(statement, ast.Import):
        program.outside[alias.name] = ast.Import([ast.alias(alias.name, alias.name)])
        return alias.name, None
    source = module.source_of(statement)
    inner = f"{source}.{alias.name}"
    if inner in program.modules:
        return inner + ":", inner
    if source in program.modules:
        return f"{source}:{alias.name}", source
    program.outside[inner] = ast.ImportFrom(source, [ast.alias(alias.name, inner)], 0)
    return inner, None


class _Resolver(ast.NodeTransformer):
    def __init__(self, program: Program):
        self.program = program
        self._module = Module("", ast.Module([], []))
        self._scopes: list[dict[str, str]] = []  # of the functions around, innermost last
        self._count = 0

    def run(self, module: Module) -> None:
        self._module = module
        module.tree = self.visit(module.tree)

    # -- uses --------------------------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> ast.AST:
        symbol = self._symbol(node.id)
        if symbol.endswith(":"):
            self._refuse(node, f"the module {node.id} is used as a value")
        return ast.Name(symbol, node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name):
            home = self._symbol(node.value.id)
            if home.endswith(":"):
                if node.attr not in self.program.names[home[:-1]]:
                    self._refuse(node, f"{home[:-1]} has no {node.attr}")
                return ast.Name(self.program.symbol(home[:-1], node.attr), node.ctx)
        return self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> ast.AST:
        return ast.Global([self.program.symbol(self._module.name, name) for name in node.names])

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.AST:
        return ast.Nonlocal([self._symbol(name) for name in node.names])

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        if node.name:
            node.name = self._symbol(node.name)
        return self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> ast.AST:
        return ast.Import([self._kept(alias, alias.name) for alias in node.names])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        """One within a function: it is loaded when it is reached. Names of ours are symbols."""
        source = self._module.source_of(node)
        names = []
        for alias in node.names:
            if f"{source}.{alias.name}" in self.program.modules:
                self._refuse(node, f"{alias.name} is imported late: import names from it")
            ours = source in self.program.modules
            name = self.program.symbol(source, alias.name) if ours else alias.name
            names.append(self._kept(alias, name))
        return ast.ImportFrom(source, names, 0)

    def _kept(self, alias: ast.alias, name: str) -> ast.alias:
        return ast.alias(name, self._symbol(alias.asname or alias.name))

    def _symbol(self, name: str) -> str:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        return self.program.symbol(self._module.name, name)

    def _refuse(self, node: ast.AST, why: str) -> None:
        line = getattr(node, "lineno", 0)
        raise UserError(f"{self._module.name}, line {line}: {why}; a bundle cannot carry this")

    # -- scopes ------------------------------------------------------------------------------

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """A class's own names are attributes, like those that are assigned to its objects."""
        node.name = self._symbol(node.name)
        node.bases = [self.visit(base) for base in node.bases]
        node.decorator_list = [self.visit(one) for one in node.decorator_list]
        node.body = [self._member(statement) for statement in node.body]
        return node

    def _member(self, statement: ast.stmt) -> Any:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self._function(statement)
        if isinstance(statement, ast.Assign):
            statement.value = self.visit(statement.value)
            return statement
        if isinstance(statement, (ast.Pass, ast.Expr)):
            return statement
        self._refuse(statement, "only methods and plain assignments may stand in a class")
        return None

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self._symbol(node.name)
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.name = self._symbol(node.name)
        return self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self._function(node)

    def _function(self, node: Any) -> ast.AST:
        arguments = node.args
        arguments.defaults = [self.visit(one) for one in arguments.defaults]
        arguments.kw_defaults = [one and self.visit(one) for one in arguments.kw_defaults]
        if not isinstance(node, ast.Lambda):
            node.decorator_list = [self.visit(one) for one in node.decorator_list]
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        given = list(all_arguments(arguments))
        inside = self._new_scope([arg.arg for arg in given], bound(body))
        for arg in given:
            arg.arg = inside[arg.arg]
            self.program.arguments.add(arg.arg)
        self._scopes.append(inside)
        body = [self.visit(one) for one in body]
        self._scopes.pop()
        node.body = body[0] if isinstance(node, ast.Lambda) else body
        return node

    def _new_scope(self, arguments: Iterable[str], names: Iterable[str]) -> dict[str, str]:
        scope = {}
        for name in [*arguments, *names]:
            if name not in scope:
                self._count += 1
                scope[name] = f"{name}@{self._count}"
        return scope

    def _comprehension(self, node: Any) -> ast.AST:
        first = node.generators[0]
        first.iter = self.visit(first.iter)
        targets = [name for one in node.generators for name in _stored(one.target)]
        self._scopes.append(self._new_scope((), targets))
        for at, one in enumerate(node.generators):
            one.target = self.visit(one.target)
            one.iter = self.visit(one.iter) if at else one.iter
            one.ifs = [self.visit(test) for test in one.ifs]
        for part in ("elt", "key", "value"):
            if hasattr(node, part):
                setattr(node, part, self.visit(getattr(node, part)))
        self._scopes.pop()
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension


def all_arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from arguments.posonlyargs + arguments.args + arguments.kwonlyargs
    for one in (arguments.vararg, arguments.kwarg):
        if one:
            yield one


def bound(body: Iterable[ast.AST]) -> list[str]:
    """Names that these statements bind, functions and classes included, but not inside these."""
    found: dict[str, None] = {}
    outer: set[str] = set()
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            outer.update(node.names)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(dict.fromkeys(alias.asname or alias.name for alias in node.names))
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found[node.name] = None
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found[node.id] = None
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found[node.name] = None
        elif not isinstance(node, (ast.Lambda, *COMPREHENSIONS)):
            waiting.extend(ast.iter_child_nodes(node))
    return sorted(name for name in found if name not in outer)


def _stored(target: ast.AST) -> list[str]:
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]
