"""KiCad's netlist against the firmware's pin table and the circuit's rules, and what they catch."""

import re
from dataclasses import replace

import pytest
from circuit import checks, deck, drawing, netlist

BODIES = drawing.BODIES


def spoil(folder, name, old, new, count=1):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


@pytest.fixture(scope="module")
def nets(kicad):
    with kicad.workshop(checks.sources()) as bench:
        return {body: netlist.export(bench, body) for body in BODIES}


def test_nothing_is_wrong_with_the_sheets(kicad):
    assert checks.all_errors(kicad) == []


@pytest.mark.parametrize("body", BODIES)
def test_both_ways_the_pin_table_is_the_netlist(nets, body):
    table = netlist.numbers(body)
    assert nets[body].gpio == {number: name.upper() for name, number in table.items()}


@pytest.mark.parametrize("body", BODIES)
def test_a_renamed_net_is_caught(kicad, copies, body):
    spoil(copies, f"{body}.kicad_sch", '(label "HEARTBEAT"', '(label "HEARTBEET"')
    assert any("HEARTBEET" in line for line in checks.all_errors(kicad, copies))


def test_two_nets_that_change_places_are_caught_where_erc_sees_nothing(kicad, copies):
    for old, new in (("HOT", "x"), ("RAIL_ENABLE", "HOT"), ("x", "RAIL_ENABLE")):
        path = copies / "pod-pico.kicad_sch"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f'(label "{old}"', f'(label "{new}"', 1), encoding="utf-8")
    wrong = checks.all_errors(kicad, copies)
    assert [line for line in wrong if "pins.py" in line] == [
        "pod-pico: GPIO17 is RAIL_ENABLE in device/pod/pins.py and HOT on the sheet",
        "pod-pico: GPIO18 is HOT in device/pod/pins.py and RAIL_ENABLE on the sheet",
    ]


def test_a_pin_that_only_the_firmware_has_is_caught(nets, monkeypatch):
    monkeypatch.setattr(netlist.pins, "PINS", (*netlist.pins.PINS, ("siren", 0, 4)))
    for body in BODIES:
        assert len(netlist.pin_errors(nets[body])) == 1


def test_a_corrupt_shared_sheet_is_caught(kicad, copies):
    path = copies / "power.kicad_sch"
    path.write_text(path.read_text(encoding="utf-8")[:-2000], encoding="utf-8")
    assert any("power" in line for line in checks.all_errors(kicad, copies))


def test_a_wire_that_is_not_drawn_is_caught(kicad, copies):
    """The button's pull-up without its wire: what KiCad joins is what counts."""
    text = (copies / "deadman.kicad_sch").read_text(encoding="utf-8")
    wires = re.findall(r"\t\(wire .*\n", text)
    for wire in wires[:3]:
        (copies / "deadman.kicad_sch").write_text(text.replace(wire, ""), encoding="utf-8")
        assert checks.all_errors(kicad, copies) != [], wire


def test_a_way_around_the_switch_is_caught(nets):
    net = netlist.Netlist(
        "pod-pico", {name: set(pins) for name, pins in nets["pod-pico"].nets.items()}
    )
    assert netlist.bridge_errors(net) == []
    net.nets[netlist.SUPPLY].add("R999.1")
    net.nets["somewhere"] = {"R999.2", "D998.1"}
    net.nets[netlist.RAIL].add("D998.2")
    assert netlist.bridge_errors(net) != []


@pytest.mark.parametrize("rule", sorted(netlist.RULES))
def test_every_rule_can_be_broken(nets, rule):
    net = netlist.Netlist(
        "pod-hat",
        {name: set(pins) for name, pins in nets["pod-hat"].nets.items()},
        dict(nets["pod-hat"].gpio),
    )
    pin = netlist.RULES[rule].split()[-1]
    net.nets[net.net_of(pin)].discard(pin)
    assert any(rule in line for line in netlist.rule_errors(net))


@pytest.mark.parametrize("body", BODIES)
def test_the_simulated_circuit_is_the_drawn_one(nets, body):
    assert deck.errors(nets[body].net_of) == []


@pytest.mark.parametrize("pin", ["R203.1", "Q102.2", "C103.2", "D103.1", "R209.2", "U201.5"])
def test_a_simulated_part_that_is_drawn_elsewhere_is_caught(nets, pin):
    assert deck.errors(lambda p: "elsewhere" if p == pin else nets["pod-pico"].net_of(p)) != []


def test_a_simulated_value_that_is_not_the_drawn_one_is_caught(monkeypatch):
    monkeypatch.setitem(deck.PARTS, "R205", replace(deck.PARTS["R205"], value="1.00M"))
    assert deck.value_errors() == ["R205: 2.00Meg in the deck, 1.00M on the sheet"]
