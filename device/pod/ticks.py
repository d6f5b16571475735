"""Wrap-safe local time: milliseconds that wrap at 2**30, as MicroPython's `ticks_ms` does.

A difference is right while the two instants lie less than 2**29 ms (6.2 days) apart.
Source: MicroPython documentation, `time.ticks_diff`.
"""

PERIOD = 1 << 30
_HALF = 1 << 29
_MASK = PERIOD - 1


def add(ticks_ms, delta_ms):
    return (ticks_ms + delta_ms) & _MASK


def diff(later_ms, earlier_ms):
    """Signed milliseconds from `earlier_ms` to `later_ms`."""
    return ((later_ms - earlier_ms + _HALF) & _MASK) - _HALF
