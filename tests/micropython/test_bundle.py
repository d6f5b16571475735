"""What a Pico carries gives the same bits as the source it was made from."""

import ast
import os
import shutil
import sys
from pathlib import Path

import pytest
from tests.conftest import output_of

from starlit.bench import device
from starlit.bundle import BUDGET_BYTES, build, programs
from starlit.bundle.atlas import translate
from starlit.bundle.join import join

sys.path.insert(0, str(Path(__file__).parent))

import golden
import golden_player

pytestmark = pytest.mark.micropython
PLAYER = Path(golden_player.__file__)
# Of a Pico's 190 KB at least 90 KB stay free (DESIGN); on this port all objects are twice as large.
FREE_OF_380_KB = 180 * 1024


@pytest.fixture(scope="module")
def golden_run(tmp_path_factory):
    path = tmp_path_factory.mktemp("golden") / "inputs.jsonl"
    return path, golden.record(path)


@pytest.fixture(scope="module", params=["x64", "bytecode"])
def bundle(request, tmp_path_factory):
    """(folder, Bundle) for this computer's machine code, and for none."""
    made = build(request.param)
    folder = tmp_path_factory.mktemp(request.param)
    made.write(folder)
    return folder, made


@pytest.fixture
def play(bundle, micropython, tmp_path):
    """Run a script of the source on the bundle, by the unix port."""
    folder, made = bundle

    def run(script, *args):
        text = translate(made.atlas, script.read_text())
        (tmp_path / script.name).write_text(text)
        env = {**os.environ, "MICROPYPATH": f"{folder}:.frozen"}
        command = [micropython, "-X", "heapsize=380k", tmp_path / script.name, *args]
        return output_of(command, env=env)

    return run


def test_the_golden_run_comes_out_bit_for_bit(golden_run, bundle, play):
    path, digest = golden_run
    assert play(PLAYER, path, bundle[0]).splitlines() == digest


def test_a_packed_bundle_unpacks_into_the_same_pod(golden_run, micropython, tmp_path):
    path, digest = golden_run
    made = build("x64", packed=True)
    made.write(tmp_path / "flash")
    player = translate(made.atlas, PLAYER.read_text())
    start = f"import unpack\nunpack.mount({str(tmp_path / 'flash')!r})\n"
    (tmp_path / "player.py").write_text(start + player)
    env = {**os.environ, "MICROPYPATH": f"{tmp_path / 'flash'}:.frozen"}
    command = [micropython, "-X", "heapsize=380k", tmp_path / "player.py", path, "/nowhere"]
    assert output_of(command, env=env).splitlines() == digest


def test_from_rom_it_is_the_same_pod(golden_run, micropython, tmp_path):
    path, digest = golden_run
    made = build("x64", packed=True)
    made.write(tmp_path / "flash")
    (tmp_path / "rom.bin").write_bytes(b"\xff" * device.ROM_BYTES)
    shutil.copy(Path(device.__file__).with_name("rom_flash.py"), tmp_path)
    (tmp_path / "player.py").write_text(FROM_ROM + translate(made.atlas, PLAYER.read_text()))
    env = {**os.environ, "MICROPYPATH": f"{tmp_path / 'flash'}:.frozen"}
    command = [micropython, "-X", "heapsize=380k", tmp_path / "player.py", path, tmp_path]
    said, *frames = output_of(command, env=env).splitlines()
    assert said.startswith("starlit: writing") and frames == digest


FROM_ROM = """
import sys
import rom_flash
import unpack
folder = sys.argv[2] + "/flash"
unpack.mount(folder)
rom_flash.plug_in(rom_flash.Flash(sys.argv[2] + "/rom.bin"))
rom_flash.run_from_rom(folder, "/packed")
sys.argv[2] = "/rom"
"""


def test_this_python_gives_the_same_bits_of_the_joined_source(golden_run, tmp_path):
    path, digest = golden_run
    package = Path("device/pod").resolve()
    joined = join(package, programs.PROGRAMS, programs.left_out(package, ()))
    for name, source in joined.sources.items():
        file = tmp_path / (name.replace(".", "/") + ".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    (tmp_path / "player.py").write_text(translate(joined.atlas, PLAYER.read_text()))
    command = [sys.executable, tmp_path / "player.py", path, tmp_path]
    assert output_of(command).splitlines() == digest


@pytest.mark.parametrize("name", ["guard_digest", "sky_frames", "time_digest"])
def test_joined_with_the_pod_a_script_says_what_it_said_before(
    name, repo_root, tmp_path, run_cpython, micropython
):
    """The guard under noise, the sky, the clock: far more paths than one night takes."""
    script = repo_root / "tests" / "micropython" / "scripts" / f"{name}.py"
    package = tmp_path / "source" / "pod"
    shutil.copytree(repo_root / "device" / "pod", package, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(script, package / script.name)
    tree = ast.parse(script.read_text())
    root = next(one.name for one in tree.body if isinstance(one, ast.FunctionDef))
    joined = join(package, {"run": (f"pod.{name}:{root}",)}, programs.left_out(package, ()))
    (tmp_path / "run.py").write_text(joined.sources["run"])
    expected = run_cpython(script)
    for interpreter in (sys.executable, micropython):
        assert output_of([interpreter, tmp_path / "run.py"]) == expected


@pytest.mark.parametrize("arch", ["armv6m", "armv7emsp"])
def test_the_bundle_fits_its_share_of_the_flash(arch, capsys):
    plain, packed = build(arch).total_bytes, build(arch, packed=True).total_bytes
    with capsys.disabled():
        print(f"\n{arch}: {plain} bytes, packed {packed}, {BUDGET_BYTES} at most")
    assert 0 < packed <= BUDGET_BYTES


def test_a_pod_leaves_the_heap_that_it_has_to(bundle, play, tmp_path):
    script = tmp_path / "heap.py"
    script.write_text(HEAP)
    free = int(play(script))
    assert free >= FREE_OF_380_KB, f"{free} bytes free"


HEAP = """
import gc
from pod.core import Pod
from pod.config import Config
from pod.io import Inputs, Outputs

inputs, outputs = Inputs(), Outputs()
pod = Pod(Config(), {})
pod.start(0, 0, outputs)
gc.collect()
print(gc.mem_free())
"""
