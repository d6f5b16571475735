"""The steady clock: the same time through a restart, whatever the wall clock does."""

import time

import pytest

from starlit import clock
from starlit.errors import UserError
from starlit.journal import Journal


def test_it_reads_unix_time_and_only_goes_forward():
    steady = clock.SteadyClock()
    assert abs(steady.us() / 1e6 - time.time()) < 1
    readings = [steady.us() for _ in range(100)]
    assert readings == sorted(readings)


def test_a_corrected_wall_clock_does_not_move_it(monkeypatch):
    steady = clock.SteadyClock()
    before_us = steady.us()
    now_ns = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now_ns + 3600 * 10**9)
    monkeypatch.setattr(time, "time", lambda: now_ns / 1e9 + 3600)
    assert steady.us() - before_us < 1_000_000
    assert steady.wall_s() >= now_ns // 10**9 + 3600


def test_a_restarted_host_goes_on_with_the_same_time_until_the_computer_boots(tmp_path):
    bases = []
    for boot, base_us in (("a", 100), ("a", 900), ("b", 700)):
        journal = Journal(tmp_path / "j.sqlite")
        journal.start()
        bases.append(journal.clock_base_us(boot, base_us))
        journal.stop()
    assert bases == [100, 100, 700]


def test_an_instant_of_the_socket_is_on_the_same_clock():
    steady = clock.SteadyClock(5_000_000)
    at_ns = clock.steady_ns()
    assert steady.us(at_ns) == 5_000_000 + at_ns // 1000


def test_zones_know_their_summer():
    assert clock.offset_min("Europe/Berlin", 1_767_225_600) == 60
    assert clock.offset_min("Europe/Berlin", 1_782_864_000) == 120
    assert clock.offset_min("UTC", 0) == 0


@pytest.mark.parametrize("name", ["Berlin", "", "../etc/passwd", "Europe/"])
def test_an_unknown_zone_says_how_to_write_one(name):
    with pytest.raises(UserError, match="Europe/Berlin"):
        clock.check_zone(name)
