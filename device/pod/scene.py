"""From the shared sky to twelve LEDs: this pod's window on it, its colours, its pulse star.

Every value before the guard is a pure function of seed, shared time and part (`pod.part`), and
of the cues and pulses that are running. Only where the part or the time has just leapt, what
showed before is blended into it for `VEIL_MS`. Light is linear in 1/256 of a level inside; the
last 8 bits are spread over the ring by a fixed threshold per LED, never over time (SAFETY 3).
"""

from array import array

from . import stars
from .io import FRAME_BYTES, LEDS
from .sky import FULL, SITES, Sky

FRAME_MS = 33
VEIL_MS = 16000
DRIFT_MS = 60000  # the sky turns by one site a minute

# Linear RGB in 1/256 level. A sky of the usual brightness keeps to half of its profile's evening
# cap (SAFETY 1: M <= 0.10 lx for a child, 1 lx for an adult).
_WARM = ((11008, 3328, 0), (12800, 5120, 512))  # child, adult
_PALE = ((8704, 3840, 384), (7680, 6144, 5120))
_STAR = ((14336, 5632, 0), (16384, 7680, 2560))
# A beat takes this from the star: 0.39 cd/m2 of the ring's mean, under the 0.5 of SAFETY 3.
_BEAT = (1536, 512, 0)

_COUNT = (10 << 8, 3 << 8)  # red, green
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
        self._calm = bytearray(FRAME_BYTES)
        self._kept = array("i", [0] * FRAME_BYTES)
        self.linear = array("i", [0] * FRAME_BYTES)  # a cue adds its light here
        self._warm = _WARM[adult]
        self._pale = _PALE[adult]
        self._star = _STAR[adult]
        self.lit = array("i", [0] * LEDS)  # linear light of the window, 0..32767
        self.tint = array("i", [0] * LEDS)  # from ember to pale, 0..32767
        self.copy = array("i", [0] * LEDS)
        self.cell = -1  # whose comet is known
        self.comet_ms = -1
        self._showing = False
        self._glow = array("i", [0] * (LEDS + 1))
        self._hue = array("i", [0] * (LEDS + 1))
        self._least = bytearray(SITES)
        self._old_lit = array("i", [0] * LEDS)
        self._old_tint = array("i", [0] * LEDS)
        self._veil_ms = 0

    def begin(self, part):
        """Another sky, or another number of stars in its constellation."""
        self.sky.begin(part.seed)
        self.cell = -1
        for site in range(SITES):
            self._least[site] = 0
        for site, _, size in stars.constellation(part.seed, part.members):
            self._least[site] = size

    def veil(self):
        """What shows now leaves slowly: something is about to leap. False where nothing shows."""
        if self._showing:
            self._veil_ms = VEIL_MS
            for led in range(LEDS):
                self._old_lit[led] = self.lit[led]
                self._old_tint[led] = self.tint[led]
        return self._showing

    def sky_light(self, shared_ms, part, level):
        """Fill `linear` with the sky as it is at `shared_ms`; `level` is 0..4096."""
        self.sky.at(shared_ms)
        turned = (shared_ms // (DRIFT_MS // 256)) & 0x3FFFFFF
        first = part.place * LEDS + (turned >> 8)
        self.sky.window(self._glow, self._hue, first, part.turns(), self._least)
        self._look(turned & 255, part.breath(shared_ms))
        stars.draw(part, self, shared_ms)
        self._showing = True
        if self._veil_ms > 0:
            self._unveil()
        self._paint(level)

    def _look(self, between, breath):
        """The window between two stars, as light."""
        glow, hue = self._glow, self._hue
        lit, tint = self.lit, self.tint
        for led in range(LEDS):
            light = glow[led] + ((glow[led + 1] - glow[led]) * between >> 8)
            lit[led] = (light * light >> 15) * light // FULL * breath >> 12
            tint[led] = hue[led] + ((hue[led + 1] - hue[led]) * between >> 8)

    def _unveil(self):
        self._veil_ms = max(self._veil_ms - FRAME_MS, 0)
        lit, tint = self.lit, self.tint
        for led in range(LEDS):
            lit[led] += (self._old_lit[led] - lit[led]) * self._veil_ms // VEIL_MS
            tint[led] += (self._old_tint[led] - tint[led]) * self._veil_ms // VEIL_MS

    def _paint(self, level):
        warm, pale, linear = self._warm, self._pale, self.linear
        lit, tint = self.lit, self.tint
        for led in range(LEDS):
            light = (lit[led] * level >> 12) >> 3
            hue = tint[led] >> 3
            for c in range(3):
                colour = warm[c] + ((pale[c] - warm[c]) * hue >> 12)
                linear[3 * led + c] = colour * light >> 12

    def star_light(self, at, level, dim):
        """A pulse star at byte `at`: at least the star's colour, less what the beat takes.

        level: 0..4096; dim: 0 (between beats) .. 256 (a beat's darkest).
        """
        for c in range(3):
            star = self._star[c] * level >> 12
            star = max(star, self.linear[at + c]) - (_BEAT[c] * dim >> 8) * level // 4096
            self.linear[at + c] = star if star > 0 else 0

    def dawn_light(self, level):
        """The whole ring from dark red to morning amber; level is 0..4096."""
        self.clear()
        for i in range(0, FRAME_BYTES, 3):
            for c in range(3):
                self.linear[i + c] = _DAWN[c] * level >> 12

    def count(self, leds):
        """So many LEDs, amber, for a hand that is held; the guard lets all twelve through idle."""
        self.clear()
        for i in range(0, 3 * leds, 3):
            self.linear[i], self.linear[i + 1] = _COUNT

    def clear(self):
        self._showing = False
        self._veil_ms = 0
        for i in range(FRAME_BYTES):
            self.linear[i] = 0

    def keep(self):
        """What is painted so far; `back` paints on from there."""
        for i in range(FRAME_BYTES):
            self._kept[i] = self.linear[i]

    def back(self):
        for i in range(FRAME_BYTES):
            self.linear[i] = self._kept[i]

    def settle_calm(self):
        """As `settle`, for the night without a heart: 36 bytes of its own."""
        return self._round(self._calm)

    def settle(self):
        """Round `linear` to `target`, each LED by its own threshold."""
        return self._round(self.target)

    def _round(self, target):
        linear = self.linear
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

