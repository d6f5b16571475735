"""The wires of a build on breadboards: the controller, what hangs on it, which wire goes where."""

from __future__ import annotations

from dataclasses import dataclass

from .netlist import CONTROLLER, Netlist
from .parts import PARTS
from .picture import COLOURS, INK, POWER, SOFT, Picture


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
        "4 ohm; R311, R312 across it",
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


def wiring(net: Netlist) -> str:
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
    return picture.svg()


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
    names = sorted({goal for *_, goal in routed}, key=lambda goal: (at[goal][1], goal))
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
