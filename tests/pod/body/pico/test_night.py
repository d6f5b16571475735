"""A golden run through the Pico's body gives the virtual body's light and sound, bit for bit."""

import sys
from pathlib import Path

import pytest
from tests.pod.body.pico.night import Night, Reference
from tests.pod.body.pico.world import board

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "micropython"))
import golden

DARK = bytes(36)
SECONDS = 320


@pytest.fixture(scope="module")
def runs():
    events = golden.scenario()
    reference = Reference(events, SECONDS)
    return reference, Night(events, SECONDS, reference.told)


@pytest.mark.slow
def test_every_frame_is_the_same(runs):
    reference, night = runs
    frames = reference.frames
    meant = [rgb for i, rgb in enumerate(frames) if i == 0 or frames[i - 1] != rgb]
    sent = night.frames()
    assert sent[0] == DARK  # the ring is dark once it has power
    assert len(meant) > 4000
    assert sent[1:] == meant


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
