"""The drawings for a build on breadboards: of the drawn circuit, and with every part of it."""

import pytest
from circuit import checks, chips, drawing, export, netlist, wiring

from pod import pins


@pytest.fixture(scope="module")
def nets(kicad):
    with kicad.workshop(checks.sources()) as bench:
        return {body: netlist.export(bench, body) for body in drawing.BODIES}


@pytest.mark.parametrize("body", drawing.BODIES)
def test_every_signal_of_the_pin_table_has_its_wire(nets, body):
    svg = wiring.wiring(nets[body])
    for row in pins.PINS:
        if row[netlist.COLUMN[body]] is not None:
            assert f">{row[0].upper()}<" in svg


def test_a_wire_goes_to_the_pad_of_its_net_and_follows_it(nets):
    net = nets["pod-pico"]
    assert wiring.controller_net(net, "J302.2") == "I2S_BCLK"
    assert wiring.controller_net(net, "J301.2") == "LED_DATA"
    assert wiring.controller_net(net, "SW201.2") == "BUTTON"


def test_the_chips_and_the_list_below_them_name_every_part(nets):
    shown = chips.parts_shown(chips.chips(nets["pod-pico"]))
    wanted = {
        ref
        for ref in nets["pod-pico"].parts
        if ref[0] in "RCDFUQ" and not chips.PARTS[ref].optional and ref != "U501"
    }
    assert wanted <= shown


def test_every_leg_of_every_chip_is_there(nets):
    svg = chips.chips(nets["pod-pico"])
    for words in ("CLEAR_N", "RAIL_ENABLE", "LATCHED", "QUIET", "PRESSED", "RAMP"):
        assert f">{words}<" in svg
    assert svg.count(">left open<") == 8


def test_the_drawings_in_the_folder_are_of_the_sheets(kicad):
    assert export.build_drawing_errors(kicad) == []
