"""Soft sound without files: layers of noise, hum and chime, 320 samples at 16 kHz at a time.

Integers within 31 bits, nothing allocated in a block. Each layer has an envelope that moves
linearly inside a block, so no start, stop or change ever clicks. Levels are parts of the cap that
the guard will hold, chosen so that the peaks of each kind stay under it.
"""

from array import array
from math import pi, sin

from .hash import xorshift
from .io import BLOCK_SAMPLES, SOUND_RATE_HZ

NONE, WAVES, HUM, CHIME, TONE = 0, 1, 2, 3, 4
NAMES = ("none", "waves", "hum", "chime", "tone")
VOICES = 3
FULL = 32767

_TABLE_BITS = 8
# One sine, made once at import: rounding makes it the same on every float width.
_SINE = array("h", [int(sin(2 * pi * i / 256) * 32000 + 32000.5) - 32000 for i in range(257)])
_SWELL_BLOCKS = 550  # 11 s, a calm sea
# Two tones of each kind, in 1/65536 of a turn a sample. 1 kHz for a sound meter: there its
# A-weighting is 0 dB, as the guard's model takes it everywhere; at the hum's 110 Hz it is -19 dB.
_STEPS = (
    None, None, (110 * 65536 // SOUND_RATE_HZ, 111 * 65536 // SOUND_RATE_HZ),
    (440 * 65536 // SOUND_RATE_HZ, 660 * 65536 // SOUND_RATE_HZ),
    (1000 * 65536 // SOUND_RATE_HZ, 1000 * 65536 // SOUND_RATE_HZ),
)  # fmt: skip


class Voice:
    """One sounding layer."""

    def __init__(self):
        self.kind = NONE
        self.target = 0  # 0..32767 of its loudness
        self.envelope = 0
        self.rate = 1  # of the envelope, per block
        self._noise = 1
        self._low = 0
        self._lower = 0
        self._phase = 0
        self._phase_two = 0
        self._blocks = 0

    def begin(self, kind, seed, attack_ms):
        self.kind = kind
        self.target = FULL
        self.rate = max(FULL * 20 // max(attack_ms, 500), 1)
        self._noise = seed or 1
        self._low = self._lower = self._phase = self._phase_two = self._blocks = 0

    def end(self, release_ms):
        self.target = 0
        self.rate = max(FULL * 20 // max(release_ms, 250), 1)

    def silence(self):
        self.kind = NONE
        self.envelope = self.target = 0

    def mix(self, out, level):
        """Add one block to `out`; level is the amplitude of a full envelope."""
        start = self.envelope
        stop = self._next(start)
        swell = self._swell() if self.kind == WAVES else FULL
        self._blocks += 1
        amplitude = _amplitude(level, start)
        step = (_amplitude(level, stop) - amplitude << 8) // BLOCK_SAMPLES
        if self.kind == WAVES:
            self._mix_noise(out, amplitude << 8, step, swell)
        else:
            steps = _STEPS[self.kind]
            self._mix_tones(out, amplitude << 8, step, steps[0], steps[1])
        self.envelope = stop
        if stop == 0 and self.target == 0:
            self.kind = NONE

    def _next(self, envelope):
        if envelope < self.target:
            return min(envelope + self.rate, self.target)
        return max(envelope - self.rate, self.target)

    def _swell(self):
        """The sea's own slow rise and fall, 0.4 to 1 of the loudness."""
        x = self._blocks % _SWELL_BLOCKS * 256 // _SWELL_BLOCKS
        return 22937 - (_SINE[(x + 64) & 255] * 9830 // 32000)

    def _mix_noise(self, out, amplitude, step, swell):
        noise, low, lower = self._noise, self._low, self._lower
        for i in range(BLOCK_SAMPLES):
            noise = xorshift(noise)
            low += ((noise & 0xFFFF) - 32768 - low) >> 3
            lower += (low - lower) >> 5
            amplitude += step
            out[i] += ((low - lower) * (swell >> 7) >> 8) * (amplitude >> 8) >> 14
        self._noise, self._low, self._lower = noise, low, lower

    def _mix_tones(self, out, amplitude, step, step_one, step_two):
        one, two = self._phase, self._phase_two
        for i in range(BLOCK_SAMPLES):
            one = (one + step_one) & 0xFFFF
            two = (two + step_two) & 0xFFFF
            amplitude += step
            wave = (3 * _wave(one) + _wave(two)) >> 2
            out[i] += wave * (amplitude >> 8) >> 15
        self._phase, self._phase_two = one, two


def _amplitude(level, envelope):
    """Loudness grows with the square of the envelope: gentle where the ear is keenest."""
    e = envelope >> 3
    return level * (e * e >> 12) >> 12


def _wave(phase):
    """The sine between two entries of its table."""
    i = phase >> 8
    a = _SINE[i]
    return a + ((_SINE[i + 1] - a) * (phase & 255) >> 8)


class Synth:
    """Three voices into one block; `None` while nothing sounds."""

    def __init__(self, cap):
        self.block = array("h", [0] * BLOCK_SAMPLES)
        self.voices = [Voice() for _ in range(VOICES)]
        self._levels = (0, cap * 3 // 4, cap * 5 // 8, cap // 2, cap * 7 // 8)

    def begin(self, kind, seed, attack_ms):
        """Start a layer; False if every voice sounds."""
        for voice in self.voices:
            if voice.kind == NONE:
                voice.begin(kind, seed, attack_ms)
                return True
        return False

    def end(self, kind, release_ms):
        for voice in self.voices:
            if voice.kind == kind:
                voice.end(release_ms)

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
        block = self.block
        for i in range(BLOCK_SAMPLES):
            block[i] = 0
        for voice in self.voices:
            if voice.kind != NONE:
                voice.mix(block, self._levels[voice.kind])
        return block
