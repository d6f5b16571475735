"""The guard alone under streams of noise: nothing that the checker would name."""

import json
import os
from unittest.mock import patch

import pytest

from pod.guard import limits
from starlit.cli import run
from starlit.fuzz.streams import LightStream, SoundStream

STREAMS = 8 if os.environ.get("CI") else 3
SEED = 2027


def told(stream):
    return [violation.line() for violation in stream.run().violations]


@pytest.mark.slow
def test_no_stream_of_frames_gets_past_the_guard():
    assert [told(LightStream(SEED, number)) for number in range(STREAMS)] == [[]] * STREAMS


@pytest.mark.slow
def test_no_stream_of_sound_gets_past_the_guard():
    assert [told(SoundStream(SEED, number)) for number in range(STREAMS)] == [[]] * STREAMS


def test_a_stream_is_its_number():
    one, again, other = (LightStream(SEED, number) for number in (5, 5, 6))
    for stream in (one, again, other):
        stream.run(300)
    assert bytes(one.guard.light.shown) == bytes(again.guard.light.shown)
    assert one.frames == again.frames != other.frames


def test_the_command_names_what_got_through(capsys):
    with patch.object(limits, "RISE_L", tuple(5 * rise for rise in limits.RISE_L)):
        assert run(["fuzz", "--guard", "--frames", "1500", "--seed", "3"]) == 1
    assert "invariant 2: L rose" in capsys.readouterr().out
    assert run(["fuzz", "--guard", "--frames", "10", "--seed", "3", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] and report["frames"] >= 10 and report["blocks"] > 0
