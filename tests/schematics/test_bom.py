"""The parts lists: complete, and of the parts that the sheets show."""

import csv
from dataclasses import replace

import pytest
from circuit import bom, drawing, parts

BODIES = drawing.BODIES


@pytest.mark.parametrize("body", BODIES)
def test_every_line_is_complete(body):
    assert bom.errors(body) == []


@pytest.mark.parametrize("gap", ["maker", "mpn", "alternate", "what"])
def test_a_gap_is_noticed(monkeypatch, gap):
    monkeypatch.setitem(parts.PARTS, "R205", replace(parts.PARTS["R205"], **{gap: ""}))
    assert [line for line in bom.errors("pod-pico") if "R205" in line]


def test_the_lists_in_the_folder_are_the_programs():
    assert bom.file_errors() == []


@pytest.mark.parametrize("body", BODIES)
def test_a_list_names_every_part_of_the_sheets_once(body):
    with open(bom.FOLDER / f"{body}.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    refs = [ref for row in rows[:-1] for ref in row["references"].split()]
    assert sorted(refs) == sorted(drawing.references(drawing.sheets(), body))
    lines = [row for row in rows[:-1] if row["references"]]
    assert all(int(row["quantity"]) == len(row["references"].split()) for row in lines)


@pytest.mark.parametrize("body", BODIES)
def test_ten_pods_cost_less_than_ten_times_one(body):
    assert bom.total(body) <= bom.shopping_total(body, 1)
    assert bom.shopping_total(body, 10) < 10 * bom.shopping_total(body, 1)


@pytest.mark.parametrize("body", BODIES)
def test_a_shopping_list_holds_at_least_what_the_pods_need(body):
    for line in bom.lines(body):
        assert bom.to_buy(line, 10) >= 10 * line.quantity
