"""The loops over the sky's sites, plain; `sky_kernel_thumb` is the same in machine code."""

from .compat import const
from .scene_state import FULL, SITES

GROWTH = const(16302)  # r = 3.98 in 1/4096
COUPLING = const(16)  # of 1024, to each neighbour
TURNS_A_STEP = const(2)  # of the map: one alone flips about its mean and averages out
# A site's brightness follows its map twice, in 8 steps (16 s) and in 4: no star twitches.
SLOW = const(3)
SOFT = const(2)


def advance(x, f, mean, slow):
    """A step of the lattice `x`; `f` is room for as many values."""
    for _ in range(TURNS_A_STEP):
        _turn(x, f)
    for i in range(SITES):
        mean[i] += (x[i] - mean[i]) >> SLOW
        slow[i] += (mean[i] - slow[i]) >> SOFT


def _turn(x, f):
    for i in range(SITES):
        f[i] = (x[i] * (FULL - x[i]) >> 15) * GROWTH >> 12
    left = f[SITES - 1]
    for i in range(SITES):
        right = f[i + 1] if i + 1 < SITES else f[0]
        value = ((1024 - 2 * COUPLING) * f[i] + COUPLING * (left + right)) >> 10
        left = f[i]
        # Integer chaos can fall on the fixed point 0: it is nudged off.
        x[i] = value if 0 < value < FULL else 1 + (value & 1023)
