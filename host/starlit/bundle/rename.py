"""Short names for what MicroPython keeps a text of: attributes, globals, functions, arguments.

A name is stored once in a file, and again in the pod's memory; a reference to one of the first 128
takes a byte, to any other two. So the most used names come first, and one short name serves many:

- globals, functions and methods have one each, so that a traceback can be read back;
- an attribute shares with others, where no class has both: an object only ever has its own;
- an argument shares with everything that its function does not use as a global.

Kept are names of MicroPython's own objects (`foreign`), names that also stand in a text (keys,
`getattr`), and arguments that some call names.
"""

import ast
import builtins
import keyword
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from string import ascii_letters, digits
from typing import Any

from starlit.bundle import foreign
from starlit.bundle.resolve import FUNCTIONS, Program, all_arguments

_PLAIN_BASES = {"object", "Exception", "ValueError", "OSError", "TypeError", "RuntimeError"}


# Whoever fills these may name what they hold by text: a body, a stored configuration.
BORDER = ("pod.io", "pod.config")


@dataclass
class Names:
    """`globals`: symbol -> short; `attributes`: name -> short."""

    globals: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    first: list[str] = field(default_factory=list)  # by how often they are used in the files


@dataclass
class _Census:
    classes: dict[str, set[str]] = field(default_factory=dict)  # symbol -> its own attributes
    bases: dict[str, list[str]] = field(default_factory=dict)
    methods: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)  # symbols and nested ones
    attributes: Counter[str] = field(default_factory=Counter)
    globals: Counter[str] = field(default_factory=Counter)
    foreign: set[str] = field(default_factory=set)  # attributes of modules from outside
    texts: set[str] = field(default_factory=set)
    keywords: set[str] = field(default_factory=set)


def rename(program: Program, bodies: list[ast.Module], public: frozenset[str]) -> Names:
    """Rename in place what `bodies` hold, the files of a bundle. `public` symbols keep their names,
    and so do their public methods; classes of the border, what they hold."""
    census = _count(program, bodies)
    for symbol in public & set(census.classes):
        own = census.classes[symbol]
        border = symbol.partition(":")[0] in BORDER
        census.texts |= {name for name in own if border or name in census.methods and name[0] != "_"}
    names = _choose(program, census, public)
    for body in bodies:
        prime(body, names, program)
    renamer = _Renamer(program, names, census.keywords)
    for body in bodies:
        renamer.visit(body)
    return names


# -- what there is -----------------------------------------------------------------------------


def _count(program: Program, bodies: list[ast.Module]) -> _Census:
    census = _Census()
    for body in bodies:
        for node in ast.walk(body):
            _count_node(program, node, census)
    return census


def _count_node(program: Program, node: ast.AST, census: _Census) -> None:
    if isinstance(node, ast.ClassDef):
        _count_class(node, census)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        if not _is_method_name(node.name):
            census.globals[node.name] += 2
            census.functions.add(node.name)
    elif isinstance(node, ast.Attribute):
        if isinstance(node.value, ast.Name) and node.value.id in program.outside:
            census.foreign.add(node.attr)
        census.attributes[node.attr] += 1
    elif isinstance(node, ast.Name):
        census.globals[node.id] += 1
    elif isinstance(node, ast.alias):
        census.globals[node.name] += 1
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        census.texts.add(node.value)
    elif isinstance(node, ast.Call):
        census.keywords.update(one.arg for one in node.keywords if one.arg)


def _is_method_name(name: str) -> bool:
    return ":" not in name and "@" not in name


def _count_class(node: ast.ClassDef, census: _Census) -> None:
    own = census.classes[node.name] = set()
    census.globals[node.name] += 2
    census.functions.add(node.name)
    census.bases[node.name] = [ast.unparse(base) for base in node.bases]
    for member in node.body:
        if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)):
            own.add(member.name)
            census.methods.add(member.name)
            census.attributes[member.name] += 2
            own |= _given_to_self(member)
        elif isinstance(member, ast.Assign):
            own.update(target.id for target in member.targets if isinstance(target, ast.Name))


def _given_to_self(method: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    if not method.args.args:
        return set()
    itself = method.args.args[0].arg
    return {
        node.attr
        for node in ast.walk(method)
        if isinstance(node, ast.Attribute)
        and not isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name)
        and node.value.id == itself
    }


# -- what each is called -----------------------------------------------------------------------


def _choose(program: Program, census: _Census, public: frozenset[str]) -> Names:
    families = _families(census)
    owners: dict[str, set[str]] = defaultdict(set)
    for symbol, own in census.classes.items():
        for name in own:
            owners[name].add(families[symbol])
    kept = {name for name in census.attributes if _is_kept(name, owners, census)}
    kept |= {name for symbol, own in census.classes.items() for name in own if _outside(symbol, census)}
    names = Names({symbol: symbol.rpartition(":")[2] for symbol in public})
    kept |= set(names.globals.values())
    taken: dict[str, set[str]] = defaultdict(set)  # short -> families, "" for the globals
    taken_functions: set[str] = set()
    reserved = kept | {s.rpartition(".")[2] for s in census.globals if ":" not in s and "@" not in s}
    pool = list(_pool(reserved))
    for name, _ in sorted(_wanted(census, kept, public), key=lambda pair: (-pair[1], pair[0])):
        if ":" in name or "@" in name:
            spheres, is_function = {""}, name in census.functions
        else:
            spheres, is_function = owners[name], name in census.methods
        for short in pool:
            if taken[short] & spheres or is_function and short in taken_functions:
                continue
            break
        taken[short] |= spheres
        if is_function:
            taken_functions.add(short)
        (names.globals if spheres == {""} else names.attributes)[name] = short
    names.first = pool
    return names


