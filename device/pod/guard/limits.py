"""Every limit of the guard, in one table with its unit and its source; no number stands elsewhere.

Sources: Brown 2022 = doi 10.1371/journal.pbio.3001571 (1 lx asleep, 10 lx evening, melanopic EDI,
all light in the room; the pod takes a tenth). WCAG = WCAG 2.2, 2.3.1. WHO = Guidelines for
Community Noise 1999. (p) = this project's own choice. (m) = from memory of the standard.
Units: M in 1e-8 lx (melanopic EDI at the eye), L in 1e-6 cd/m2 (mean of the diffuser).
"""

IDLE, EVENING, ASLEEP, DAWN = 0, 1, 2, 3
DIM = 4  # an evening with the limits of sleep: a host's goodnight in a dark room (SAFETY 10)
MODES = ("idle", "evening", "asleep", "dawn", "evening")
BLUE = (True, True, False, True, False)  # whether the blue channel may be lit

CD = 1000000  # 1 cd/m2
LX = 100000000  # 1 lx

CHILD_EVENING_M = LX // 10  # Hartstein 2022, doi 10.1111/jpi.12780: children are more sensitive

MAX_M = (LX // 10, LX, LX // 10, 4 * LX, LX // 10)  # Brown 2022 and (p)
MAX_L = (10 * CD, 60 * CD, 10 * CD, 300 * CD, 10 * CD)  # (p)
MAX_LED_MA = 200  # fuse and supply, SAFETY "Electrical"
CHANNEL_MA = 12  # WS2812B, one channel at 255
LED_MA = 1  # WS2812B, quiescent

DAWN_WINDOW_MS = 10000  # over which a dawn's rise of L and M is bounded; all else over 1 s
DAWN_M_PARTS = 181  # of the cap in that time: 10 s of 1800 s (p), and half a percent of rounding
RISE_L = (CD, 4 * CD, CD, 300 * CD * 10 // 1801, CD)  # (p); a dawn's 1800 s, and rounding
FALL_L = (5 * CD, 10 * CD, 5 * CD, 10 * CD, 5 * CD)  # in any second (p)
STEP_PART = 10  # one step at most a tenth of the cap (p)

REVERSAL_PART = 10  # a tenth of the cap makes a reversal, as WCAG's flash (m)
REVERSAL_MS = 4100  # apart, 4 s and some frames: one flash in 8 s, WCAG: three in one second
DIP_LEVELS = 2  # a dip: a LED falls and returns by two levels or more (p)
DIP_MS = 510  # at most two dips in any second (p)
SWING_L = CD * 499 // 1000  # what the ring's mean may come back by within a second of a fall (p)
FLICKER_MS = 260  # between two returns of any size, so at most four in a second, and between a
# move and a single level back that is a part of a larger one (p)
SETTLE_MS = 600  # one level back the other way waits so long: no dither in time (IEEE 1789)
RED_L_PER_S = CD  # saturated red, WCAG (m)
RED_PARTS = (4, 5)  # saturated: R / (R + G + B) >= 4/5

FADE_DARK_MS = 2000  # of the 3 s that SAFETY 8 allows

SOUND_DBA = 40  # (p), WHO: 45 dBA LAmax in a bedroom
SOUND_CHILD_DBA = 35  # (p)
NIGHT_LAEQ_DBA = 30  # WHO, bedroom, LAeq 8 h
NIGHT_BLOCKS = 8 * 3600 * 50
HEARD_DBA = 0  # the threshold of hearing
QUIET_DBA = 15  # above it, a sound grows and stands out only slowly (p)
SOUND_GROWTH_PER_MILLE = 96  # of the power in 20 ms: 0.4 dB, so 20 dB/s (p)
ENVELOPE_BLOCKS = 5  # 100 ms
GRAIN_PERCENT = 65  # of four blocks' power, in the fifth: within 3 dB of their envelope (p)
ONSET_BLOCKS = 25  # unheard before a sound comes, so it takes 500 ms at least (p)
MUTE_BLOCKS = 45  # 900 ms of the 2 s that the quiet rule has (p)
RELEASE_BLOCKS = 25  # 500 ms, where 250 ms are asked (p)
ONSET_MS = 10000  # between onsets of one layer (p)

COUNTED_DBA = 25  # asleep, above this or above half the light cap, a cue counts (p)
CUES_PER_NIGHT = 20
CUE_MS_PER_NIGHT = 200000
CUE_NIGHTS = 5  # in any seven
NIGHT_MS = 14 * 3600 * 1000


def max_m(mode, child):
    """Melanopic cap of a mode in 1e-8 lx."""
    return CHILD_EVENING_M if child and mode == EVENING else MAX_M[mode]
