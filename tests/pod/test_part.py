"""This pod's part in the sky: place, ritual, and events that every pod counts alike."""

import pytest

from pod.night import RITUAL_MS
from pod.part import (
    COMET,
    CROSS_MS,
    EVENING_MS,
    EVENTS,
    FAREWELL,
    KEPT,
    LEAD_MS,
    SCATTER_MS,
    SHADOW,
    STAR,
    Part,
)


def part_at(place, members):
    part = Part(1)
    part.place, part.members = place, members
    return part


def arrival_ms(kind, origin, place, members):
    return -part_at(place, members).since_ms(kind, 0, origin, 0)


@pytest.mark.parametrize("kind", (STAR, FAREWELL, SHADOW))
def test_what_crosses_leaves_its_own_place_at_once_and_reaches_the_others_in_order(kind):
    for members in (2, 3, 4, 9, 100, 1000):
        for origin in (0, 1, members - 1):
            order = [arrival_ms(kind, origin, (origin + k) % members, members)
                     for k in range(members)]  # fmt: skip
            assert order[0] == 0 and order == sorted(order)
            assert all(LEAD_MS <= ms <= 120_000 for ms in order[1:])


def test_a_comet_needs_no_lead_and_begins_at_the_first_place():
    assert [arrival_ms(COMET, 0, place, 3) for place in range(3)] == [0, 12000, 24000]
    assert arrival_ms(COMET, 0, 999, 1000) <= 120_000


def test_the_same_event_twice_is_one_and_a_ninth_is_refused():
    part = part_at(0, 3)
    assert part.add(STAR, 5000, 1, 5000) is None
    assert part.add(STAR, 5000, 1, 5100) == "the last one has only just begun"
    assert part.add(STAR, 5000, 2, 5000) is None
    for k in range(EVENTS - 2):
        assert part.add(FAREWELL, 5000, k, 5000) is None
    assert part.add(SHADOW, 5000, 0, 5000) == "the sky is full"
    later_ms = 5000 + 120_000 + CROSS_MS[FAREWELL] + SCATTER_MS
    assert part.add(SHADOW, later_ms, 0, later_ms) is None


def test_the_first_goodnight_of_an_evening_is_the_cottages_ritual():
    part = Part(1)
    part.goodnight(50_000)
    part.goodnight(300_000)
    assert part.ritual_ms == 50_000
    part.goodnight(50_000 + EVENING_MS)
    assert part.ritual_ms == 50_000 + EVENING_MS


def turning_points(part, from_ms, to_ms):
    """Shared times at which the breath begins to rise."""
    low, falling = [], True
    last = part.breath(from_ms)
    for at_ms in range(from_ms + 33, to_ms, 33):
        now = part.breath(at_ms)
        if falling and now > last + 1:
            low.append(at_ms)
            falling = False
        falling = falling or now < last - 1
        last = now
    return low


def test_the_breaths_pace_falls_over_the_ritual_and_then_holds():
    part = Part(1)
    part.ritual_ms = 1_000_000
    begins = turning_points(part, part.ritual_ms, part.ritual_ms + RITUAL_MS + 120_000)
    lengths = [b - a for a, b in zip(begins, begins[1:], strict=False)]
    assert 9_000 < lengths[0] < 9_500
    assert 12_900 < lengths[-1] < 13_300
    assert all(later > sooner - 150 for sooner, later in zip(lengths, lengths[1:], strict=False))
    assert len(begins) == pytest.approx(510 / 9.2 + 120 / 13.14, abs=2)


def test_the_breath_is_the_same_for_all_and_never_leaps():
    one, other = Part(1), part_at(7, 9)
    one.ritual_ms = other.ritual_ms = 70_000
    last = one.breath(70_000)
    for at_ms in range(70_000, 70_000 + RITUAL_MS + 60_000, 33):
        now = one.breath(at_ms)
        assert now == other.breath(at_ms) and 3072 <= now <= 4096
        assert abs(now - last) < 16
        last = now


def test_a_leap_of_shared_time_carries_the_ritual_and_what_crosses_along():
    part = part_at(0, 2)
    part.goodnight(60_000)
    part.add(STAR, 90_000, 1, 90_000)
    at = part.kind.index(STAR)
    breath, since = part.breath(100_000), part.since_ms(STAR, part.start_ms[at], 1, 100_000)
    part.leap(-40_000)
    assert part.breath(60_000) == breath
    assert part.since_ms(STAR, part.start_ms[at], 1, 60_000) == since


def test_a_ritual_told_in_a_time_that_is_still_to_come_waits_for_it():
    part = part_at(0, 2)
    part.goodnight(900_000)
    part.coming_ms = 30_000
    part.leap(-800_000)
    assert part.ritual_ms == 30_000 and part.coming_ms == 0
    dark = part_at(0, 2)
    dark.coming_ms = 30_000
    dark.goodnight(60_000)
    assert dark.ritual_ms == 30_000, "the cottage's ritual is under way"


def test_what_is_kept_through_a_reboot_comes_back():
    part = part_at(2, 5)
    other = Part(9)
    other.restore({name: getattr(part, name) for name in KEPT})
    assert all(getattr(other, name) == getattr(part, name) for name in KEPT)