def _wanted(census: _Census, kept: set[str], public: frozenset[str]) -> Iterator[tuple[str, int]]:
    for name, uses in census.attributes.items():
        if name not in kept:
            yield name, uses
    for symbol, uses in census.globals.items():
        if symbol in public:
            continue
        if ":" in symbol or "@" in symbol and symbol in census.functions:
            yield symbol, uses


def _is_kept(name: str, owners: dict[str, set[str]], census: _Census) -> bool:
    return (
        name not in owners
        or name in foreign.NAMES
        or name in census.foreign
        or name in census.texts
        or name.startswith("__")
    )


def _families(census: _Census) -> dict[str, str]:
    """Class -> the first class of those that inherit from each other."""

    def eldest(symbol: str) -> str:
        for base in census.bases[symbol]:
            if base in census.classes:
                return eldest(base)
        return symbol

    return {symbol: eldest(symbol) for symbol in census.classes}


def _outside(symbol: str, census: _Census) -> bool:
    """Whether a class inherits from one whose attributes nobody here knows."""
    return any(
        _outside(base, census) if base in census.classes else base not in _PLAIN_BASES
        for base in census.bases[symbol]
    )


def _pool(reserved: set[str]) -> Iterator[str]:
    no = reserved | set(keyword.kwlist) | set(dir(builtins)) | {"_"}
    for length in (1, 2, 3):
        for letters in product(ascii_letters + "_", *[ascii_letters + digits + "_"] * (length - 1)):
            if "".join(letters) not in no:
                yield "".join(letters)


def _names_in(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield one.id
        elif isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield one.name


def prime(body: ast.Module, names: Names, program: Program) -> None:
    """Let a file begin with its most used names, in a line that never runs: a reference to one of
    the first 128 takes one byte."""
    uses: Counter[str] = Counter()
    for node in ast.walk(body):
        if isinstance(node, ast.Attribute):
            uses[names.attributes.get(node.attr, node.attr)] += 1
        elif isinstance(node, ast.Name) and "@" not in node.id:
            uses[names.globals.get(node.id, node.id).rpartition(".")[2]] += 1
        elif isinstance(node, ast.FunctionDef) and "@" not in node.name:
            uses[names.attributes.get(node.name, names.globals.get(node.name, node.name))] += 2
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.isidentifier() and len(node.value) <= 10:
                uses[node.value] += 1
    most = [name for name, count in uses.most_common(PRIMED) if count > 4 and name not in keyword.kwlist]
    if len(uses) > 128:
        body.body.insert(0, ast.parse("if not __name__: " + ".".join(most)).body[0])


PRIMED = 122


class _Renamer(ast.NodeTransformer):
    def __init__(self, program: Program, names: Names, keywords: set[str]):
        self._names = names
        self._keywords = keywords
        self._arguments = program.arguments
        self._outside = program.outside
        self._chosen: dict[str, str] = {}  # argument -> short

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._called(node.id)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.visit(node.value)
        node.attr = self._names.attributes.get(node.attr, node.attr)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._called(node.name)
        for member in node.body:
            if isinstance(member, ast.Assign):
                for target in member.targets:
                    if isinstance(target, ast.Name):
                        target.id = self._names.attributes.get(target.id, target.id)
        return self.generic_visit(node)

    def _visit_function(self, node: Any) -> ast.AST:
        if not isinstance(node, ast.Lambda):
            is_method = _is_method_name(node.name)
            names = self._names.attributes if is_method else self._names.globals
            node.name = names.get(node.name, node.name)
        self._choose_arguments(node)
        for arg in all_arguments(node.args):
            arg.arg = self._called(arg.arg)
        return self.generic_visit(node)

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _visit_function

    def _choose_arguments(self, node: Any) -> None:
        used = {self._called(one) for one in _names_in(node)}
        for arg in all_arguments(node.args):
            own = arg.arg.split("@")[0]
            if own in self._keywords:
                self._chosen[arg.arg] = own
                used.add(own)
        free = (short for short in self._names.first if short not in used)
        for arg in all_arguments(node.args):
            if arg.arg not in self._chosen:
                self._chosen[arg.arg] = next(free)

    def visit_Global(self, node: ast.Global) -> ast.AST:
        node.names = [self._called(name) for name in node.names]
        return node

    visit_Nonlocal = visit_Global

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = node.name and self._called(node.name)
        return self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> ast.AST:
        node.name = self._called(node.name) if ":" in node.name else node.name
        node.asname = node.asname and self._called(node.asname)
        if node.asname == node.name:
            node.asname = None
        return node

    def _called(self, symbol: str) -> str:
        if symbol in self._names.globals:
            return self._names.globals[symbol]
        if symbol in self._chosen:
            return self._chosen[symbol]
        if "@" in symbol and symbol not in self._arguments:
            return symbol.split("@")[0] + "__"  # a local: no name of it is left in the code
        if symbol in self._outside:
            return symbol.rpartition(".")[2]
        return symbol
