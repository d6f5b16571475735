"""What to try next, in words that work where this reader stands."""

import contextlib
import shlex
import shutil
import sys
from pathlib import Path

from starlit.settings import DEFAULT_COTTAGE


def program() -> str:
    """How this reader can start us in another terminal."""
    if shutil.which("starlit"):
        return "starlit"
    path = Path(sys.argv[0])
    if path.name == "__main__.py":
        return "python -m starlit"
    with contextlib.suppress(ValueError):
        path = path.absolute().relative_to(Path.cwd())
    return shlex.quote(str(path))


def next_hint(cottage: str, virtual: int, welcome: bool) -> str:
    name = program()
    tail = "" if cottage == DEFAULT_COTTAGE else f" --cottage {cottage}"
    if not virtual:
        return f"in another terminal: {name} status{tail}"
    if welcome:
        tries = f"{name} cue comet{tail}, or {name} virtual switch pod-1 out{tail}"
        return f"in another terminal: {tries}"
    press = f"{name} virtual button pod-1 1200{tail}"
    return f"plug in, in another terminal: {press}, then {name} goodnight{tail}"
