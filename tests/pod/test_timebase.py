"""Shared time from four timestamps: right, slewed while something shows, coasting alone."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod import ticks
from pod.timebase import BUCKETS, DRIFT_MAX_PPM, FAR_US, SLEW_PPM, STALE_MS, Timebase

WRAP_US = ticks.PERIOD * 1000
BASE_US = 5000  # of the way, in each direction
HALF_WRAP_US = WRAP_US // 2


class Host:
    """Exchanges with a host whose clock leads by `ahead_us` and runs `ppm` faster."""

    def __init__(self, start_ms=1000, ahead_us=5_000_000, ppm=0, seed=1):
        self.time = Timebase()
        self.local_us = start_ms * 1000
        self.ahead_us, self.ppm, self.begin_us = ahead_us, ppm, self.local_us
        self.epoch = 1
        self.rng = random.Random(seed)
        self.time.start(self.now_ms)

    def true_us(self, local_us):
        return local_us + self.ahead_us + (local_us - self.begin_us) * self.ppm // 1_000_000

    def exchange(self, up_us=0, down_us=0):
        """One ping; each way takes up to so much longer than it must."""
        t1 = self.local_us
        there = BASE_US + self.rng.randrange(up_us + 1)
        t4 = t1 + there + 100 + BASE_US + self.rng.randrange(down_us + 1)
        rx = self.true_us(t1 + there)
        taken = self.time.exchange(t1 % WRAP_US, rx, rx + 100, t4 % WRAP_US, self.epoch)
        self.local_us = t4
        return taken

    def go(self, seconds, up_us=0, down_us=0, showing=False):
        for _ in range(seconds):
            begin_us = self.local_us
            self.exchange(up_us, down_us)
            self.local_us = begin_us + 1_000_000
            self.step(showing)
        return self

    def alone(self, seconds, showing=False):
        for _ in range(seconds):
            self.local_us += 1_000_000
            self.step(showing)
        return self

    def step(self, showing=False):
        self.time.step(self.now_ms, showing)

    @property
    def now_ms(self):
        return self.local_us // 1000 & (ticks.PERIOD - 1)

    def error_us(self):
        shown_us = self.time.shared_ms(self.now_ms) * 1000
        true_us = self.true_us(self.local_us // 1000 * 1000)
        return abs((shown_us - true_us + HALF_WRAP_US) % WRAP_US - HALF_WRAP_US)


def test_before_any_host_shared_time_counts_from_the_start():
    host = Host(start_ms=5000)
    host.alone(3)
    assert not host.time.synced and host.time.shared_ms(host.now_ms) == 3000


def test_one_exchange_is_enough_to_begin():
    host = Host()
    assert not host.time.in_step()
    assert host.exchange()
    host.step()
    assert host.time.in_step() and host.error_us() <= 1000


def test_a_burst_in_forty_milliseconds_of_jitter_locks_within_five():
    for seed in range(20):
        host = Host(seed=seed)
        for _ in range(20):
            host.exchange(20_000, 40_000)
            host.local_us += 60_000
        host.step()
        assert host.error_us() <= 5000


def test_two_minutes_in_forty_milliseconds_of_jitter_leave_three():
    for seed in range(10):
        host = Host(ppm=37 - 7 * seed, seed=seed).go(120, up_us=20_000, down_us=40_000)
        assert host.error_us() <= 3000


@settings(max_examples=40)
@given(
    ppm=st.integers(-50, 50),
    up_us=st.integers(0, 60_000),
    down_us=st.integers(0, 60_000),
    seed=st.integers(0, 999),
    seconds=st.integers(1, 300),
    alone=st.integers(0, 3600),
)
def test_the_error_stays_within_what_is_stated(ppm, up_us, down_us, seed, seconds, alone):
    """Whatever each way takes; no path is assumed to be as long back as there."""
    host = Host(ppm=ppm, seed=seed)
    for _ in range(seconds):
        host.go(1, up_us, down_us)
        assert host.error_us() <= host.time.error_us(host.now_ms) + 1000
    host.alone(alone)
    assert host.error_us() <= host.time.error_us(host.now_ms) + 1000


def test_drift_is_followed_and_coasted_on():
    host = Host(ppm=80).go(120, 2000, 2000)
    before_us = host.time.error_us(host.now_ms)
    host.alone(60)
    assert host.error_us() <= 2000 and host.time.coasting(host.now_ms)
    assert host.time.error_us(host.now_ms) > before_us


def test_a_pod_that_hears_its_host_does_not_coast():
    host = Host().go(5)
    assert not host.time.coasting(host.now_ms)
    host.alone(STALE_MS // 1000 - 2)
    assert not host.time.coasting(host.now_ms)
    host.alone(4)
    assert host.time.coasting(host.now_ms)


def test_a_night_alone_is_coasted_through():
    host = Host(ppm=-43).go(300, 10_000, 10_000).alone(10 * 3600, showing=True)
    assert host.error_us() <= 10 * 3600 * 12 and host.error_us() <= host.time.error_us(host.now_ms)


def test_an_absurd_drift_is_clamped():
    host = Host(ppm=5000).go(120)
    assert abs(host.time._drift_ppm) <= DRIFT_MAX_PPM


def test_the_wrap_of_local_ticks_passes_unnoticed():
    host = Host(start_ms=(1 << 30) - 30_000).go(90)
    assert host.error_us() <= 1000 and host.time.jumps == 0


def test_memory_is_fixed():
    host = Host().go(500, 5000, 5000)
    rows = [row for row in vars(host.time).values() if hasattr(row, "typecode")]
    assert len(rows) == 4 and all(len(row) == BUCKETS for row in rows)


def test_while_something_shows_time_is_slewed_and_never_stepped():
    host = Host().go(30)
    host.ahead_us += 300_000
    last = host.time.shared_ms(host.now_ms)
    for _ in range(20):
        host.go(1, showing=True)
        now = host.time.shared_ms(host.now_ms)
        assert abs(now - last - 1000) <= SLEW_PPM // 1000 + 1
        last = now
    assert host.time.jumps == 1 and host.time.in_step()
    host.go(60, showing=True)
    assert host.error_us() <= 1000


@pytest.mark.parametrize("by_us", [-3_600_000_000, -20_000, 20_000, 3_600_000_000])
def test_a_host_that_jumps_is_noticed_at_once(by_us):
    host = Host().go(60, 5000, 5000)
    host.ahead_us += by_us
    host.go(2, 5000, 5000)
    assert host.time.jumps == 1 and host.error_us() <= 6000


def test_a_host_that_only_hesitates_has_not_jumped():
    host = Host().go(60, 5000, 5000)
    for _ in range(100):
        host.go(1, host.rng.choice((0, 500_000)), host.rng.choice((0, 900_000)))
    assert host.time.jumps == 0


def test_a_host_of_another_hour_waits_for_the_dark():
    host = Host().go(30)
    host.ahead_us += 3600_000_000
    host.epoch = 2
    last = host.time.shared_ms(host.now_ms)
    for _ in range(600):
        host.go(1, showing=True)
        assert host.time.shared_ms(host.now_ms) == last + 1000 and not host.time.in_step()
        last += 1000
    host.go(1)
    assert host.time.in_step() and host.error_us() <= 1000


def test_a_new_epoch_close_by_is_slewed_to():
    host = Host().go(30)
    host.epoch, host.ahead_us = 2, host.ahead_us + FAR_US - 1_000_000
    host.go(1, showing=True)
    assert host.time.in_step() and host.time.error_us(host.now_ms) >= FAR_US - 1_100_000


def test_a_first_host_in_the_middle_of_a_ritual_does_not_move_the_sky():
    host = Host(ahead_us=50_000_000).alone(20, showing=True)
    host.go(5, showing=True)
    assert host.time.shared_ms(host.now_ms) == 25_000 and not host.time.in_step()
    host.go(1)
    assert host.time.in_step()


def test_time_that_runs_backwards_is_refused():
    time = Timebase()
    assert not time.exchange(1000, 5000, 9000, 2000, 1)
    assert not time.synced


def test_wall_time_holds_for_weeks_without_a_word():
    time = Timebase()
    time.set_unix(1_767_225_600, 0)
    now_ms = 0
    for _ in range(20 * 24):
        now_ms = ticks.add(now_ms, 3600_000)
        time.step(now_ms, False)
    assert time.wall_s(now_ms) == 1_767_225_600 + 20 * 86400
    assert Timebase().wall_s(5) == 0
