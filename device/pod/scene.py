"""From the shared sky to twelve LEDs: this pod's window on it, its colours, its pulse star.

Every value before the guard is a pure function of seed, shared time, place and the cues and
pulses that are running. Light is linear in 1/256 of a level inside; the last 8 bits are spread
over the ring by a fixed threshold per LED, never over time (SAFETY 3).
"""

from array import array

from .io import FRAME_BYTES, LEDS
from .sky import SITES, Sky

FRAME_MS = 33
DRIFT_MS = 60000  # the sky turns by one site a minute

# Linear RGB in 1/256 level. A sky of the usual brightness keeps to half of its profile's evening
# cap (SAFETY 1: M <= 0.10 lx for a child, 1 lx for an adult).
_WARM = ((10752, 4096, 0), (12800, 5120, 512))  # child, adult
_PALE = ((8704, 3072, 256), (7680, 6144, 5120))
_STAR = ((14336, 5632, 0), (16384, 7680, 2560))
# A beat takes this from the star: 0.39 cd/m2 of the ring's mean, under the 0.5 of SAFETY 3.
_BEAT = (1536, 512, 0)

_DAWN = (30720, 14080, 1536)  # M 0.9 lx, L 122 cd/m2: well under dawn's caps

# Thresholds in steps of a golden section: neighbours round differently, the mean is kept.
_THRESHOLD = tuple([(i * 158 + 79) & 255 for i in range(LEDS)])
# Green rounds up earlier, so that a faint amber does not become a saturated red (SAFETY 3).
_THRESHOLD_GREEN = tuple([max(t, 168) for t in _THRESHOLD])


class Scene:
    def __init__(self, profile):
        adult = 1 if profile == "adult" else 0
        self.sky = Sky()
        self.target = bytearray(FRAME_BYTES)
        self.linear = array("i", [0] * FRAME_BYTES)  # a cue adds its light here
        self._warm = _WARM[adult]
        self._pale = _PALE[adult]
        self._star = _STAR[adult]
        self._glow = array("i", [0] * (LEDS + 1))
        self._hue = array("i", [0] * (LEDS + 1))

    def sky_light(self, shared_ms, place, level, breath):
        """Fill `linear` with the sky from `place`; level and breath are 0..4096."""
        self.sky.at(shared_ms)
        turned = (shared_ms // (DRIFT_MS // 256)) & 0x3FFFFFF
        first = place * LEDS + (turned >> 8)
        part = turned & 255
        self._read(first)
        gain = level * breath >> 12
        for led in range(LEDS):
            glow = self._between(self._glow, led, part)
            hue = self._between(self._hue, led, part)
            self._paint(3 * led, (glow * glow >> 15) * gain >> 12, hue)

    def _read(self, first):
        sky = self.sky
        for i in range(LEDS + 1):
            site = (first + i) % SITES
            self._glow[i] = sky.value(site)
            self._hue[i] = sky.value((site + SITES // 2) % SITES)

    def _between(self, values, i, part):
        return values[i] + ((values[i + 1] - values[i]) * part >> 8)

    def _paint(self, at, glow, hue):
        warm, pale, linear = self._warm, self._pale, self.linear
        for c in range(3):
            colour = warm[c] + ((pale[c] - warm[c]) * (hue >> 3) >> 12)
            linear[at + c] = colour * (glow >> 3) >> 12

    def star_light(self, level, dim):
        """The pulse star on LED 0: at least the star's colour, less what the beat takes.

        level: 0..4096; dim: 0 (between beats) .. 256 (a beat's darkest).
        """
        for c in range(3):
            star = self._star[c] * level >> 12
            if star > self.linear[c]:
                self.linear[c] = star
            left = self.linear[c] - (_BEAT[c] * dim >> 8) * level // 4096
            self.linear[c] = left if left > 0 else 0

    def dawn_light(self, level):
        """The whole ring from dark red to morning amber; level is 0..4096."""
        for i in range(0, FRAME_BYTES, 3):
            for c in range(3):
                self.linear[i + c] = _DAWN[c] * level >> 12

    def clear(self):
        for i in range(FRAME_BYTES):
            self.linear[i] = 0

    def settle(self):
        """Round `linear` to `target`, each LED by its own threshold."""
        linear, target = self.linear, self.target
        for led in range(LEDS):
            i = 3 * led
            red = target[i] = _level(linear[i] + _THRESHOLD[led])
            green = _level(linear[i + 1] + _THRESHOLD_GREEN[led])
            # The faintest light is ember red: a level of green alone would look like moss.
            target[i + 1] = green if red > 2 else min(green, red >> 1)
            target[i + 2] = _level(linear[i + 2] + _THRESHOLD[led]) if red > 1 else 0
        return target


def _level(value):
    return 255 if value > 65535 else value >> 8


def breath(shared_ms, pace_ms):
    """The sky's breath, 3072..4096 of 4096: a parabola's smooth turn, `pace_ms` a breath."""
    if pace_ms < 1000:
        return 4096
    x = shared_ms % pace_ms * 4096 // pace_ms  # 0..4095
    x = x * 2 if x < 2048 else (4096 - x) * 2  # a triangle, 0..4096
    smooth = x * x // 4096 * (3 * 4096 - 2 * x) // 4096  # 3x^2 - 2x^3
    return 3072 + (smooth >> 2)
