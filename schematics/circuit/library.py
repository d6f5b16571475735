"""The symbols that the sheets use: their text, and where their pins stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import symbols
from .sexpr import STEP_MM

HERE = Path(__file__).resolve().parent.parent
LIBRARY = HERE / "starlit.kicad_sym"
Point = tuple[int, int]

PIN = re.compile(
    r'\(pin \w+ \w+\s*\(at ([-\d.]+) ([-\d.]+) \d+\).*?\(number "([^"]*)"',
    re.S,
)
UNIT = re.compile(r'\n\t\t\(symbol "[^"]*_(\d+)_(\d+)"')


@cache
def library() -> str:
    return LIBRARY.read_text(encoding="utf-8")


@cache
def pins_of(symbol: str, unit: int) -> dict[str, tuple[int, int]]:
    """Where the pins of a unit stand, in steps from its origin, y upwards as in the library."""
    text = symbols.block(library(), symbol)
    found: dict[str, tuple[int, int]] = {}
    marks = list(UNIT.finditer(text))
    for n, mark in enumerate(marks):
        end = marks[n + 1].start() if n + 1 < len(marks) else len(text)
        # Unit 0 belongs to all units; body style 2 is the De Morgan form, which nothing here uses.
        if int(mark[1]) not in (0, unit) or int(mark[2]) == 2:
            continue
        for x, y, number in PIN.findall(text[mark.start() : end]):
            found[number] = (round(float(x) / STEP_MM), round(float(y) / STEP_MM))
    return found


def turned(x: int, y: int, angle: int, mirror: str) -> Point:
    """A library offset as an offset on the sheet."""
    dx, dy = {0: (x, -y), 90: (-y, -x), 180: (-x, y), 270: (y, x)}[angle]
    return (-dx, dy) if mirror == "y" else (dx, -dy) if mirror == "x" else (dx, dy)


@dataclass
class Placed:
    symbol: str
    ref: str
    at: Point
    unit: int
    angle: int
    mirror: str

    def pin(self, number: str | int) -> Point:
        dx, dy = turned(*pins_of(self.symbol, self.unit)[str(number)], self.angle, self.mirror)
        return self.at[0] + dx, self.at[1] + dy


def embedded(name: str) -> str:
    text = symbols.block(library(), name)
    text = text.replace(f'(symbol "{name}"', f'(symbol "starlit:{name}"', 1)
    return "\n".join("\t" + line for line in text.splitlines())
