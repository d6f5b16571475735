"""Invariant 6: cues in sleep, counted from light and sound."""

import pytest
from tests.starlit.check.conftest import DAY, HOUR

CUE = {"id": "comet", "slot": 1}
LOUD = 400  # 26.7 dBA


def cue(tape, t_ms, length_ms=1000, slot=1):
    tape.note(t_ms, cue={**CUE, "slot": slot, "phase": "start"})
    end_ms = tape.tone(t_ms, LOUD, length_ms)
    return tape.note(end_ms, cue={**CUE, "slot": slot, "phase": "end"})


@pytest.mark.parametrize(("cues", "expected"), [(20, set()), (21, {"dose-cues"})])
def test_twenty_cues_a_night(tape, cues, expected):
    pod = tape(profile="adult").adult_asleep()
    for index in range(cues):
        cue(pod, 60_000 + 60_000 * index, slot=index + 1)
    assert pod.kinds() == expected


def test_a_dropped_slot_is_charged_like_one_that_played(tape):
    pod = tape(profile="adult").adult_asleep()
    for index in range(20):
        pod.note(60_000 + 1000 * index, cue={"id": "comet", "slot": index, "phase": "dropped"})
    cue(pod, 120_000, slot=21)
    assert pod.kinds() == {"dose-cues"}


@pytest.mark.parametrize(("length_ms", "expected"), [(19_650, set()), (19_800, {"dose-time"})])
def test_two_hundred_seconds_a_night(tape, length_ms, expected):
    """A tone is above 25 dBA for 0.3 s around what it holds."""
    pod = tape(profile="adult").adult_asleep()
    for index in range(10):
        cue(pod, 60_000 + 60_000 * index, length_ms)
    assert pod.kinds() == expected


def test_a_reboot_gives_no_new_dose_and_a_new_night_does(tape):
    for gap_ms, expected in ((HOUR, {"dose-cues"}), (DAY, set())):
        pod = tape(profile="adult").adult_asleep()
        for index in range(20):
            cue(pod, 60_000 + 20_000 * index)
        again_ms = gap_ms + HOUR
        pod.happen(again_ms, reboot=True).note(again_ms, boot={"n": 2, "cause": "soft"})
        pod.note(again_ms, mode="idle").happen(again_ms + 1000, button_ms=1200)
        pod.happen(again_ms + 5000, button_ms=300).note(again_ms + 5300, mode="evening")
        pod.note(again_ms + 9000, mode="asleep")
        cue(pod, again_ms + 60_000)
        assert pod.kinds() == expected


def test_light_above_half_the_cap_spends_the_dose_without_any_cue(tape):
    """Red 10 of twelve LEDs is 4.99 cd/m2, one level more of one LED 5.04."""
    for extra, expected in (("0a0000", set()), ("0b0000", {"dose-time"})):
        pod = tape(profile="adult").adult_asleep()
        end_ms = pod.fade(20_000, range(1, 11), "{:02x}0000".format, 1100)
        pod.show(end_ms, [extra] + ["0a0000"] * 11).note(end_ms + 201_000, night=1)
        assert pod.kinds() == expected


@pytest.mark.parametrize(
    ("settings", "profile"),
    [({"armed": True}, "child"), ({}, "adult"), ({"armed": False}, "adult")],
)
def test_no_cue_in_sleep_for_a_child_or_unarmed(tape, settings, profile):
    pod = tape(profile=profile).asleep()
    if settings:
        pod.happen(0, set=settings)
    assert cue(pod, 60_000).kinds() == {"cue-forbidden"}


def test_loud_sleep_without_a_cue_is_forbidden_too(tape):
    pod = tape().asleep()
    pod.tone(60_000, LOUD, 1000)
    assert pod.kinds() == {"cue-forbidden"}
    quiet = tape().asleep()
    quiet.tone(60_000, 320, 1000)
    assert quiet.kinds() == set()


def test_arming_lasts_thirty_days(tape):
    for day, expected in ((29, set()), (31, {"cue-forbidden"})):
        pod = tape(profile="adult").happen(0, set={"armed": True}).asleep(day * DAY)
        assert cue(pod, day * DAY + 60_000).kinds() == expected


def test_no_cue_without_authenticated_wall_time(tape):
    pod = tape().plug_in().happen(5000, button_ms=300).note(5300, mode="evening")
    assert {"cue-no-wall"} <= cue(pod, 20_000).kinds() <= {"cue-no-wall", "cue-from-nowhere"}


@pytest.mark.parametrize(("nights", "expected"), [(5, set()), (6, {"cue-nights"})])
def test_five_cue_nights_in_seven(tape, nights, expected):
    pod = tape(profile="adult").happen(0, set={"armed": True})
    for night in [*range(nights), 7]:
        pod.asleep(night * DAY + 10_000 + night * 60_000)
        cue(pod, night * DAY + HOUR).note(night * DAY + 15 * HOUR, mode="idle")
    assert pod.kinds() == expected


def test_the_ledger_only_shrinks(tape):
    for left, expected in ((18, set()), (20, {"dose-grew"})):
        pod = tape(profile="adult").adult_asleep().note(20_000, dose={"cues": 19, "ms": 9000})
        assert pod.note(30_000, dose={"cues": left, "ms": 9000}).kinds() == expected


def test_none_left_may_mean_not_now(tape):
    pod = tape(profile="adult").adult_asleep().note(20_000, dose={"cues": 0, "ms": 0})
    assert pod.note(30_000, dose={"cues": 20, "ms": 200_000}).kinds() == set()


def test_arming_without_the_time_arms_nothing(tape):
    pod = tape(profile="adult").plug_in().happen(1000, set={"armed": True})
    pod.happen(2000, wall=1767225600).happen(5000, button_ms=300)
    pod.note(5300, mode="evening").note(10_000, mode="asleep")
    assert cue(pod, 60_000).kinds() == {"cue-forbidden"}
