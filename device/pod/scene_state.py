"""What a scene paints with, in one array 'i': where each number stands in it.

Apart from the scene, so that its loops (`scene_kernel`) and their machine code read the same
places. All values stay within 31 bits.
"""

from .compat import const

# Of the window, one value a LED: linear light, and the way from ember to pale, both 0..32767; and
# what showed before a leap.
LIT = const(0)
TINT = const(12)
OLD = const(24)
# Linear light in 1/256 level, red, green and blue of each LED: what is painted, and a cue's layers.
LINEAR = const(48)
LAYERS = const(84)
LEFT = const(120)  # 4096ths of what is painted that stay under the layers
# RGB in half levels: an ember, a pale star, a pulse star, what a beat takes from it, a dawn.
EMBER = const(121)
PALE = const(124)
STAR = const(127)
BEAT = const(130)
DAWN = const(133)
# What the loops are told: of the sky's window ...
FIRST = const(136)  # the first of its stars
TURNS = const(137)  # how often the circle is gone round
BETWEEN = const(138)  # 256ths of the way from one star to the next
BREATH = const(139)  # 0..4096
PART_MS = const(140)  # of a step of the sky
# ... of a spot of light, in 256ths of a LED ...
FRONT = const(141)
TAIL = const(142)
FROM_LED = const(143)
# ... and of the two pulse stars: 512 times the level (0..4096), and how far a beat has dimmed it
# (0..256).
OWN = const(144)
FRIEND = const(145)
WORDS = const(146)

# Of a cue's light, in an array of its own.
KIND = const(0)
RGB = const(1)  # in 1/16 level
FROM = const(4)  # its first LED
COUNT = const(5)  # of parts
START_MS = const(6)
LENGTH_MS = const(7)
ATTACK_MS = const(8)
RELEASE_MS = const(9)
PERIOD_MS = const(10)
FLAT = const(11)  # the ends of a rise
A = const(12)  # plus 100
B = const(13)
C = const(14)
LATER_MS = const(15)  # by which the last part goes its way later, in parts of ...
LATER_OF = const(16)
ENVELOPE = const(17)  # 0..4096, of the last call
T_MS = const(18)  # of its cue
LEVEL = const(19)  # 0..4096
LIGHT_WORDS = const(20)
# Kinds
WAVE = const(0)
POINTS = const(1)
SWEEP = const(2)
FLICKER = const(3)
LAMP = const(4)

FULL = const(32767)
STEP_MS = const(2000)  # of the sky
SITES = const(36)
VEIL_MS = const(16000)
TURN = const(3072)  # once around the ring

# Of a LED's rounding: steps of a golden section, so that neighbours round differently and the mean
# is kept. Green rounds up earlier, or a faint amber would become a saturated red (SAFETY 3).
THRESHOLD_AT = const(79)
THRESHOLD_STEP = const(158)
THRESHOLD_GREEN = const(168)
