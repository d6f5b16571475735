"""Two drawings for a build on breadboards, made from KiCad's netlist.

`wiring(net)` shows the controller, what hangs on it, and which wire goes where. `chips(net)` shows
every chip and transistor from above, each pin with its node and the parts to plug in there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from .netlist import CONTROLLER, Netlist
from .parts import PARTS

INK, PAPER, SOFT = "#1c2833", "#fdfcf8", "#7f8c8d"
POWER = {"GND": "#1c2833", "+3V3": "#d68910", "+5V": "#c0392b", "+5V_SW": "#a93226"}
COLOURS = ("#2471a3", "#1e8449", "#7d3c98", "#b9770e", "#148f77", "#cb4335", "#5d6d7e", "#884ea0")
FONT = "font-family='DejaVu Sans, Verdana, sans-serif'"


@dataclass
class Picture:
    width: int
    height: int
    rows: list[str] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 12,
        colour: str = INK,
        anchor: str = "start",
        bold: bool = False,
    ) -> None:
        weight = " font-weight='bold'" if bold else ""
        self.rows.append(
            f"<text x='{x:g}' y='{y:g}' font-size='{size:g}' fill='{colour}'"
            f" text-anchor='{anchor}'{weight}>{escape(words)}</text>"
        )

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str = "#ffffff",
        edge: str = INK,
    ) -> None:
        self.rows.append(
            f"<rect x='{x:g}' y='{y:g}' width='{width:g}' height='{height:g}' rx='5'"
            f" fill='{fill}' stroke='{edge}' stroke-width='1.4'/>"
        )

    def line(self, points: list[tuple[float, float]], colour: str, width: float = 2.4) -> None:
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        self.rows.append(
            f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='{width:g}'"
            " stroke-linejoin='round'/>"
        )

    def dot(self, x: float, y: float, colour: str) -> None:
        self.rows.append(f"<circle cx='{x:g}' cy='{y:g}' r='3.4' fill='{colour}'/>")

    def svg(self, stamp: str) -> str:
        return "\n".join(
            [
                f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {self.width} {self.height}'"
                f" width='{self.width}' height='{self.height}' {FONT}>",
                f"<!-- drawn-from {stamp} -->",
                f"<rect width='{self.width}' height='{self.height}' fill='{PAPER}'/>",
                *self.rows,
                "</svg>\n",
            ]
        )


# -- the controller and what hangs on it ----------------------------------------------------------


@dataclass(frozen=True)
class Module:
    """A breakout, or a group of the breadboard; terminals are (name, pin on the sheets)."""

    title: str
    under: str
    side: str
    terminals: tuple[tuple[str, str], ...]


MODULES = (
    Module(
        "VEML7700",
        "room light",
        "left",
        (
            ("VIN", "J402.1"),
            ("GND", "J402.4"),
            ("SDA", "J402.3"),
            ("SCL", "J402.2"),
        ),
    ),
    Module(
        "MAX30102",
        "pulse, in the window",
        "left",
        (
            ("VIN", "J401.1"),
            ("GND", "J401.4"),
            ("SDA", "J401.3"),
            ("SCL", "J401.2"),
        ),
    ),
    Module(
        "MAX98357A",
        "amplifier",
        "left",
        (
            ("VIN", "J302.7"),
            ("GND", "J302.6"),
            ("GAIN", "J302.4"),
            ("BCLK", "J302.2"),
            ("LRC", "J302.1"),
            ("DIN", "J302.3"),
            ("SD", "J302.5"),
        ),
    ),
    Module(
        "Unplug switch",
        "SW101, seen from its legs",
        "left",
        (
            ("1  in", "SW101.1"),
            ("2  rail", "SW101.2"),
            ("3  out", "SW101.3"),
            ("4  in, by R106", "R106.1"),
            ("6  out", "SW101.6"),
            ("5  sense", "SW101.5"),
        ),
    ),
    Module("Button", "normally open", "left", (("GND", "SW201.1"), ("contact", "SW201.2"))),
    Module(
        "Supply and rail",
        "power sheet",
        "right",
        (
            ("F101", "F101.1"),
            ("after D102", "D102.1"),
            ("GND", "D101.2"),
            ("R111, R112", "R111.2"),
        ),
    ),
    Module(
        "Thermistor", "in the warmest corner", "right", (("R405", "TH401.1"), ("GND", "TH401.2"))
    ),
    Module(
        "Ring of 12",
        "WS2812B",
        "right",
        (
            ("5V", "J301.1"),
            ("GND", "J301.3"),
            ("DIN", "J301.2"),
        ),
    ),
    Module(
        "Speaker",
        "4 ohm, R311 across it",
        "right",
        (
            ("OUT+, by R310", "J304.1"),
            ("OUT-", "J304.2"),
        ),
    ),
    Module(
        "Dead-man and latch",
        "dead-man sheet",
        "right",
        (
            ("HOT", "U203.7"),
            ("RAIL_ENABLE", "U201.4"),
            ("HEARTBEAT", "U202.1"),
        ),
    ),
)
# Parts that sit in a wire: net at the controller, part, net at the module.
IN_LINE = {
    "J302.2": "R305",
    "J302.1": "R304",
    "J302.3": "R306",
    "J302.5": "R308",
    "SW201.2": "R212",
    "J301.2": "R301 U301 R302",
}


def short(name: str) -> str:
    return name.rpartition("/")[2]


def controller_net(net: Netlist, pin: str) -> str:
    """The net of the controller that a module's pin is wired to, through what sits in the wire."""
    here = net.net_of(pin)
    for ref in reversed(IN_LINE.get(pin, "").split()):
        near, far = ("3", "2") if ref == "U301" else ("1", "2")
        ends = (net.net_of(f"{ref}.{near}"), net.net_of(f"{ref}.{far}"))
        assert here in ends, (pin, ref)
        here = ends[0] if here == ends[1] else ends[1]
    return here


