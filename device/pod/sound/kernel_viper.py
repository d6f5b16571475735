"""The loops of `kernel` in machine code; tests hold the two equal, bit for bit.

A viper pointer loads without a sign. Samples are only stored and added, modulo 2**16, or are
given their sign back; other state is shifted by `BIAS`.
"""

# mypy: ignore-errors
import micropython

BIAS = 1 << 29


@micropython.viper
def noise(raw: ptr16, s: ptr32) -> int:
    bias: int = 536870912
    x: int = s[0] - bias
    fast: int = s[1] - bias
    slow: int = s[2] - bias
    deep: int = s[3] - bias
    deepest: int = s[4] - bias
    c_white: int = s[5] - bias
    c_fast: int = s[6] - bias
    c_slow: int = s[7] - bias
    c_deep: int = s[8] - bias
    c_deepest: int = s[9] - bias
    low: int = (deep >> 6) * c_deep + (deepest >> 6) * c_deepest
    slope: int = 0
    total: int = 0
    i: int = 0
    while i < 320:
        x = (x * 20077 + 12345) & 0x7FFF
        w: int = x - 16384
        if i & 7 == 0:
            deep += ((w << 6) - deep) >> 2
            deepest += ((w << 6) - deepest) >> 4
            slope = (deep >> 6) * c_deep + (deepest >> 6) * c_deepest - low >> 3
        low += slope
        fast += (w - fast) >> 1
        slow += ((w << 4) - slow) >> 3
        y: int = (w * c_white + fast * c_fast + (slow >> 4) * c_slow + low) >> 10
        raw[i] = y
        y >>= 4
        total += y * y
        i += 1
    s[1] = fast + bias
    s[2] = slow + bias
    s[3] = deep + bias
    s[4] = deepest + bias
    return total


@micropython.viper
def band(raw: ptr16, s: ptr32) -> int:
    bias: int = 536870912
    x: int = s[0] - bias
    low: int = s[1] - bias
    mid: int = s[2] - bias
    f: int = s[3] - bias
    q: int = s[4] - bias
    total: int = 0
    i: int = 0
    while i < 320:
        x = (x * 20077 + 12345) & 0x7FFF
        low += f * mid >> 12
        mid += f * ((x - 16384 >> 1) - low - (q * mid >> 12)) >> 12
        raw[i] = mid
        y: int = mid >> 4
        total += y * y
        i += 1
    s[1] = low + bias
    s[2] = mid + bias
    return total


@micropython.viper
def mix(raw: ptr16, out: ptr16, gain: int, step: int, limit: int):
    i: int = 0
    while i < 320:
        if i < 64:
            gain += step
        y: int = (((raw[i] ^ 32768) - 32768) * (gain >> 3) + 16384) >> 15
        if y > limit:
            y = limit
        elif y < 0 - limit:
            y = 0 - limit
        out[i] = out[i] + y
        i += 1


@micropython.viper
def tone(sine: ptr16, out: ptr16, p: ptr32, at: int, first: int):
    phase: int = p[at]
    step: int = p[at + 1]
    amplitude: int = p[at + 2]
    move: int = p[at + 3] - 536870912
    decay: int = p[at + 4]
    i: int = first
    while i < 320:
        phase = (phase + step) & 0xFFFFF
        amplitude += move - (amplitude >> decay)
        out[i] = out[i] + (((sine[phase >> 10] - 2047) * (amplitude >> 8) + 16384) >> 15)
        i += 1
    p[at] = phase
    p[at + 2] = amplitude
