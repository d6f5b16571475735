"""The loops of `kernel` in machine code, for the Pico; tests hold the two equal, bit for bit.

A viper pointer loads without a sign, so what is read is given its sign back.
"""

# mypy: ignore-errors
import micropython


def shift_for(cap):
    return 2 if cap < 2896 else 6


@micropython.viper
def isqrt(n: int) -> int:
    root: int = 0
    bit: int = 268435456
    while bit:
        if n >= root + bit:
            n -= root + bit
            root = (root >> 1) + bit
        else:
            root >>= 1
        bit >>= 2
    return root


@micropython.viper
def measure(block: ptr16, shift: int, cap: int, result: ptr32):
    total: int = 0
    part: int = 0
    peak: int = 0
    i: int = 0
    while i < 320:
        s: int = (block[i] ^ 32768) - 32768
        if s < 0:
            s = 0 - s
        if s > peak:
            peak = s
        if s > cap:
            s = cap
        part += s * s
        if i & 7 == 7:
            total += part >> shift
            part = 0
        i += 1
    # 4 * total // (320 >> shift), within 31 bits
    part = int(isqrt(total // 20 if shift == 2 else 4 * total // 5)) + 1 >> 1
    if part == 0 and peak > 0:
        part = 1
    result[0] = part
    result[1] = peak


@micropython.viper
def ramp(block: ptr16, out: ptr16, gain_from: int, gain_to: int, cap: int):
    step: int = ((gain_to - gain_from) << 8) // 320
    gain: int = gain_from << 8
    i: int = 0
    while i < 320:
        gain += step
        s: int = ((block[i] ^ 32768) - 32768) * (gain >> 8) >> 15
        if s > cap:
            s = cap
        elif s < 0 - cap:
            s = 0 - cap
        out[i] = s
        i += 1


@micropython.viper
def replay(last: ptr16, out: ptr16, left: int, of: int, cap: int):
    whole: int = of * 320
    gain: int = left * 320
    at: int = 0
    turn: int = 1
    if (of - left) & 1 == 0:
        at = 319
        turn = 0 - 1
    i: int = 0
    while i < 320:
        s: int = ((last[at] ^ 32768) - 32768) * gain // whole
        at += turn
        gain -= 1
        if s > cap:
            s = cap
        elif s < 0 - cap:
            s = 0 - cap
        out[i] = s
        i += 1


@micropython.viper
def copy(block: ptr16, out: ptr16):
    i: int = 0
    while i < 320:
        out[i] = block[i]
        i += 1


@micropython.viper
def clear(out: ptr16):
    i: int = 0
    while i < 320:
        out[i] = 0
        i += 1
