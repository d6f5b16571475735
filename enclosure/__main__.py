"""`python -m enclosure [build|check|same|all]`: make the files, check the house, compare.

build  makes every file and picture and fills README's tables
check  runs every check and its control
same   makes everything anew elsewhere and compares it with what is committed
all    build, then check
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from .params import HERE

MADE, PICTURES = HERE / "made", HERE / "pictures"


def say(words):
    print(f"enclosure: {words}", flush=True)


def build(house, made=MADE, shown=PICTURES, with_slicer=True):
    """Write everything under `made` and `shown`."""
    from . import drawing, export, labels, pictures, slicing

    say("STEP, STL, 3MF")
    export.write_all(house, made)
    drawing.draw(house, made / "drawing.svg")
    labels.write(made)
    if with_slicer:
        say("slicing every part")
        slicing.write(made / "stl", made / "slice.json")
    say("pictures")
    pictures.FOLDER = shown
    pictures.all_pictures(house)


def check(house, only=None):
    """Run every check; returns how many did not hold, or whose control was not caught."""
    from .checks import all_checks

    wrong = 0
    for one in all_checks():
        if only and one.name not in only:
            continue
        start = time.monotonic()
        problems, figure = one.run(house)
        caught, _ = one.control(house)
        took = time.monotonic() - start
        word = "FAILS" if problems else "ok"
        say(f"{word:5} {one.name}: {one.says} [{took:.1f} s]")
        say(f"      {figure}")
        say(f"      control ({one.spoiled}): {'caught' if caught else 'NOT CAUGHT'}")
        for problem in problems:
            say(f"      {problem}")
        wrong += bool(problems) + (not caught)
    say("all checks hold" if not wrong else f"{wrong} of the checks do not hold")
    return wrong


def same(house):
    """How many committed files differ from ones made now."""
    from . import same as comparing
    from . import tables

    with tempfile.TemporaryDirectory() as folder:
        made, shown = Path(folder) / "made", Path(folder) / "pictures"
        build(house, made, shown)
        found = comparing.folders(MADE, made) + comparing.folders(PICTURES, shown)
    import json

    report = json.loads((MADE / "slice.json").read_text())
    if tables.readme_text(report) != tables.README.read_text():
        found.append(("README.md", "its tables are not those of the slice report"))
    for path, problem in found:
        say(f"{path} {problem}")
    say(
        "committed files equal the model"
        if not found
        else f"{len(found)} files differ: make enclosure"
    )
    return len(found)


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog="python -m enclosure",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", nargs="?", default="all", choices=("build", "check", "same", "all"))
    parser.add_argument("--only", action="append", metavar="CHECK", help="run this check alone")
    options = parser.parse_args(argv)
    from . import slicing, tables
    from .model import House

    start = time.monotonic()
    wrong = 0
    try:
        house = House()
        say(f"{len(house.level)} parts built")
        if options.what in ("build", "all"):
            build(house)
            tables.write(MADE / "slice.json")
        if options.what in ("check", "all"):
            wrong += check(house, options.only)
        if options.what == "same":
            wrong += same(house)
    except slicing.NoSlicer as problem:
        say(str(problem))
        return 2
    say(f"{time.monotonic() - start:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
