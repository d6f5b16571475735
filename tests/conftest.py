"""Fixtures for the whole suite: the repository, recordings, the real interpreters."""

import gzip
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPO_ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items):
    """What runs in one process where several share the suite: a folder that builds one thing for
    all its tests, else a file. Whatever stands in `e2e` has deadlines by the clock on the wall."""
    for item in items:
        folder, file = item.path.parent.name, str(item.path.relative_to(REPO_ROOT))
        item.add_marker(
            pytest.mark.xdist_group(folder if folder in ("enclosure", "schematics") else file)
        )
        if folder == "e2e":
            item.add_marker(pytest.mark.real_time)


@pytest.fixture(scope="session", autouse=True)
def home_of_this_process(tmp_path_factory):
    """What fixtures wider than one test leave behind is no person's, nor another process's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STARLIT_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(autouse=True)
def home_of_its_own(monkeypatch, tmp_path_factory):
    """Tests side by side must not share a cottage's files, and none may find another's."""
    monkeypatch.setenv("STARLIT_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="session")
def repo_root():
    return REPO_ROOT


@pytest.fixture(scope="session")
def shared_data():
    """The folder of recordings beside the repository, or None where there is none."""
    folder = REPO_ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def recording(shared_data, tmp_path_factory):
    """(path, rate_hz, bpm over the first minute) of a finger's pulse, synthetic if need be."""
    if shared_data:
        signal = shared_data / "bidmc" / "bidmc_01_ppg.csv.gz"
        return signal, 125, _reference_bpm(shared_data / "bidmc" / "bidmc_01_beats.csv", 60)
    signal = tmp_path_factory.mktemp("recording") / "synthetic_ppg.csv.gz"
    with gzip.open(signal, "wt") as file:
        file.write("ppg\n")
        file.writelines(f"{value}\n" for value in synthetic_pulse(seconds=120))
    return signal, 125, 66.0


def synthetic_pulse(seconds, bpm=66.0, rate_hz=125):
    """A finger's pulse with its dicrotic wave and breathing, as integers; systole is a peak."""
    for n in range(seconds * rate_hz):
        t_s = n / rate_hz
        phase = t_s * bpm / 60 % 1
        systole = math.exp(-(((phase - 0.20) / 0.08) ** 2))
        dicrotic = 0.35 * math.exp(-(((phase - 0.48) / 0.10) ** 2))
        breath = 0.1 * math.sin(2 * math.pi * 0.22 * t_s)
        yield round(50_000 + 10_000 * (systole + dicrotic + breath))


def _reference_bpm(beats_csv, until_s):
    peaks_s = [float(line) for line in beats_csv.read_text().split()[1:]]
    peaks_s = [peak_s for peak_s in peaks_s if peak_s < until_s]
    return 60 * (len(peaks_s) - 1) / (peaks_s[-1] - peaks_s[0])


@pytest.fixture(scope="session")
def micropython():
    """The unix port of MicroPython: the path of an executable."""
    wrapper = REPO_ROOT / ".cache" / "micropython" / "micropython"
    return wrapper if wrapper.exists() else missing("the unix port of MicroPython")


@pytest.fixture(scope="session")
def packed_bundle():
    """As a Pico carries it, without machine code: every interpreter runs it."""
    from starlit.bundle import build

    return build("bytecode", packed=True)


@pytest.fixture(params=[False, True], ids=["memory", "rom"])
def pico(request, tmp_path, micropython, repo_root, packed_bundle):
    """A Pico with the pod's program in slot a, started again and again; without and with a ROM."""
    from tests.micropython.flashed import Pico

    return Pico(tmp_path / "flash", micropython, repo_root, packed_bundle, request.param)


@pytest.fixture(scope="session")
def node_wasm():
    """The WebAssembly build under Node: the command that a script's path is appended to."""
    node = shutil.which("node")
    if not node or not (REPO_ROOT / ".cache" / "micropython" / "wasm" / "micropython.mjs").exists():
        missing("the WebAssembly build of MicroPython under Node")
    return [node, str(REPO_ROOT / "tests" / "micropython" / "run_wasm.mjs")]


@pytest.fixture(scope="session")
def run_cpython():
    """Run a portable script on this Python; returns its stdout."""
    env = {**os.environ, "PYTHONPATH": str(REPO_ROOT / "device")}
    return lambda script, *args: output_of([sys.executable, script, *args], env=env)


@pytest.fixture(scope="session")
def run_micropython(micropython):
    """Run a script on the unix port, on a heap that stands for a Pico W's; returns its stdout."""

    def run(script, *args, heap="380k"):
        env = {**os.environ, "MICROPYPATH": f"{REPO_ROOT / 'device'}:.frozen"}
        return output_of([micropython, "-X", f"heapsize={heap}", script, *args], env=env)

    return run


@pytest.fixture(scope="session")
def run_wasm(node_wasm):
    """Run a script on the WebAssembly build; returns its stdout."""
    return lambda script, *args: output_of([*node_wasm, script, *args])


def output_of(command, **options):
    """stdout of a command that must succeed; what it said is in the failure otherwise."""
    command = [str(part) for part in command]
    done = subprocess.run(command, cwd=REPO_ROOT, capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


def missing(what):
    """A gap is a failure in CI and a clear skip elsewhere."""
    message = f"{what} is not here: make interpreters"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
