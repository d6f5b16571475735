"""Which found beat is which true beat."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

TOLERANCE_S = 0.15
LAGS_S = np.arange(-0.5, 1.501, 0.02)


def pair(true: NDArray[Any], found: NDArray[Any]) -> NDArray[Any]:
    """Index pairs of true and found times that are each other's nearest within 150 ms."""
    if not len(true) or not len(found):
        return np.zeros((0, 2), int)
    to_found, to_true = _nearest(found, true), _nearest(true, found)
    mutual = to_true[to_found] == np.arange(len(true))
    close = np.abs(found[to_found] - true) <= TOLERANCE_S
    i = np.flatnonzero(mutual & close)
    return np.column_stack([i, to_found[i]])


def _nearest(sorted_times: NDArray[Any], times: NDArray[Any]) -> NDArray[Any]:
    right = np.clip(np.searchsorted(sorted_times, times), 1, max(len(sorted_times) - 1, 1))
    right = np.minimum(right, len(sorted_times) - 1)
    left = np.maximum(right - 1, 0)
    closer = np.abs(sorted_times[left] - times) <= np.abs(sorted_times[right] - times)
    return np.where(closer, left, right)


def best_lag(true: NDArray[Any], found: NDArray[Any]) -> float:
    """The lag with most matches; the first of equals.

    A steady heart has equals a beat apart, and the wrong one compares neighbouring
    intervals: the interval errors of such records are then too large, never too small.
    """
    counts = [len(pair(true, found - lag)) for lag in LAGS_S]
    return float(LAGS_S[int(np.argmax(counts))])
