"""The core on the real interpreter: the guard bit for bit, and no allocation while it shows."""

import pytest

pytestmark = pytest.mark.micropython


@pytest.fixture(scope="module")
def scripts(repo_root):
    return repo_root / "tests" / "micropython" / "scripts"


@pytest.fixture(scope="module")
def guarded(scripts, run_cpython):
    return run_cpython(scripts / "guard_digest.py")


def test_the_guards_stream_is_one_digest_a_part(guarded):
    lines = guarded.splitlines()
    assert len(lines) == 12 and len({line.split()[-1] for line in lines}) >= 9


def test_the_guard_lets_the_same_bits_through_on_the_unix_port(scripts, guarded, run_micropython):
    assert run_micropython(scripts / "guard_digest.py") == guarded


def test_the_guard_lets_the_same_bits_through_in_webassembly(scripts, guarded, run_wasm):
    assert run_wasm(scripts / "guard_digest.py") == guarded


def test_a_ritual_with_sound_and_a_pulse_allocates_nothing(scripts, run_micropython):
    # Room to compile the sources: what of the heap a Pico's bundle takes, `bench device` measures.
    said = run_micropython(scripts / "no_allocation.py", heap="640k")
    counts = dict(line.split() for line in said.splitlines() if len(line.split()) == 2)
    assert "allocates" not in said, said
    assert int(counts["sound"]) >= 60 and int(counts["frame"]) >= 60 and int(counts["ppg"]) >= 30
