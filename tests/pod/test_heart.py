"""Heart rate: right from good beats, unknown from anything else."""

import pytest

from pod.heart import Heart

SECOND = 1600       # sixteenths of a sample
WRAP = 1 << 30


def beating(heart, bpm, seconds, at=0, quality=90, jitter_ms=0):
    """Steady beats with alternating jitter; returns the index of the last one."""
    end = at + int(seconds * SECOND)
    n = 0
    while True:
        after = 60 * SECOND // bpm + (1 if n % 2 else -1) * jitter_ms * SECOND // 2000
        if at + after > end:
            return at
        at += after
        n += 1
        heart.beat(at % WRAP, quality)
        heart.tick(at % WRAP)


def test_nothing_is_known_at_first():
    heart = Heart()
    assert (heart.bpm, heart.bpm_x10, heart.median_bpm) == (0, 0, 0)


@pytest.mark.parametrize("bpm", [40, 66, 120, 190])
def test_the_rate_of_steady_beats(bpm):
    heart = Heart()
    beating(heart, bpm, 20)
    assert heart.bpm == bpm
    assert heart.bpm_x10 == pytest.approx(10 * bpm, abs=3)


def test_three_intervals_are_needed():
    heart = Heart()
    for n in range(3):
        heart.beat(n * SECOND, 90)
    assert heart.bpm == 0
    heart.beat(3 * SECOND, 90)
    assert heart.bpm == 60


def test_one_missed_beat_does_not_move_the_rate():
    heart = Heart()
    last = beating(heart, 60, 12)
    last = beating(heart, 60, 6, at=last + SECOND)
    assert heart.bpm == 60


def test_poor_beats_make_no_interval():
    heart = Heart()
    beating(heart, 60, 20, quality=40)
    assert heart.bpm == 0


@pytest.mark.parametrize("seconds", [0.2, 2.5])
def test_intervals_outside_300_to_2000_ms_are_not_heartbeats(seconds):
    heart = Heart()
    for n in range(20):
        heart.beat(int(n * seconds * SECOND), 90)
    assert heart.bpm == 0


def test_an_interval_across_a_gap_does_not_count():
    heart = Heart()
    for n in range(30):
        heart.beat(n * SECOND, 90)
        heart.gap()
    assert heart.bpm == 0


def test_five_seconds_without_an_interval_are_unknown():
    heart = Heart()
    last = beating(heart, 60, 60, jitter_ms=40)
    heart.tick(last + 4 * SECOND)
    assert heart.bpm == 60
    heart.tick(last + 6 * SECOND)
    assert (heart.bpm, heart.quality) == (0, 0)


def test_a_lost_finger_is_unknown_at_once():
    heart = Heart()
    beating(heart, 60, 60)
    heart.lost()
    assert (heart.bpm, heart.quality) == (0, 0)


def test_the_rate_follows_a_change_within_its_window():
    heart = Heart()
    last = beating(heart, 60, 30)
    beating(heart, 90, 13, at=last)
    assert heart.bpm == pytest.approx(90, abs=2)


def test_the_personal_median_needs_thirty_seconds():
    heart = Heart()
    last = beating(heart, 60, 25)
    assert heart.median_bpm == 0
    beating(heart, 60, 15, at=last)
    assert heart.median_bpm == 60


def test_the_personal_median_ignores_a_short_rise_and_follows_a_long_one():
    heart = Heart()
    last = beating(heart, 60, 120)
    last = beating(heart, 80, 30, at=last)
    assert heart.median_bpm == 60
    beating(heart, 80, 100, at=last)
    assert heart.median_bpm == 80


def test_the_median_forgets_what_is_older_than_120_s():
    heart = Heart()
    last = beating(heart, 60, 120)
    heart.lost()
    heart.tick(last + 130 * SECOND)
    assert heart.median_bpm == 0


def test_the_median_is_the_median():
    heart = Heart()
    at = 0
    seen = []
    for n in range(400):
        at += 60 * SECOND // (60 + (n * 7) % 30)
        heart.beat(at, 90)
        before = heart._second_i
        heart.tick(at)
        if heart._second_i != before:
            known = sorted(value for value in heart._second if value)
            seen.append(heart.median_bpm == (known[len(known) // 2] if len(known) >= 30 else 0))
    assert len(seen) > 100 and all(seen)


def test_indices_may_wrap():
    heart = Heart()
    beating(heart, 60, 40, at=WRAP - 20 * SECOND)
    assert heart.bpm == 60
    assert heart.median_bpm == 60
