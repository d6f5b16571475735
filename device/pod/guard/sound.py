"""The last stage before the speaker: no block reaches a body but through `SoundGuard`.

A gain of at most one, moved along each block so that it never clicks, keeps every block under the
cap (SAFETY 4), the 100 ms envelope under 20 dB/s and the end of a sound no shorter than 500 ms
(SAFETY 5). Silence takes no work.

What a heart silences goes through all of this unheard and is muted behind it: so the guard
remembers the same in any two nights that differ in a heart only, and the louder one is the one
whose heart was calm (SAFETY 9).
"""

from array import array

from ..io import BLOCK_SAMPLES
from . import limits

try:
    from . import kernel_thumb as kernel
except (ImportError, SyntaxError):  # whatever is no Cortex-M
    from . import kernel  # type: ignore[no-redef]

ONE = 32768  # gain
FULL_SCALE = 32767
_FAINT = 5 * 21 * 21  # power of 100 ms below which a tenth is less than one more in RMS
_INAUDIBLE = 1  # RMS; -90 dB below full scale needs no release
_BLOCKS = limits.ENVELOPE_BLOCKS
# The power of a block and of the blocks of its release that follow it, by how many these are, in
# sixteenths of the block's own: at most (a release may lose nothing at first), and at least.
_AT_MOST = (16, 32, 47, 60, 73)
_AT_LEAST = (16, 30, 44, 56, 67)

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
        child = config.profile == "child"
        cap_dba = limits.SOUND_CHILD_DBA if child else limits.SOUND_DBA
        full_scale = config.sound_cal_db
        self.cap = rms_at(cap_dba, full_scale)  # of the RMS, and of every single sample
        self.counted = rms_at(limits.COUNTED_DBA, full_scale)
        self.quiet = False  # asleep without an open cue: at most `counted` (SAFETY 6)
        self.muted = False  # by a heart, until all that sounds now has ended
        self.rms = 0  # of the last block as it is heard
        self.peak = 0
        self._rms = 0  # before a heart silences it
        self.held = 0  # blocks whose level was taken back
        self._shift = 2 if self.cap < 2896 else 6  # 320 squares of the cap stay within 31 bits
        self._heard = rms_at(limits.HEARD_DBA, full_scale)
        floor = rms_at(limits.QUIET_DBA, full_scale)
        self._floor = floor * floor
        self._power = array("i", [0] * _BLOCKS)
        self._sums = array("i", [0] * _BLOCKS)  # of five blocks each, as they were
        self._power_sum = 0
        self._age = 0  # blocks since the last silence
        self._at = 0
        self._gain = 0
        self._last = array("h", [0] * BLOCK_SAMPLES)
        self._releasing = 0  # blocks left of a release
        self._limit = self.cap
        night = rms_at(limits.NIGHT_LAEQ_DBA, full_scale)
        self._night_power = max(night * night, 1)
        self._night_used = 0  # in 1/256 of a block at the night's average
        self._measured = array("i", [0, 0])
        self._gains = array("i", [0, 0, self.cap])  # of `kernel.ramp`
        self._heard_gain = ONE  # behind the guard: the way down of a mute
        self._heard_last = ONE  # what the last block ended with
        self._hushed = 0  # the lowest envelope since a mute began

    def sounding(self):
        """Whether the last 100 ms or a pending release hold any sound."""
        return self._power_sum > 0 or self._releasing > 0 or self.peak > 0

    def block(self, wanted, out):
        """Guard `wanted` (array 'h' of 320, or None for silence) into `out`; sets rms, peak."""
        if self._releasing or wanted is None or not self._pass(wanted, out):
            self._fade_out(out)
        self._keep()
        if self.muted or self._heard_gain < ONE:
            self._mute(out)

    def cut(self, out=None):
        """Silence now: unplug, unhook, reset, or the end of a fail-dark fade."""
        for i in range(_BLOCKS):
            self._power[i] = self._sums[i] = 0
        self._power_sum = self._gain = self._releasing = self._rms = self.rms = self.peak = 0
        self._heard_gain = ONE
        self._age = self._limit = 0
        if out is not None:
            kernel.clear(out)

    def _mute(self, out):
        """Down to nothing, and open again only in silence. What grows meanwhile is heard no louder
        than it has been, or it would end too steeply."""
        gain, rms = self._heard_gain, kernel.isqrt(self._power_sum // _BLOCKS)
        if self._age <= 1:  # in silence, or as a sound begins
            self._heard_gain = 0 if self.muted else ONE
        elif not self._falls():
            self._heard_gain = max(gain - ONE // limits.MUTE_BLOCKS, 0)
        to = self._heard_gain
        if gain == ONE or to == ONE:
            self._hushed, self._heard_last = rms, gain
        self._hushed = min(self._hushed, rms)
        if rms > self._hushed:
            to = to * self._hushed // rms
        gain, self._heard_last = self._heard_last, to
        if self.rms:
            self._ramp(out, out, min(gain, to), to)
            kernel.measure(out, self._shift, self.cap, self._measured)
            self.rms, self.peak = self._measured[0], self._measured[1]

    def _falls(self):
        """By itself, to half its power within 100 ms: both together would be too steep an end."""
        return self._releasing or 2 * self._power_sum < self._sums[self._at]

    def remember(self, before):
        """The share of the night's sound that is used up, whatever the calibration was."""
        self._night_used = before._night_used

    def new_night(self):
        self._night_used = 0

    def _pass(self, wanted, out):
        """`wanted` as loud as it may be now; false, and nothing kept, where it falls too steeply
        for an end (SAFETY 5): what sounded before is released instead."""
        measured = self._measured
        kernel.measure(wanted, self._shift, self.cap, measured)
        if not measured[0]:
            return False
        if measured[1] > self.cap:
            # Too loud to measure within 31 bits: first to the cap, then as any other.
            scale = self.cap * ONE // measured[1]
            self._ramp(wanted, out, scale, scale)
            wanted = out
            kernel.measure(wanted, self._shift, self.cap, measured)
        rms, limit = measured[0], self._allowed()
        gain = limit * ONE // rms if rms > limit else ONE
        self._ramp(wanted, out, min(self._gain, gain), gain)
        kernel.measure(out, self._shift, self.cap, measured)
        if not self._may_fall(measured[0]):
            return False
        if gain < ONE:
            self.held += 1
        self._gain = gain
        kernel.copy(out, self._last)
        return True

    def _ramp(self, block, out, gain_from, gain_to):
        """out = block * gain, moving from one gain (in 1/32768) to the other."""
        gains = self._gains
        gains[0] = gain_from << 8
        gains[1] = ((gain_to - gain_from) << 8) // BLOCK_SAMPLES
        kernel.ramp(block, out, gains)

    def _fade_out(self, out):
        """Nothing is wanted: what sounded last falls over 500 ms, to and fro so it never jumps."""
        if self._gain and self._rms > _INAUDIBLE:
            self._releasing = limits.RELEASE_BLOCKS
        self._gain = 0
        if self._releasing:
            kernel.replay(self._last, out, self._releasing, self.cap)
            self._releasing -= 1
            kernel.measure(out, self._shift, self.cap, self._measured)
        else:
            kernel.clear(out)
            self._measured[0] = self._measured[1] = 0

    def _allowed(self):
        """The RMS that this block may have."""
        limit = min(self._slewed_limit(), self._growth_limit())
        return min(limit, self._heard) if self._age < limits.ONSET_BLOCKS else limit

    def _slewed_limit(self):
        """The cap in force: a lowered one is reached in about 300 ms."""
        limit = self.counted if self.quiet else self.cap
        if self._night_used >= limits.NIGHT_BLOCKS * 256:
            limit = 0
        self._limit = max(limit, self._limit * 217 >> 8)
        return self._limit

    def _growth_limit(self):
        """So that the 100 ms envelope grows by <= 0.4 dB, no block stands out of it by 3 dB, and
        a release that follows at once grows it no faster than 20 dB/s either."""
        rest = self._power_sum - self._power[self._at]
        power = self._power_sum
        if power < _FAINT:
            # One more in RMS: 5 (e + 1)^2 = 5 e^2 + 10 e + 5, and 10 e is the root of 20 power.
            power += kernel.isqrt(20 * power) + _BLOCKS
        else:
            power += power // 1000 * limits.SOUND_GROWTH_PER_MILLE
        most = min(power - rest, max(rest // 100 * limits.GRAIN_PERCENT, self._floor))
        for ahead in range(1, _BLOCKS):
            i = (self._at + ahead) % _BLOCKS
            rest -= self._power[i]
            grown = max(self._sums[i], _BLOCKS * self._floor)
            most = min(most, (grown + (grown >> 1) - rest) // _AT_MOST[ahead] * 16)
        return kernel.isqrt(most)

    def _may_fall(self, rms):
        """Whether the envelope keeps 35 % of itself within any 100 ms to come, where a release
        follows this block at once. So one always may."""
        rest = self._power_sum
        for ahead in range(_BLOCKS):
            i = (self._at + ahead) % _BLOCKS
            rest -= self._power[i]
            if rms * rms < (self._sums[i] // 8 - rest) * 16 // _AT_LEAST[ahead]:
                return False
        return True

    def _keep(self):
        self._rms = self.rms = self._measured[0]
        self.peak = self._measured[1]
        at, power = self._at, self._rms * self._rms
        self._power_sum += power - self._power[at]
        self._power[at], self._sums[at] = power, self._power_sum
        self._at = (at + 1) % _BLOCKS
        self._age = min(self._age + 1, limits.ONSET_BLOCKS) if self._power_sum else 0
        used = -(-(power << 2) // self._night_power)  # rounded up: quiet sounds count too
        self._night_used += min(used << 6, 1 << 16)
