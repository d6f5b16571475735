"""Layers of sound, 320 samples at 16 kHz at a time: how each one comes, changes and goes.

A voice moves its loudness along every block, no faster than the guard lets it, so no start, stop
or change clicks or leans on the guard. Nothing is allocated in a block.
"""

from array import array

from ..compat import const
from . import FULL, NONE, RMS
from . import voice_state as at
from .layers import Layer, voice_kernel

try:
    from ..guard.sound_kernel_thumb import clear
except (ImportError, SyntaxError):  # whatever is no Cortex-M
    from ..guard.sound_kernel import clear

VOICES = 3
_ATTACK_MS = const(500)  # the shortest, as SAFETY 5 has it
_RELEASE_MS = const(250)


class Voice:
    """One sounding layer: its kind, its way up and down, and what waits for its end."""

    def __init__(self, cap):
        self.kind = NONE
        self._cap = cap
        self._next = None
        self._layer = Layer()
        self._v = self._layer.v

    def begin(self, kind, seed, attack_ms, level):
        """Start; what still sounds here is released first."""
        if self.kind != NONE:
            self._next = (kind, seed, attack_ms, level)
            self.end(0)
            return
        self.kind = kind
        self._layer.begin(kind, seed)
        v = self._v
        v[at.LOUD] = (self._cap * RMS[kind] << 4) // 1000
        v[at.LEVEL] = level
        v[at.RATE] = FULL * 20 // max(attack_ms, _ATTACK_MS)

    def set_level(self, level):
        self._v[at.LEVEL] = level

    def end(self, release_ms):
        rate = -(FULL * 20 // max(release_ms, _RELEASE_MS)) - 1
        if self._v[at.RATE] >= 0 or rate < self._v[at.RATE]:
            self._v[at.RATE] = rate

    def cancel(self):
        """Nothing follows what sounds."""
        self._next = None

    def silence(self):
        self.kind = NONE
        self._next = None

    def mix(self, out, raw, recordings):
        """Add one block to `out`; `raw` is scratch for one."""
        v = self._v
        voice_kernel.sway(v)
        if not self._layer.mix(out, raw, self._cap, recordings):
            self.end(0)
        if v[at.RMS] == 0 and v[at.RATE] < 0:
            self._end()

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
        self.voices = [Voice(cap) for _ in range(VOICES)]
        self._raw = array("h", [0] * 320)

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
            if voice.kind:
                return True
        return False

    def silence(self):
        for voice in self.voices:
            voice.silence()

    def render(self):
        """The next block (array 'h' of 320), or None."""
        block = None
        for voice in self.voices:
            if voice.kind:
                if block is None:
                    block = self.block
                    clear(block)
                voice.mix(block, self._raw, self.recordings)
        return block
