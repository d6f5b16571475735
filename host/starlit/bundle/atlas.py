"""Which function a short name stands for: what turns a device's traceback back into ours.

A short name serves many functions. Which one a line of a traceback means follows from the lines
around it: a function can only have called what it mentions.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlit.bundle.rename import Names
from starlit.errors import UserError

_FRAME = re.compile(r'^(\s*File "([^"]*)", line \d+, in )(\S+)\s*$')
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass
class Place:
    """A function: `called` is its name there, `mentions` the names and symbols that it uses."""

    file: str
    own: str
    mentions: list[str]
    called: str = ""


@dataclass
class Atlas:
    """`places`: `module:Class.function` -> Place. `names`: what a name or symbol is called."""

    places: dict[str, Place] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def name(self, names: Names) -> None:
        self.names = {**names.attributes, **names.globals}
        for place in self.places.values():
            place.called = self.names.get(place.own, place.own)

    def to_dict(self) -> dict[str, Any]:
        places = {
            where: {"file": one.file, "called": one.called, "own": one.own, "uses": one.mentions}
            for where, one in self.places.items()
        }
        return {"version": 1, "names": self.names, "functions": places}


def read_atlas(data: Mapping[str, Any]) -> Atlas:
    places = {
        where: Place(one["file"], one["own"], one["uses"], one["called"])
        for where, one in data["functions"].items()
    }
    return Atlas(places, data["names"])


def draw_atlas(files: Mapping[str, ast.Module]) -> Atlas:
    """Of resolved files, before they are renamed."""
    atlas = Atlas()
    for file, tree in files.items():
        for where, node in _functions(tree, ""):
            atlas.places[where] = Place(file, node.name, sorted(set(_mentions(node))))
    return atlas


def _functions(parent: ast.AST, inside: str) -> Iterator[tuple[str, Any]]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            where = f"{inside}.{node.name.partition('@')[0]}" if inside else node.name
            yield where, node
            yield from _functions(node, where)
        else:
            yield from _functions(node, inside)


def _mentions(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Attribute):
            yield one.attr
        elif isinstance(one, ast.Name) and ("@" not in one.id or ":" in one.id):
            yield one.id


def translate(atlas: Atlas, script: str) -> str:
    """A script that imports functions and classes of the pod, for a bundle of it."""
    tree = ast.parse(script)
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if isinstance(value, list):
                setattr(parent, name, [one for node in value for one in _imported(atlas, node)])
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _imported(atlas: Atlas, node: Any) -> list[Any]:
    if not isinstance(node, ast.ImportFrom) or (node.module or "").split(".")[0] != "pod":
        return [node]
    out = []
    for alias in node.names:
        place = atlas.places.get(f"{node.module}:{alias.name}")
        if place is None:
            raise UserError(f"{node.module}: the bundle has no {alias.name}")
        alias = ast.alias(place.called, alias.asname or alias.name)
        out.append(ast.ImportFrom(place.file, [alias], 0))
    return out


# -- reading a traceback -----------------------------------------------------------------------


def explain(atlas: Atlas, traceback: str) -> str:
    """The same lines with the names of the source, `or` between those that may be meant."""
    lines = traceback.splitlines()
    frames = [_FRAME.match(line) for line in lines]
    meant = [set(_known_as(atlas, frame[2], frame[3])) if frame else set() for frame in frames]
    for at in range(1, len(lines)):
        meant[at] = _together(atlas, meant[at - 1], meant[at])[1] or meant[at]
    for at in range(len(lines) - 2, -1, -1):
        meant[at] = _together(atlas, meant[at], meant[at + 1])[0] or meant[at]
    out = []
    for line, frame, places in zip(lines, frames, meant, strict=True):
        if frame:
            out.append(frame[1] + (" or ".join(sorted(places)) or frame[3]))
        else:
            out.append(_explain_error(atlas, line))
    return "\n".join(out) + "\n"


def _known_as(atlas: Atlas, file: str, called: str) -> Iterator[str]:
    for where, place in atlas.places.items():
        if place.called == called and place.file.rpartition(".")[2] == file:
            yield where


def _together(atlas: Atlas, callers: set[str], called: set[str]) -> tuple[set[str], set[str]]:
    """Those callers that mention one of the called, and those of the called that one mentions."""
    keys = {_key(atlas, where) for where in called}
    callers = {where for where in callers if keys.intersection(atlas.places[where].mentions)}
    mentioned = {name for where in callers for name in atlas.places[where].mentions}
    return callers, {where for where in called if _key(atlas, where) in mentioned}


def _key(atlas: Atlas, where: str) -> str:
    """By which name a caller gets there: a constructor by its class."""
    own = atlas.places[where].own
    return where.rpartition(".")[0] if own == "__init__" else own


def _explain_error(atlas: Atlas, line: str) -> str:
    """`ab: message`, where `ab` is an error of ours, and the names within a message."""
    classes = {p.called: p.own for p in atlas.places.values() if ":" in p.own}
    head, colon, rest = line.partition(":")
    if head in classes:
        head = classes[head].rpartition(":")[2]
    rest = re.sub(r"'(\w+)' object", lambda m: f"'{_class(classes, m[1])}' object", rest)
    meant = re.search(r"no attribute '(\w+)'", rest)
    if meant:
        names = sorted(name for name, short in atlas.names.items() if short == meant[1])
        rest += f" ({' or '.join(n for n in names if ':' not in n) or meant[1]})"
    return head + colon + rest


def _class(classes: Mapping[str, str], called: str) -> str:
    return classes.get(called, called).rpartition(":")[2]
