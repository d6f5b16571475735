"""The last stage before the speaker: no block reaches a body but through `SoundGuard`.

It holds what sounded and lets the next block be only as loud as SAFETY 4, 5 and 6 allow after it;
what it does with a block is in `sound_kernel`. Silence takes no work.

What a heart silences goes through all of this unheard and is muted behind it: so the guard
remembers the same in any two nights that differ in a heart only, and the louder one is the one
whose heart was calm (SAFETY 9).
"""

from array import array

from ..io import BLOCK_SAMPLES
from . import limits
from . import sound_state as at

try:
    from . import sound_kernel_thumb as kernel
except (ImportError, SyntaxError):  # another processor than an ARM
    from . import sound_kernel as kernel  # type: ignore[no-redef]

FULL_SCALE = 32767

# 10**(dB/20) for 0..-40 dB in 1/32768, so that no floats are needed on the pod.
_DB = (
    32768, 29205, 26029, 23198, 20675, 18427, 16423, 14637, 13045, 11627, 10362,
    9235, 8231, 7336, 6538, 5827, 5193, 4629, 4125, 3677, 3277,
    2920, 2603, 2320, 2068, 1843, 1642, 1464, 1305, 1163, 1036,
    923, 823, 734, 654, 583, 519, 463, 413, 368, 328,
)  # fmt: skip


def rms_at(dba, full_scale_dba):
    """RMS (0..32767) that the model gives `dba` at the pillow: S = F + 20 log10(rms / 32767)."""
    below, parts = max(full_scale_dba - dba, 0), 1
    while below > 40:
        below -= 20
        parts *= 10
    return (_DB[below] * FULL_SCALE >> 15) // parts


class SoundGuard:
    def __init__(self, config):
        full_scale = config.sound_cal_db
        child = config.profile == "child"
        cap_dba = limits.SOUND_CHILD_DBA if child else limits.SOUND_DBA
        self.cap = rms_at(cap_dba, full_scale)  # of the RMS, and of every single sample
        self.quiet = False  # asleep without an open cue (SAFETY 6)
        self.muted = False  # by a heart, until all that sounds now has ended
        self.rms = 0  # of the last block as it is heard
        self.peak = 0
        self._last = array("h", [0] * BLOCK_SAMPLES)
        levels = limits.COUNTED_DBA, limits.HEARD_DBA, limits.QUIET_DBA, limits.NIGHT_LAEQ_DBA
        self._s = at.fresh(self.cap, *[rms_at(dba, full_scale) for dba in levels])

    @property
    def held(self):
        """Blocks whose level was taken back."""
        return self._s[at.HELD]

    def sounding(self):
        """Whether the last 100 ms or a pending release hold any sound."""
        s = self._s
        return s[at.POWER_SUM] > 0 or s[at.RELEASING] > 0 or self.peak > 0

    def block(self, wanted, out):
        """Guard `wanted` (array 'h' of 320, or None for silence) into `out`; sets rms, peak."""
        s = self._s
        s[at.WANTED] = wanted is not None
        s[at.QUIET], s[at.MUTED] = self.quiet, self.muted
        kernel.block(s, out if wanted is None else wanted, out, self._last)
        self.rms, self.peak = s[at.RMS], s[at.PEAK]

    def cut(self, out=None):
        """Silence now: unplug, unhook, reset, or the end of a fail-dark fade."""
        s = self._s
        for i in range(at.POWER, at.AT_MOST):  # and SUMS
            s[i] = 0
        for i in (at.POWER_SUM, at.GAIN, at.RELEASING, at.RMS, at.OWN, at.PEAK, at.AGE, at.LIMIT):
            s[i] = 0
        self.rms = self.peak = 0
        s[at.HEARD_GAIN] = at.ONE
        if out is not None:
            kernel.clear(out)

    def remember(self, before):
        """The share of the night's sound that is used up, whatever the calibration was."""
        self._s[at.USED] = before._s[at.USED]

    def new_night(self):
        self._s[at.USED] = 0
