"""Every part of both bodies, read from `parts.csv`: what it is on the sheets, what to buy.

The hundred of a reference is its sheet: 100 power, 200 dead-man, 300 outputs, 400 senses, 500 the
Pico's root, 600 the Raspberry Pi's. A line without references is what a pod needs and no sheet
shows; it says how many for which body. Part numbers are from the makers' catalogues; prices are
estimates for one piece, in euro, of `PRICED`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

PRICED = "2026-11"
TABLE = Path(__file__).resolve().parent.parent / "parts.csv"


@dataclass(frozen=True)
class Item:
    symbol: str
    value: str
    footprint: str = ""
    maker: str = ""
    mpn: str = ""
    alternate: str = ""  # maker and number of what may stand in its place
    euro: float = 0.0
    what: str = ""  # for the shopping list
    optional: bool = False  # fitted with the adult lead only
    in_bom: bool = True
    on_board: bool = True


def _item(row: dict[str, str]) -> Item:
    return Item(
        symbol=row["symbol"],
        value=row["value"],
        footprint=row["footprint"],
        maker=row["manufacturer"],
        mpn=row["part number"],
        alternate=row["alternate"],
        euro=float(row["euro"]),
        what=row["description"],
        optional=row["fitted"] == "adult lead",
        on_board=row["on board"] == "yes",
    )


def _read() -> tuple[dict[str, Item], dict[str, list[tuple[Item, int]]]]:
    on_sheets: dict[str, Item] = {}
    off_sheets: dict[str, list[tuple[Item, int]]] = {}
    with open(TABLE, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            item = _item(row)
            for ref in row["references"].split():
                if ref in on_sheets:
                    raise ValueError(f"{TABLE.name}: {ref} stands twice")
                on_sheets[ref] = item
            for count in row["off the sheets"].split():
                body, _, pieces = count.partition(":")
                off_sheets.setdefault(body, []).append((item, int(pieces)))
    return on_sheets, off_sheets


PARTS, OFF_SHEET = _read()
