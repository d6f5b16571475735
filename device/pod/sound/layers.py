"""What each kind of layer sounds like: noise that is filtered, tones that die away, recordings.

A noise is rendered, measured and brought to its layer's RMS block by block, so a layer is as loud
as its level says. What is irregular (swells, gusts, drops, pops, strikes) is drawn from the seed.
"""

from array import array
from math import pi, sin

from ..compat import const
from ..hash import mix
from . import CHIME, CRACKLE, HUM, PINK, RAIN, RECORDING, TONE, WAVES, WIND
from . import voice_state as at

try:
    from . import kernel_thumb as kernel
    from . import voice_kernel_thumb as voice_kernel
except (ImportError, SyntaxError):  # whatever is no Cortex-M
    from . import kernel, voice_kernel  # type: ignore[no-redef]

# Made once at import: rounding makes it the same on every float width. By a generator: a list of it
# wants 8 KB in one piece of a heap that has just read the program.
_SINE = array("h", (int(sin(2 * pi * i / 1024) * 2047 + 2047.5) - 2047 for i in range(1024)))
# Weights of `kernel.noise`: the noise itself, low-passed at 2.5 kHz, at 318, 80 and 20 Hz.
_WEIGHTS = {
    PINK: (29, 247, 245, 303, 588),
    RAIN: (70, 460, -475, 0, 0),
    WAVES: (0, 135, 420, 450, 0),
    CRACKLE: (0, -200, 1000, -660, -140),
}
# Tones: (step in 2**-20 turns a sample, amplitude in 1/256 of the layer's RMS).
_TONES = {
    HUM: ((7209, 296), (7222, 148), (14445, 148)),  # 110, 110.2 and 220.4 Hz
    TONE: ((65536, 362),),  # 1 kHz, where a meter's A-weighting is 0 dB
}
_NOTES = (25690, 28836, 34292, 38491, 43205, 51379)  # G4 A4 C5 D5 E5 G5
_PARTIALS = ((1000, 493, 7), (2756, 195, 6), (5404, 93, 5))  # of a bar, free at both ends
_WORDS = const(9)  # of a tone: six of the kernel's, size and goal in 1/4096, the step to come
_SLOTS = const(6)


