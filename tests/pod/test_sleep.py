"""Sleep state: light and time have the first word, a heart only takes 'asleep' back."""

import random

import pytest

from pod import sleep
from pod.room import Room


class Sleeper:
    """A goodnight at 0, then seconds of light and rate."""

    def __init__(self):
        self.sleep, self.room, self.now_ms = sleep.Sleep(), Room(), 0
        self.sleep.begin(0)
        self.said = []

    def lie(self, minutes, bpm=0, mlx=50):
        for _ in range(int(minutes * 60)):
            self.now_ms += 1000
            self.room.step(1000, mlx, 0)
            self.sleep.step(self.now_ms, self.room, bpm * 10)
            self.said.append(self.sleep.state)
        return self.sleep.state


def test_without_a_heart_light_and_time_decide():
    sleeper = Sleeper()
    assert sleeper.lie(19) == sleep.UNKNOWN
    assert sleeper.lie(2) == sleep.ASLEEP
    assert sleeper.lie(1, mlx=200_000) == sleep.AWAKE
    assert sleeper.lie(15) == sleep.UNKNOWN
    assert sleeper.lie(10) == sleep.ASLEEP


def test_without_a_light_sensor_it_is_unknown():
    assert Sleeper().lie(60, mlx=-1) == sleep.UNKNOWN


def test_a_heart_that_has_not_fallen_leaves_it_unknown_until_forty_minutes():
    sleeper = Sleeper()
    assert sleeper.lie(30, bpm=64) == sleep.UNKNOWN
    assert sleeper.lie(11, bpm=64) == sleep.ASLEEP
    fallen = Sleeper()
    fallen.lie(12, bpm=64)
    assert fallen.lie(12, bpm=60) == sleep.ASLEEP


def test_a_heart_well_over_its_own_rate_is_awake_and_a_little_over_is_unknown():
    sleeper = Sleeper()
    sleeper.lie(60, bpm=60)
    assert sleeper.lie(1.5, bpm=66) == sleep.UNKNOWN
    assert sleeper.lie(10, bpm=60) == sleep.ASLEEP
    assert sleeper.lie(1.5, bpm=72) == sleep.AWAKE


def test_before_a_goodnight_and_after_the_morning_it_is_unknown():
    sleeper = Sleeper()
    sleeper.lie(30)
    sleeper.sleep.end()
    assert sleeper.lie(30) == sleep.UNKNOWN and sleeper.sleep.confidence == 0


@pytest.mark.parametrize("seed", range(8))
def test_no_heart_makes_anyone_sleep(seed):
    """SAFETY 9: whatever a heart does, 'asleep' comes at most where light and time say so."""
    chance = random.Random(seed)
    still, beating = Sleeper(), Sleeper()
    still.lie(30), beating.lie(30, bpm=60)
    for _ in range(90):
        mlx = chance.choice((0, 50, 900, 9000, 200_000, -1, 50, 50))
        minutes = chance.choice((0.5, 1, 3))
        still.lie(minutes, mlx=mlx)
        beating.lie(minutes, bpm=chance.choice((0, 30, 50, 60, 90, 180)), mlx=mlx)
    for alone, with_heart in zip(still.said, beating.said, strict=True):
        assert with_heart == alone or alone == sleep.ASLEEP
    assert sleep.ASLEEP in still.said
