"""Invariant 3 on the ring: reversals 4 s apart, swings of half a cd/m2."""

import pytest
from tests.starlit.check.conftest import ring


def reds(*levels):
    return [f"{level:02x}0000" for level in levels] + ["000000"] * (12 - len(levels))


def ramp(tape, t_ms, first, last, every_ms=45):
    """Single levels of red on one LED; 24 levels of it are a counted move in sleep."""
    step = 1 if last > first else -1
    for level in range(first, last + step, step):
        tape.show(t_ms, reds(level))
        t_ms += every_ms
    return t_ms


@pytest.mark.parametrize("shape", ["peak", "trough"])
def test_two_counted_reversals_are_four_seconds_apart(tape, shape):
    """Up, down, up, down: the fall is counted 25 levels below its peak, the rise so above."""
    for rest_ms, expected in ((1600, {"reversal"}), (1700, set())):
        pod = tape(profile="adult").adult_asleep()
        t_ms = ramp(pod, 20_000, 1, 60) + 10_000
        t_ms = ramp(pod, t_ms, 59, 30, 50) + rest_ms  # counted at its 25th step, 250 ms early
        # The counted rise comes 25 steps of 85 ms into the way back.
        t_ms = ramp(pod, t_ms, 31, 60, 85) + 20_000
        if shape == "trough":
            t_ms = ramp(pod, t_ms, 59, 30, 50) + 20_000
        pod.note(t_ms, night=1)
        assert pod.kinds() == expected


def test_moves_below_a_tenth_of_the_cap_are_not_counted(tape):
    """24 levels of red are 0.999 cd/m2, 25 are 1.04; every 2.5 s to and fro."""
    for depth, expected in ((24, set()), (25, {"reversal"})):
        pod = tape(profile="adult").adult_asleep()
        t_ms = ramp(pod, 20_000, 1, 60) + 10_000
        for _ in range(3):
            t_ms = ramp(pod, t_ms, 59, 60 - depth, 50)
            t_ms = ramp(pod, t_ms, 61 - depth, 60, 50)
        assert pod.kinds() == expected


def test_a_turn_of_m_against_one_of_l_counts_too(tape):
    """In a child's evening 0.01 lx is five levels of one LED's blue, 6 cd/m2 145 of red."""
    for rest_ms, expected in ((3000, {"reversal"}), (3500, set())):
        pod = tape().evening()
        t_ms = 20_000
        colours = [(0, blue) for blue in (*range(1, 10), *range(8, -1, -1))]
        colours += [(red, 0) for red in (*range(1, 200), *range(199, 40, -1))]
        for red, blue in colours:
            pod.show(t_ms, [f"{red:02x}00{blue:02x}"] + ["000000"] * 11)
            t_ms += 45
        for blue in range(1, 10):  # counted at the fifth, after L's fall was 0.6 s ago and a rest
            pod.show(t_ms + rest_ms, [f"2900{blue:02x}"] + ["000000"] * 11)
            t_ms += 45
        assert pod.kinds() == expected


def test_a_fall_by_the_switch_is_no_reversal(tape):
    for action, expected in (({"switch": "out"}, set()), ({"lux": 2.0}, {"reversal"})):
        pod = tape(profile="adult").adult_asleep()
        t_ms = ramp(pod, 20_000, 1, 60) + 10_000
        t_ms = ramp(pod, t_ms, 59, 30, 50)
        t_ms = ramp(pod, t_ms + 5000, 31, 60, 50)
        pod.happen(t_ms, **action).show(t_ms + 50, ring("000000"))
        assert pod.kinds() & {"reversal"} == expected


def test_a_swing_within_a_second(tape):
    """Twelve levels of red are 0.4994 cd/m2; 13 are 0.541."""
    for depth, expected in ((12, set()), (13, {"swing"})):
        pod = tape(profile="adult").adult_asleep()
        t_ms = ramp(pod, 20_000, 1, 60) + 10_000
        pod.show(t_ms, reds(60 - depth)).show(t_ms + 990, reds(60))
        assert pod.kinds() == expected


def test_a_slower_swing_is_none(tape):
    pod = tape(profile="adult").adult_asleep()
    t_ms = ramp(pod, 20_000, 1, 60) + 10_000
    pod.show(t_ms, reds(40)).show(t_ms + 1001, reds(60))
    assert pod.kinds() == set()
