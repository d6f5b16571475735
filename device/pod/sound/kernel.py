"""The loops over a block of 320 samples, plain; `kernel_thumb` holds the same, for the Pico.

Every value stays below 2**30. What does not fit in four arguments, the assembler's most, stands in
arrays 'i' by index. One generator feeds all noise: 15 bits, begun anew at each block from the
voice's own chance, so that nothing ever repeats.
"""

from .voice_state import GAIN, GAIN_STEP, LIMIT

SINE_BITS = 10  # a turn is 2**20, its sine stands in 1024 entries of +-2047


def noise(raw, s):
    """Noise through four low-passes (2.5 kHz, 318, 80 and 20 Hz), each with a weight.

    `s`: generator, four states, five weights (of the noise itself, then of each low-pass), as they
    stand in a voice. The two lowest run at 2 kHz, and a line joins their values. Returns the sum
    of squares / 256."""
    x = s[0]
    fast, slow = s[1], s[2]
    deep, deepest = s[3], s[4]  # four at once would make a tuple
    c_white, c_fast, c_slow = s[5], s[6], s[7]
    c_deep, c_deepest = s[8], s[9]
    low = (deep >> 6) * c_deep + (deepest >> 6) * c_deepest
    slope = total = 0
    for i in range(320):
        x = (x * 20077 + 12345) & 0x7FFF
        w = x - 16384
        if i & 7 == 0:
            deep += ((w << 6) - deep) >> 2
            deepest += ((w << 6) - deepest) >> 4
            slope = (deep >> 6) * c_deep + (deepest >> 6) * c_deepest - low >> 3
        low += slope
        fast += (w - fast) >> 1
        slow += ((w << 4) - slow) >> 3
        y = (w * c_white + fast * c_fast + (slow >> 4) * c_slow + low) >> 10
        raw[i] = y
        y >>= 4
        total += y * y
    s[1], s[2] = fast, slow
    s[3], s[4] = deep, deepest
    return total


def band(raw, s):
    """Noise through a band-pass that may move (Chamberlin's state variable filter).

    `s`: generator, low, band, 2 sin(pi f / 16 kHz) and 1/Q, both in 1/4096. Returns the sum of
    squares / 256."""
    x = s[0]
    low, mid = s[1], s[2]
    f, q = s[3], s[4]
    total = 0
    for i in range(320):
        x = (x * 20077 + 12345) & 0x7FFF
        low += f * mid >> 12
        mid += f * ((x - 16384 >> 1) - low - (q * mid >> 12)) >> 12
        raw[i] = mid
        y = mid >> 4
        total += y * y
    s[1], s[2] = low, mid
    return total


def mix(raw, out, v):
    """Add `raw` to `out` at a voice's gain, in 1/2**18, that moves its step a sample over the first
    64; clipped to +-its limit."""
    gain, step, limit = v[GAIN], v[GAIN_STEP], v[LIMIT]
    for i in range(320):
        if i < 64:
            gain += step
        y = (raw[i] * (gain >> 3) + 16384) >> 15
        out[i] += limit if y > limit else -limit if y < -limit else y
    v[GAIN] = gain


def tone(sine, out, p, at):
    """Add a sine to `out`; its six words stand in `p` from `at`: phase and step in 2**-20 turns,
    amplitude in 1/4096 sample and its move a sample, the shift by which it dies away, and the
    sample at which it begins, in this block alone."""
    phase, step, amplitude = p[at], p[at + 1], p[at + 2]
    move, decay = p[at + 3], p[at + 4]
    for i in range(p[at + 5], 320):
        phase = (phase + step) & 0xFFFFF
        amplitude += move - (amplitude >> decay)
        out[i] += (sine[phase >> 10] * (amplitude >> 8) + 16384) >> 15
    p[at], p[at + 2] = phase, amplitude
    p[at + 5] = 0
