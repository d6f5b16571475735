"""Layers of sound, 320 samples at 16 kHz at a time: how each one comes, changes and goes.

A voice moves its loudness along every block, no faster than the guard lets it, so no start, stop
or change clicks or leans on the guard. Nothing is allocated in a block.
"""

from array import array

from ..compat import const
from . import FULL, NONE, RMS
from .layers import Layer, clear

VOICES = 3
_ATTACK_MS = const(500)  # the shortest, as SAFETY 5 has it
_RELEASE_MS = const(250)


class Voice:
    """One sounding layer: its kind, its way up and down, and what waits for its end."""

    def __init__(self):
        self.kind = NONE
        self._level = 0  # 0..FULL, where it goes
        self._rise = 0  # 0..FULL: how much of its start, or of its end, has passed
        self._rate = 0  # of `_rise` in a block; below 0 it ends
        self._rms = 0  # of the layer now, in 1/16 count
        self._next = None
        self._layer = Layer()

    def begin(self, kind, seed, attack_ms, level):
        """Start; what still sounds here is released first."""
        if self.kind != NONE:
            self._next = (kind, seed, attack_ms, level)
            self.end(0)
            return
        self.kind = kind
        self._level = level
        self._rise = self._rms = 0
        self._rate = FULL * 20 // max(attack_ms, _ATTACK_MS)
        self._layer.begin(kind, seed)

    def set_level(self, level):
        self._level = level

    def end(self, release_ms):
        rate = -(FULL * 20 // max(release_ms, _RELEASE_MS)) - 1
        if self._rate >= 0 or rate < self._rate:
            self._rate = rate

    def cancel(self):
        """Nothing follows what sounds."""
        self._next = None

    def silence(self):
        self.kind = NONE
        self._next = None

    def mix(self, out, raw, cap, recordings):
        """Add one block to `out`; `raw` is scratch for one."""
        self._rms = self._glide(self._goal(cap) * self._layer.loudness() >> 12)
        if not self._layer.mix(out, raw, self._rms, cap, recordings):
            self.end(0)
        if self._rms == 0 and self._rate < 0:
            self._end()

    def _goal(self, cap):
        """RMS in 1/16 count. Loudness goes with the square of the rise: gentle where the ear is
        keenest."""
        self._rise = min(max(self._rise + self._rate, 0), FULL)
        e = self._rise >> 3
        full = (cap * RMS[self.kind] << 4) // 1000
        return (full * (self._level >> 3) >> 12) * (e * e >> 12) >> 12

    def _glide(self, goal):
        """The next RMS. Up by 0.23 dB a block, or 0.6 counts where it is faint: the guard allows
        0.4 dB and one count. Down by 1.6 dB, so that an end is an end also for the guard."""
        rms = self._rms
        if goal > rms:
            return min(goal, rms + max(rms // 36 - 3, 10))
        return max(goal, rms - rms // 6 - 3)

    def _end(self):
        self.kind = NONE
        if self._next is not None:
            kind, seed, attack_ms, level = self._next
            self._next = None
            self.begin(kind, seed, attack_ms, level)


class Synth:
    """`VOICES` layers into one block; `None` while nothing sounds."""

    def __init__(self, cap):
        self.block = array("h", [0] * 320)
        self.recordings = ()  # `Inputs.recordings`
        self.voices = [Voice() for _ in range(VOICES)]
        self._raw = array("h", [0] * 320)
        self._cap = cap

    def begin(self, voice, kind, seed, attack_ms, level=FULL):
        """Start a layer of `kind` at `level` (0..FULL, see `sound.level`) in voice 0..VOICES - 1.

        It begins when what sounds there has been released. A recording's `seed` is its number."""
        self.voices[voice].begin(kind, seed, attack_ms, level)

    def set_level(self, voice, level):
        """Move a layer to another level, as fast as is gentle."""
        self.voices[voice].set_level(level)

    def end(self, voice, release_ms):
        """Release a layer, and forget what waits behind it."""
        self.voices[voice].cancel()
        self.voices[voice].end(release_ms)

    def sounding(self):
        for voice in self.voices:
            if voice.kind != NONE:
                return True
        return False

    def silence(self):
        for voice in self.voices:
            voice.silence()

    def render(self):
        """The next block (array 'h' of 320), or None."""
        if not self.sounding():
            return None
        clear(self.block)
        for voice in self.voices:
            if voice.kind != NONE:
                voice.mix(self.block, self._raw, self._cap, self.recordings)
        return self.block
