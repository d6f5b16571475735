"""Every chip and transistor from above: each leg with its node and the parts to plug in there."""

from __future__ import annotations

import re

from .netlist import Netlist
from .parts import PARTS
from .picture import COLOURS, INK, PAPER, POWER, SOFT, Picture

CHIPS = ("U201", "U202", "U205", "U203", "U301")
LEGS = {"U201": 14, "U202": 14, "U205": 14, "U203": 8, "U301": 14}
# Three legs, flat side or tab towards the reader, from the left.
SMALL = {"U204": "RST VDD VSS", "Q201": "C B E", "Q102": "C B E", "Q103": "C B E", "Q101": "G D S"}


def chips(net: Netlist) -> str:
    picture = Picture(1540, 1150)
    picture.text(
        24,
        34,
        "Starlit Cottage: the chips from above, and what to plug in at each leg",
        19,
        bold=True,
    )
    picture.text(
        24,
        56,
        "One name is one node: join all legs that carry it; (U201.1) is the node at that leg."
        " A part with an arrow goes"
        " from this leg to that node. Each part is written once.",
        12,
        SOFT,
    )
    told: set[str] = set()
    for n, ref in enumerate(CHIPS):
        _chip(picture, net, ref, 300 + 500 * (n % 3), 122 + 340 * (n // 3), told)
    for n, (ref, legs) in enumerate(SMALL.items()):
        _small(picture, net, ref, legs.split(), 40 + 300 * n, 820, told)
    _rest(picture, net, told)
    return picture.svg()


def node(net: Netlist, pin: str) -> str:
    """A node's name: the sheet's, or the first chip or transistor leg on it."""
    name = net.net_of(pin)
    if name.startswith("unconnected"):
        return "left open"
    if "Net-(" not in name:
        return name.rpartition("/")[2]
    first = sorted(net.nets[name], key=lambda p: (p[0] not in "UQ", p))[0]
    return f"({first})"


def _hanging(net: Netlist, pin: str, told: set[str]) -> list[str]:
    """The two-legged parts on a pin's node that nobody has named yet, and where they go."""
    name = net.net_of(pin)
    words: list[str] = []
    if name in POWER:
        return words
    for leg in sorted(net.nets[name]):
        ref, _, number = leg.partition(".")
        if ref in told or ref.rstrip("0123456789") not in ("R", "C", "D", "TH"):
            continue
        if PARTS[ref].optional:
            continue
        told.add(ref)
        other = f"{ref}.{'1' if number == '2' else '2'}"
        end = {"1": " (ring here)", "2": " (ring there)"}[number] if ref[0] == "D" else ""
        words.append(f"{ref} {PARTS[ref].value}{end} → {node(net, other)}")
    return words


def _leg(
    picture: Picture, net: Netlist, pin: str, x: float, y: float, side: str, told: set[str]
) -> None:
    name = node(net, pin)
    colour = POWER.get(name, SOFT if name == "left open" else COLOURS[0])
    anchor, out = ("end", -12) if side == "left" else ("start", 12)
    picture.line([(x, y), (x + out * 0.7, y)], colour, 3)
    picture.text(x + out, y + 3, name, 11.5, colour, anchor, bold=name in POWER)
    for n, part in enumerate(_hanging(net, pin, told)):
        over = 0 if n < 3 else 112 if side == "right" else -112
        picture.text(x + out + over, y + 13 + 9.6 * (n % 3), part, 9.5, INK, anchor)


def _chip(picture: Picture, net: Netlist, ref: str, x: float, y: float, told: set[str]) -> None:
    rows, pitch, width = LEGS[ref] // 2, 40, 70
    picture.box(x - width / 2, y - 20, width, rows * pitch + 8, "#34495e")
    picture.text(x, y - 28, f"{ref}  {PARTS[ref].value}", 13, anchor="middle", bold=True)
    picture.rows.append(f"<circle cx='{x - 22:g}' cy='{y - 10:g}' r='4' fill='{PAPER}'/>")
    for pin in range(1, LEGS[ref] + 1):
        left = pin <= rows
        row = pin - 1 if left else LEGS[ref] - pin
        px, py = (x - width / 2 if left else x + width / 2), y + row * pitch
        picture.text(
            px + (6 if left else -6), py + 4, str(pin), 10.5, PAPER, "start" if left else "end"
        )
        _leg(picture, net, f"{ref}.{pin}", px, py, "left" if left else "right", told)


def _small(
    picture: Picture, net: Netlist, ref: str, legs: list[str], x: float, y: float, told: set[str]
) -> None:
    picture.box(x, y, 46, 3 * 40 + 8, "#5d6d7e")
    picture.text(x, y - 8, f"{ref}  {PARTS[ref].value}", 12, bold=True)
    for n, leg in enumerate(legs, start=1):
        py = y + 20 + (n - 1) * 40
        picture.text(x + 6, py + 4, f"{n} {leg}", 10, PAPER)
        _leg(picture, net, f"{ref}.{n}", x + 46, py, "right", told)


def _rest(picture: Picture, net: Netlist, told: set[str]) -> None:
    """Parts that no chip's leg has named: between two nodes without one."""
    picture.text(24, 1000 - 22, "And between nodes that have no chip:", 13, bold=True)
    words = []
    for ref in sorted(net.parts):
        kind = ref.rstrip("0123456789")
        if ref in told or kind not in ("R", "C", "D", "F", "TH") or PARTS[ref].optional:
            continue
        # Leg 1 is a diode's ring and an electrolytic's plus.
        first = {"D_": " (ring)", "C_Polarized": " (plus)"}
        mark = next((m for s, m in first.items() if PARTS[ref].symbol.startswith(s)), "")
        ends = f"{node(net, ref + '.1')}{mark} to {node(net, ref + '.2')}"
        words.append(f"{ref} {PARTS[ref].value}: {ends}")
    for n, line in enumerate(words):
        picture.text(24 + 380 * (n % 4), 1000 + 17 * (n // 4), line, 11)


def parts_shown(svg: str) -> set[str]:
    """Every reference that a drawing names."""
    return set(re.findall(r"\b(?:[RCDFUQJ]|TH|SW)\d{3}\b", svg))