# On the header other signals lie on the left.
ON_HEADER = {"MAX98357A": "right", "Supply and rail": "left", "Ring of 12": "left"}
STEP = 26
PICO_LEFT, PICO_RIGHT, PICO_TOP = 540, 700, 124


def wiring(net: Netlist, stamp: str) -> str:
    picture = Picture(1240, 900)
    title = {"pod-pico": "Raspberry Pi Pico W", "pod-hat": "Raspberry Pi, 40-pin header"}[net.body]
    picture.text(24, 34, f"Starlit Cottage: the wires of a pod with a {title}", 19, bold=True)
    picture.text(
        24,
        56,
        "Seen from above. Short coloured stubs go to the bus of that name;"
        " parts written on a wire sit in it. Build from the sheets: this shows where"
        " their ends go.",
        12,
        SOFT,
    )
    pads = _pads(net)
    picture.box(PICO_LEFT, PICO_TOP - 22, PICO_RIGHT - PICO_LEFT, 20 * STEP + 30, "#d5f0dd")
    picture.text((PICO_LEFT + PICO_RIGHT) / 2, PICO_TOP - 30, title, 13, anchor="middle", bold=True)
    at = _draw_pads(picture, net, pads)
    _modules(picture, net, at)
    return picture.svg(stamp)


def _pads(net: Netlist) -> dict[int, str]:
    """Every pad of the controller with a net, by its number."""
    ref = CONTROLLER[net.body] + "."
    found = {}
    for name, pins_ in net.nets.items():
        for pin in pins_:
            if pin.startswith(ref):
                found[int(pin.removeprefix(ref))] = name
    return found


def _place(body: str, pad: int) -> tuple[float, float, str]:
    """Where a pad is: the Pico has 1 to 20 down the left, the header odd numbers left."""
    if body == "pod-pico":
        side, row = ("left", pad - 1) if pad <= 20 else ("right", 40 - pad)
    else:
        side, row = ("left" if pad % 2 else "right"), (pad - 1) // 2
    return (PICO_LEFT if side == "left" else PICO_RIGHT), PICO_TOP + row * STEP, side


def _draw_pads(
    picture: Picture, net: Netlist, pads: dict[int, str]
) -> dict[str, tuple[float, float, str]]:
    """Draws all pads; returns where each signal's pad is."""
    numbers = {name: number for number, name in net.gpio.items()}
    at = {}
    for pad in range(1, 41):
        name = pads.get(pad, "")
        used = bool(name) and not name.startswith("unconnected")
        x, y, side = _place(net.body, pad)
        inside, anchor = (10, "start") if side == "left" else (-10, "end")
        label = f"{pad}"
        if used:
            gpio = f"GP{numbers[name]}" if name in numbers else short(name)
            gpio = "VSYS" if "VSYS" in gpio else gpio
            label = f"{pad}  {gpio}" if side == "left" else f"{gpio}  {pad}"
        picture.text(x + inside, y + 4, label, 11, INK if used else "#aab7b8", anchor)
        picture.dot(x, y, INK if used else "#ccd1d1")
        if name in POWER:
            _stub(picture, x, y, side, name)
        elif used and name in numbers:
            at[name] = (x, y, side)
        elif used:
            _stub(
                picture, x, y, side, "+5V by D501, R503" if net.body == "pod-pico" else "5V to F101"
            )
    return at


