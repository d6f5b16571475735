"""Read KiCad's netlist and hold it against the firmware's pin table and the rules of the circuit.

Every check returns the lines of what is wrong; none is good.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pod import pins

from . import deck
from .kicad import Bench
from .parts import PARTS

CONTROLLER = {"pod-pico": "U501", "pod-hat": "U601"}
COLUMN = {"pod-pico": 1, "pod-hat": 2}
SWITCH = "SW101"
SUPPLY, RAIL = "+5V", "+5V_SW"
GPIO = re.compile(r"GPIO0*(\d+)")

# What must be joined, written down by hand from SAFETY 7 and 8 and not from the drawing. A net
# that is drawn with a part less or a part more is caught here, ERC or not.
RULES = {
    "the switch alone joins the rail to its load switch": "Q101.2 SW101.1 C103.2 TP102.1",
    "the other throw bleeds": "SW101.3 R105.1",
    "the sense comes through the second pole": "R106.2 SW101.4",
    "a broken sense wire is pulled down": "SW101.5 R107.1 C104.1 R209.1",
    "the latch is cleared by sense, time and supply": "R209.2 U203.1 U204.1 U205.1 TP202.1",
    "the latch is set by the button's edge": "U201.8 U205.3",
    "the button is heard by latch and firmware": "R212.2 R210.2 R211.1",
    "the timer is charged, emptied and compared": "R205.2 C202.1 Q201.1 U203.2",
    "the enable holds the timer and gates the rail": "R208.2 U201.4 U201.13",
    "the latch gates the rail": "U205.5 U201.12 TP203.1",
    "a rail that is off is bled": "U201.11 U202.4 R109.1",
    "a rail that is on is driven": "U202.6 R103.1 TP204.1",
    "the heartbeat reaches both ways to the gate": "U202.1 R202.1 R203.1 TP201.1",
    "edges only keep it alive": "U202.3 U201.5",
    "both kinds of edge": "U201.3 U202.2",
    "what comes in passes the fuse, the suppressor and the diode": "F101.2 D101.1 D102.2",
    "the rail's voltage is seen": "R111.2 R112.1",
    "the ring's data is the firmware's": "R301.1",
    "and rests low": "R301.2 R303.1 U301.2",
    "and is shifted": "U301.3 R302.1",
    "and reaches the ring": "R302.2 J301.2 TP301.1",
    "the amplifier's word clock": "R304.1",
    "its bit clock": "R305.1",
    "its data": "R306.1",
    "word clock, in the breakout's order": "R304.2 J302.1",
    "bit clock, in the breakout's order": "R305.2 J302.2",
    "data, in the breakout's order": "R306.2 J302.3",
    "its enable is the firmware's": "R308.1",
    "the thermistor is compared": "R405.2 TH401.1 C401.1 R409.1 U203.5",
    "with 45 C": "R406.2 R407.1 C402.1 U203.6",
    "and heat is told": "U203.7 R409.2 R408.2 TP401.1",
    "gain at 3 dB": "J302.4 R307.1",
    "the amplifier rests until asked": "R308.2 R309.1 J302.5",
    "one resistor in series with the speaker, two across it": "R310.2 R311.1 R312.1 J304.1",
    "and its return": "J303.2 R311.2 R312.2 J304.2",
}
# Pins that a net of RULES has besides, by body: the controller's.
FIRMWARE = {
    "the rail's voltage is seen": "rail_sense",
    "the ring's data is the firmware's": "led_data",
    "the amplifier's word clock": "i2s_lrclk",
    "its bit clock": "i2s_bclk",
    "its data": "i2s_din",
    "its enable is the firmware's": "amp_enable",
    "the thermistor is compared": "ntc",
    "and heat is told": "hot",
    "the heartbeat reaches both ways to the gate": "heartbeat",
    "a broken sense wire is pulled down": "switch_sense",
    "the button is heard by latch and firmware": "button",
    "the enable holds the timer and gates the rail": "rail_enable",
}
ON_RAIL = ("J301.1", "J302.7", "U301.14", "C105.1", "SW101.2", "R108.1")


@dataclass
class Netlist:
    body: str
    nets: dict[str, set[str]] = field(default_factory=dict)  # name: {"U501.21", ...}
    gpio: dict[int, str] = field(default_factory=dict)  # of the controller: number: net
    parts: dict[str, dict[str, str]] = field(default_factory=dict)

    def net_of(self, pin: str) -> str:
        return next((name for name, pins_ in self.nets.items() if pin in pins_), "")


def numbers(body: str) -> dict[str, int]:
    """The firmware's table for one body: name, GPIO."""
    table = {}
    for row in pins.PINS:
        number = row[COLUMN[body]]
        if isinstance(number, int):
            table[str(row[0])] = number
    return table


