"""Whose caps hold: what the trace calls its mode is a claim (invariants 1 and 10)."""

import pytest
from tests.starlit.check.conftest import HOUR, MINUTE

PLAY = "pod/pod-1/set/play"
GOODNIGHT = {"topic": PLAY, "payload": '{"do":"goodnight"}', "sign": True}


def bright(tape, t_ms, level=10):
    """White that only an adult's evening allows."""
    tape.fade(t_ms, range(1, level + 1), "{0:02x}{0:02x}{0:02x}".format, 1000)
    return tape


def test_evening_light_without_any_goodnight(tape):
    pod = bright(tape(profile="adult").plug_in().note(6000, mode="evening"), 8000)
    assert {"mode-raised", "cap-m-leds", "cap-m-leds_cmd"} <= pod.kinds()


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        ({}, True),
        ({"nonce_age_ms": 1500}, True),
        ({"nonce_age_ms": 2500}, False),
        ({"sign": False}, False),
        ({"payload": '{"do":"morning"}'}, False),
        ({"payload": "no JSON"}, False),
        ({"topic": "pod/pod-2/set/play"}, False),
        ({"topic": "starlit/elsewhere/pod/pod-1/set/play"}, False),
    ],
)
def test_a_hosts_goodnight_counts_if_the_pod_may_obey_it(tape, change, allowed):
    pod = tape(profile="adult").plug_in().happen(6000, **{**GOODNIGHT, **change})
    pod.note(6100, mode="evening")
    assert pod.kinds() == (set() if allowed else {"mode-raised"})


def test_a_goodnight_while_the_link_is_down_never_came(tape):
    pod = tape().plug_in().happen(5000, link="down").happen(6000, **GOODNIGHT)
    assert pod.note(6100, mode="evening").kinds() == {"mode-raised"}


@pytest.mark.parametrize("mode", ["evening", "idle", "dawn"])
@pytest.mark.parametrize(("action", "allowed"), [(GOODNIGHT, False), ({"button_ms": 1200}, True)])
def test_only_a_held_button_raises_a_sleeping_pod(tape, mode, action, allowed):
    pod = tape(profile="adult").asleep().happen(HOUR, **action).note(HOUR + 1500, mode=mode)
    allowed = allowed and mode != "dawn"
    assert pod.kinds() == (set() if allowed else {"mode-raised"})


def test_a_star_is_no_held_button(tape):
    pod = tape().asleep().happen(HOUR, button_ms=300)
    assert pod.note(HOUR + 400, mode="evening").kinds() == {"mode-raised"}


def test_sleep_ends_with_the_night(tape):
    for hours, expected in ((13.9, {"mode-raised"}), (14.1, set())):
        pod = tape().asleep()
        assert pod.note(int(hours * HOUR), mode="idle").kinds() == expected


def test_a_mode_that_is_lowered_needs_nobody(tape):
    pod = tape().evening().note(9000, mode="asleep")
    assert pod.kinds() == set()


def test_three_rituals_by_the_host_in_a_day(tape):
    for count, expected in ((3, set()), (4, {"host-goodnights"})):
        pod = tape().plug_in()
        for index in range(count):
            pod.happen(HOUR * index + 6000, **GOODNIGHT).note(HOUR * index + 6100, mode="evening")
            pod.note(HOUR * index + 60_000, mode="idle")
        assert pod.kinds() == expected


def test_a_hosts_goodnight_in_a_dark_room_stays_at_sleeps_caps(tape):
    for dark_for_ms, lux, dim in (
        (11 * MINUTE, 0.2, True), (9 * MINUTE, 0.2, False), (11 * MINUTE, 4.0, False)
    ):  # fmt: skip
        pod = tape(profile="adult").plug_in().happen(MINUTE, lux=lux)
        t_ms = MINUTE + dark_for_ms
        pod.happen(t_ms, **GOODNIGHT).note(t_ms + 50, mode="evening")
        kinds = bright(pod, t_ms + 1000).kinds()
        assert ("cap-m-leds" in kinds) is dim


