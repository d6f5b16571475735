"""What a sound guard does with a block of 320 samples, plain; `sound_kernel_thumb` is the same in
machine code. Integers within 31 bits, no allocation; `s`: the guard's memory (`sound_state`).

A gain of at most one, moved along each block so that it never clicks, keeps every block under the
cap (SAFETY 4), the 100 ms envelope under 20 dB/s and the end of a sound no shorter than 500 ms
(SAFETY 5).
"""

from ..io import BLOCK_SAMPLES
from . import limits
from .limits import ENVELOPE_BLOCKS
from .sound_state import (
    AGE,
    AT,
    AT_LEAST,
    AT_MOST,
    CAP,
    COUNTED,
    FAINT,
    FLOOR,
    GAIN,
    HEARD,
    HEARD_GAIN,
    HEARD_LAST,
    HELD,
    HUSHED,
    INAUDIBLE,
    LIMIT,
    MUTED,
    NIGHT_MOST,
    NIGHT_POWER,
    ONE,
    OWN,
    PEAK,
    POWER,
    POWER_SUM,
    QUIET,
    RELEASING,
    RMS,
    SHIFT,
    SUMS,
    USED,
    WANTED,
)  # fmt: skip


def block(s, wanted, out, last):
    """Guard `wanted` (arrays 'h', as all) into `out`; `last`: what sounded last, kept here."""
    if s[RELEASING] or not s[WANTED] or not _pass(s, wanted, out, last):
        _fade_out(s, out, last)
    s[OWN] = s[RMS]
    _keep(s)
    if s[MUTED] or s[HEARD_GAIN] < ONE:
        _mute(s, out)


def _pass(s, wanted, out, last):
    """`wanted` as loud as it may be now; false, and nothing kept, where it falls too steeply for
    an end (SAFETY 5): what sounded before is released instead."""
    _measure(s, wanted)
    if not s[RMS]:
        return False
    if s[PEAK] > s[CAP]:
        # Too loud to measure within 31 bits: first to the cap, then as any other.
        scale = s[CAP] * ONE // s[PEAK]
        _ramp(s, wanted, out, scale, scale)
        wanted = out
        _measure(s, wanted)
    rms, limit = s[RMS], _allowed(s)
    gain = limit * ONE // rms if rms > limit else ONE
    if gain == s[GAIN] == ONE:
        _copy(wanted, out)  # nearly always: it is as it was asked for, and measured already
    else:
        _ramp(s, wanted, out, min(s[GAIN], gain), gain)
        _measure(s, out)
    if not _may_fall(s, s[RMS]):
        return False
    if gain < ONE:
        s[HELD] += 1
    s[GAIN] = gain
    _copy(out, last)
    return True


def _allowed(s):
    """The RMS that this block may have."""
    limit = min(_slewed_limit(s), _growth_limit(s))
    return min(limit, s[HEARD]) if s[AGE] < limits.ONSET_BLOCKS else limit


def _slewed_limit(s):
    """The cap in force: a lowered one is reached in about 300 ms."""
    limit = s[COUNTED] if s[QUIET] else s[CAP]
    if s[USED] >= s[NIGHT_MOST]:
        limit = 0
    s[LIMIT] = max(limit, s[LIMIT] * 217 >> 8)
    return s[LIMIT]


