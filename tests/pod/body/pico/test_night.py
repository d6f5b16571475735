"""A golden run through the Pico's body gives the virtual body's light and sound, bit for bit."""

import sys
from pathlib import Path

import pytest
from tests.pod.body.pico.night import Night
from tests.pod.body.pico.world import board
from tests.pod.body.reference import Reference

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
