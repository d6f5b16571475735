"""Two people agree, and each pod dims by the other's pulse: late, bounded, never a rate."""

from pod.bond import DIPS, LATE_MS, Bond
from pod.pulse import LAG_MS, PulseStar

FRIEND = "pod-2"


def agreed(friend=FRIEND):
    bond = Bond()
    bond.propose(friend)
    assert bond.consent() == friend
    return bond


def test_nothing_is_agreed_until_a_press_and_a_newer_word_withdraws_the_proposal():
    bond = Bond()
    bond.propose(FRIEND)
    assert bond.friend is None and bond.asked == FRIEND
    bond.propose(None)
    assert bond.consent() is None and bond.friend is None


def test_another_press_ends_what_was_agreed():
    bond = agreed()
    assert bond.consent() is None and bond.friend is None


def test_what_was_agreed_holds_for_one_ritual():
    bond = agreed()
    bond.step(False)
    assert bond.friend == FRIEND, "the ritual has not begun"
    bond.step(True)
    bond.step(False)
    assert bond.friend is None


def test_a_beat_dims_the_friends_star_a_known_constant_later():
    own, bond = PulseStar(), agreed()
    own.beat(10_000, 250)
    told = bond.tell(own, 10_600, 70_600)
    assert told == [70_000 - 250 + LATE_MS]
    assert bond.tell(own, 10_700, 70_700) == [], "each beat is told once"
    other = agreed("pod-1")
    assert other.take("pod-1", told, 500_000, 70_900) is None
    due_ms = 500_000 + told[0] - 70_900
    dims = []
    for now_ms in range(500_000, 506_000, 33):
        other.star.step(now_ms, True, False)
        if other.star.dim:
            dims.append(now_ms)
    assert abs(dims[0] - due_ms) <= 33
    assert LATE_MS > LAG_MS


def test_only_the_agreed_friend_is_heard_and_nothing_wild():
    bond = agreed()
    assert bond.take("pod-3", [1000], 0, 0) == "nobody here has agreed to it"
    assert Bond().take(FRIEND, [1000], 0, 0) == "nobody here has agreed to it"
    assert bond.take(FRIEND, [1] * (DIPS + 1), 0, 0) == "bad dips"
    assert bond.take(FRIEND, "now", 0, 0) == "bad dips"
    for wild in (-1, LATE_MS + 1, True, 2.5, "x", None):
        assert bond.take(FRIEND, [wild], 0, 0) == "too late"


def test_a_flood_of_beats_is_bounded_and_dims_at_most_twice_a_second():
    bond = agreed()
    for now_ms in range(0, 10_000, 20):
        bond.take(FRIEND, [now_ms + 4000 + k for k in range(DIPS)], now_ms, now_ms)
        bond.star.step(now_ms, True, False)
    assert bond.star.dropped > 1000
    begins, before = [], 0
    for now_ms in range(10_000, 14_000, 20):
        bond.star.step(now_ms, True, False)
        if bond.star.dim and not before:
            begins.append(now_ms)
        before = bond.star.dim
    assert all(b - a >= 500 for a, b in zip(begins, begins[1:], strict=False))
