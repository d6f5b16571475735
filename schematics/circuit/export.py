"""Everything that is made from the sheets: PDF, SVG, netlist, and the pictures of the README."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from PIL import Image, PngImagePlugin

from . import checks, chips, drawing, netlist, wiring
from .kicad import REPO, Kicad
from .library import HERE

OUT = REPO / "build" / "schematics"
PICTURES = HERE / "pictures"
WIDTH_PX = 1800
COLOURS = 64
STAMP = "drawn-from"  # the PNG text that says which sheet it shows: the sheet's SHA-256


def digest(name: str) -> str:
    return hashlib.sha256((HERE / f"{name}.kicad_sch").read_bytes()).hexdigest()


def export(kicad: Kicad, out: Path = OUT) -> list[Path]:
    """PDF, netlist, and SVG of every sheet, named by its file."""
    out.mkdir(parents=True, exist_ok=True)
    titles = {sheet.title: name for name, sheet in drawing.sheets().items()}
    made = []
    with kicad.workshop(checks.sources()) as bench:
        for body in drawing.BODIES:
            source = f"{body}.kicad_sch"
            bench.run("sch", "export", "pdf", "-o", f"{body}.pdf", source)
            bench.run("sch", "export", "netlist", "-o", f"{body}.net", source)
            bench.run("sch", "export", "svg", "-o", f"{body}-svg", source)
            for kind in ("pdf", "net"):
                made.append(Path(shutil.copy(bench.folder / f"{body}.{kind}", out)))
            for svg in sorted((bench.folder / f"{body}-svg").glob("*.svg")):
                title = svg.stem.removeprefix(f"{body}-")
                target = out / f"{titles.get(title, body)}.svg"
                made.append(Path(shutil.copy(svg, target)))
    return sorted(set(made))


def pictures(svgs: list[Path]) -> list[Path]:
    """PNG of every sheet for the README, small, each with the digest of what it shows."""
    PICTURES.mkdir(exist_ok=True)
    made = []
    for svg in svgs:
        png = PICTURES / f"{svg.stem}.png"
        subprocess.run(
            ["rsvg-convert", "-w", str(WIDTH_PX), "--background-color=white", "-o", png, svg],
            check=True,
        )
        info = PngImagePlugin.PngInfo()
        info.add_text(STAMP, digest(svg.stem))
        with Image.open(png) as image:
            small = image.convert("RGB").quantize(COLOURS)
        small.save(png, optimize=True, pnginfo=info)
        made.append(png)
    return made


def build_drawings(kicad: Kicad) -> dict[str, str]:
    """The wiring of each body and the chips from above: file name, text."""
    texts = {}
    with kicad.workshop(checks.sources()) as bench:
        for body in drawing.BODIES:
            net = netlist.export(bench, body)
            texts[f"wiring-{body}.svg"] = wiring.wiring(net)
            if body == "pod-pico":
                texts["chips.svg"] = chips.chips(net)
    return texts


def write_build_drawings(kicad: Kicad) -> None:
    PICTURES.mkdir(exist_ok=True)
    for name, text in build_drawings(kicad).items():
        (PICTURES / name).write_text(text, encoding="utf-8")


def build_drawing_errors(kicad: Kicad) -> list[str]:
    """The drawings in the folder are of the sheets as they are."""
    return [
        f"pictures/{name} is not of the sheets as they are:"
        " run python schematics/hardware.py pictures"
        for name, text in build_drawings(kicad).items()
        if not (PICTURES / name).exists() or (PICTURES / name).read_text(encoding="utf-8") != text
    ]


def picture_errors() -> list[str]:
    """Every sheet has its picture, and the picture shows the sheet as it is."""
    wrong = []
    for name in drawing.sheets():
        png = PICTURES / f"{name}.png"
        shown = Image.open(png).info.get(STAMP) if png.exists() else None
        if shown != digest(name):
            wrong.append(
                f"pictures/{name}.png is not of the sheet as it is:"
                " run python schematics/hardware.py pictures"
            )
    return wrong
