"""The last second in buckets of a tenth: constant memory, no allocation.

Plain; `light_kernel_thumb` has the same in machine code. All of it stands in a guard's array `s`
(light_state.py): what was spent from `RED` on, a window's lowest and highest value from `w` on.
"""

from .light_state import (
    AT,
    BUCKET_MS,
    BUCKETS,
    FELL,
    HIGH,
    HIGHS,
    LAST,
    LEFT_MS,
    LOW,
    LOWS,
    NEVER,
    PART_MS,
    PARTS,
    RED,
    SPENT_AT,
    SPENT_LEFT_MS,
    TOTAL,
)


def forget_spent(s, dt_ms):
    """What was spent more than 1.0 to 1.1 s ago counts no more."""
    left_ms = s[RED + SPENT_LEFT_MS] - dt_ms
    turned = 0
    while left_ms <= 0 and turned < BUCKETS:
        at = s[RED + SPENT_AT] = (s[RED + SPENT_AT] + 1) % BUCKETS
        s[RED + TOTAL] -= s[RED + PARTS + at]
        s[RED + PARTS + at] = 0
        left_ms += PART_MS
        turned += 1
    s[RED + SPENT_LEFT_MS] = left_ms if left_ms > 0 else PART_MS


def spend(s, amount):
    s[RED + PARTS + s[RED + SPENT_AT]] += amount
    s[RED + TOTAL] += amount


def fill(s, w, value):
    """Forget the past: the value stood still for a whole window."""
    for i in range(BUCKETS):
        _stand(s, w, i, value)
    s[w + LOW] = s[w + HIGH] = s[w + LAST] = value


def advance(s, w, dt_ms, value):
    """`value` stood for `dt_ms` until now."""
    left_ms = s[w + LEFT_MS] - dt_ms
    if left_ms <= 0:
        turned = 0
        while left_ms <= 0 and turned < BUCKETS:
            s[w + AT] = (s[w + AT] + 1) % BUCKETS
            _stand(s, w, s[w + AT], value)
            left_ms += s[w + BUCKET_MS]
            turned += 1
        if left_ms <= 0:
            left_ms = s[w + BUCKET_MS]
        low = high = value
        for i in range(BUCKETS):
            low = min(low, s[w + LOWS + i])
            high = max(high, s[w + HIGHS + i])
        s[w + LOW], s[w + HIGH] = low, high
    s[w + LEFT_MS] = left_ms


def put(s, w, value):
    at = w + s[w + AT]
    if value < s[w + LAST] and value < s[at + FELL]:
        s[at + FELL] = value
    s[w + LAST] = value
    s[at + LOWS] = min(s[at + LOWS], value)
    s[at + HIGHS] = max(s[at + HIGHS], value)
    s[w + LOW] = min(s[w + LOW], value)
    s[w + HIGH] = max(s[w + HIGH], value)


def after_dip(s, w, depth):
    """How high the value may return: `depth` over a trough it fell more than `depth` to,
    within the window; -1 for no bound."""
    bound = -1
    high = 0
    for k in range(1, BUCKETS + 1):
        i = w + (s[w + AT] + k) % BUCKETS
        high = max(high, s[i + HIGHS])
        low = s[i + FELL]
        if low < NEVER and high - low > depth and (bound < 0 or low + depth < bound):
            bound = low + depth
    return bound


def _stand(s, w, i, value):
    s[w + LOWS + i] = s[w + HIGHS + i] = value
    s[w + FELL + i] = NEVER
