"""One file for all modules that are loaded together: a linker for Python modules.

A module stands in the file of the first program that needs it; later ones import from there. A file
has the statements of its modules in the order in which importing them one by one would have run
them.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlit.bundle import assembly
from starlit.bundle.atlas import Atlas, draw_atlas
from starlit.bundle.fold import fold
from starlit.bundle.inline import inline
from starlit.bundle.package import read_package
from starlit.bundle.prime import prime
from starlit.bundle.rename import rename
from starlit.bundle.resolve import Program, resolve
from starlit.bundle.shake import defined, shake
from starlit.errors import UserError


@dataclass
class Joined:
    """`sources`: module name of each file -> its text. `unused`: what was left out."""

    sources: dict[str, str]
    atlas: Atlas
    unused: list[str]


def join(
    folder: Path, programs: Mapping[str, Sequence[str]], without: Sequence[str] = ()
) -> Joined:
    """`programs`: a file's module name -> the symbols (`module:name`) that are taken from it."""
    program = resolve(read_package(folder, without))
    public = frozenset(symbol for given in programs.values() for symbol in given)
    for symbol in public:
        module, _, name = symbol.partition(":")
        if name not in program.names.get(module, ()):
            raise UserError(f"bundle: {folder} has no {symbol}; correct the list of programs")
    fold(program, public)
    unused = shake(program, public)
    inline(program, public)
    homes = _homes(program, programs)
    files = {name: ast.Module([], []) for name in dict.fromkeys(homes.values())}
    for module, file in homes.items():
        files[file].body += program.modules[module].tree.body
    for file, tree in files.items():
        _send_late(tree, homes)
        tree.body[:0] = _imports(program, tree, file, homes)
    atlas = draw_atlas(files)
    names = rename(program, files, public)
    atlas.name(names)
    sources = {}
    for file, tree in files.items():
        prime(tree)
        sources[file] = ast.unparse(ast.fix_missing_locations(_Written().visit(tree))) + "\n"
    return Joined(sources, atlas, unused)


def _homes(program: Program, programs: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Module -> the file of the first program that needs it, in the order of loading."""
    homes: dict[str, str] = {}
    for file, symbols in programs.items():
        for root in dict.fromkeys(symbol.partition(":")[0] for symbol in symbols):
            for module in _loaded(program, root, []):
                homes.setdefault(module, file)
    return homes


def _loaded(program: Program, module: str, order: list[str]) -> list[str]:
    """`module` and all that it needs, in the order in which importing it would load them."""
    for need in program.needs[module]:
        if need not in order:
            _loaded(program, need, order)
    if module not in order:
        order.append(module)
    return order


def _send_late(tree: ast.Module, homes: Mapping[str, str]) -> None:
    """Imports within functions to the files where their modules stand now."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and ":" in node.names[0].name:
            modules = {alias.name.partition(":")[0] for alias in node.names}
            found = {homes.get(module) for module in modules}
            if len(found) != 1 or None in found:
                names = ", ".join(sorted(modules))
                raise UserError(f"bundle: {names}, imported late: name it in one of the programs")
            node.module = found.pop()


def _imports(
    program: Program, tree: ast.Module, file: str, homes: Mapping[str, str]
) -> list[ast.stmt]:
    """What a file needs from outside, and from the other files."""
    used = set(_read_names(tree))
    out = [program.outside[symbol] for symbol in sorted(used & set(program.outside))]
    here = {symbol for statement in tree.body for symbol in defined(statement)}
    others: dict[str, list[str]] = {}
    for symbol in sorted(used - here):
        home = homes.get(symbol.partition(":")[0])
        if home and home != file:
            others.setdefault(home, []).append(symbol)
    for home, symbols in others.items():
        out.append(ast.ImportFrom(home, [ast.alias(symbol, symbol) for symbol in symbols], 0))
    return out


def _read_names(tree: ast.Module) -> Iterator[str]:
    """Decorators of machine code are the compiler's: they need no import."""
    compilers = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        for part in ast.walk(decorator)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not (node.id == "micropython" and id(node) in compilers):
            yield node.id


class _Written(ast.NodeTransformer):
    """As it is compiled: assembler with its inside, assignments without tuples."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self.generic_visit(assembly.opened(node))

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """`a, b = (c, d)`, as some Pythons write it, makes a tuple on a device; `a, b = c, d`
        none."""
        if isinstance(node.value, ast.Tuple) and isinstance(node.targets[0], ast.Tuple):
            parts = [ast.unparse(one) for one in node.value.elts]
            node.value = ast.Name(", ".join(parts), ast.Load())
        return node
