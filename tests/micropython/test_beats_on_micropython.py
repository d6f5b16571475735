"""The beat detector gives the same beats, bit for bit, on every interpreter."""

import struct
from pathlib import Path

import pytest
from tests.conftest import synthetic_pulse

from starlit.bench.faults import make_trial
from starlit.bench.records import read_folder

SCRIPT = Path(__file__).parent / "scripts" / "beats_digest.py"
HOLE = -(1 << 31)
pytestmark = pytest.mark.micropython


@pytest.fixture(scope="module")
def recordings(shared_data, tmp_path_factory):
    """Every record clean, and each third one with samples lost, as int32 files."""
    folder = tmp_path_factory.mktemp("beats")
    if not shared_data:
        readings = [2 * value for value in synthetic_pulse(120, rate_hz=100)]
        return [written(folder / "synthetic", readings, {})]
    paths = []
    for number, record in enumerate(read_folder(shared_data / "bidmc")[0]):
        for condition in ("clean", "dropped samples")[: 2 if number % 3 == 0 else 1]:
            trial = make_trial(record, number, condition)
            path = folder / f"{record.name}-{condition[:5]}"
            paths.append(written(path, trial.readings.tolist(), dict(trial.gaps)))
    return paths


def written(path, readings, gaps):
    words = []
    for position, reading in enumerate(readings):
        if position in gaps:
            words += [HOLE, int(gaps[position])]
        words.append(int(reading))
    path.write_bytes(struct.pack(f"<{len(words)}i", *words))
    return path


@pytest.fixture(scope="module")
def expected(recordings, run_cpython):
    digests = run_cpython(SCRIPT, *recordings).split()
    assert len(set(digests)) == len(recordings)
    return digests


def test_the_unix_port_finds_the_same_beats_in_every_record(recordings, expected, run_micropython):
    assert run_micropython(SCRIPT, *recordings).split() == expected


def test_the_webassembly_build_finds_the_same_beats(recordings, expected, run_wasm):
    some = recordings[:: max(1, len(recordings) // 6)]
    found = run_wasm(SCRIPT, *some).split()
    assert found == [expected[recordings.index(path)] for path in some]
