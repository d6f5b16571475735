"""What KiCad says about the sheets, and what their netlists say about the circuit."""

from __future__ import annotations

import json
from pathlib import Path

from . import drawing, netlist
from .kicad import Bench, Kicad, KicadError
from .library import HERE

SOURCES = ("*.kicad_sch", "*.kicad_pro", "*.kicad_sym", "sym-lib-table")


def sources(folder: Path = HERE) -> list[Path]:
    return sorted(path for pattern in SOURCES for path in folder.glob(pattern))


def erc_errors(bench: Bench, body: str) -> list[str]:
    """Electrical rules on the root and on every sheet below it, warnings included.

    A shared sheet alone has open ends, so it is judged where it is used, twice. That KiCad has
    read it at all is not in the report of a root: `part_errors` and `load_errors` see to that.
    """
    report = f"{body}-erc.json"
    bench.run("sch", "erc", "--severity-all", "--format", "json", "-o", report, f"{body}.kicad_sch")
    pages = json.loads((bench.folder / report).read_text(encoding="utf-8"))["sheets"]
    wrong = [
        f"{body}: {page['path']}: {fault['description']}: "
        + "; ".join(item["description"] for item in fault["items"])
        for page in pages
        for fault in page["violations"]
    ]
    if len(pages) != 1 + len(drawing.SHARED):
        wrong.append(f"{body}: ERC read {len(pages)} sheets of {1 + len(drawing.SHARED)}")
    return wrong


def load_errors(bench: Bench, name: str, parts: int) -> list[str]:
    """A sheet alone: KiCad reads it, and finds the parts that were drawn on it."""
    try:
        bench.run(
            "sch",
            "export",
            "netlist",
            "--format",
            "kicadxml",
            "-o",
            f"{name}.xml",
            f"{name}.kicad_sch",
        )
    except KicadError as error:
        return [str(error)]
    text = (bench.folder / f"{name}.xml").read_text(encoding="utf-8")
    found = text.count("<comp ")
    return [] if found == parts else [f"{name}: {found} parts of {parts}"]


def all_errors(kicad: Kicad, folder: Path = HERE) -> list[str]:
    """ERC, loading and netlists of both bodies, from the files in a folder."""
    drawn = drawing.sheets()
    wrong: list[str] = []
    with kicad.workshop(sources(folder)) as bench:
        for name in drawing.SHARED:
            refs = {p.ref for p in drawn[name].placed if not p.ref.startswith("#")}
            wrong += load_errors(bench, name, len(refs))
        for body in drawing.BODIES:
            try:
                wrong += erc_errors(bench, body)
                net = netlist.export(bench, body)
            except KicadError as error:
                wrong.append(str(error))
                continue
            wrong += netlist.errors(net, drawing.references(drawn, body))
    return wrong
