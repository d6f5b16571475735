"""The bill of materials of each body, and what to buy for one pod and for ten, as CSV."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass

from . import drawing
from .library import HERE
from .parts import OFF_SHEET, PARTS, PRICED, Item

FOLDER = HERE / "bom"
CHEAP_EURO = 0.5  # of what costs less, one or a tenth is bought to lose
DISCOUNT = {1: 1.0, 10: 0.85}  # an estimate of the price at ten times the pieces
REF = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True)
class Line:
    item: Item
    refs: tuple[str, ...]
    quantity: int

    @property
    def euro(self) -> float:
        return self.item.euro * self.quantity


def in_order(refs: set[str] | list[str]) -> list[str]:
    def key(ref: str) -> tuple[str, int]:
        found = REF.fullmatch(ref)
        return (found[1], int(found[2])) if found else (ref, 0)

    return sorted(refs, key=key)


def lines(body: str) -> list[Line]:
    """One line a maker's number; what is fitted only for the adult lead apart."""
    refs = in_order(drawing.references(drawing.sheets(), body))
    groups: dict[tuple[str, str, bool], list[str]] = {}
    for ref in refs:
        item = PARTS[ref]
        groups.setdefault((item.maker, item.mpn, item.optional), []).append(ref)
    found = [Line(PARTS[group[0]], tuple(group), len(group)) for group in groups.values()]
    return found + [Line(item, (), pieces) for item, pieces in OFF_SHEET[body]]


def errors(body: str) -> list[str]:
    """Every line is complete."""
    wrong = []
    for line in lines(body):
        item, name = line.item, ", ".join(line.refs) or line.item.what
        for word, value in (
            ("manufacturer", item.maker),
            ("part number", item.mpn),
            ("alternate", item.alternate),
            ("price", item.euro),
            ("description", item.what),
        ):
            if not value:
                wrong.append(f"{body}: {name} has no {word}")
        if item.alternate == f"{item.maker} {item.mpn}":
            wrong.append(f"{body}: {name} is its own alternate")
    return wrong


def total(body: str) -> float:
    return sum(line.euro for line in lines(body) if not line.item.optional)


def to_buy(line: Line, pods: int) -> int:
    pieces = line.quantity * pods
    spare = math.ceil(pieces / 10) if line.item.euro < CHEAP_EURO else 0
    return pieces + spare


def shopping_total(body: str, pods: int) -> float:
    return sum(
        to_buy(line, pods) * line.item.euro * DISCOUNT[pods]
        for line in lines(body)
        if not line.item.optional
    )


def _csv(rows: list[list[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def bom_text(body: str) -> str:
    rows: list[list[object]] = [
        [
            "references",
            "quantity",
            "value",
            "description",
            "manufacturer",
            "part number",
            "alternate",
            "fitted",
            f"euro each (estimate, {PRICED})",
            "euro",
        ]
    ]
    for line in lines(body):
        item = line.item
        rows.append(
            [
                " ".join(line.refs),
                line.quantity,
                item.value if line.refs else "",
                item.what,
                item.maker,
                item.mpn,
                item.alternate,
                "adult lead only" if item.optional else "always",
                f"{item.euro:.2f}",
                f"{line.euro:.2f}",
            ]
        )
    rows.append(["total without the adult lead", *[""] * 8, f"{total(body):.2f}"])
    return _csv(rows)


def shopping_text(body: str, pods: int) -> str:
    rows: list[list[object]] = [
        [
            "buy",
            "description",
            "manufacturer",
            "part number",
            "alternate",
            f"euro each (estimate, {PRICED})",
            "euro",
        ]
    ]
    for line in lines(body):
        if line.item.optional:
            continue
        pieces, each = to_buy(line, pods), line.item.euro * DISCOUNT[pods]
        rows.append(
            [
                pieces,
                line.item.what,
                line.item.maker,
                line.item.mpn,
                line.item.alternate,
                f"{each:.3f}",
                f"{pieces * each:.2f}",
            ]
        )
    rows.append(["total", *[""] * 5, f"{shopping_total(body, pods):.2f}"])
    return _csv(rows)


def files() -> dict[str, str]:
    texts = {}
    for body in drawing.BODIES:
        texts[f"{body}.csv"] = bom_text(body)
        for pods in DISCOUNT:
            texts[f"{body}-shopping-{pods}.csv"] = shopping_text(body, pods)
    return texts


def write() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def file_errors() -> list[str]:
    return [
        f"bom/{name} is not what schematics/circuit says: run python schematics/hardware.py draw"
        for name, text in files().items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != text
    ]