def _stub(picture: Picture, x: float, y: float, side: str, name: str) -> None:
    out = -16 if side == "left" else 16
    colour = POWER.get(name, POWER["+5V"])
    picture.line([(x, y), (x + out, y)], colour, 3.2)
    picture.text(x + out * 1.25, y + 4, name, 10.5, colour, "end" if side == "left" else "start")


def _modules(picture: Picture, net: Netlist, at: dict[str, tuple[float, float, str]]) -> None:
    tops = {"left": 84, "right": 84}
    ends: list[tuple[str, str, float, float, str]] = []
    for module in MODULES:
        terminals = [t for t in module.terminals if net.net_of(t[1])]
        side = ON_HEADER.get(module.title, module.side) if net.body == "pod-hat" else module.side
        x, width, y = (30 if side == "left" else 1030), 180, tops[side]
        height = 40 + 20 * len(terminals)
        picture.box(x, y, width, height, "#eaf2fb")
        picture.text(x + 10, y + 18, module.title, 13, bold=True)
        picture.text(x + 10, y + 32, module.under, 10.5, SOFT)
        for n, (name, pin) in enumerate(terminals):
            edge = x + width if side == "left" else x
            ty = y + 48 + 20 * n
            inside, anchor = (-10, "end") if side == "left" else (10, "start")
            picture.text(edge + inside, ty + 4, name, 11, anchor=anchor)
            picture.dot(edge, ty, INK)
            ends.append((pin, side, edge, ty, net.net_of(pin)))
        tops[side] = int(y + height + 18)
    for side in ("left", "right"):
        _wires(picture, net, at, [end for end in ends if end[1] == side])


def _wires(
    picture: Picture,
    net: Netlist,
    at: dict[str, tuple[float, float, str]],
    ends: list[tuple[str, str, float, float, str]],
) -> None:
    away = {"left": "right", "right": "left"}
    routed = []
    for pin, side, x, y, name in ends:
        goal = controller_net(net, pin)
        if goal in at:
            routed.append((pin, side, x, y, goal))
        else:
            _stub(picture, x, y, away[side], _meaning(net, name))
    names = sorted({goal for *_, goal in routed}, key=lambda goal: at[goal][1])
    for n, goal in enumerate(names):
        px, py, pside = at[goal]
        side = next(side for _, side, _, _, g in routed if g == goal)
        colour = COLOURS[n % len(COLOURS)]
        # Each net has its own lane between the modules and the controller.
        lane = (330 + 14 * n) if side == "left" else (910 - 14 * n)
        if pside == side:
            picture.line([(px, py), (lane, py)], colour)
        else:  # the pad is on the far side: around below the controller
            low = PICO_TOP + 20 * STEP + (26 if side == "left" else 44) + 18 * n
            turn = -70 - 9 * n if pside == "left" else 70 + 9 * n
            picture.line([(px, py), (px + turn, py), (px + turn, low), (lane, low)], colour)
            py = low
        start, right = (px, pside == "right") if pside == side else (px + turn, pside == "left")
        picture.text(
            start + (8 if right else -8), py - 4, goal, 10.5, colour, "start" if right else "end"
        )
        for pin, _, x, y, g in routed:
            if g != goal:
                continue
            picture.line([(lane, py), (lane, y), (x, y)], colour)
            part = IN_LINE.get(pin, "")
            if part:
                words = " ".join(
                    f"{r} {PARTS[r].value}" if r[0] == "R" else r for r in part.split()
                )
                if side == "left":
                    picture.text(x + 8, y - 4, words, 10, colour)
                else:
                    picture.text(x - 8, y - 4, words, 10, colour, "end")
        picture.dot(lane, py, colour)


def _meaning(net: Netlist, name: str) -> str:
    if name in POWER:
        return name
    parts = sorted(
        p.partition(".")[0] for p in net.nets[name] if not p.startswith(("TP", "J", "SW"))
    )
    return {"Net-(J302-Pin_4)": "R307"}.get(name, short(name) if "Net-" not in name else parts[0])


# -- the chips from above -------------------------------------------------------------------------

CHIPS = ("U201", "U202", "U205", "U203", "U301")
LEGS = {"U201": 14, "U202": 14, "U205": 14, "U203": 8, "U301": 14}
# Three legs, flat side or tab towards the reader, from the left.
SMALL = {"U204": "RST VDD VSS", "Q201": "C B E", "Q102": "C B E", "Q103": "C B E", "Q101": "G D S"}


def chips(net: Netlist, stamp: str) -> str:
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
    return picture.svg(stamp)


def node(net: Netlist, pin: str) -> str:
    """A node's name: the sheet's, or the first chip or transistor leg on it."""
    name = net.net_of(pin)
    if name.startswith("unconnected"):
        return "left open"
    if "Net-(" not in name:
        return short(name)
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