def _growth_limit(s):
    """So that the 100 ms envelope grows by <= 0.4 dB, no block stands out of it by 3 dB, and a
    release that follows at once grows it no faster than 20 dB/s either."""
    power = s[POWER_SUM]
    rest = power - s[POWER + s[AT]]
    if power < FAINT:
        # One more in RMS: 5 (e + 1)^2 = 5 e^2 + 10 e + 5, and 10 e is the root of 20 power.
        power += isqrt(20 * power) + ENVELOPE_BLOCKS
    else:
        power += power // 1000 * limits.SOUND_GROWTH_PER_MILLE
    most = min(power - rest, max(rest // 100 * limits.GRAIN_PERCENT, s[FLOOR]))
    for ahead in range(1, ENVELOPE_BLOCKS):
        i = (s[AT] + ahead) % ENVELOPE_BLOCKS
        rest -= s[POWER + i]
        grown = max(s[SUMS + i], ENVELOPE_BLOCKS * s[FLOOR])
        most = min(most, (grown + (grown >> 1) - rest) // s[AT_MOST + ahead] * 16)
    return isqrt(most)


def _may_fall(s, rms):
    """Whether the envelope keeps 35 % of itself within any 100 ms to come, where a release follows
    this block at once. So one always may."""
    rest = s[POWER_SUM]
    for ahead in range(ENVELOPE_BLOCKS):
        i = (s[AT] + ahead) % ENVELOPE_BLOCKS
        rest -= s[POWER + i]
        if rms * rms < (s[SUMS + i] // 8 - rest) * 16 // s[AT_LEAST + ahead]:
            return False
    return True


def _fade_out(s, out, last):
    """Nothing is wanted: what sounded last falls over 500 ms, to and fro so it never jumps."""
    if s[GAIN] and s[OWN] > INAUDIBLE:
        s[RELEASING] = limits.RELEASE_BLOCKS
    s[GAIN] = 0
    if s[RELEASING]:
        _replay(s, last, out)
        s[RELEASING] -= 1
        _measure(s, out)
    else:
        clear(out)
        s[RMS] = s[PEAK] = 0


def _keep(s):
    at, power = s[AT], s[OWN] * s[OWN]
    s[POWER_SUM] += power - s[POWER + at]
    s[POWER + at], s[SUMS + at] = power, s[POWER_SUM]
    s[AT] = (at + 1) % ENVELOPE_BLOCKS
    sounds = s[POWER_SUM] > ENVELOPE_BLOCKS * INAUDIBLE  # one is its own square
    s[AGE] = min(s[AGE] + 1, limits.ONSET_BLOCKS) if sounds else 0
    used = -(-(power << 2) // s[NIGHT_POWER])  # rounded up: quiet sounds count too
    s[USED] += min(used, 1024) << 6


def _mute(s, out):
    """Down to nothing, and open again only in silence. What grows meanwhile is heard no louder
    than it has been, or it would end too steeply."""
    gain, rms = s[HEARD_GAIN], isqrt(s[POWER_SUM] // ENVELOPE_BLOCKS)
    to = gain
    if s[AGE] <= 1:  # in silence, or as a sound begins
        to = 0 if s[MUTED] else ONE
    elif not (s[RELEASING] or 2 * s[POWER_SUM] < s[SUMS + s[AT]]):
        # Nor while it falls by itself, to half its power within 100 ms: both together would be
        # too steep an end.
        to = max(gain - ONE // limits.MUTE_BLOCKS, 0)
    s[HEARD_GAIN] = to
    if gain == ONE or to == ONE:
        s[HUSHED], s[HEARD_LAST] = rms, gain
    s[HUSHED] = min(s[HUSHED], rms)
    if rms > s[HUSHED]:
        to = to * s[HUSHED] // rms
    gain, s[HEARD_LAST] = s[HEARD_LAST], to
    if s[RMS]:
        _ramp(s, out, out, min(gain, to), to)
        _measure(s, out)


def _measure(s, samples):
    """RMS of a block as clipped to the cap, to the nearest (1 for any sound), and its true peak."""
    shift, cap = s[SHIFT], s[CAP]
    total = part = peak = 0
    for i in range(BLOCK_SAMPLES):
        one = samples[i]
        if one < 0:
            one = -one
        if one > peak:
            peak = one
        if one > cap:
            one = cap
        part += one * one
        if i & 7 == 7:  # eight squares fit 31 bits; shifted one by one, quiet ones would vanish
            total += part >> shift
            part = 0
    n = BLOCK_SAMPLES >> shift
    twice = isqrt(total // n * 4 + total % n * 4 // n)  # 4 * total may not fit
    s[RMS] = max(twice + 1 >> 1, 1) if peak else 0
    s[PEAK] = peak


def _ramp(s, samples, out, gain, to):
    """out = samples * gain, clipped to the cap; the gain moves to another along the block."""
    cap = s[CAP]
    step = ((to - gain) << 8) // BLOCK_SAMPLES
    gain <<= 8
    for i in range(BLOCK_SAMPLES):
        gain += step
        one = samples[i] * (gain >> 8) >> 15
        out[i] = cap if one > cap else -cap if one < -cap else one


def _replay(s, last, out):
    """One block of a release: the last block to and fro, with so many blocks of it to come; gain
    falls from the share that they are to that of one less.

    It begins backwards, at the sample that was heard last, so it never jumps."""
    left, cap = s[RELEASING], s[CAP]
    of = limits.RELEASE_BLOCKS
    whole = of * BLOCK_SAMPLES
    gain = left * BLOCK_SAMPLES
    backwards = (of - left) & 1 == 0
    for i in range(BLOCK_SAMPLES):
        one = last[BLOCK_SAMPLES - 1 - i if backwards else i] * gain // whole
        gain -= 1
        out[i] = cap if one > cap else -cap if one < -cap else one


def _copy(samples, out):
    for i in range(BLOCK_SAMPLES):
        out[i] = samples[i]


def clear(out):
    for i in range(BLOCK_SAMPLES):
        out[i] = 0


def isqrt(n):
    """Integer square root of n < 2**30, rounded down (Newton's method)."""
    if n < 2:
        return n if n > 0 else 0
    x = 1 << 15
    while x * x > n:
        x = (x + n // x) >> 1
    return x
