"""Slice every part with PrusaSlicer and report time, grams and layer height."""

import json
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .params import HERE
from .parts import PRINTED

SETTINGS = {
    # The roof is solid, so that its thickness is plastic and not infill.
    "body": {
        "layer-height": 0.2,
        "fill-density": "15%",
        "filament-density": 1.24,
        "temperature": 210,
        "bed-temperature": 60,
    },
    "roof": {
        "layer-height": 0.2,
        "fill-density": "100%",
        "fill-pattern": "rectilinear",
        "filament-density": 1.24,
        "temperature": 215,
        "bed-temperature": 60,
    },
    "foot": {
        "layer-height": 0.2,
        "fill-density": "40%",
        "filament-density": 1.21,
        "temperature": 225,
        "bed-temperature": 50,
        "perimeter-speed": 25,
        "infill-speed": 30,
        "solid-infill-speed": 30,
        "external-perimeter-speed": 20,
    },
}
TIME = re.compile(r"estimated printing time \(normal mode\) = (.*)")
GRAMS = re.compile(r"^; filament used \[g\] = ([\d.]+)", re.MULTILINE)
UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


class NoSlicer(RuntimeError):
    """PrusaSlicer is not installed."""


def slicer():
    found = shutil.which("prusa-slicer") or shutil.which("PrusaSlicer")
    if not found:
        raise NoSlicer("PrusaSlicer is not here: apt install prusa-slicer")
    return found


def seconds(text):
    return sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)([dhms])", text))


def slice_one(stl, quality):
    """{minutes, grams, layer_mm} of one STL; raises where the slicer refuses."""
    settings = SETTINGS[quality]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "part.gcode"
        options = [f"--{key}={value}" for key, value in settings.items()]
        done = subprocess.run(
            [
                slicer(),
                "--export-gcode",
                "--load",
                str(HERE / "slice.ini"),
                *options,
                "--center",
                "90,90",
                "--output",
                str(out),
                str(stl),
            ],
            capture_output=True,
            text=True,
            timeout=280,
        )
        if done.returncode or not out.exists():
            raise RuntimeError(f"{stl.name}: {done.stdout[-400:]}{done.stderr[-400:]}")
        text = out.read_text(errors="replace")
    grams = sum(float(g) for g in GRAMS.findall(text))
    minutes = round(seconds(TIME.search(text).group(1)) / 60)
    if not grams or not minutes:
        raise RuntimeError(f"{stl.name}: the slicer reports no plastic or no time")
    if ";TYPE:Support" in text:
        raise RuntimeError(f"{stl.name}: printed with support")
    return {"minutes": minutes, "grams": round(grams, 1), "layer_mm": settings["layer-height"]}


def report(folder):
    """{part: {...}} for every part's STL in a folder."""
    with ThreadPoolExecutor(2) as pool:
        jobs = {
            name: pool.submit(slice_one, folder / f"{name}.stl", spec.quality)
            for name, spec in PRINTED.items()
        }
        return {name: job.result() for name, job in jobs.items()}


def write(folder, path):
    got = report(folder)
    path.write_text(json.dumps(got, indent=1, sort_keys=True) + "\n")
    return got
