"""All sheets and project files, as text; and whether the files in the folder still equal them."""

from __future__ import annotations

import json

from . import deadman, outputs, power, roots, senses
from .library import HERE
from .sheet import Sheet

DATE, REVISION = "2026-11-24", "0.1"
BODIES = tuple(project.name for project in roots.PROJECTS)
SHARED = ("power", "deadman", "outputs", "senses")
TABLE = """(sym_lib_table
  (version 7)
  (lib (name "starlit")(type "KiCad")(uri "${KIPRJMOD}/starlit.kicad_sym")(options "")
    (descr "Stock symbols that the sheets use"))
)
"""


def sheets() -> dict[str, Sheet]:
    shared = [module.draw(roots.PROJECTS) for module in (power, deadman, outputs, senses)]
    return {sheet.name: sheet for sheet in (roots.pico(), roots.hat(), *shared)}


def references(drawn: dict[str, Sheet], body: str) -> set[str]:
    """The parts of one body."""
    names = (body, *SHARED)
    return {p.ref for name in names for p in drawn[name].placed if not p.ref.startswith("#")}


def files() -> dict[str, str]:
    """File name: text."""
    texts = {f"{name}.kicad_sch": s.text(DATE, REVISION) for name, s in sheets().items()}
    for body in BODIES:
        project = {"meta": {"filename": f"{body}.kicad_pro", "version": 3}}
        texts[f"{body}.kicad_pro"] = json.dumps(project, indent=2) + "\n"
    texts["sym-lib-table"] = TABLE
    return texts


def write() -> None:
    for name, text in files().items():
        (HERE / name).write_text(text, encoding="utf-8")


def errors() -> list[str]:
    """Drawing again must change nothing."""
    return [
        f"{name} is not what schematics/circuit draws: run python schematics/hardware.py draw"
        for name, text in files().items()
        if not (HERE / name).exists() or (HERE / name).read_text(encoding="utf-8") != text
    ]
