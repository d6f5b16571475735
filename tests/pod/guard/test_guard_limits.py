"""The guard's table is SAFETY's, number for number."""

import pytest
from tests.pod.guard.safety_reference import CAP_L, CAP_M, FALL, MODES, RISE

from pod.config import Config
from pod.guard import Guard, limits


def test_caps_and_slew_are_safetys():
    for number, mode in enumerate(MODES):
        assert limits.MODES[number] == ("evening" if mode == "dim" else mode)
        assert limits.BLUE[number] == (mode not in ("asleep", "dim"))
        assert limits.MAX_L[number] / limits.CD == CAP_L[mode]
        assert limits.max_m(number, False) / limits.LX == CAP_M[mode]
        assert limits.RISE_L[number] / limits.CD == pytest.approx(RISE[mode][1], rel=1e-3)
        assert limits.FALL_L[number] / limits.CD == FALL[mode]
    assert RISE["dawn"][0] == limits.DAWN_WINDOW_MS
    assert limits.max_m(limits.EVENING, True) == limits.LX // 10


def test_dose_sound_and_flash_are_safetys():
    assert (limits.CUES_PER_NIGHT, limits.CUE_MS_PER_NIGHT, limits.CUE_NIGHTS) == (20, 200_000, 5)
    assert limits.NIGHT_MS == 14 * 3_600_000
    assert (limits.SOUND_DBA, limits.SOUND_CHILD_DBA, limits.NIGHT_LAEQ_DBA) == (40, 35, 30)
    assert limits.REVERSAL_MS >= 4000 and limits.REVERSAL_PART == 10 and limits.STEP_PART == 10
    assert limits.ONSET_MS >= 10_000 and limits.RELEASE_BLOCKS * 20 >= 250
    assert limits.MAX_LED_MA == 200 and limits.COUNTED_DBA == 25
    assert limits.FADE_DARK_MS < 3000


def test_a_layer_begins_at_most_every_ten_seconds_and_layers_do_not_wait_for_each_other():
    guard = Guard(Config())
    assert guard.onset(1, 0)
    assert not guard.onset(1, 9_999)
    assert guard.onset(2, 5_000)
    assert guard.onset(1, 10_000)


def test_a_refused_onset_does_not_begin_the_wait_anew():
    guard = Guard(Config())
    guard.onset(3, 0)
    guard.onset(3, 9_000)
    assert guard.onset(3, 10_000)


def test_onsets_are_told_apart_across_the_wrap_of_ticks():
    guard = Guard(Config())
    assert guard.onset(1, (1 << 30) - 4_000)
    assert not guard.onset(1, 5_000)
    assert guard.onset(1, 6_000)


def test_a_fail_is_dark_within_three_seconds_and_takes_no_wish_meanwhile():
    guard = Guard(Config(profile="adult"))
    guard.start(0)
    guard.request(limits.EVENING, False)
    white = bytes([255] * 36)
    now_ms = 0
    for _ in range(300):
        now_ms += 33
        guard.frame(now_ms, white)
    guard.fail()
    lit = sum(guard.light.shown)
    guard.frame(now_ms + 900, white)
    assert 0 < sum(guard.light.shown) < lit
    guard.frame(now_ms + 3000, white)
    assert not any(guard.light.shown) and not guard.failing()
