"""Local time wraps at 2**30 ms and nobody notices."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pod import ticks


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.integers(0, ticks.PERIOD - 1), st.integers(-(1 << 29), (1 << 29) - 1))
def test_a_difference_is_what_was_added(now_ms, delta_ms):
    later = ticks.add(now_ms, delta_ms)
    assert 0 <= later < ticks.PERIOD
    assert ticks.diff(later, now_ms) == delta_ms
