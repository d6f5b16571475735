"""A body's own recordings: looped or once, with ends that do not click."""

import pytest
from tests.pod.pod_on_a_bench import PodOnABench
from tests.pod.sound.listening import CAPS, clip, largest_step

from pod.sound import FULL, ONCE, RECORDING
from pod.sound.synth import Synth

CAP = CAPS[65]
STEP = 0.17 * CAP  # of the clip's own 400 Hz, a tenth more


def played(number, seconds, recordings):
    synth = Synth(CAP)
    synth.recordings = recordings
    synth.begin(0, RECORDING, number, 500, FULL)
    heard = []
    for _ in range(int(seconds * 50)):
        block = synth.render()
        if block is None:
            break
        heard += list(block)
    return heard + [0]


def test_a_recording_goes_on_over_and_over_without_a_click():
    heard = played(0, 12, (clip(2.2),))
    assert len(heard) == 12 * 16000 + 1
    steady = heard[6 * 16000 : -1]
    assert largest_step(steady) <= STEP
    assert max(steady) > 0.97 * CAP
    quietest = min(
        max(map(abs, steady[at : at + 320])) for at in range(0, len(steady) - 320, 320)
    )
    assert quietest > 0.6 * CAP, "the blend of an end into the beginning"


@pytest.mark.parametrize("seconds", [1.0, 1.013, 3.7])
def test_a_recording_that_is_played_once_fades_before_its_end(seconds):
    heard = played(ONCE, 12, (clip(seconds),))
    assert seconds - 0.65 < len(heard) / 16000 < seconds + 0.5
    assert largest_step(heard) <= STEP
    assert max(map(abs, heard[-320:])) < 0.01 * CAP


def test_a_number_chooses_among_several():
    low, high = clip(2, 200.0), clip(2, 800.0)
    crossings = []
    for number in (0, 1):
        heard = played(number, 4, (low, high))[2 * 16000 :]
        crossings.append(sum(a < 0 <= b for a, b in zip(heard, heard[1:], strict=False)))
    assert 3.7 < crossings[1] / crossings[0] < 4.3


def test_a_recording_that_is_not_there_is_silence_and_leaves_its_voice():
    synth = Synth(CAP)
    synth.begin(0, RECORDING, 3, 500, FULL)
    blocks = 0
    while (block := synth.render()) is not None:
        assert not any(block)
        blocks += 1
    assert blocks < 5


def test_a_pod_plays_what_its_body_hands_in_through_the_guard():
    bench = PodOnABench(profile="adult")
    bench.inputs.recordings = (clip(2),)
    bench.goodnight()
    bench.run(2000)
    bench.pod.show.synth.begin(0, RECORDING, 0, 500, FULL)
    bench.run(8000)
    peaks = [moment.peak for moment in bench.moments]
    assert 0.5 * CAP < max(peaks) <= CAP
