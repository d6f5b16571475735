"""RMSSD: of neighbouring normal intervals, unknown without enough of them."""

import pytest
from tests.pod.test_heart import SECOND, beating

from pod.variability import VariableHeart


def test_it_is_unknown_at_first_and_again_when_the_finger_has_left():
    heart = VariableHeart()
    assert heart.rmssd_ms == -1
    last = beating(heart, 60, 60, jitter_ms=40)
    heart.tick(last + 4 * SECOND)
    assert heart.rmssd_ms > 0
    heart.tick(last + 6 * SECOND)
    assert heart.rmssd_ms == -1
    beating(heart, 60, 60, at=last + 7 * SECOND)
    assert heart.rmssd_ms >= 0
    heart.lost()
    assert heart.rmssd_ms == -1


def test_that_of_alternating_intervals_is_their_difference():
    heart = VariableHeart()
    beating(heart, 60, 60, jitter_ms=50)
    assert heart.rmssd_ms == pytest.approx(50, abs=2)


def test_an_early_beat_and_its_pause_are_not_variability():
    heart = VariableHeart()
    at = 0
    for n in range(60):
        at += {20: 900, 21: 2300}.get(n, SECOND)
        heart.beat(at, 90)
        heart.tick(at)
    assert 0 <= heart.rmssd_ms <= 1
