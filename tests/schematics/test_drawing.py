"""The sheets are what the program draws, and the README's pictures are of them."""

import pytest

from circuit import drawing, export, sheet


def test_drawing_again_changes_nothing():
    assert drawing.errors() == []


def test_a_changed_value_is_noticed(monkeypatch):
    monkeypatch.setattr(drawing, "REVISION", "0.0")
    assert len(drawing.errors()) == 6


def test_every_picture_shows_its_sheet_as_it_is():
    assert export.picture_errors() == []


def test_a_picture_of_an_older_sheet_is_noticed(monkeypatch):
    monkeypatch.setattr(export, "digest", lambda name: f"another {name}")
    assert len(export.picture_errors()) == 6 + 3  # sheets, and drawings for a build


@pytest.mark.parametrize("name", sorted(drawing.sheets()))
def test_no_wire_crosses_another(name):
    """A crossing joins nothing in KiCad, and a reader has to look twice: a node is drawn as ends."""
    assert list(crossings(drawing.sheets()[name])) == []


def crossings(drawn):
    for ax, ay, bx, by in ((*a, *b) for a, b in drawn.wires if a[0] == b[0]):
        for cx, cy, dx, dy in ((*c, *d) for c, d in drawn.wires if c[1] == d[1]):
            if min(ay, by) < cy < max(ay, by) and min(cx, dx) < ax < max(cx, dx):
                yield ax, cy


@pytest.mark.parametrize("name", sorted(drawing.sheets()))
def test_every_part_stands_inside_the_paper(name):
    for placed in drawing.sheets()[name].placed:
        for number in sheet.pins_of(placed.symbol, placed.unit):
            x, y = placed.pin(number)
            assert 10 <= x <= 224 and 10 <= y <= 156, (placed.ref, number)
