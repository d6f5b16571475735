"""One file for all modules that are loaded together: a linker.

A file stands for each set of modules that the same programs need; `join` gives each its statements
in the order in which importing them one by one would have run them.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlit.bundle.fold import fold
from starlit.bundle.package import Module, read_package
from starlit.bundle.rename import Names, rename
from starlit.bundle.resolve import Program, resolve
from starlit.bundle.shake import defined, shake
from starlit.errors import UserError


@dataclass
class Joined:
    """`sources`: module name of each file -> its text."""

    sources: dict[str, str]
    names: Names
    left_out: list[str]


def join(
    folder: Path, programs: Mapping[str, Sequence[str]], without: Sequence[str] = (), short: bool = True
) -> Joined:
    """`programs`: module name of a file -> modules of the package that it is loaded for."""
    program = resolve(read_package(folder, without))
    roots = [root for given in programs.values() for root in given]
    public = frozenset(_public(program, roots))
    fold(program, public)
    gone = shake(program, public)
    homes = _homes(program, programs)
    bodies = {name: ast.Module([], []) for name in dict.fromkeys(homes.values())}
    for module in homes:
        bodies[homes[module]].body += program.modules[module].tree.body
    for name, body in bodies.items():
        body.body[:0] = list(_imports(program, body, name, homes))
    names = rename(program, list(bodies.values()), public) if short else Names()
    sources = {}
    for name, body in bodies.items():
        sources[name] = ast.unparse(ast.fix_missing_locations(body)) + "\n"
    return Joined(sources, names, gone)


def _public(program: Program, roots: Sequence[str]) -> Iterator[str]:
    for root in roots:
        if root not in program.modules:
            raise UserError(f"bundle: no module {root}")
        for name in program.names[root]:
            if not name.startswith("_"):
                symbol = program.symbol(root, name)
                if symbol.startswith(root + ":"):
                    yield symbol


def _homes(program: Program, programs: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Module -> its file, in the order of loading."""
    order: list[str] = []
    needed_by: dict[str, list[str]] = {}
    for name, roots in programs.items():
        for root in roots:
            _load(program, root, order)
            for module in _reachable(program, root):
                if name not in needed_by.setdefault(module, []):
                    needed_by[module].append(name)
    shared: dict[tuple[str, ...], str] = {(name,): name for name in programs}
    for module in order:
        users = tuple(needed_by[module])
        shared.setdefault(users, "pod.base" + str(len(shared) - len(programs) or ""))
    return {module: shared[tuple(needed_by[module])] for module in order}


def _load(program: Program, module: str, order: list[str]) -> None:
    """A module after all that it needs. A package counts before its members, as it is loaded."""
    for need in program.needs[module]:
        if need not in order:
            _load(program, need, order)
    if module not in order:
        order.append(module)


def _reachable(program: Program, root: str) -> set[str]:
    found: set[str] = set()
    waiting = [root]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += program.needs[module]
    return found


def _imports(
    program: Program, body: ast.Module, name: str, homes: Mapping[str, str]
) -> Iterator[ast.stmt]:
    used = {one.id for one in ast.walk(body) if isinstance(one, ast.Name)}
    for symbol in sorted(used & set(program.outside)):
        if symbol == "micropython" and not _beyond_decorators(body, symbol):
            continue
        yield program.outside[symbol]
    here = {symbol for statement in body.body for symbol in defined(statement)}
    from_files: dict[str, list[str]] = {}
    for symbol in sorted(used - here):
        home = homes.get(symbol.partition(":")[0]) if ":" in symbol else None
        if home and home != name:
            from_files.setdefault(home, []).append(symbol)
    for home, symbols in from_files.items():
        yield ast.ImportFrom(home, [ast.alias(symbol, symbol) for symbol in symbols], 0)


def _beyond_decorators(body: ast.Module, symbol: str) -> bool:
    decorated = [d for f in ast.walk(body) if isinstance(f, ast.FunctionDef) for d in f.decorator_list]
    inside = {id(node) for one in decorated for node in ast.walk(one)}
    return any(
        isinstance(node, ast.Name) and node.id == symbol and id(node) not in inside
        for node in ast.walk(body)
    )
