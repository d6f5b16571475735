"""Invariants 1 and 4: a level more is told of, a level less is not."""

import pytest
from tests.starlit.check.conftest import HOUR, ring


def lit(tape, frame_levels, mode, colour, leds=12, every_ms=400):
    """A slow rise to the last level; the kinds of violation."""
    getattr(tape, mode)()
    tape.fade(20_000, range(1, frame_levels + 1), colour, every_ms, leds)
    return tape.kinds()


def grey(level):
    return f"{level:02x}" * 3


def red(level):
    return f"{level:02x}0000"


def amber(level):
    """Never saturated red, so that the red rule stays out of it."""
    return f"{level:02x}{(level + 1) // 2:02x}00"


@pytest.mark.parametrize(
    ("profile", "level", "leds", "kind"),
    [("adult", 26, 12, "cap-m"), ("child", 32, 1, "cap-m"), ("adult", 64, 12, "cap-l")],
)
def test_evening_caps(tape, profile, level, leds, kind):
    colour, every_ms = (amber, 600) if kind == "cap-l" else (grey, 1000)
    assert lit(tape(profile=profile), level, "evening", colour, leds, every_ms) == set()
    over = lit(tape(profile=profile), level + 1, "evening", colour, leds, every_ms)
    assert over == {f"{kind}-leds", f"{kind}-leds_cmd"}


def test_asleep_caps_luminance_of_red(tape):
    dim = lit(tape(profile="adult"), 20, "adult_asleep", red, every_ms=1100)
    assert dim == set()
    bright = lit(tape(profile="adult"), 21, "adult_asleep", red, every_ms=1100)
    assert bright == {"cap-l-leds", "cap-l-leds_cmd"}


def test_asleep_one_level_of_blue_is_too_much_and_idle_may_have_it(tape):
    blue = tape().asleep().show(20_000, ring("000001", 1))
    assert blue.kinds() == {"cap-blue-leds", "cap-blue-leds_cmd"}
    assert tape().plug_in().show(20_000, ring("000001", 1)).kinds() == set()


def test_what_the_guard_let_through_is_held_to_the_caps_even_where_nothing_shows(tape):
    hidden = tape().asleep().note(20_000, leds_cmd=ring("ff0000", 2))
    assert hidden.kinds() == {"cap-l-leds_cmd"}


def test_current_of_the_whole_ring(tape):
    bright = tape(distance_m=1.0, transmission=0.02, area_m2=0.5)
    assert "cap-current-leds" not in bright.evening().show(20_000, ring("ff4a00")).kinds()
    bright = tape(distance_m=1.0, transmission=0.02, area_m2=0.5)
    assert "cap-current-leds" in bright.evening().show(20_000, ring("ff4f00")).kinds()


def test_light_is_within_the_lower_cap_when_the_mode_falls(tape):
    kept = tape(profile="adult").evening()
    end_ms = kept.fade(20_000, range(1, 21), red, 1100)
    kept.happen(0, set={"armed": True})
    kept.note(end_ms + 1000, mode="asleep").note(end_ms + 9000, night=1)
    assert kept.kinds() == set()
    late = tape(profile="adult").evening()
    end_ms = late.fade(20_000, range(1, 22), red, 1100)
    late.happen(0, set={"armed": True})
    late.note(end_ms + 1000, mode="asleep").note(end_ms + 9000, night=1)
    assert late.kinds() == {"cap-l-leds", "cap-l-leds_cmd"}


@pytest.mark.parametrize(("profile", "cap"), [("child", 1036), ("adult", 1842)])
def test_sound_cap_holds_for_rms_and_for_every_sample(tape, profile, cap):
    for rms, peak, expected in (
        (cap, cap, set()), (cap + 1, cap + 1, {"cap-s"}), (cap - 9, cap + 1, {"cap-sample"})
    ):  # fmt: skip
        loud = tape(profile=profile).evening()
        loud.note(20_000, layer={"id": "rain", "on": True, "envelope": 0})
        end_ms = loud.swell(20_000, cap - 9)
        loud.note(end_ms, sound_rms=rms, sound_peak=peak).note(end_ms + 60, night=1)
        assert loud.kinds() == expected


def test_a_peak_below_its_rms_is_a_lie(tape):
    assert "sound-impossible" in tape().evening().note(9000, sound_rms=9, sound_peak=8).kinds()


def test_the_nights_average_stays_at_30_dba(tape):
    """40 dBA for a tenth of 8 h is just 30 dBA on average."""
    for minutes, expected in ((47, set()), (49, {"laeq"})):
        long = tape(profile="adult").evening()
        long.tone(20_000, 1842, minutes * 60_000)
        long.note(HOUR - 60_000, mode="idle").note(8 * HOUR, night=1)
        assert long.kinds() == expected
