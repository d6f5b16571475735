"""The scores that come with the program, by name."""

from importlib import resources
from pathlib import Path

from starlit.errors import UserError
from starlit.score.model import Score
from starlit.score.read import parse_score, read_score

DEFAULT = "default"  # built into every pod
TEN = (
    "breathing-tide", "tidepool", "lighthouse", "aurora", "fireflies", "moonrise", "rain",
    "campfire", "heartbeat", "dawn",
)  # fmt: skip


def names() -> list[str]:
    return [DEFAULT, *TEN]


def load(name: str) -> Score:
    """One of `names()`."""
    text = (resources.files("starlit") / "scores" / f"{name}.toml").read_text(encoding="utf-8")
    return parse_score(text, f"{name}.toml")


def find(name: str) -> Score:
    """By its name, or from a file. UserError where it is neither."""
    if name in names():
        return load(name)
    if name.endswith(".toml") or "/" in name or Path(name).exists():
        return read_score(name)
    raise UserError(f"unknown score {name}: use a file, or one of {', '.join(names())}")
