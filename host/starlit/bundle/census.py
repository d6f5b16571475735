"""Who has which names, and how often each is used."""

import ast
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from starlit.bundle import foreign
from starlit.bundle.resolve import Program, all_arguments

# Whoever fills these may name what they hold by a text: a body, a stored configuration.
BORDER = ("pod.io", "pod.config")
_KNOWN_BASES = {"object", "Exception", "ValueError", "OSError", "TypeError", "RuntimeError"}
_METHODS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass
class Census:
    classes: dict[str, set[str]] = field(default_factory=dict)  # symbol -> names of its objects
    bases: dict[str, list[str]] = field(default_factory=dict)
    methods: set[str] = field(default_factory=set)
    attributes: Counter[str] = field(default_factory=Counter)
    globals: Counter[str] = field(default_factory=Counter)
    nested: set[str] = field(default_factory=set)  # functions within functions
    texts: set[str] = field(default_factory=set)
    keywords: set[str] = field(default_factory=set)  # arguments that some call names
    given: dict[str, set[str]] = field(default_factory=dict)  # class -> arguments of its methods
    fixed: set[str] = field(default_factory=set)  # attributes that somebody else may name

    def owners(self) -> dict[str, set[str]]:
        """Attribute -> its classes; those that inherit from each other count as one."""
        owners: dict[str, set[str]] = {}
        for symbol, own in self.classes.items():
            for name in own:
                owners.setdefault(name, set()).add(self._eldest(symbol))
        return owners

    def kept(self, owners: dict[str, set[str]]) -> set[str]:
        """Attributes that are not renamed."""
        kept = {name for name in self.attributes if name not in owners or name.startswith("__")}
        kept |= self.texts | self.fixed | foreign.NAMES
        for symbol, own in self.classes.items():
            if not self._is_known(symbol):
                kept |= own
        return kept

    def plain_names(self) -> set[str]:
        """Of what comes from outside: builtins and imports."""
        symbols = (s for s in self.globals if ":" not in s and "@" not in s)
        return {symbol.rpartition(".")[2] for symbol in symbols}

    def _eldest(self, symbol: str) -> str:
        ours = [base for base in self.bases[symbol] if base in self.classes]
        return self._eldest(ours[0]) if ours else symbol

    def _is_known(self, symbol: str) -> bool:
        """Whether a class has only attributes that we know of."""
        return all(
            self._is_known(base) if base in self.classes else base in _KNOWN_BASES
            for base in self.bases[symbol]
        )


def count(program: Program, trees: Iterable[ast.Module], public: frozenset[str]) -> Census:
    census = Census()
    for tree in trees:
        for node in ast.walk(tree):
            _count(program, node, census)
    for symbol in public & set(census.classes):
        _publish(symbol, census)
    return census


def _publish(symbol: str, census: Census) -> None:
    """What those outside may use of a class: its public methods; at the border, all of it."""
    own = census.classes[symbol]
    if symbol.partition(":")[0] in BORDER:
        census.keywords |= census.given[symbol]
    else:
        own = {name for name in own & census.methods if not name.startswith("_")}
    census.fixed |= own


def _count(program: Program, node: ast.AST, census: Census) -> None:
    if isinstance(node, ast.ClassDef):
        _count_class(node, census)
    elif isinstance(node, _METHODS):
        if "@" in node.name:
            census.nested.add(node.name)
        if "@" in node.name or ":" in node.name:
            census.globals[node.name] += 2
    elif isinstance(node, ast.Attribute):
        census.attributes[node.attr] += 1
        if isinstance(node.value, ast.Name) and node.value.id in program.outside:
            census.fixed.add(node.attr)
    elif isinstance(node, ast.Name):
        census.globals[node.id] += 1
    elif isinstance(node, ast.alias):
        census.globals[node.name] += 1
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        census.texts.add(node.value)
    elif isinstance(node, ast.Call):
        census.keywords.update(one.arg for one in node.keywords if one.arg)


def _count_class(node: ast.ClassDef, census: Census) -> None:
    own = census.classes[node.name] = set()
    given = census.given[node.name] = set()
    census.globals[node.name] += 2
    census.bases[node.name] = [ast.unparse(base) for base in node.bases]
    for member in node.body:
        if isinstance(member, _METHODS):
            own.add(member.name)
            census.methods.add(member.name)
            census.attributes[member.name] += 2
            own |= _given_to_self(member)
            given.update(arg.arg.partition("@")[0] for arg in list(all_arguments(member.args))[1:])
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
