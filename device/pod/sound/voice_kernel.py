"""What a voice does once a block, plain; `voice_kernel_thumb` is the same in machine code.

Integers within 31 bits, no allocation; `v`: voice_state.py.
"""

from ..guard.sound_kernel import isqrt
from ..hash import xorshift
from . import FULL
from .voice_state import (
    AT,
    BAND,
    CHANCE,
    CREST,
    FAST,
    GAIN,
    GAIN_STEP,
    LEVEL,
    LIMIT,
    LOUD,
    NOISE,
    RATE,
    RISE,
    RMS,
    RUSHES,
    SEA,
    TO,
    TURN,
    WAIT,
    WEATHER,
    WHITE,
)


def draw(v, n):
    """A number in 0..n-1 (n <= 2**15) by this voice's chance."""
    v[CHANCE] = xorshift(v[CHANCE])
    return ((v[CHANCE] >> 8) & 0x7FFF) * n >> 15


def sway(v):
    """Go on by a block: weather, the way up or down, and the RMS that the block comes to.

    Loudness goes with the square of the rise: gentle where the ear is keenest. Up by 0.23 dB a
    block, or 0.6 counts where it is faint: the guard allows 0.4 dB and one count. Down by 1.6 dB,
    so that an end is an end also for the guard."""
    weather = v[WEATHER]
    loudness = 4096
    if weather:
        loudness = _swell(v) if weather == SEA else _gust(v)
    v[RISE] = min(max(v[RISE] + v[RATE], 0), FULL)
    e = v[RISE] >> 3
    goal = (v[LOUD] * (v[LEVEL] >> 3) >> 12) * (e * e >> 12) >> 12
    goal = goal * loudness >> 12
    rms = v[RMS]
    if goal > rms:
        v[RMS] = min(goal, rms + max(rms // 36 - 3, 10))
    else:
        v[RMS] = max(goal, rms - rms // 6 - 3)
    if v[RUSHES]:
        v[NOISE] = draw(v, 32768)


def level(v, total):
    """How a noise is mixed whose squares sum up to `total`, in 1/256, so that it comes to its
    RMS."""
    own = max(isqrt(total // 320) << 4, 1200)
    v[GAIN_STEP] = (v[RMS] << 14) // own - v[GAIN] >> 6
    v[LIMIT] = (v[RMS] * CREST >> 4) + 1


def _swell(v):
    """Of a sea of 7 to 16 s, no two waves alike, brighter where it breaks."""
    v[AT] += v[TURN]
    if v[AT] >= 65536 or not v[TURN]:
        v[AT] = 0
        v[TURN] = 65536 // (350 + draw(v, 450))
        v[TO] = 1600 + draw(v, 1500)
    x = v[AT] >> 4
    x = x * 4096 // 1500 if x < 1500 else (4096 - x) * 4096 // 2596
    x = (x * x >> 12) * (3 * 4096 - 2 * x) >> 12
    x = x * v[TO] >> 12
    v[WHITE] = x * x >> 17
    v[FAST] = 75 + (x * 3 >> 5)
    return 1720 + x * 17 // 10


def _gust(v):
    """Of a wind whose band (210 to 870 Hz) wanders; higher is louder."""
    v[WAIT] -= 1
    if v[WAIT] < 0:
        v[WAIT] = 50 + draw(v, 200)
        v[TO] = 340 + draw(v, 1060)
    now = v[BAND]
    v[AT] += ((v[TO] << 6) - v[AT]) >> 6
    v[BAND] = v[AT] >> 6
    return 1900 + now * 5 // 2
