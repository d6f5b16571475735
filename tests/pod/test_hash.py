"""The only chance in a pod: deterministic, within 31 bits, evenly spread."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pod.hash import below, mix, xorshift

INTS = st.integers(0, (1 << 30) - 1)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(INTS, INTS)
def test_values_are_positive_and_below_30_bits(a, b):
    assert 1 <= xorshift(a or 1) < 1 << 30
    assert 1 <= mix(a, b) < 1 << 30
    assert 0 <= below(12, a, b) < 12


def test_neighbours_and_order_differ():
    seen = {mix(a, b) for a in range(100) for b in range(100)}
    assert len(seen) >= 9_990
    assert mix(1, 2) != mix(2, 1)


def test_below_is_even():
    counts = [0] * 12
    for i in range(12_000):
        counts[below(12, 7, i)] += 1
    assert min(counts) > 850 and max(counts) < 1150


def test_a_generator_does_not_soon_repeat():
    x, seen = 1, set()
    for _ in range(50_000):
        x = xorshift(x)
        seen.add(x)
    assert len(seen) == 50_000
