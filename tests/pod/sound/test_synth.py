"""Soft sound: every layer keeps under the cap, and starts and stops without a click."""

import pytest
from tests.pod.guard.safety_reference import rms_of

from pod.synth import CHIME, HUM, WAVES, Synth

CAP = 1842


@pytest.mark.parametrize("kind", (WAVES, HUM, CHIME))
def test_a_layer_rises_stays_below_the_cap_and_falls_silent(kind):
    synth = Synth(CAP)
    synth.begin(kind, 7, 2000)
    levels, samples = [], []
    for n in range(400):
        if n == 250:
            synth.end(kind, 1000)
        block = synth.render()
        if block is None:
            break
        levels.append(rms_of(block))
        samples += block
    assert max(map(abs, samples)) <= CAP
    assert max(levels[:10]) < 0.1 * max(levels)
    assert 290 < len(levels) <= 302
    assert levels[-1] < 0.02 * max(levels)
    assert max(abs(a - b) for a, b in zip(samples, samples[1:], strict=False)) < CAP


def test_the_same_seed_sounds_the_same_and_another_does_not():
    def first(seed):
        synth = Synth(CAP)
        synth.begin(WAVES, seed, 500)
        return [bytes(synth.render()) for _ in range(30)]

    assert first(3) == first(3) != first(4)


def test_silence_costs_nothing():
    synth = Synth(CAP)
    assert not synth.sounding() and synth.render() is None


def test_a_fourth_layer_finds_no_voice():
    synth = Synth(CAP)
    assert [synth.begin(HUM, 1, 500) for _ in range(4)] == [True, True, True, False]
