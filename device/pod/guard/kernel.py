"""The guard's loops over a block of 320 samples. Plain integers within 31 bits, no allocation."""

from ..io import BLOCK_SAMPLES
from . import limits


def isqrt(n):
    """Integer square root of n < 2**30, rounded down (Newton's method)."""
    if n < 2:
        return n if n > 0 else 0
    x = 1 << 15
    while x * x > n:
        x = (x + n // x) >> 1
    return x


def measure(block, shift, cap, result):
    """result[0] = RMS of the block as clipped to `cap`, to the nearest (1 for any sound);
    result[1] = its true peak. `shift`: 2 for a cap below 2896, else 6."""
    total = part = peak = 0
    for i in range(BLOCK_SAMPLES):
        s = block[i]
        if s < 0:
            s = -s
        if s > peak:
            peak = s
        if s > cap:
            s = cap
        part += s * s
        if i & 7 == 7:  # eight squares fit 31 bits; shifted one by one, quiet ones would vanish
            total += part >> shift
            part = 0
    result[0] = max(isqrt(4 * total // (BLOCK_SAMPLES >> shift)) + 1 >> 1, 1) if peak else 0
    result[1] = peak


def ramp(block, out, gains):
    """out = block * gain, clipped to +-cap. `gains`: gain in 1/2**23, its step a sample, cap."""
    gain, step, cap = gains[0], gains[1], gains[2]
    for i in range(BLOCK_SAMPLES):
        gain += step
        s = block[i] * (gain >> 8) >> 15
        out[i] = cap if s > cap else -cap if s < -cap else s


def replay(last, out, left, cap):
    """One block of a release: the last block to and fro, with `left` blocks of it to come; gain
    falls from the share that they are to that of one less.

    It begins backwards, at the sample that was heard last, so it never jumps."""
    of = limits.RELEASE_BLOCKS
    whole = of * BLOCK_SAMPLES
    gain = left * BLOCK_SAMPLES
    backwards = (of - left) & 1 == 0
    for i in range(BLOCK_SAMPLES):
        s = last[BLOCK_SAMPLES - 1 - i if backwards else i] * gain // whole
        gain -= 1
        out[i] = cap if s > cap else -cap if s < -cap else s


def copy(block, out):
    for i in range(BLOCK_SAMPLES):
        out[i] = block[i]


def clear(out):
    for i in range(BLOCK_SAMPLES):
        out[i] = 0
