"""What schematics/README.md says in figures is what the program says."""

import re

import pytest
from circuit import bom, drawing, netlist, roots, spice, studies

from pod import pins

PAGE = (drawing.HERE / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "pico", "pi"), pins.PINS)
def test_every_pin_stands_in_the_table(name, pico, pi):
    row = re.search(rf"^\| {name}[ (].*$", PAGE, re.M)[0]
    assert f"| GP{pico}, pin {roots.PICO_PADS[pico]} |" in row
    assert (f"| BCM {pi}, pin {roots.PI_PADS[pi]} |" if pi else "| none") in row


def test_the_table_has_no_other_pins():
    assert len(re.findall(r"^\| .*\| GP\d", PAGE, re.M)) == len(pins.PINS)


@pytest.mark.parametrize("body", drawing.BODIES)
def test_the_sums_are_the_lists(body):
    for euro in (bom.total(body), bom.shopping_total(body, 1), bom.shopping_total(body, 10)):
        assert f"{euro:.0f} euro" in PAGE


def test_every_sheet_has_its_picture_in_it():
    for name in drawing.sheets():
        assert f"](pictures/{name}.png)" in PAGE
    for body in netlist.CONTROLLER:
        assert f"](pictures/wiring-{body}.svg)" in PAGE


def test_every_test_point_of_the_bring_up_is_on_the_sheets():
    wanted = set(re.findall(r"\bTP\d{3}\b", PAGE))
    for body in drawing.BODIES:
        assert wanted <= drawing.references(drawing.sheets(), body)


def test_the_dead_mans_corners_in_the_page_are_the_simulated_ones(ngspice):
    """The two corners that bound it; `make hardware` runs them all."""
    low, high = re.search(r"corners (\d+) to (\d+) ms, at random", PAGE).groups()
    for end, ms, values in ((0, low, {"stuck": 1}), (1, high, {"stuck": 0})):
        sign = {"offset": 1 - end, "r_top": 1 - end}
        timing = {n: pair[sign.get(n, end)] for n, pair in studies.TIMING.items()}
        fall = {n: pair[end] for n, pair in studies.FALL.items()}
        measured = spice.run(spice.Case("deadman", tuple({**timing, **fall, **values}.items())))
        assert (measured["t_off"] - studies.LAST_EDGE_S) * 1e3 == pytest.approx(float(ms), abs=1.5)
