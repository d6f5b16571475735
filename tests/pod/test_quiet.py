"""The quiet rule: what counts as arousal, as a surge, as a leap, and how long each is heeded."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod.quiet import AROUSED, CALM, SURGED, QuietRule


class Sleeper:
    """One reading a second."""

    def __init__(self, median=60, now_ms=0):
        self.rule = QuietRule()
        self.median = median
        self.now_ms = now_ms

    def at(self, bpm, seconds):
        verdict = self.rule.verdict
        for _ in range(seconds):
            self.now_ms = (self.now_ms + 1000) & 0x3FFFFFFF
            verdict = self.rule.step(self.now_ms, round(bpm * 10), round(self.median * 10))
        return verdict


def test_a_calm_heart_stays_calm():
    assert Sleeper().at(66, 3600) == CALM


@pytest.mark.parametrize(
    ("median", "bpm", "verdict"),
    (
        (60, 69, AROUSED), (60, 68.9, CALM),  # +15 % comes first below 66.7
        (100, 110, AROUSED), (100, 109.9, CALM),  # +10 bpm comes first above
        (66.7, 76.7, AROUSED), (66.7, 76.6, CALM),
    ),
)  # fmt: skip
def test_arousal_is_ten_beats_or_fifteen_percent_whichever_comes_first(median, bpm, verdict):
    assert Sleeper(median).at(bpm, 30) == verdict


def test_arousal_needs_five_seconds():
    sleeper = Sleeper()
    sleeper.at(60, 10)
    assert sleeper.at(75, 5) == CALM
    assert sleeper.at(75, 1) == AROUSED


def test_a_short_arousal_begins_its_five_seconds_anew():
    sleeper = Sleeper()
    for _ in range(20):
        sleeper.at(75, 5)
        assert sleeper.at(60, 1) == CALM


def test_arousal_is_heeded_for_ten_minutes_after_its_last_second():
    sleeper = Sleeper()
    sleeper.at(75, 20)
    assert sleeper.at(60, 599) == AROUSED
    assert sleeper.at(60, 1) == CALM


@pytest.mark.parametrize(("bpm", "verdict"), ((78, SURGED), (77.9, AROUSED)))
def test_a_surge_is_thirty_percent(bpm, verdict):
    assert Sleeper().at(bpm, 30) == verdict


def test_a_surge_needs_ten_seconds_and_lasts_the_night():
    sleeper = Sleeper()
    sleeper.at(70, 60)
    assert sleeper.at(80, 10) != SURGED
    assert sleeper.at(80, 1) == SURGED
    assert sleeper.at(60, 5 * 3600) == SURGED
    sleeper.rule.new_night()
    assert sleeper.at(60, 60) == CALM


def test_another_night_does_not_forget_an_arousal_of_just_now():
    sleeper = Sleeper()
    sleeper.at(70, 60)
    assert sleeper.at(80, 11) == SURGED
    sleeper.rule.new_night()
    assert sleeper.at(60, 590) == AROUSED
    assert sleeper.at(60, 60) == CALM


@pytest.mark.parametrize(("bpm", "leaps"), ((90, True), (89.9, False)))
def test_a_leap_of_half_within_thirty_seconds_is_a_surge_at_once(bpm, leaps):
    sleeper = Sleeper()
    sleeper.at(60, 100)
    assert (sleeper.at(bpm, 1) == SURGED) == leaps


def test_a_leap_counts_at_any_moment_of_the_thirty_seconds():
    for wait in range(1, 30):
        sleeper = Sleeper(median=80)
        sleeper.at(80, 47)
        sleeper.at(60, 1)
        for _ in range(wait):
            sleeper.at(80, 1)
        assert sleeper.at(90, 1) == SURGED, wait


def test_the_same_rise_over_minutes_is_no_leap():
    sleeper = Sleeper(median=85)
    for bpm in range(60, 92):
        assert sleeper.at(bpm, 10) == CALM


def test_a_rate_of_hours_ago_is_nothing_to_leap_from():
    sleeper = Sleeper(median=80)
    sleeper.at(55, 60)
    sleeper.at(0, 3600)
    assert sleeper.at(84, 60) == CALM


def test_an_unknown_rate_decides_nothing_and_interrupts_an_arousal():
    sleeper = Sleeper()
    sleeper.at(75, 4)
    sleeper.at(0, 2)
    assert sleeper.at(75, 4) == CALM
    assert Sleeper(median=0).at(200, 60) == CALM


def test_ten_minutes_are_ten_minutes_across_the_wrap_of_ticks():
    sleeper = Sleeper(now_ms=(1 << 30) - 60_000)
    sleeper.at(75, 20)
    assert sleeper.at(60, 599) == AROUSED
    assert sleeper.at(60, 1) == CALM


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.integers(0, 220), st.integers(1, 40)), max_size=30))
def test_after_a_surge_no_heart_is_calm_again_that_night(hearts):
    sleeper, surged = Sleeper(), False
    for bpm, seconds in hearts:
        verdict = sleeper.at(bpm, seconds)
        assert not surged or verdict == SURGED
        surged = surged or verdict == SURGED
