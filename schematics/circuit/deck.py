"""Is the simulated circuit the drawn one? `spice/control.lib` against KiCad's netlist.

The deck carries the sheets' references. Its nodes and KiCad's nets must match one to one over all
of its parts, and the values of its resistors and capacitors must be the sheets'.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .parts import PARTS
from .spice import DECKS

# The deck's node order for what has more than two legs or a direction: pins on the sheet.
PINS = {
    "XU201A": "U201.1 U201.3 +3V3",
    "XU202A": "U202.1 U202.2 U202.3 +3V3",
    "XU201B": "U201.4 U201.5 U201.6 +3V3",
    "XU203A": "U203.3 U203.2 U203.1",
    "XU204": "U204.1 +3V3",
    "XU205A": "U205.3 U205.1 U205.5 +3V3",
    "XU201D": "U201.12 U201.13 U201.11 +3V3",
    "XU202B": "U202.4 U202.5 U202.6 +3V3",
    "XQ101": "Q101.2 Q101.1 Q101.3",
    "Q102": "Q102.1 Q102.2 Q102.3",
    "Q103": "Q103.1 Q103.2 Q103.3",
    "Q201": "Q201.1 Q201.2 Q201.3",
    "D103": "D103.2 D103.1",
    "S1": "SW101.1 SW101.2",
    "S2": "SW101.2 SW101.3",
}
SAME = {"off": "railoff"}  # the deck's buffer before R109, which can be told to fail
KNOWN = {"0": "GND", "vcc": "+3V3", "p5": "+5V"}
SUFFIX = {"n": 1e-9, "u": 1e-6, "p": 1e-12, "k": 1e3, "Meg": 1e6, "M": 1e6, "m": 1e-3, "": 1.0}
NUMBER = re.compile(r"([\d.]+)\s*(Meg|[numkMp]?)")


def amount(text: str) -> float:
    found = NUMBER.match(text)
    assert found, text
    return float(found[1]) * SUFFIX[found[2]]


def rows() -> list[list[str]]:
    text = (DECKS / "control.lib").read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines() if line and line[0] not in "*."]


def defaults() -> dict[str, str]:
    text = (DECKS / "control.lib").read_text(encoding="utf-8")
    return dict(re.findall(r"(\w+)=(\S+)", "\n".join(re.findall(r"^\.param.*", text, re.M))))


def errors(net_of: Callable[[str], str]) -> list[str]:
    nets = dict(KNOWN)
    wrong: list[str] = []

    def same(part: str, node: str, net: str) -> None:
        node = SAME.get(node, node)
        if not net or nets.setdefault(node, net) != net:
            wrong.append(f"{part}: the deck's {node} is {nets.get(node)} and {net or 'nothing'}")

    two_legs = []
    for row in rows():
        if row[0] in PINS:
            for node, pin in zip(row[1:], PINS[row[0]].split(), strict=False):
                same(row[0], node, net_of(pin) if "." in pin else pin)
        elif row[0] in PARTS:
            two_legs.append(row)
    for _ in two_legs:  # a leg that is known names the other
        for ref, a, b, *_rest in two_legs:
            a, b = SAME.get(a, a), SAME.get(b, b)
            drawn = [net_of(f"{ref}.1"), net_of(f"{ref}.2")]
            for known, other in ((a, b), (b, a)):
                if nets.get(known) in drawn and other not in nets:
                    drawn.remove(nets[known])
                    nets[other] = drawn[0]
    for ref, a, b, *_rest in two_legs:
        drawn_pair = {net_of(f"{ref}.1"), net_of(f"{ref}.2")}
        if {nets.get(SAME.get(n, n)) for n in (a, b)} != drawn_pair:
            wrong.append(f"{ref}: {a} and {b} in the deck, {sorted(drawn_pair)} on the sheet")
    if len(set(nets.values())) != len(nets):
        wrong.append("two of the deck's nodes are one net on the sheets")
    return wrong + value_errors()


def value_errors() -> list[str]:
    given = defaults()
    wrong = []
    for row in rows():
        if row[0] in PARTS and row[0][0] in "RC":
            text = given.get(row[3].strip("{}"), row[3])
            if abs(amount(text) / amount(PARTS[row[0]].value) - 1) > 1e-6:
                wrong.append(f"{row[0]}: {text} in the deck, {PARTS[row[0]].value} on the sheet")
    return wrong
