"""The night: a goodnight fixes it, the room's light only shortens and dims."""

import random

import pytest
from tests.pod.pod_on_a_bench import PodOnABench

from pod.night import (
    DAWN_MS,
    FADE_MS,
    FALL_MS,
    FULL,
    NIGHT,
    RISE_MS,
    RITUAL_MS,
    Night,
)
from pod.room import Room


def through(night, now_ms, ms, step_ms=500, room=None):
    """Step on; (when, state) at each change."""
    room = room or Room()
    changes = []
    for _ in range(ms // step_ms):
        now_ms = (now_ms + step_ms) & 0x3FFFFFFF
        if night.step(now_ms, step_ms, room):
            changes.append((now_ms, night.state))
    return now_ms, changes


def begun(dim=False, now_ms=0):
    night = Night()
    night.goodnight(now_ms, dim)
    return night


def test_the_ritual_fades_into_darkness():
    night = begun()
    _, changes = through(night, 0, RITUAL_MS + FADE_MS + 1000)
    assert [state for _, state in changes] == ["fade", "night"]
    assert changes[0][0] == RITUAL_MS
    assert night.level == 0 and not night.lit()


@pytest.mark.parametrize("step_ms", (1, 7, 33, 500))
def test_the_level_rises_and_falls_in_its_time_whatever_the_steps(step_ms):
    night = begun()
    now_ms, _ = through(night, 0, RISE_MS + 600, step_ms)
    assert night.level == FULL
    night.end(now_ms)
    now_ms, _ = through(night, now_ms, FALL_MS // 2, step_ms)
    assert FULL * 0.4 < night.level < FULL * 0.6
    through(night, now_ms, FALL_MS // 2 + 600, step_ms)
    assert night.level == 0


def test_a_dim_ritual_is_dimmer():
    night = begun(dim=True)
    through(night, 0, 20000)
    assert 0 < night.level <= FULL // 4


@pytest.mark.parametrize("tz_min", (0, 60, -300))
def test_dawn_ends_its_half_hour_at_the_time_set_at_the_pod(tz_min):
    night = begun()
    night.fix_dawn(0, "06:30", 22 * 3600 - tz_min * 60, tz_min)
    now_ms, _ = through(night, 0, RITUAL_MS + FADE_MS + 1000)
    assert night.state == NIGHT
    begins_ms = 8 * 3600_000
    assert not night.dawn_due(begins_ms - 1)
    assert night.dawn_due(begins_ms)
    assert night.due_ms(begins_ms - 5000) <= 5000
    night.begin_dawn(begins_ms)
    through(night, begins_ms, DAWN_MS)
    assert night.level == FULL


def test_without_authenticated_time_there_is_no_dawn():
    night = begun()
    night.fix_dawn(0, "06:30", 0, 0)
    through(night, 0, RITUAL_MS + FADE_MS + 1000)
    assert not any(night.dawn_due(hour * 3600_000) for hour in range(14))


# -- the room's light ----------------------------------------------------------------------------


def lamp(bench, lux, ms=0):
    bench.inputs.lux_mlx = int(lux * 1000)
    bench.run(ms, 100)


def test_a_lamp_dims_the_ritual_and_its_end_brings_nothing_back():
    bench = PodOnABench().goodnight()
    bench.run(60_000, 100)
    full = bench.pod.director.night.level
    lamp(bench, 200, 30_000)
    dimmed = bench.pod.director.night.level
    assert full == FULL and dimmed == FULL // 4 and bench.night == "ritual"
    lamp(bench, 4, 180_000)
    assert bench.pod.director.night.level == dimmed
    told = bench.said("why")
    assert [note["why"] for note in told].count("the room is lit") == 1


def test_whoever_presses_goodnight_in_a_lit_room_has_a_minute_to_switch_it_off():
    bench = PodOnABench()
    bench.inputs.lux_mlx = 200_000
    bench.goodnight()
    bench.run(30_000, 100)
    assert bench.pod.director.night.level == FULL
    lamp(bench, 0.1, 180_000)
    assert bench.pod.director.night.level == FULL and bench.night == "ritual"
    lamp(bench, 0.1, 90_000)
    assert bench.night == "fade"
    assert "the room went dark" in [note["why"] for note in bench.said("why")]


def test_a_room_dark_from_the_start_keeps_its_whole_ritual():
    bench = PodOnABench()
    bench.inputs.lux_mlx = 100
    bench.goodnight()
    bench.sleep(RITUAL_MS - 30_000)
    assert bench.night == "ritual"


def test_a_lamp_in_the_fade_ends_it_at_once():
    bench = PodOnABench().goodnight()
    bench.sleep(RITUAL_MS)
    assert bench.night == "fade"
    lamp(bench, 200, 25_000)
    assert bench.night == "night" and bench.dark


def test_a_lamp_ends_a_slots_cue_and_drops_the_next_and_a_dark_room_begins_none_again():
    bench = PodOnABench(profile="adult", armed=True)
    bench.asleep()
    while not bench.cues("start"):
        bench.sleep(5000)
    lamp(bench, 200, 15_000)
    assert bench.cues("end")[-1][2] == "the room is lit"
    lamp(bench, 0.1, 600_000)
    assert len(bench.cues("start")) == 1 and bench.dark


def test_a_slot_in_a_lit_room_is_charged_and_dropped():
    bench = PodOnABench(profile="adult", armed=True)
    bench.asleep()
    left = bench.pod.director.left()["cues"]
    bench.inputs.lux_mlx = 200_000
    while not bench.cues("dropped"):
        bench.sleep(60_000)
    assert not bench.cues("start")
    assert bench.pod.director.left()["cues"] == left - 1
    assert bench.cues("dropped")[0][2] in ("the room is lit", "the sleep state is awake")


def dawn_bench(**given):
    bench = PodOnABench(dawn="06:30", **given)
    return bench.asleep()


def test_a_dawn_gives_way_to_the_day_and_does_not_begin_in_a_lit_room():
    bench = dawn_bench()
    while bench.night != "dawn":
        bench.sleep(60_000)
    bench.sleep(600_000)
    assert bench.lit
    lamp(bench, 300, 15_000)
    assert bench.night == "idle"
    bench.run(40_000, 100)
    assert bench.dark
    lit = dawn_bench()
    lit.inputs.lux_mlx = 300_000
    lit.sleep(11 * 3600_000)
    assert lit.night == "night" and lit.dark
    assert not any(note.get("state") == "dawn" for note in lit.notes)


@pytest.mark.parametrize("seed", range(6))
def test_no_light_makes_a_night_longer_or_brighter(seed):
    """Any light against the same night in a steady room: at every instant at most its level, and
    never an earlier state."""
    order = ["ritual", "fade", "night"]
    chance = random.Random(seed)
    steady, moved, calm, room = begun(), begun(), Room(), Room()
    now_ms = mlx = 0
    for _ in range((RITUAL_MS + FADE_MS + 30_000) // 500):
        if chance.random() < 0.01:
            mlx = chance.choice((-1, 0, 300, 900, 4000, 9000, 11_000, 200_000))
        now_ms += 500
        room.step(500, mlx, moved.level * 14_000)
        steady.step(now_ms, 500, calm)
        moved.step(now_ms, 500, room)
        assert moved.level <= steady.level
        assert order.index(moved.state) >= order.index(steady.state)


# -- midnight, and clocks that change --------------------------------------------------------------


@pytest.mark.parametrize("hhmm, goodnight_s, begins_after_s", (
    ("00:15", 22 * 3600, 105 * 60),  # its half hour begins before midnight
    ("00:29", 86400 - 1, 86400 - 59),  # begun a second ago: tomorrow's
    ("06:30", 86400 - 1, 6 * 3600 + 1),  # goodnight a second before midnight
    ("06:30", 0, 6 * 3600),  # and at midnight
    ("06:30", 5 * 3600, 3600),
    ("00:00", 12 * 3600, 11 * 3600 + 1800),
))  # fmt: skip
def test_dawn_finds_its_day_across_midnight(hhmm, goodnight_s, begins_after_s):
    night = Night()
    night.fix_dawn(0, hhmm, 1767225600 + goodnight_s, 0)
    night.state = NIGHT
    assert not night.dawn_due(begins_after_s * 1000 - 1)
    assert night.dawn_due(begins_after_s * 1000)


def test_a_new_offset_in_the_night_moves_no_dawn_that_a_goodnight_has_fixed():
    bench = PodOnABench(dawn="06:30", link=True)
    bench.asleep()
    before_ms = bench.pod.director.night._dawn_ms
    bench.message("pod/pod-1/set/desired", {"tz_min": 60}, version=9)
    bench.run(2000)
    assert bench.pod.director.tz_min == 60
    assert bench.pod.director.night._dawn_ms == before_ms
