"""Dips and flicker: what a LED does faster than the ring as a whole (SAFETY 3), plain.

Each channel and each LED's sum has a track of six words in a guard's array `s`, from `t` on
(light_state.py): a fall and return by two levels is a dip, and the next one may not be complete
before `s[DIP]` ms.
"""

from .light_state import (
    BACK_MS,
    DIP,
    DIP_LEVELS,
    DIP_MS,
    FLICKER,
    LED_TRACKS,
    MOVE_MS,
    NOW_MS,
    SETTLE,
    TIME_MASK,
    TRACK,
    TRACK_HIGH,
    TRACK_LOW,
    TRACKS,
    UP,
)


def track(led, c):
    """Where the track of a LED's channel stands, or with `c` 3 that of its sum."""
    return TRACKS + led * LED_TRACKS + c * TRACK


def waits(s, t, way):
    """Whether this is a single level back up that would only flicker."""
    return way == 1 and not s[t + UP] and _since(s, t + MOVE_MS) < s[SETTLE]


def may_rise(s, t, step, level):
    """False where a dip would end too early, or a single level come back too soon. A fall never
    waits: what waits would be bright."""
    if not s[t + UP]:
        if _since(s, t + BACK_MS) < s[FLICKER]:
            return False
        if step == 1 and _since(s, t + MOVE_MS) < s[FLICKER]:
            return False
    low, depth = s[t + TRACK_LOW], s[DIP_LEVELS]
    if s[t + TRACK_HIGH] - low < depth or level < low + depth:
        return True
    return _since(s, t + DIP_MS) >= s[DIP]


def turn(s, t, level, up):
    """It has moved to `level`."""
    now_ms, depth = s[NOW_MS], s[DIP_LEVELS]
    s[t + MOVE_MS] = now_ms
    if up and not s[t + UP]:
        s[t + BACK_MS] = now_ms
    s[t + UP] = int(up)
    low, high = s[t + TRACK_LOW], s[t + TRACK_HIGH]
    if level < low:
        s[t + TRACK_LOW] = level
        return
    if high - low >= depth and level >= low + depth:
        s[t + DIP_MS] = now_ms
    elif level <= high:
        return
    s[t + TRACK_LOW] = s[t + TRACK_HIGH] = level


def _since(s, at):
    return (s[NOW_MS] - s[at]) & TIME_MASK