def export(bench: Bench, body: str) -> Netlist:
    bench.run(
        "sch", "export", "netlist", "--format", "kicadxml", "-o", f"{body}.xml", f"{body}.kicad_sch"
    )
    return read(bench.folder / f"{body}.xml", body)


def read(path: Path, body: str) -> Netlist:
    tree, found = ET.parse(path), Netlist(body)
    for comp in tree.iter("comp"):
        fields = {f.get("name", ""): f.text or "" for f in comp.iter("field")}
        found.parts[comp.get("ref", "")] = {"Value": comp.findtext("value", ""), **fields}
    for net in tree.iter("net"):
        # A label on the root sheet reads "/NAME"; a power symbol's net has no slash.
        name = net.get("name", "").removeprefix("/")
        nodes = list(net.iter("node"))
        found.nets[name] = {f"{node.get('ref')}.{node.get('pin')}" for node in nodes}
        for node in nodes:
            number = GPIO.search(node.get("pinfunction", ""))
            if node.get("ref") == CONTROLLER[body] and number and not _open(net):
                found.gpio[int(number[1])] = name
    return found


def _open(net: ET.Element) -> bool:
    return net.get("name", "").startswith("unconnected-")


def pin_errors(net: Netlist) -> list[str]:
    """The pin table of the firmware against the controller's pins, both ways."""
    table = {number: name.upper() for name, number in numbers(net.body).items()}
    where = f"{net.body}: GPIO"
    return [
        f"{where}{number} is {table.get(number, 'free')} in device/pod/pins.py"
        f" and {net.gpio.get(number, 'free')} on the sheet"
        for number in sorted(table.keys() | net.gpio.keys())
        if table.get(number) != net.gpio.get(number)
    ]


def rule_errors(net: Netlist) -> list[str]:
    """Each rule's net has exactly its pins."""
    gpios = numbers(net.body)
    pads = {
        net_name: pin
        for net_name, pins_ in net.nets.items()
        for pin in pins_
        if pin.startswith(CONTROLLER[net.body] + ".")
    }
    wrong = []
    for rule, text in RULES.items():
        wanted = set(text.split())
        number = gpios.get(FIRMWARE.get(rule, ""))
        if number is not None:
            wanted.add(pads.get(net.gpio.get(number, ""), "the controller"))
        drawn = net.nets.get(net.net_of(text.split()[0]), set())
        if drawn != wanted:
            wrong.append(f"{net.body}: {rule}: {_difference(wanted, drawn)}")
    off_rail = [pin for pin in ON_RAIL if net.net_of(pin) != RAIL]
    return wrong + [f"{net.body}: {pin} is not on {RAIL}" for pin in off_rail]


def _difference(wanted: set[str], drawn: set[str]) -> str:
    missing, extra = sorted(wanted - drawn), sorted(drawn - wanted)
    return "; ".join(
        f"{word} {', '.join(pins_)}"
        for word, pins_ in (("lacks", missing), ("has", extra))
        if pins_
    )


def bridge_errors(net: Netlist) -> list[str]:
    """Nothing but the switch joins +5V to +5V_SW: no path of parts without it."""
    # Ground and the controller's 3.3 V are everywhere; a chip's pins are not a path through it.
    walls = {"GND", "+3V3"}
    touching: dict[str, set[str]] = {}
    for name, pins_ in net.nets.items():
        for pin in pins_:
            ref = pin.partition(".")[0]
            if ref != SWITCH and not ref.startswith("U") and name not in walls:
                touching.setdefault(ref, set()).add(name)
    reached, todo = {SUPPLY}, [SUPPLY]
    while todo:
        name = todo.pop()
        for nets in touching.values():
            if name in nets:
                todo += nets - reached
                reached |= nets
    return (
        [f"{net.body}: a way around {SWITCH} joins {SUPPLY} to {RAIL}"] if RAIL in reached else []
    )


def part_errors(net: Netlist, expected: Iterable[str]) -> list[str]:
    """The sheets hold exactly the expected parts, with the makers' numbers of the parts list."""
    wanted = set(expected)
    wrong = [f"{net.body}: {ref} is not on the sheets" for ref in sorted(wanted - set(net.parts))]
    wrong += [
        f"{net.body}: {ref} is not in the parts list" for ref in sorted(net.parts.keys() - wanted)
    ]
    for ref in sorted(wanted & net.parts.keys()):
        fields = net.parts[ref]
        for name, mine in (("Value", PARTS[ref].value), ("MPN", PARTS[ref].mpn)):
            if fields.get(name, "") != mine:
                wrong.append(f"{net.body}: {ref} has {name} {fields.get(name)!r}, not {mine!r}")
    return wrong


def errors(net: Netlist, expected: Iterable[str]) -> list[str]:
    return [
        *pin_errors(net),
        *rule_errors(net),
        *bridge_errors(net),
        *part_errors(net, expected),
        *[f"{net.body}: {line}" for line in deck.errors(net.net_of)],
    ]
