"""The sky before the guard: golden frames, equal on every interpreter and for whoever joins."""

import hashlib

import pytest

pytestmark = pytest.mark.micropython
# Of all that the script prints: another value means that every sky ever seen looks different.
GOLDEN = "f4c9ccceeba81dac"


@pytest.fixture(scope="module")
def script(repo_root):
    return repo_root / "tests" / "micropython" / "scripts" / "sky_frames.py"


@pytest.fixture(scope="module")
def frames(script, run_cpython):
    return run_cpython(script)


def test_ten_seeds_are_ten_skies_and_their_frames_are_the_golden_ones(frames):
    digests = [word for line in frames.splitlines()[:10] for word in line.split()[2:]]
    assert len(digests) == len(set(digests)) == 30
    assert hashlib.sha256(frames.encode()).hexdigest()[:16] == GOLDEN


def test_pods_that_join_at_hours_0_1_and_5_draw_what_the_others_draw(frames):
    lines = [line.split() for line in frames.splitlines()[10:]]
    assert len(lines) == 18
    for joined, there in zip(lines[::2], lines[1::2], strict=True):
        assert joined[4] == "joined" and there[4] == "there"
        assert joined[:4] == there[:4] and joined[5] == there[5]
    assert len({line[5] for line in lines}) == 9


def test_the_unix_port_draws_the_same_frames(script, frames, run_micropython):
    assert run_micropython(script) == frames


def test_the_webassembly_build_draws_the_same_frames(script, frames, run_wasm):
    assert run_wasm(script) == frames
