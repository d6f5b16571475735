"""A golden run through the Raspberry Pi's body gives the virtual body's light and sound, bit for
bit: through Blinka and NeoPixel_SPI as they are, down to the SPI stream.
"""

import sys
from pathlib import Path

import pytest
from tests.pod.body.linux.night import Night
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
def test_nothing_was_late_or_lost(runs):
    hardware = runs[1].rig.hardware
    assert hardware.speaker.underruns == hardware.speaker.failures == hardware.bus.stalls == 0
    assert hardware.ring.failures == 0
    assert runs[1].rig.log.lines == []
