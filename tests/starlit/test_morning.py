"""The offset that a pod is told is the coming morning's, so a dawn meets the clock on the wall."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from pod.night import Night
from starlit.clock import offset_min
from starlit.morning import morning_offset_min

# zone, date and hour of the goodnight (local), then the offset in force before and after the night
CHANGES = (
    ("Europe/Berlin", "2026-03-28 21:00", 60, 120),  # an hour is left out
    ("Europe/Berlin", "2026-10-24 21:00", 120, 60),  # an hour comes twice
    ("Europe/Berlin", "2026-03-29 00:30", 60, 120),  # goodnight after midnight, before the change
    ("America/New_York", "2026-03-07 22:00", -300, -240),
    ("America/New_York", "2026-10-31 22:00", -240, -300),
    ("Australia/Lord_Howe", "2026-04-04 20:00", 660, 630),  # half an hour
    ("Europe/Berlin", "2026-06-10 21:00", 120, 120),
)


def unix_s(zone, text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


@pytest.mark.parametrize("zone, goodnight, before, after", CHANGES)
def test_it_is_the_offset_after_the_night(zone, goodnight, before, after):
    now_s = unix_s(zone, goodnight)
    assert offset_min(zone, now_s) == before
    assert morning_offset_min(zone, now_s) == after


@pytest.mark.parametrize("zone, goodnight, before, after", CHANGES)
@pytest.mark.parametrize("dawn", ("05:00", "06:30", "09:15"))
def test_a_dawn_fixed_at_the_goodnight_is_full_at_its_time_on_the_wall(
    zone, goodnight, before, after, dawn
):
    now_s = unix_s(zone, goodnight)
    night = Night()
    night.fix_dawn(0, dawn, int(now_s), morning_offset_min(zone, now_s))
    night.state = "night"
    begins_ms = next(ms for ms in range(0, 86_400_000, 60_000) if night.dawn_due(ms))
    full_s = now_s + begins_ms / 1000 + 1800
    assert f"{datetime.fromtimestamp(full_s, ZoneInfo(zone)):%H:%M:%S}" == f"{dawn}:00"
    assert full_s - now_s < 14 * 3600


def test_it_turns_at_noon_and_not_at_midnight():
    zone = "Europe/Berlin"
    offsets = [
        morning_offset_min(zone, unix_s(zone, f"2026-03-{day} {hour}"))
        for day, hour in ((28, "11:59"), (28, "12:00"), (29, "01:59"), (29, "03:00"), (29, "23:00"))
    ]
    assert offsets == [60, 120, 120, 120, 120]


def test_this_computers_zone_counts(monkeypatch):
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    try:
        now_s = unix_s("Europe/Berlin", "2026-03-28 21:00")
        assert offset_min(None, now_s) == 60
        assert morning_offset_min(None, now_s) == 120
    finally:
        monkeypatch.undo()

        time.tzset()
