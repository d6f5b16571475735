"""What a sound guard remembers, in one array 'i': where each number stands in it.

Apart from the guard, so that its loops (`sound_kernel`) and their machine code read the same
places. All values stay within 31 bits. RMS and peaks in counts (0..32767), power in their squares,
gains in 1/32768.
"""

from array import array

from ..compat import const
from . import limits

# Of the last block as it is heard, and its RMS before a heart silenced it.
RMS = const(0)
PEAK = const(1)
OWN = const(2)
# What the next one is: 1 where something is wanted, where it is asleep without an open cue (at most
# COUNTED, SAFETY 6), where a heart mutes it until all that sounds now has ended.
WANTED = const(3)
QUIET = const(4)
MUTED = const(5)
POWER_SUM = const(6)  # of the last 100 ms
AGE = const(7)  # blocks since 100 ms of silence, up to limits.ONSET_BLOCKS
AT = const(8)  # the oldest block in POWER and SUMS
GAIN = const(9)
RELEASING = const(10)  # blocks left of a release
LIMIT = const(11)  # the cap in force
HELD = const(12)  # blocks whose level was taken back
USED = const(13)  # of the night's sound, in 1/256 of a block at the night's average
# Behind the guard: the way down of a mute, what the last block ended with, the lowest envelope
# since it began.
HEARD_GAIN = const(14)
HEARD_LAST = const(15)
HUSHED = const(16)
# Of the profile and the calibration.
CAP = const(17)  # of the RMS, and of every single sample
COUNTED = const(18)
SHIFT = const(19)  # 320 squares of the cap stay within 31 bits
HEARD = const(20)
FLOOR = const(21)  # power
NIGHT_POWER = const(22)
NIGHT_MOST = const(23)  # of USED
# Of five blocks: the power of each, and the sum of five as it was then.
POWER = const(24)
SUMS = const(29)
# The power of a block and of the blocks of its release that follow it, by how many these are, in
# sixteenths of the block's own: at most (a release may lose nothing at first), and at least.
AT_MOST = const(34)
AT_LEAST = const(39)

ONE = const(32768)  # gain
FAINT = const(2205)  # power of 100 ms below which a tenth is less than one more in RMS: 5 * 21 * 21
INAUDIBLE = const(1)  # RMS; -90 dB below full scale is silence, and needs no release

_MOST = (16, 32, 47, 60, 73)
_LEAST = (16, 30, 44, 56, 67)


def fresh(cap, counted, heard, floor, night):
    """The memory of a guard that nothing has gone through; RMS each."""
    s = array("i", [0] * AT_MOST + list(_MOST) + list(_LEAST))
    s[CAP], s[COUNTED], s[HEARD] = cap, counted, heard
    s[FLOOR] = floor * floor
    s[NIGHT_POWER] = max(night * night, 1)
    s[NIGHT_MOST] = limits.NIGHT_BLOCKS * 256
    s[SHIFT] = 2 if cap < 2896 else 6
    s[LIMIT] = cap
    s[HEARD_GAIN] = s[HEARD_LAST] = ONE
    return s
