"""From the shared sky to twelve LEDs: this pod's window on it, its colours, its pulse star.

Every value before the guard is a pure function of seed, shared time and part (`pod.part`), and
of the cues and pulses that are running. Only where the part or the time has just leapt, what
showed before is blended into it for `VEIL_MS`. Light is linear in 1/256 of a level inside; the
last 8 bits are spread over the ring by a fixed threshold per LED, never over time (SAFETY 3).
"""

from array import array

from . import scene_state as at
from . import stars
from .compat import const
from .io import FRAME_BYTES, LEDS
from .scene_state import SITES, VEIL_MS
from .sky import Sky

try:
    from . import scene_kernel_thumb as kernel
except (ImportError, SyntaxError):  # another processor than an ARM
    from . import scene_kernel as kernel  # type: ignore[no-redef]

FRAME_MS = 33
DRIFT_MS = 60000  # the sky turns by one site a minute

# Linear RGB in half levels of an ember, of a pale star, of a pulse star, and what a beat takes from
# it. A sky of the usual brightness keeps to half of its profile's evening cap (SAFETY 1: M <= 0.10
# lx for a child, 1 lx for an adult). A beat's is 0.39 cd/m2 of the ring's mean, under the 0.5 of
# SAFETY 3.
_COLOURS = (
    (86, 26, 0, 68, 30, 3, 112, 44, 0, 12, 4, 0),  # child
    (100, 40, 4, 60, 48, 40, 128, 60, 20, 12, 4, 0),  # adult
)
_DAWN = (240, 110, 12)  # M 0.9 lx, L 122 cd/m2: well under dawn's caps
_COUNT = (10 << 8, 3 << 8)  # red, green
_FULL = const(4096)


class Scene:
    def __init__(self, profile):
        self.sky = Sky()
        self.target = bytearray(FRAME_BYTES)
        self._calm = bytearray(FRAME_BYTES)
        self.light = w = array("i", [0] * at.WORDS)
        w[at.LEFT] = _FULL
        for i, colour in enumerate(_COLOURS[profile == "adult"] + _DAWN):
            w[at.EMBER + i] = colour
        self.copy = array("i", [0] * LEDS)
        self.cell = -1  # whose comet is known
        self.comet_ms = -1
        self._showing = False
        self._least = bytearray(SITES)
        self._veil_ms = 0

    def begin(self, part):
        """Another sky, or another number of stars in its constellation."""
        self.sky.begin(part.seed)
        self.light[at.TURNS] = part.turns()
        self.cell = -1
        for site in range(SITES):
            self._least[site] = 0
        for site, _, size in stars.constellation(part.seed, part.members):
            self._least[site] = size

    def veil(self):
        """What shows now leaves slowly: something is about to leap. False where nothing shows."""
        if self._showing:
            self._veil_ms = VEIL_MS
            for i in range(2 * LEDS):
                self.light[at.OLD + i] = self.light[at.LIT + i]
        return self._showing

    def sky_light(self, shared_ms, part, level):
        """Paint the sky as it is at `shared_ms`; `level` is 0..4096."""
        sky, w = self.sky, self.light
        sky.at(shared_ms)
        turned = (shared_ms // (DRIFT_MS // 256)) & 0x3FFFFFF
        w[at.FIRST], w[at.BETWEEN] = part.place * LEDS + (turned >> 8), turned & 255
        w[at.BREATH], w[at.PART_MS] = part.breath(shared_ms), sky.part_ms
        kernel.look(w, sky.last, sky.coming, self._least)
        stars.draw(part, self, shared_ms)
        self._showing = True
        if self._veil_ms > 0:
            self._unveil(w)
        w[at.LEFT] = _FULL
        kernel.paint(w, level, 1)

    def _unveil(self, w):
        left_ms = self._veil_ms = max(self._veil_ms - FRAME_MS, 0)
        for i in range(2 * LEDS):
            w[at.LIT + i] += (w[at.OLD + i] - w[at.LIT + i]) * left_ms // VEIL_MS

    def dawn_light(self, level):
        """The whole ring from dark red to morning amber; level is 0..4096."""
        self._even_light(level)

    def clear(self):
        self._even_light(0)

    def _even_light(self, level):
        self._showing = False
        self._veil_ms = 0
        self.light[at.LEFT] = _FULL
        kernel.paint(self.light, level, 0)

    def count(self, leds):
        """So many LEDs, amber, for a hand that is held; the guard lets all twelve through idle."""
        self.clear()
        for i in range(0, 3 * leds, 3):
            self.light[at.LINEAR + i], self.light[at.LINEAR + i + 1] = _COUNT

    def mute(self):
        """Nothing of a cue shows; it has made its room all the same."""
        for i in range(FRAME_BYTES):
            self.light[at.LAYERS + i] = 0

    def settle_calm(self, own, friend):
        """As `settle`, for the night without a heart: 36 bytes of its own."""
        return self._settle(self._calm, self._calm, own, friend)

    def settle(self, own=0, friend=0, calm=None):
        """Round all that is painted to `target`, each LED by its own threshold.

        `own` and `friend` (LED 6, at the bottom): pulse stars as `scene_state.OWN` says; where
        `calm` is given it differs in nothing else."""
        return self._settle(self.target, calm or self.target, own, friend)

    def _settle(self, target, calm, own, friend):
        w = self.light
        w[at.OWN], w[at.FRIEND] = own, friend
        kernel.settle(w, target, calm)
        return target
