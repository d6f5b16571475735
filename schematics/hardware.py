"""The circuit as a program: draw it, check it, simulate it, export it.

python schematics/hardware.py draw      sheets, project files, parts lists (no KiCad needed)
python schematics/hardware.py check     ERC, netlists against the pin table, parts lists
python schematics/hardware.py spice     every simulation against its limits
python schematics/hardware.py export    PDF, SVG and netlists into build/schematics
python schematics/hardware.py pictures  the README's pictures, from the sheets
python schematics/hardware.py all       check, spice, export: `make hardware`
python schematics/hardware.py symbols   copy the stock symbols out of KiCad again
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "device")]

from circuit import bom, checks, drawing, export, kicad, spice, studies, symbols  # noqa: E402


class Missing(Exception):
    """A tool is not here: a failure in CI, a skip elsewhere."""


def say(text: str) -> None:
    print(f"hardware: {text}", flush=True)


def needed_kicad() -> kicad.Kicad:
    found = kicad.find()
    if found is None:
        raise Missing("no KiCad 9: run tools/get_kicad.sh, or install it")
    return found


def judge(wrong: list[str], what: str) -> bool:
    for line in wrong:
        say(f"WRONG  {line}")
    if not wrong:
        say(f"ok     {what}")
    return not wrong


def draw() -> bool:
    drawing.write()
    bom.write()
    say("drawn: sheets, projects, parts lists")
    return True


def check() -> bool:
    lists = [*bom.file_errors(), *(e for body in drawing.BODIES for e in bom.errors(body))]
    good = [
        judge(drawing.errors(), "drawing again changes nothing"),
        judge(lists, "every line of the parts lists is complete"),
        judge(export.picture_errors(), "the pictures show the sheets as they are"),
        judge(
            export.build_drawing_errors(needed_kicad()),
            "the drawings for a build are of the sheets",
        ),
        judge(
            checks.all_errors(needed_kicad()),
            "ERC is silent on every sheet; netlists equal device/pod/pins.py and the rules",
        ),
    ]
    return all(good)


def simulate() -> bool:
    if not spice.available():
        raise Missing("no ngspice: apt install ngspice")
    good = True
    for study in studies.studies():
        say(f"simulating {study.title}: {len(study.cases)} runs ...")
        for result in spice.measure(study):
            good &= result.ok
            say(f"{'ok    ' if result.ok else 'WRONG '} {result}")
    return good


def make_exports() -> bool:
    made = export.export(needed_kicad())
    say(f"exported {len(made)} files into {export.OUT.relative_to(kicad.REPO)}")
    return bool(made)


def make_pictures() -> bool:
    svgs = [path for path in export.export(needed_kicad()) if path.suffix == ".svg"]
    export.write_build_drawings(needed_kicad())
    try:
        say(f"drew {len(export.pictures(svgs))} pictures of sheets: look at each")
    except FileNotFoundError as error:
        raise Missing("no rsvg-convert: apt install librsvg2-bin") from error
    return True


def copy_symbols() -> bool:
    libraries = needed_kicad().root / "usr/share/kicad/symbols"
    symbols.extract(libraries, HERE / "starlit.kicad_sym")
    return True


def everything() -> bool:
    """All of it, whatever fails on the way; a tool that is not here skips its part only."""
    good = True
    for step in (check, simulate, make_exports):
        good &= attempt(step)
    return good


def attempt(step: Callable[[], bool]) -> bool:
    try:
        return step()
    except Missing as error:
        strict = os.environ.get("CI") == "true"
        say(f"{'FAILED' if strict else 'SKIPPED'}  {error}")
        return not strict
    except (kicad.KicadError, spice.SpiceError) as error:
        say(f"FAILED  {error}")
        return False


COMMANDS: dict[str, Callable[[], bool]] = {
    "draw": draw,
    "check": check,
    "spice": simulate,
    "export": make_exports,
    "pictures": make_pictures,
    "all": everything,
    "symbols": copy_symbols,
}


def main(argv: list[str]) -> int:
    if len(argv) != 1 or argv[0] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    return 0 if attempt(COMMANDS[argv[0]]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
