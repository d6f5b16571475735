"""The quiet rule, where the scenario's heart leaves no doubt."""

import pytest
from tests.starlit.check.conftest import HOUR, MINUTE
from tests.starlit.check.test_dose import cue

AT = 10 * MINUTE


def sleeping(tape, bpm, back_ms=20_000):
    """60 beats a minute for ten minutes, `bpm` for a while, 60 again."""
    pod = tape(profile="adult").adult_asleep().happen(1000, heart_bpm=60)
    return pod.happen(AT, heart_bpm=bpm).happen(AT + back_ms, heart_bpm=60)


@pytest.mark.parametrize(
    ("bpm", "delay_ms", "kinds"),
    [
        (72, MINUTE, {"quiet-cue", "quiet-sound"}),
        (72, 10 * MINUTE + 9_000, {"quiet-cue", "quiet-sound"}),
        (72, 10 * MINUTE + 21_000, set()),
        (66, MINUTE, set()),
        (88, 20 * MINUTE, {"quiet-night"}),
        (76, 20 * MINUTE, set()),
    ],
)
def test_an_arousal_pauses_and_a_surge_ends_the_cues(tape, bpm, delay_ms, kinds):
    assert cue(sleeping(tape, bpm), AT + delay_ms).kinds() == kinds


def test_a_cue_that_sounds_when_the_sleeper_stirs_is_silent_in_time(tape):
    for length_ms, kinds in ((14_000, set()), (24_000, {"quiet-sound"})):
        pod = sleeping(tape, 72)
        assert cue(pod, AT - 3000, length_ms).kinds() == kinds


def test_a_short_rise_is_no_arousal(tape):
    assert cue(sleeping(tape, 72, back_ms=4000), AT + MINUTE).kinds() == set()


def test_a_rise_that_twelve_seconds_of_beats_do_not_show_is_none(tape):
    for back_ms, kinds in ((7000, set()), (20_000, {"quiet-cue", "quiet-sound"})):
        assert cue(sleeping(tape, 72, back_ms), AT + MINUTE).kinds() == kinds


def test_the_open_gate_knows_no_quiet(tape):
    pod = sleeping(tape, 100).happen(500, heart="open")
    assert cue(pod, AT + MINUTE).note(HOUR, night=1).kinds() == set()


def test_a_broken_sensor_measures_no_heart(tape):
    """It was mended half a minute before the heart rose: no median stands yet."""
    for mended_ms, kinds in ((AT - 30_000, set()), (AT - 3 * MINUTE, {"quiet-cue", "quiet-sound"})):
        pod = sleeping(tape, 72).happen(20_000, fault="fifo").happen(mended_ms, fault="none")
        assert cue(pod, AT + MINUTE).kinds() == kinds
