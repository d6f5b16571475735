"""A golden run through the Pico's body gives the virtual body's light and sound, bit for bit.

On this Python, and on MicroPython with what the chips have said here.
"""

import hashlib
import os
import sys
from pathlib import Path

import pytest
from tests.conftest import output_of
from tests.pod.body.pico.night import Night
from tests.pod.body.pico.world import board
from tests.pod.body.reference import POD, SEED, Reference

from starlit.runner import ticks_at_start

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "micropython"))
import golden

SECONDS = 320


@pytest.fixture(scope="module")
def runs():
    events = golden.scenario()
    reference = Reference(events, SECONDS)
    return reference, Night(events, SECONDS, reference.told)


@pytest.mark.slow
def test_every_frame_is_the_same(runs):
    reference, night = runs
    assert len(reference.frames) > 4000
    assert night.frames() == reference.sent()


@pytest.mark.slow
def test_every_block_of_sound_is_the_same(runs):
    reference, night = runs
    assert len(reference.blocks) > 900
    assert night.blocks() == reference.blocks


@pytest.mark.slow
def test_nothing_was_late_torn_or_stalled(runs):
    night = runs[1]
    assert board.underflows == board.torn == 0
    hardware = night.rig.hardware
    assert hardware.speaker.underruns == hardware.speaker.failures == hardware.bus.stalls == 0


@pytest.mark.slow
@pytest.mark.micropython
def test_micropython_shows_and_plays_the_same(runs, micropython, repo_root, tmp_path):
    """FIFO bytes and light counts in; words of the DMA's buffer and blocks of I2S out."""
    reference, night = runs
    vectors = tmp_path / "vectors"
    vectors.write_text("\n".join(night.vectors.lines) + "\n")
    tests = repo_root / "tests" / "micropython"
    path = (tests / "fakes" / "clock", tests / "fakes", repo_root / "device", ".frozen")
    env = {**os.environ, "MICROPYPATH": ":".join(map(str, path))}
    command = [micropython, "-X", "heapsize=64m", tests / "scripts" / "pico_night.py", vectors]
    command += [ticks_at_start(POD) * 1000, POD, SEED]
    frames, blocks, transfers = output_of(list(map(str, command)), env=env).splitlines()
    assert frames == told("frames", reference.sent())
    assert blocks == told("blocks", reference.blocks)
    assert int(transfers.split()[1]) > 5000


def told(name, pieces):
    return f"{name} {len(pieces)} {hashlib.sha256(b''.join(pieces)).hexdigest()}"
