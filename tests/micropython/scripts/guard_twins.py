"""The guard's loops, plain and in machine code, side by side over pseudo-random blocks."""

from array import array

from pod.guard import kernel, kernel_viper
from pod.hash import xorshift

CAPS = (0, 1, 103, 1842, 2895, 2896, 8229)
h = 12345
equal = 0


def noise(shift):
    global h
    block = array("h", [0] * 320)
    for i in range(320):
        h = xorshift(h)
        block[i] = ((h >> 8) & 0xFFFF) - 32768 >> shift
    return block


def both(name, out, *args):
    """Whether `name` does and returns the same in both; `out` is written by each in turn."""
    told, written = [], []
    for twin in (kernel, kernel_viper):
        mine = array(out[0], out[1])
        told.append(getattr(twin, name)(*[mine if arg is None else arg for arg in args]))
        written.append(bytes(mine))
    return told[0] == told[1] and written[0] == written[1]


for n in (0, 1, 2, 3, 4, 99, 1 << 20, (1 << 29) + 7, (1 << 30) - 1):
    if kernel.isqrt(n) != kernel_viper.isqrt(n):
        print("isqrt", n)
for cap in CAPS:
    if kernel.shift_for(cap) != kernel_viper.shift_for(cap):
        print("shift_for", cap)
silence, words = ("h", [0] * 320), ("i", [0, 0])
for turn in range(400):
    block = noise(turn % 17)
    cap = CAPS[turn % 7]
    h = xorshift(h)
    gains = h & 0x7FFF, (h >> 15) & 0x7FFF
    same = both("measure", words, block, kernel.shift_for(cap), cap, None)
    same = same and both("ramp", silence, block, None, gains[0], gains[1], cap)
    quiet = array("h", [max(min(s, cap), -cap) for s in block])
    same = same and both("replay", silence, quiet, None, turn % 25 + 1, 25, cap)
    same = same and both("copy", silence, block, None) and both("clear", ("h", list(block)), None)
    equal += same
print("equal", equal)
