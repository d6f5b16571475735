"""What a light guard does at every frame, plain; `light_kernel_thumb` is the same in machine code.

Everything stands in one array `s` (light_state.py): what has shown, what the mode allows, and with
that how far this frame may go. The walk is one LED at a time, as far as SAFETY 1, 2 and 3 allow.
"""

from ..io import FRAME_BYTES, LEDS
from . import dips, window, zigzag_kernel
from .light_state import (
    CAP_L,
    CAP_M,
    DARK,
    DAWN_M,
    DAWN_WINDOW_L,
    DAWN_WINDOW_M,
    DT_DARK_MS,
    DT_MAX_MS,
    FALL,
    FALL_FRAME,
    HALVINGS,
    HIGH,
    IN_DAWN,
    L_HIGH,
    L_LOW,
    LOW,
    M_HIGH,
    M_LOW,
    M_MOST,
    MOST_L,
    MOST_M,
    NOW_MS,
    ORDER,
    RED,
    RED_MOST,
    RED_OF,
    RED_PART,
    RISE,
    RISE_FRAME,
    RISING,
    ROUNDING,
    STEP,
    SUM,
    SUM_MOST,
    SWING,
    TIME_MASK,
    TOTAL,
    TURN_L,
    TURN_M,
    WANT,
    WEIGHT_L,
    WEIGHT_M,
    WINDOW,
    L,
    M,
)

_BLACK = bytes(FRAME_BYTES)


def age(s, dt_ms):
    """So much time has passed, in which what shows has not changed."""
    # At every call, so that two nights that differ in a heart go on in the same order; odd and
    # even in turn.
    s[ORDER] = (s[ORDER] + 5) % LEDS
    dt_ms = max(0, min(dt_ms, DT_MAX_MS if s[L] else DT_DARK_MS))
    window.advance(s, WINDOW, dt_ms, s[L])
    if s[IN_DAWN]:
        window.advance(s, DAWN_WINDOW_L, dt_ms, s[L])
        window.advance(s, DAWN_WINDOW_M, dt_ms, s[M])
    zigzag_kernel.age(s, TURN_L, dt_ms)
    zigzag_kernel.age(s, TURN_M, dt_ms)
    window.forget_spent(s, dt_ms)
    s[NOW_MS] = (s[NOW_MS] + dt_ms) & TIME_MASK


def move(shown, target, s):
    """Move `shown` towards `target` (36 bytes each); 1 if it changed. Where both are one it has
    jumped without a walk, and that is what is remembered."""
    if target is shown:
        _record(s)
        return 0
    _bounds(s)
    # One or the other: a LED moved twice in a frame would hide how far it went in all.
    if s[L] > s[CAP_L] or s[M] > s[M_HIGH]:
        changed = _force(shown, s)
    else:
        changed = _walk(shown, target, s)
    if changed:
        _record(s)
    return changed


def _record(s):
    """L and M are what shows from now on."""
    window.put(s, WINDOW, s[L])
    if s[IN_DAWN]:
        window.put(s, DAWN_WINDOW_L, s[L])
        window.put(s, DAWN_WINDOW_M, s[M])
    if zigzag_kernel.move(s, TURN_L, s[L]):
        zigzag_kernel.echo(s, TURN_M, s[TURN_L + RISING])
    if zigzag_kernel.move(s, TURN_M, s[M]):
        zigzag_kernel.echo(s, TURN_L, s[TURN_M + RISING])


def least(one, other, out):
    """The lower of each two of 36 bytes."""
    for i in range(FRAME_BYTES):
        out[i] = min(one[i], other[i])


# -- how far the light may go now ----------------------------------------------------------


def _bounds(s):
    """The range of L and M that this frame may end in."""
    l_now = s[L]
    # L and M may not turn against each other in one frame: one way counts, then the other.
    opposed = zigzag_kernel.may_oppose(s, TURN_L, TURN_M)
    no_rise, no_fall = opposed and s[ORDER] & 1 == 0, opposed and s[ORDER] & 1 == 1
    least_l, m_high = s[WINDOW + LOW], s[CAP_M]
    if s[IN_DAWN]:
        least_l = s[DAWN_WINDOW_L + LOW]
        m_high = min(m_high, s[DAWN_WINDOW_M + LOW] + s[DAWN_M])
    high = min(s[CAP_L], least_l + s[RISE], l_now + s[RISE_FRAME])
    high = _tighter(high, zigzag_kernel.ceiling(s, TURN_L, no_rise))
    high = _tighter(high, s[MOST_L])
    s[L_HIGH] = _tighter(high, window.after_dip(s, WINDOW, s[SWING]))
    low = max(s[WINDOW + HIGH] - s[FALL], l_now - s[FALL_FRAME], 0)
    s[L_LOW] = max(low, zigzag_kernel.floor(s, TURN_L, no_fall))
    s[M_LOW] = zigzag_kernel.floor(s, TURN_M, no_fall)
    s[M_HIGH] = _tighter(m_high, zigzag_kernel.ceiling(s, TURN_M, no_rise))
    s[M_MOST] = _tighter(s[M_HIGH], s[MOST_M])


