"""The sheets are what the program draws, and the README's pictures are of them."""

import pytest
from circuit import drawing, export, library


def test_drawing_again_changes_nothing():
    assert drawing.errors() == []


def test_a_changed_value_is_noticed(monkeypatch):
    monkeypatch.setattr(drawing, "REVISION", "0.0")
    assert len(drawing.errors()) == 6


def test_every_picture_shows_its_sheet_as_it_is():
    assert export.picture_errors() == []


def test_a_picture_of_an_older_sheet_is_noticed(monkeypatch):
    monkeypatch.setattr(export, "digest", lambda name: f"another {name}")
    assert len(export.picture_errors()) == 6


@pytest.mark.parametrize("name", sorted(drawing.sheets()))
def test_no_wire_crosses_another(name):
    """A crossing joins nothing in KiCad, and a reader has to look twice."""
    assert list(crossings(drawing.sheets()[name])) == []


def crossings(drawn):
    for (x, ay), (_, by) in (wire for wire in drawn.wires if wire[0][0] == wire[1][0]):
        for (ax, y), (bx, _) in (wire for wire in drawn.wires if wire[0][1] == wire[1][1]):
            if min(ay, by) < y < max(ay, by) and min(ax, bx) < x < max(ax, bx):
                yield x, y


@pytest.mark.parametrize("name", sorted(drawing.sheets()))
def test_every_part_stands_inside_the_paper(name):
    for placed in drawing.sheets()[name].placed:
        for number in library.pins_of(placed.symbol, placed.unit):
            x, y = placed.pin(number)
            assert 10 <= x <= 224 and 10 <= y <= 156, (placed.ref, number)
