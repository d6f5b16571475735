"""Shared time from four timestamps: right, slewed while something shows, coasting alone."""

import random

from pod import ticks
from pod.timebase import DRIFT_MAX_PPM, SLEW_PPM, Timebase


class Host:
    """Exchanges with a host whose clock is ahead by `ahead_us` and runs `ppm` faster."""

    def __init__(self, start_ms=1000, ahead_us=5_000_000, ppm=0, seed=1):
        self.time = Timebase()
        self.local_us = start_ms * 1000
        self.ahead_us, self.ppm, self.begin_us = ahead_us, ppm, self.local_us
        self.rng = random.Random(seed)

    def true_us(self, local_us):
        return local_us + self.ahead_us + (local_us - self.begin_us) * self.ppm // 1_000_000

    def exchange(self, jitter_us=0, epoch=1):
        t1 = self.local_us
        there, back = (500 + self.rng.randrange(jitter_us + 1) for _ in range(2))
        rx = self.true_us(t1 + there)
        t4 = t1 + there + 100 + back
        wrap = ticks.PERIOD * 1000
        return self.time.exchange(t1 % wrap, rx, rx + 100, t4 % wrap, epoch)

    def go(self, seconds, jitter_us=0, showing=False):
        for _ in range(seconds):
            self.exchange(jitter_us)
            self.local_us += 1_000_000
            self.time.step(self.now_ms, showing)
        return self

    @property
    def now_ms(self):
        return self.local_us // 1000 & (ticks.PERIOD - 1)

    def error_ms(self):
        return abs(
            self.time.shared_ms(self.now_ms) - self.true_us(self.local_us) // 1000 % ticks.PERIOD
        )


def test_one_exchange_is_enough_to_begin():
    host = Host()
    assert not host.time.synced
    assert host.exchange()
    host.time.step(host.now_ms, False)
    assert host.time.synced and host.error_ms() <= 1


def test_jitter_of_forty_milliseconds_costs_a_few():
    host = Host().go(120, jitter_us=40_000)
    assert host.error_ms() <= 8


def test_drift_is_followed_and_coasted_on():
    host = Host(ppm=80).go(120, jitter_us=2000)
    host.local_us += 60_000_000
    host.time.step(host.now_ms, False)
    assert host.error_ms() <= 5 and host.time.coasting(host.now_ms)


def test_an_absurd_drift_is_clamped():
    host = Host(ppm=5000).go(120)
    assert abs(host.time._drift_ppm) <= DRIFT_MAX_PPM


def test_the_wrap_of_local_ticks_passes_unnoticed():
    host = Host(start_ms=(1 << 30) - 30_000).go(90)
    assert host.error_ms() <= 1


def test_while_something_shows_time_is_slewed_and_never_stepped():
    host = Host().go(30)
    host.ahead_us += 300_000
    last = host.time.shared_ms(host.now_ms)
    for _ in range(20):
        host.go(1, showing=True)
        now = host.time.shared_ms(host.now_ms)
        assert abs(now - last - 1000) <= SLEW_PPM // 1000 + 1
        last = now


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
