"""What each kind of layer sounds like: noise that is filtered, tones that die away, recordings.

A noise is rendered, measured and brought to its layer's RMS block by block, so a layer is as loud
as its level says. What is irregular (swells, gusts, drops, pops, strikes) is drawn from the seed.
"""

from array import array
from math import pi, sin

from ..compat import const
from ..hash import mix, xorshift
from . import CHIME, CRACKLE, HUM, PINK, RAIN, RECORDING, TONE, WAVES, WIND

try:
    from ..guard.sound_kernel_thumb import clear as clear
    from ..guard.sound_kernel_thumb import isqrt
    from . import kernel_thumb as kernel
except (ImportError, SyntaxError):  # whatever is no Cortex-M
    from ..guard.sound_kernel import clear as clear
    from ..guard.sound_kernel import isqrt
    from . import kernel  # type: ignore[no-redef]

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
_CREST = const(3)  # of a noise: rarer peaks are clipped


class Layer:
    """One kind, as it sounds from block to block."""

    def __init__(self):
        self.kind = 0
        self._noise = array("i", [0] * 10)
        self._tones = array("i", [0] * (_WORDS * _SLOTS))
        self._chance = 1
        self._gains = array("i", [0] * 3)  # of `kernel.mix`
        self._wait = 0  # blocks to the next strike, swell or gust
        self._at = 0  # phase of a swell, next slot of a grain, place in a recording
        self._to = 0  # height of a swell, target of a gust
        self._rate = 0

    def begin(self, kind, seed):
        self.kind = kind
        self._chance = mix(seed, kind) or 1
        self._gains[0] = self._wait = self._at = self._to = self._rate = 0
        for i in range(10):
            self._noise[i] = 0
        for i in range(_WORDS * _SLOTS):
            self._tones[i] = 0
        if kind == RECORDING:
            self._to = seed
        elif kind == WIND:
            self._at = 700 << 6
            self._noise[4] = 2200
        elif kind in _WEIGHTS:
            self._weigh(_WEIGHTS[kind])

    def _weigh(self, weights):
        for i in range(5):
            self._noise[5 + i] = weights[i]

    def loudness(self):
        """What weather makes of the next block's RMS; 4096 leaves it as it is."""
        if self.kind == WAVES:
            return self._swell()
        return self._gust() if self.kind == WIND else 4096

    def mix(self, out, raw, rms, cap, recordings):
        """Add a block that comes to an RMS of `rms`, in 1/16 count; False at its end."""
        kind = self.kind
        if kind == RECORDING:
            return self._play(out, raw, rms, cap, recordings)
        if kind == CHIME:
            self._strike()
            self._chime(out, rms)
        elif kind in _TONES:
            self._sing(out, _TONES[kind], rms)
        else:
            self._rush(out, raw, rms)
        return True

    def _draw(self, n):
        self._chance = xorshift(self._chance)
        return ((self._chance >> 8) & 0x7FFF) * n >> 15

    # -- noise -----------------------------------------------------------------------------

    def _rush(self, out, raw, rms):
        kind, noise = self.kind, self._noise
        noise[0] = self._draw(32768)
        total = kernel.band(raw, noise) if kind == WIND else kernel.noise(raw, noise)
        own = max(isqrt(total // 320) << 4, 1200)
        self._mix(raw, out, (rms << 14) // own, (rms * _CREST >> 4) + 1)
        if kind == RAIN or kind == CRACKLE:
            self._grains(out, rms)

    def _mix(self, raw, out, gain, limit):
        gains = self._gains
        gains[1], gains[2] = gain - gains[0] >> 6, limit
        kernel.mix(raw, out, gains)

    def _swell(self):
        """Of a sea of 7 to 16 s, no two waves alike, brighter where it breaks."""
        self._at += self._rate
        if self._at >= 65536 or not self._rate:
            self._at = 0
            self._rate = 65536 // (350 + self._draw(450))
            self._to = 1600 + self._draw(1500)
        x = self._at >> 4
        x = x * 4096 // 1500 if x < 1500 else (4096 - x) * 4096 // 2596
        x = (x * x >> 12) * (3 * 4096 - 2 * x) >> 12
        x = x * self._to >> 12
        self._noise[5] = x * x >> 17
        self._noise[6] = 75 + (x * 3 >> 5)
        return 1720 + x * 17 // 10

    def _gust(self):
        """Of a wind whose band (210 to 870 Hz) wanders; higher is louder."""
        self._wait -= 1
        if self._wait < 0:
            self._wait = 50 + self._draw(200)
            self._to = 340 + self._draw(1060)
        noise = self._noise
        now = noise[3]
        self._at += ((self._to << 6) - self._at) >> 6
        noise[3] = self._at >> 6
        return 1900 + now * 5 // 2

    # -- grains ----------------------------------------------------------------------------

    def _grains(self, out, rms):
        """Drops, a few in a second, or pops, in bursts: so small in energy that a block of one
        keeps within its envelope (SAFETY 5)."""
        tones = self._tones
        for at in range(0, 3 * _WORDS, _WORDS):
            if tones[at + 2] > 4096:
                kernel.tone(_SINE, out, tones, at)
        if self.kind == RAIN:
            if self._draw(256) < 40:
                # 1 to 3 kHz, 8 ms
                self._grain(out, 65536 + self._draw(131072), rms * (150 + self._draw(250)), 7)
            return
        self._wait -= 1
        if self._wait < 0:
            self._wait = self._draw(9) * self._draw(11)
            loud = 600 + self._draw(800)
            self._grain(out, 78000 + self._draw(200000), rms * loud, 4 + (loud < 750))

    def _grain(self, out, step, amplitude, decay):
        tones = self._tones
        self._at = (self._at + _WORDS) % (3 * _WORDS)
        at = self._at
        if tones[at + 2] > 8192:
            return
        tones[at], tones[at + 1], tones[at + 2] = 0, step, amplitude
        tones[at + 3], tones[at + 4], tones[at + 5] = 0, decay, self._draw(300)
        kernel.tone(_SINE, out, tones, at)

    # -- tones -----------------------------------------------------------------------------

    def _sing(self, out, table, rms):
        tones, at = self._tones, 0
        for step, loud in table:
            tones[at + 1] = step
            self._tone(out, at, rms * loud)
            at += _WORDS

    def _tone(self, out, at, amplitude):
        """A tone that reaches `amplitude` by the end of the block."""
        tones = self._tones
        tones[at + 3] = (amplitude - tones[at + 2]) // 320
        tones[at + 4] = 30
        kernel.tone(_SINE, out, tones, at)

    def _strike(self):
        """A note of the scale, softly, each 2 to 3.6 s, on the other three tones."""
        self._wait -= 1
        if self._wait > 0:
            return
        self._wait = 100 + self._draw(80)
        self._at = 3 * _WORDS - self._at
        note, loud = _NOTES[self._draw(6)], 2600 + self._draw(1400)
        at = self._at
        for ratio, _, _ in _PARTIALS:
            tones = self._tones
            tones[at + 7] = loud
            if self._rate:
                tones[at + 8] = note * ratio // 1000
            else:  # the first note comes as the layer comes
                tones[at + 1], tones[at + 6] = note * ratio // 1000, loud
            at += _WORDS
        self._rate = 1

    def _chime(self, out, rms):
        tones = self._tones
        for slot in range(_SLOTS):
            at = slot * _WORDS
            _, loud, decay = _PARTIALS[slot % 3]
            size, goal = tones[at + 6], tones[at + 7]
            if tones[at + 8]:  # another note: what rings here goes first
                size = max(size - (size >> 2) - 1, 0)
                if size == 0:
                    tones[at + 1], tones[at + 8] = tones[at + 8], 0
            elif goal:
                size = min(size + goal // 110 + 1, goal)
                if size == goal:
                    tones[at + 7] = 0
            elif size:
                size -= (size >> decay) + 1
            tones[at + 6] = size
            if size or tones[at + 2] > 4096:
                self._tone(out, at, (rms * loud >> 12) * size)

    # -- recordings ------------------------------------------------------------------------

    def _play(self, out, raw, rms, cap, recordings):
        if self._to & 255 >= len(recordings):
            return False
        from .recording import read

        at = read(self._to, self._at, recordings, raw)
        self._at = at if at >= 0 else self._at + 320
        self._mix(raw, out, rms >> 1, cap)
        return at >= 0
