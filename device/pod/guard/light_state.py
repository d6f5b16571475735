"""What a light guard remembers, in one array 'i': where each number stands in it.

Apart from the guard, so that its loops (`light_kernel`) and their machine code read the same
places. All values stay within 31 bits. Units: L in 1e-6 cd/m2, M in 1e-8 lx.
"""

from array import array

from ..compat import const
from ..io import LEDS
from . import limits, optics

# What shows: its sums under the weights, and of all levels.
L = const(0)
M = const(1)
SUM = const(2)
# What the mode allows, the lower of the present and the wanted one: caps; the rise and the fall of
# a window, and of one frame.
CAP_L = const(3)
CAP_M = const(4)
RISE = const(5)
RISE_FRAME = const(6)
FALL = const(7)
FALL_FRAME = const(8)
IN_DAWN = const(9)  # 1: the rise is a dawn's, over its own window
DAWN_M = const(10)  # what M may rise by in that window
SWING = const(11)  # what L may come back by after a fall
RED_MOST = const(12)
SUM_MOST = const(13)
MOST_L = const(14)  # no rise above this, where it is not below 0
MOST_M = const(15)
# What this frame may end in.
L_HIGH = const(16)
L_LOW = const(17)
M_HIGH = const(18)
M_LOW = const(19)
M_MOST = const(20)  # as M_HIGH, and below MOST_M
# How it is walked.
ORDER = const(21)  # the first LED
NOW_MS = const(22)  # the guard's own time, wraps at 2**29
DARK = const(23)  # the channel that stays dark; 3 for none
# Constants, here so that machine code has no numbers of its own.
ROUNDING = const(24)
WEIGHT_L = const(25)
WEIGHT_M = const(28)
REVERSAL = const(31)
SETTLE = const(32)
FLICKER = const(33)
DIP = const(34)
DIP_LEVELS = const(35)
RED_PART = const(36)
RED_OF = const(37)

# The way to the target, then the step that is tried: red, green, blue and their sum.
WANT = const(38)
STEP = const(42)

# A reversal of L, and one of M (zigzag.py).
TURN_L = const(46)
TURN_M = const(54)
RISING = const(0)  # 1; dark after a fall: the first rise counts
TURN = const(1)  # the extreme since the last reversal
WAIT_MS = const(2)  # until another reversal may count
EARLY = const(3)
SURE = const(4)
IN_DOUBT = const(5)  # 1 while the last reversal may still count
SURE_AT = const(6)
HOLD_MS = const(7)  # until a reversal in doubt may become sure

# What saturated red has spent in the last 1.0 to 1.1 s, by tenths (window.py).
RED = const(62)
BUCKETS = const(11)  # of a tenth of the window each: a whole window is always covered
TOTAL = const(0)
SPENT_AT = const(1)
SPENT_LEFT_MS = const(2)
PARTS = const(3)

# The lowest and the highest L of the last second, and L and M since a dawn began (window.py).
WINDOW = const(76)
DAWN_WINDOW_L = const(115)
DAWN_WINDOW_M = const(154)
LOW = const(0)
HIGH = const(1)
LAST = const(2)
AT = const(3)
LEFT_MS = const(4)
BUCKET_MS = const(5)
LOWS = const(6)
HIGHS = const(17)
FELL = const(28)  # the lowest value that a fall ended in
NEVER = const(0x3FFFFFFF)

# Four tracks a LED, of its channels and of their sum (dips.py): the turning points that a dip lies
# between, when the last dip was complete, the last move, the last turn back up, its way.
TRACKS = const(193)
TRACK_LOW = const(0)
TRACK_HIGH = const(1)
DIP_MS = const(2)
MOVE_MS = const(3)
BACK_MS = const(4)
UP = const(5)
TRACK = const(6)
LED_TRACKS = const(24)
TIME_MASK = const(0x1FFFFFFF)

PART_MS = const(100)
DT_MAX_MS = const(1000)  # its own time never runs faster than it is called, whatever a clock says
DT_DARK_MS = const(10000)  # in the dark it may catch up
HALVINGS = const(9)  # a half, a quarter ... down to single levels of the way

_FOREVER_MS = const(60000)


def fresh():
    """As after a start: nobody knows what showed before. Dark by a fall, whose return counts as a
    dip."""
    s = array("i", [0] * (TRACKS + LEDS * LED_TRACKS))
    for c in range(3):
        s[WEIGHT_L + c] = optics.WEIGHT_L[c]
        s[WEIGHT_M + c] = optics.WEIGHT_M[c]
    s[ROUNDING] = sum(optics.WEIGHT_L) // 2 + 1
    s[REVERSAL], s[DIP], s[DIP_LEVELS] = limits.REVERSAL_MS, limits.DIP_MS, limits.DIP_LEVELS
    s[SETTLE], s[FLICKER] = limits.SETTLE_MS, limits.FLICKER_MS
    s[RED_PART], s[RED_OF] = limits.RED_PARTS
    s[SUM_MOST] = (limits.MAX_LED_MA - LEDS * limits.LED_MA) * 255 // limits.CHANNEL_MA
    s[MOST_L] = s[MOST_M] = -1
    for z in (TURN_L, TURN_M):
        s[z + EARLY] = s[z + SURE] = 1
    s[RED + SPENT_LEFT_MS] = PART_MS
    for w, length_ms in (
        (WINDOW, 1000),
        (DAWN_WINDOW_L, limits.DAWN_WINDOW_MS),
        (DAWN_WINDOW_M, limits.DAWN_WINDOW_MS),
    ):
        s[w + BUCKET_MS] = s[w + LEFT_MS] = length_ms // 10
        for k in range(BUCKETS):
            s[w + FELL + k] = NEVER
    for t in range(TRACKS, len(s), TRACK):
        s[t + TRACK_HIGH] = limits.DIP_LEVELS
        s[t + DIP_MS] = s[t + MOVE_MS] = s[t + BACK_MS] = -_FOREVER_MS
    return s
