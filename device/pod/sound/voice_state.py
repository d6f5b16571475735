"""What a voice knows of its layer, in one array 'i': where each number stands in it.

The kernels of sound read the same places, plain or as machine code. All stays within 31 bits. RMS
is in 1/16 count; levels and rises are 0..32767 (`FULL`).
"""

from ..compat import const

# A noise: its generator, what its filters hold, its weights (`kernel.noise`) or what its band is
# (`kernel.band`).
NOISE = const(0)
BAND = const(3)
WHITE = const(5)
FAST = const(6)
# How it is mixed: gain, which is kept, its step a sample, limit (`kernel.mix`).
GAIN = const(10)
GAIN_STEP = const(11)
LIMIT = const(12)

WEATHER = const(13)  # what makes it louder and softer: 0 nothing, SEA, GALE
RUSHES = const(14)  # 1: it is a noise, whose generator begins anew at each block
CHANCE = const(15)
WAIT = const(16)  # blocks to the next strike, swell or gust
AT = const(17)  # phase of a swell, next slot of a grain, place in a recording
TO = const(18)  # height of a swell, target of a gust
TURN = const(19)  # of a swell's phase in a block; 1 once a chime has struck

LOUD = const(20)  # RMS at full level
LEVEL = const(21)  # where it goes
RISE = const(22)  # how much of its start, or of its end, has passed
RATE = const(23)  # of RISE in a block; below 0 it ends
RMS = const(24)  # now
WORDS = const(25)

SEA = const(1)
GALE = const(2)
CREST = const(3)  # of a noise: rarer peaks are clipped
