"""Sliding windows against the plain definition."""

from hypothesis import given
from hypothesis import strategies as st

from starlit.check.heart import NEAR_MS, NearMaximum, Step
from starlit.check.windows import SlidingExtreme, Zigzag

GAPS = st.lists(st.tuples(st.integers(0, 900), st.integers(-9, 9)), min_size=1, max_size=60)


def steps_of(gaps):
    t_ms, steps = 0, [(0, 0)]
    for gap_ms, value in gaps:
        t_ms += gap_ms
        steps.append((t_ms, value))
    return steps


def in_effect(steps, from_ms, to_ms):
    """Values that held at some instant from `from_ms` to `to_ms`."""
    ends = [later[0] for later in steps[1:]] + [float("inf")]
    return [
        value
        for (begin, value), end in zip(steps, ends, strict=True)
        if begin <= to_ms and end > from_ms
    ]


@given(GAPS, st.sampled_from((1, -1)))
def test_sliding_extreme_is_the_extreme_of_what_was_in_effect(gaps, sign):
    steps = steps_of(gaps)
    window = SlidingExtreme(1000, sign)
    for index, (t_ms, value) in enumerate(steps):
        held = in_effect(steps[: index + 1], t_ms - 1000, t_ms)
        held += [value for begin, value in steps[: index + 1] if begin == t_ms]
        assert window.push(t_ms, value) == sign * max(sign * value for value in held)


@given(GAPS, st.lists(st.integers(0, 60_000), min_size=1, max_size=20))
def test_near_maximum_looks_five_seconds_both_ways(gaps, times):
    steps = steps_of([(10 * gap_ms, value) for gap_ms, value in gaps])
    near = NearMaximum([Step(*step) for step in steps])
    for t_ms in sorted(times):
        assert near.at(t_ms) == max(in_effect(steps, t_ms - NEAR_MS, t_ms + NEAR_MS))


@given(st.lists(st.integers(0, 30), max_size=40))
def test_zigzag_counts_moves_back_of_the_threshold(values):
    zigzag = Zigzag(0)
    turns = [turn for value in values if (turn := zigzag.push(value, 10))]
    assert all(a != b for a, b in zip(turns, turns[1:], strict=False))
    if max(values, default=0) < 10:
        assert not turns


def test_zigzag_first_move_is_no_reversal_and_the_next_is():
    zigzag = Zigzag(0)
    assert [zigzag.push(value, 10) for value in (5, 12, 3, 2, 11.9, 12)] == [0, 0, 0, -1, 0, 1]
