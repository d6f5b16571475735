"""The night: idle, ritual, fade, night, dawn; everything is fixed at the goodnight."""

import pytest

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


def through(night, now_ms, ms, step_ms=500):
    """Step on; (when, state) at each change."""
    changes = []
    for _ in range(ms // step_ms):
        now_ms = (now_ms + step_ms) & 0x3FFFFFFF
        if night.step(now_ms, step_ms):
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
