"""Invariant 2: rises, falls, steps and the dawn's pace."""

import pytest
from tests.starlit.check.conftest import HOUR, ring

STEP = 0.041616  # cd/m2 of one red level of one LED


def reds(*levels):
    return [f"{level:02x}0000" for level in levels] + ["000000"] * (12 - len(levels))


@pytest.mark.parametrize(("mode", "levels"), [("evening", 96), ("asleep", 24), ("plug_in", 24)])
def test_a_rise_within_one_second(tape, mode, levels):
    """96 levels of red are 3.995 cd/m2, 24 are 0.999; the red rule is out of it with amber's."""
    for extra, expected in ((0, False), (1, True)):
        rising = getattr(tape(), mode)()
        half = (levels + extra) // 2
        rising.show(20_000, reds(half, 0)).show(20_900, reds(half, levels + extra - half))
        assert ("rise" in rising.kinds()) is expected


def test_a_second_later_the_rise_is_a_new_one(tape):
    for gap_ms, expected in ((999, {"rise", "red"}), (1000, set())):
        rising = tape().asleep().show(20_000, reds(23)).show(20_000 + gap_ms, reds(23, 23))
        assert rising.kinds() == expected


@pytest.mark.parametrize(("mode", "level"), [("evening", 20), ("adult_asleep", 10)])
def test_a_fall_within_one_second(tape, mode, level):
    """Twelve LEDs of amber: 10 levels are 8 cd/m2."""
    for every_ms, expected in ((120 if mode == "evening" else 260, False), (40, True)):
        falling = getattr(tape(profile="adult"), mode)()
        colour = lambda n: f"{n:02x}{n * 4 // 10:02x}00"  # noqa: E731
        end_ms = falling.fade(20_000, range(1, level + 1), colour, 1500)
        falling.fade(end_ms, range(level, -1, -1), colour, every_ms)
        assert ("fall" in falling.kinds()) is expected


def test_one_step_is_at_most_a_tenth_of_the_cap(tape):
    """Asleep 1 cd/m2: 24 levels of one red LED; a fall of it is slow enough otherwise."""
    for level, expected in ((24, False), (25, True)):
        stepping = tape(profile="adult").adult_asleep()
        stepping.show(20_000, reds(level - 3)).show(21_500, reds(level)).show(25_000, reds(0))
        assert ("step" in stepping.kinds()) is expected


def test_the_switch_may_cut_any_light(tape):
    for event, told in (({"switch": "out"}, set()), ({"lux": 1.0}, {"fall", "step", "red"})):
        cut = tape(profile="adult").evening()
        end_ms = cut.fade(20_000, range(0, 60, 2), lambda n: f"{n:02x}0000", 1100)
        cut.happen(end_ms, **event).show(end_ms + 50, ring("000000"))
        assert {"fall", "step"} & cut.kinds() == {"fall", "step"} & told


def dawning(tape, every_ms):
    """Dawn set for 08:00 UTC + 0 h of wall 1767297600 (20:00): reached after 12 h."""
    pod = tape(profile="adult").evening().happen(1, set={"dawn": "08:00"})
    pod.note(HOUR, mode="asleep").note(12 * HOUR, mode="dawn")
    for step in range(1, 60):
        pod.show(12 * HOUR + step * every_ms, reds(*[step // 3 + (i < step % 3) for i in range(3)]))
    return pod.kinds()


def test_dawn_rises_by_ten_seconds_of_half_an_hour_in_any_ten(tape):
    """40 single levels in 10 s are 1.665 cd/m2 of the 1.667 allowed."""
    assert dawning(tape, 250) == set()
    assert dawning(tape, 243) == {"dawn-rise-l"}


def test_the_step_into_a_lower_mode_may_be_one_of_the_higher(tape):
    """Dark enough at the same instant as asleep begins: 47 levels of one LED are 1.96 cd/m2."""
    for later_ms, expected in ((0, set()), (1, {"step"})):
        pod = tape().evening()
        pod.fade(20_000, range(1, 50), "{:02x}0000".format, 100, leds=1)
        pod.note(30_000, mode="asleep").show(30_000 + later_ms, reds(2))
        assert pod.kinds() & {"step", "cap-l-leds"} == expected
