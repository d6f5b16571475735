"""Which line of a TOML file a value stands on. `tomllib` reads values and forgets their places."""

import re

_TABLE = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\- ]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-]+)\s*=")
Path = tuple[str | int, ...]


def places(text: str) -> dict[Path, int]:
    """Line of every table and key, by its path: ("cue", 0, "light", 1, "attack_s") -> 12."""
    found: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    here: Path = ()
    for number, line in enumerate(text.split("\n"), 1):
        table = _TABLE.match(line)
        if table:
            here = _table(table.group(2).split("."), table.group(1) == "[[", counts)
            found[here] = number
            continue
        key = _KEY.match(line)
        if key:
            found.setdefault((*here, key.group(1)), number)
    return found


def _table(words: list[str], is_array: bool, counts: dict[Path, int]) -> Path:
    path: Path = ()
    for depth, word in enumerate(words):
        path = (*path, word.strip())
        last = depth == len(words) - 1
        if last and is_array:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def line_of(path: Path, found: dict[Path, int]) -> int:
    """The line of `path`, or of the nearest thing around it."""
    while path and path not in found:
        path = path[:-1]
    return found[path]
