"""Invariant 8: failures end in darkness; a hang is cut in half a second."""

import pytest
from tests.starlit.check.conftest import HOUR, ring

DARK = ring("000000")
NIGHT = 14 * HOUR


def lit(tape, level=20):
    pod = tape(profile="adult").evening()
    pod.fade(20_000, range(1, level + 1), "{0:02x}{0:02x}00".format, 300, leds=1)
    return pod


def faded(pod, t_ms, end_ms, level=20):
    """Down in equal steps, dark at `end_ms`."""
    for index in range(1, level + 1):
        t = t_ms + (end_ms - t_ms) * index // level
        pod.show(t, ring(f"{level - index:02x}{level - index:02x}00", 1))
    return pod


@pytest.mark.parametrize("fault", ["task", "config", "hot"])
@pytest.mark.parametrize(("end_ms", "expected"), [(3000, set()), (3001, {"dark-fault"})])
def test_dark_within_three_seconds(tape, fault, end_ms, expected):
    pod = faded(lit(tape).happen(60_000, fault=fault), 60_500, 60_000 + end_ms)
    assert pod.kinds() == expected


def test_the_fade_begins_within_a_second_and_never_turns(tape):
    late = faded(lit(tape).happen(60_000, fault="hot"), 61_000, 62_500)
    assert late.kinds() == {"no-fade"}
    turning = lit(tape).happen(60_000, fault="hot").show(60_500, ring("101000", 1))
    turning.show(61_500, ring("111100", 1)).show(62_900, DARK)
    assert turning.kinds() == {"fade-rise"}


@pytest.mark.parametrize(
    ("step_ms", "expected"), [(2000, set()), (-2001, {"dark-fault", "no-fade"})]
)
def test_a_step_of_the_local_clock(tape, step_ms, expected):
    assert lit(tape).happen(60_000, fault="clock", step_ms=step_ms).kinds() == expected


@pytest.mark.parametrize(("step_ms", "expected"), [(62_000, set()), (62_001, {"dark-fault"})])
def test_a_pod_that_rests_tells_a_step_by_its_lateness(tape, step_ms, expected):
    pod = tape().evening().happen(60_000, fault="clock", step_ms=step_ms)
    assert pod.show(70_000, ring("010000", 1)).kinds() == expected


@pytest.mark.parametrize("fault", ["watchdog", "brownout"])
def test_reset_by_watchdog_or_brownout_is_latched_for_the_night(tape, fault):
    for t_ms, expected in ((2 * HOUR, {"dark-fault"}), (NIGHT + HOUR, set())):
        pod = lit(tape).happen(60_000, fault=fault).show(60_000, DARK)
        pod.happen(t_ms, button_ms=1200).show(t_ms + 1300, ring("010000", 1))
        assert pod.kinds() == expected


def test_where_no_night_runs_a_press_ends_the_latch_once_all_is_well(tape):
    for clears, expected in ((True, set()), (False, {"dark-fault"})):
        pod = tape().plug_in().happen(5000, fault="hot")
        if clears:
            pod.happen(8000, fault="none")
        pod.happen(10_000, button_ms=1200).show(12_000, ring("010000", 1))
        assert pod.kinds() == expected


@pytest.mark.parametrize(("cut_ms", "expected"), [(500, set()), (501, {"dark-hang"})])
def test_hardware_cuts_a_hang(tape, cut_ms, expected):
    """The controller itself can zero nothing any more: its command stands."""
    pod = lit(tape).happen(60_000, fault="hang").note(60_000 + cut_ms, leds=DARK)
    assert pod.kinds() == expected


def test_a_hang_stays_cut_until_the_button(tape):
    for press, expected in ((False, {"dark-hang"}), (True, set())):
        pod = lit(tape).happen(60_000, fault="hang").note(60_400, leds=DARK)
        pod.happen(70_000, fault="none").note(70_001, leds_cmd=DARK)
        if press:
            pod.happen(71_000, button_ms=1200)
        pod.show(73_000, ring("010000", 1))
        assert pod.kinds() == expected


@pytest.mark.parametrize("fault", ["sensor", "bus", "identity", "fifo"])
def test_a_broken_sensor_counts_during_a_cue_after_ten_seconds(tape, fault):
    for cue_ends_ms, expected in ((69_999, set()), (70_800, {"dark-fault", "no-fade"})):
        pod = lit(tape).happen(60_000, fault=fault)
        pod.happen(60_000, topic="all/cue", payload='{"cue":"comet"}', sign=True)
        pod.note(61_000, cue={"id": "comet", "slot": None, "phase": "start"})
        pod.note(cue_ends_ms, cue={"id": "comet", "slot": None, "phase": "end"})
        pod.note(90_000, night=1)
        assert pod.kinds() == expected


def test_a_sensor_that_recovers_or_a_lifted_finger_fails_nothing(tape):
    pod = lit(tape).happen(60_000, fault="bus").happen(69_000, fault="none")
    pod.happen(60_000, heart_bpm=None).note(90_000, night=1)
    pod.happen(60_500, topic="all/cue", payload='{"cue":"comet"}', sign=True)
    pod.note(61_000, cue={"id": "comet", "slot": None, "phase": "start"})
    assert pod.kinds() == set()


def test_the_rail_is_off_before_flash_is_written(tape):
    for rail, shown, expected in (
        (False, DARK, set()),
        (True, DARK, {"flash-rail"}),
        (False, ring("010000", 1), {"dark-flash"}),
    ):  # fmt: skip
        pod = tape().plug_in().show(2000, ring("010000", 1))
        pod.show(4000, shown).note(4000, rail=rail).note(4500, flash="start")
        assert pod.note(4800, flash="end").kinds() == expected


def test_a_press_in_a_hang_was_seen_by_nobody(tape):
    for press_ms, expected in ((62_000, {"dark-hang"}), (71_000, set())):
        pod = lit(tape).happen(60_000, fault="hang").note(60_400, leds=DARK)
        pod.happen(70_000, fault="none").note(70_001, leds_cmd=DARK)
        pod.happen(press_ms, button_ms=1200).show(75_000, ring("010000", 1))
        assert pod.kinds() == expected


def test_a_press_that_goes_on_through_a_reset_counts_from_it(tape):
    """It began 200 ms before; a second after the reset it has forgiven the failure."""
    for length_ms, expected in ((2000, set()), (900, {"dark-fault"})):
        pod = tape().plug_in().happen(60_000, button_ms=length_ms)
        pod.happen(60_200, fault="watchdog").show(65_000, ring("010000", 1))
        assert pod.kinds() & {"dark-fault"} == expected