class Layer:
    """One kind, as it sounds from block to block. `v`: what its voice knows (voice_state.py)."""

    def __init__(self):
        self.kind = 0
        self.v = array("i", [0] * at.WORDS)
        self._tones = array("i", [0] * (_WORDS * _SLOTS))

    def begin(self, kind, seed):
        v = self.v
        for i in range(at.WORDS):
            v[i] = 0
        for i in range(_WORDS * _SLOTS):
            self._tones[i] = 0
        self.kind = kind
        v[at.CHANCE] = mix(seed, kind) or 1
        if kind == RECORDING:
            v[at.TO] = seed
        elif kind == WIND:
            v[at.WEATHER], v[at.RUSHES] = at.GALE, 1
            v[at.AT] = 700 << 6
            v[at.BAND + 1] = 2200  # 1/Q
        elif kind in _WEIGHTS:
            v[at.RUSHES] = 1
            self._weigh(_WEIGHTS[kind])
            if kind == WAVES:
                v[at.WEATHER] = at.SEA

    def _weigh(self, weights):
        for i in range(5):
            self.v[at.WHITE + i] = weights[i]

    def mix(self, out, raw, cap, recordings):
        """Add a block that comes to the voice's RMS; False at its end."""
        v, kind = self.v, self.kind
        if v[at.RUSHES]:
            total = kernel.band(raw, v) if kind == WIND else kernel.noise(raw, v)
            voice_kernel.level(v, total)
            kernel.mix(raw, out, v)
            if kind == RAIN or kind == CRACKLE:
                self._grains(out, v[at.RMS])
        elif kind == RECORDING:
            return self._play(out, raw, cap, recordings)
        elif kind == CHIME:
            self._strike()
            self._chime(out, v[at.RMS])
        else:
            self._sing(out, _TONES[kind], v[at.RMS])
        return True

    def _draw(self, n):
        return voice_kernel.draw(self.v, n)

    # -- grains ----------------------------------------------------------------------------

    def _grains(self, out, rms):
        """Drops, a few in a second, or pops, in bursts: so small in energy that a block of one
        keeps within its envelope (SAFETY 5)."""
        tones, v = self._tones, self.v
        for slot in range(0, 3 * _WORDS, _WORDS):
            if tones[slot + 2] > 4096:
                kernel.tone(_SINE, out, tones, slot)
        if self.kind == RAIN:
            if self._draw(256) < 40:
                # 1 to 3 kHz, 8 ms
                self._grain(out, 65536 + (self._draw(32768) << 2), rms * (150 + self._draw(250)), 7)
            return
        v[at.WAIT] -= 1
        if v[at.WAIT] < 0:
            v[at.WAIT] = self._draw(9) * self._draw(11)
            loud = 600 + self._draw(800)
            self._grain(out, 78000 + (self._draw(25000) << 3), rms * loud, 4 + (loud < 750))

    def _grain(self, out, step, amplitude, decay):
        tones = self._tones
        slot = self.v[at.AT] = (self.v[at.AT] + _WORDS) % (3 * _WORDS)
        if tones[slot + 2] > 8192:
            return
        tones[slot], tones[slot + 1], tones[slot + 2] = 0, step, amplitude
        tones[slot + 3], tones[slot + 4], tones[slot + 5] = 0, decay, self._draw(300)
        kernel.tone(_SINE, out, tones, slot)

    # -- tones -----------------------------------------------------------------------------

    def _sing(self, out, table, rms):
        tones, slot = self._tones, 0
        for step, loud in table:
            tones[slot + 1] = step
            self._tone(out, slot, rms * loud)
            slot += _WORDS

    def _tone(self, out, slot, amplitude):
        """A tone that reaches `amplitude` by the end of the block."""
        tones = self._tones
        tones[slot + 3] = (amplitude - tones[slot + 2]) // 320
        tones[slot + 4] = 30
        kernel.tone(_SINE, out, tones, slot)

    def _strike(self):
        """A note of the scale, softly, each 2 to 3.6 s, on the other three tones."""
        tones, v = self._tones, self.v
        v[at.WAIT] -= 1
        if v[at.WAIT] > 0:
            return
        v[at.WAIT] = 100 + self._draw(80)
        slot = v[at.AT] = 3 * _WORDS - v[at.AT]
        note, loud = _NOTES[self._draw(6)], 2600 + self._draw(1400)
        for ratio, _, _ in _PARTIALS:
            tones[slot + 7] = loud
            if v[at.TURN]:
                tones[slot + 8] = note * ratio // 1000
            else:  # the first note comes as the layer comes
                tones[slot + 1], tones[slot + 6] = note * ratio // 1000, loud
            slot += _WORDS
        v[at.TURN] = 1

    def _chime(self, out, rms):
        tones = self._tones
        for i in range(_SLOTS):
            slot = i * _WORDS
            _, loud, decay = _PARTIALS[i % 3]
            size, goal = tones[slot + 6], tones[slot + 7]
            if tones[slot + 8]:  # another note: what rings here goes first
                size = max(size - (size >> 2) - 1, 0)
                if size == 0:
                    tones[slot + 1], tones[slot + 8] = tones[slot + 8], 0
            elif goal:
                size = min(size + goal // 110 + 1, goal)
                if size == goal:
                    tones[slot + 7] = 0
            elif size:
                size -= (size >> decay) + 1
            tones[slot + 6] = size
            if size or tones[slot + 2] > 4096:
                self._tone(out, slot, (rms * loud >> 12) * size)

    # -- recordings ------------------------------------------------------------------------

    def _play(self, out, raw, cap, recordings):
        v = self.v
        if v[at.TO] & 255 >= len(recordings):
            return False
        from .recording import read

        then = read(v[at.TO], v[at.AT], recordings, raw)
        v[at.AT] = then if then >= 0 else v[at.AT] + 320
        v[at.GAIN_STEP] = (v[at.RMS] >> 1) - v[at.GAIN] >> 6
        v[at.LIMIT] = cap
        kernel.mix(raw, out, v)
        return then >= 0