@pytest.mark.parametrize(
    ("settings", "wall", "hours", "allowed"),
    [
        ({"dawn": "08:00"}, True, 11.6, True),
        ({"dawn": "08:00"}, True, 12.0, True),
        ({"dawn": "08:00"}, True, 11.3, False),
        ({"dawn": "08:00"}, True, 12.1, False),
        ({"dawn": "08:00"}, False, 12.0, False),
        ({"dawn": None}, True, 12.0, False),
    ],
)
def test_dawn_needs_a_time_set_by_hand_and_a_known_clock(tape, settings, wall, hours, allowed):
    """Wall time 1767297600 is 20:00 UTC."""
    pod = tape().plug_in().happen(5000, button_ms=300).note(5300, mode="evening")
    pod.happen(10, set=settings).note(HOUR, mode="asleep")
    if wall:
        pod.happen(0, wall=1_767_297_600)
    pod.note(int(hours * HOUR), mode="dawn")
    assert pod.kinds() == (set() if allowed else {"mode-raised"})


@pytest.mark.parametrize(("set_back_ms", "moved"), [(MINUTE, True), (HOUR, False)])
def test_the_goodnight_fixes_the_dawn_by_the_clock_that_held_then(tape, set_back_ms, moved):
    """20:00 UTC, goodnight at 20:05, dawn from 05:30; the clock is set back by six hours."""
    pod = tape().plug_in().happen(10, set={"dawn": "06:00"}).happen(0, wall=1_767_297_600)
    pod.happen(set_back_ms, wall=1_767_297_600 + set_back_ms // 1000 - 6 * 3600)
    pod.happen(5 * MINUTE, button_ms=300).note(5 * MINUTE + 300, mode="evening")
    pod.note(30 * MINUTE, mode="asleep").note(int(9.5 * HOUR), mode="dawn")
    assert pod.kinds() == ({"mode-raised"} if moved else set())


def test_after_the_switch_a_claimed_evening_is_none(tape):
    pod = tape(profile="adult").evening().happen(20_000, switch="out").happen(21_000, switch="in")
    pod.happen(22_000, button_ms=1200)
    assert "cap-m-leds" in bright(pod, 30_000).kinds()


@pytest.mark.parametrize(
    ("action", "hours", "expected"),
    [
        ({"lux": 1.0}, 0.9, set()),
        ({"lux": 1.0}, 1.1, {"evening-long"}),
        ({"button_ms": 300}, 1.1, set()),
        (GOODNIGHT, 1.1, set()),
    ],
)
def test_an_evening_ends_within_the_hour(tape, action, hours, expected):
    pod = tape().evening().happen(HOUR // 2, **action)
    pod.note(int(hours * HOUR), mode="asleep", sky_hash=1)
    assert pod.kinds() == expected


def test_a_pod_that_starts_in_the_dark_takes_it_for_a_long_one(tape):
    for dark_ms, dim in ((MINUTE, True), (3 * MINUTE, False)):
        pod = tape(profile="adult").happen(dark_ms, lux=0.2).happen(2 * MINUTE, reboot=True)
        pod.happen(4 * MINUTE, lux=0.3).plug_in(5 * MINUTE).happen(6 * MINUTE, **GOODNIGHT)
        pod.note(6 * MINUTE + 50, mode="evening")
        assert ("cap-m-leds" in bright(pod, 6 * MINUTE + 1000).kinds()) is dim


def test_a_dim_ritual_that_calls_itself_asleep_is_the_hosts_too(tape):
    pod = tape().plug_in()
    for index in range(4):
        pod.happen(HOUR * index + 6000, **GOODNIGHT).note(HOUR * index + 6100, mode="asleep")
        pod.happen(HOUR * index + 60_000, button_ms=1000)
        pod.note(HOUR * index + 61_000, mode="idle")
    assert pod.kinds() == {"host-goodnights"}


def test_a_profile_set_by_hand_ends_a_night(tape):
    pod = tape().adult_asleep().happen(60_000, set={"profile": "child"})
    assert pod.note(60_100, mode="idle").kinds() == set()
