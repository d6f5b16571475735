"""Five minutes of one pod come out bit for bit the same on every interpreter."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import golden
import golden_player

pytestmark = pytest.mark.micropython
PLAYER = Path(golden_player.__file__)


@pytest.fixture(scope="module")
def golden_run(tmp_path_factory):
    """(recorded inputs, the digest's lines of the run they were recorded from)."""
    path = tmp_path_factory.mktemp("golden") / "inputs.jsonl"
    return path, golden.record(path)


def test_the_run_is_five_minutes_with_everything_in_it(golden_run):
    path, digest = golden_run
    head, *steps = [json.loads(line) for line in path.read_text().splitlines()]
    first_ms, last_ms = head["start_ms"], steps[-1]["n"][0]
    assert (last_ms - first_ms) % 2**30 >= 300_000
    assert last_ms < first_ms, "the pod's clock wrapped"
    changes = [step["s"] for step in steps if "s" in step]
    assert {True, False} <= {c["switch_in"] for c in changes if "switch_in" in c}
    assert {True, False} <= {c["link_up"] for c in changes if "link_up" in c}
    assert sum("button" in c for c in changes) >= 8
    assert len({c["lux_mlx"] for c in changes if "lux_mlx" in c}) > 5
    assert sum(len(step.get("p", ())) for step in steps) > 20_000
    assert sum(len(step.get("m", ())) for step in steps) > 100
    frames, blocks, messages = (int(part.split()[0]) for part in digest[-2].split(", "))
    assert frames > 500 and blocks > 500 and messages > 300
    assert len(set(digest)) > 25, "each ten seconds differ"


def test_the_recorded_inputs_give_the_run_again_on_this_python(golden_run, run_cpython):
    path, digest = golden_run
    assert run_cpython(PLAYER, path, "device").splitlines() == digest


def test_the_unix_port_gives_the_same_bits(golden_run, run_micropython):
    path, digest = golden_run
    assert run_micropython(PLAYER, path, "device").splitlines() == digest


def test_the_webassembly_build_gives_the_same_bits(golden_run, run_wasm):
    path, digest = golden_run
    assert run_wasm(PLAYER, path, "device").splitlines() == digest