def _tighter(high, bound):
    return bound if 0 <= bound < high else high


# -- one LED at a time ---------------------------------------------------------------------


def _walk(shown, target, s):
    """Every LED once. Under a bound where another guard's frame ends, those that darken go
    first, or light could not move from LED to LED."""
    gone = changed = 0
    for darker in (1, 0) if s[MOST_L] >= 0 else (0,):
        for k in range(LEDS):
            led = (s[ORDER] + k) % LEDS
            if gone >> k & 1 or not _want(shown, target, s, led):
                continue
            if darker and _sum(s, WANT, WEIGHT_L) > 0:
                continue
            gone |= 1 << k
            changed |= _approach(shown, s, led)
    return changed


def _force(shown, s):
    """Down towards a lowered cap, whatever the scene wants: in its own hue, or a level."""
    changed = 0
    for k in range(LEDS):
        if s[L] <= s[CAP_L] and s[M] <= s[M_HIGH]:
            break
        led = (s[ORDER] + k) % LEDS
        if _want(shown, _BLACK, s, led):
            changed |= _try(shown, s, led, 4, 0) or _one_level(shown, s, led)
    return changed


def _want(shown, target, s, led):
    """Put the way to the target into `WANT`; whether there is any."""
    found = False
    for c in range(3):
        i = 3 * led + c
        way = (0 if c == s[DARK] else target[i]) - shown[i]
        found = found or way != 0
        s[WANT + c] = 0 if dips.waits(s, dips.track(led, c), way) else way
    return found


def _approach(shown, s, led):
    """Take a LED towards what is wanted: the whole way, or the largest part of it that may be.
    Rounding to the nearest keeps the hue on the way."""
    if _try(shown, s, led, 0, 0):
        return 1
    for shift in range(_first_part(s), HALVINGS):
        if _try(shown, s, led, shift, 1 << shift - 1):
            return 1
    return _one_level(shown, s, led)


def _first_part(s):
    """The first of the halvings whose L may fit: the tries before it would be in vain."""
    dl, room = _sum(s, WANT, WEIGHT_L), s[L_HIGH] - s[L]
    if dl < 0:
        dl, room = -dl, s[L] - s[L_LOW]
    shift = 1
    while shift < HALVINGS and dl >> shift > room + s[ROUNDING]:
        shift += 1
    return shift


def _try(shown, s, led, shift, half):
    for c in range(3):
        s[STEP + c] = s[WANT + c] + half >> shift
    return _step(shown, s, led)


def _one_level(shown, s, led):
    """One level of one channel, where a step of all three at once is too large."""
    for only in (2, 1, 0):
        for c in range(3):
            s[STEP + c] = 0
        way = s[WANT + only]
        s[STEP + only] = (way > 0) - (way < 0)
        if _step(shown, s, led):
            return 1
    return 0


def _step(shown, s, led):
    """Take the step that stands in `STEP`, if it is one and may be taken."""
    red, green, blue = s[STEP], s[STEP + 1], s[STEP + 2]
    if not (red or green or blue):
        return 0
    ds = s[STEP + 3] = red + green + blue
    dl, dm = _sum(s, STEP, WEIGHT_L), _sum(s, STEP, WEIGHT_M)
    if dl > 0 and s[L] + dl > s[L_HIGH] or dl < 0 and s[L] + dl < s[L_LOW]:
        return 0
    if dm > 0 and s[M] + dm > s[M_MOST] or dm < 0 and s[M] + dm < s[M_LOW]:
        return 0
    if ds > 0 and s[SUM] + ds > s[SUM_MOST]:
        return 0
    i = 3 * led
    total = shown[i] + shown[i + 1] + shown[i + 2] + ds
    for c in range(4):
        step = s[STEP + c]
        if step > 0:
            level = total if c == 3 else shown[i + c] + step
            if not dips.may_rise(s, dips.track(led, c), step, level):
                return 0
    if not _red_allows(s, shown[i], total, dl):
        return 0
    for c in range(4):
        step = s[STEP + c]
        if c < 3:
            shown[i + c] += step
        if step:
            dips.turn(s, dips.track(led, c), total if c == 3 else shown[i + c], step > 0)
    s[L] += dl
    s[M] += dm
    s[SUM] += ds
    return 1


def _red_allows(s, red, total, dl):
    """Saturated red, before or after, spends a budget of change. `red` before the step, `total`
    after it."""
    if not (_saturated(s, red, total - s[STEP + 3]) or _saturated(s, red + s[STEP], total)):
        return True
    cost = dl if dl > 0 else -dl
    if s[RED + TOTAL] + cost > s[RED_MOST]:
        return False
    window.spend(s, cost)
    return True


def _saturated(s, red, total):
    return red and s[RED_OF] * red >= s[RED_PART] * total


def _sum(s, way, weights):
    return s[way] * s[weights] + s[way + 1] * s[weights + 1] + s[way + 2] * s[weights + 2]
