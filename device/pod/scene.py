"""From the shared sky to twelve LEDs: this pod's window on it, its colours, its pulse star.

Every value before the guard is a pure function of seed, shared time and part (`pod.part`), and
of the cues and pulses that are running. Only where the part or the time has just leapt, what
showed before is blended into it for `VEIL_MS`. Light is linear in 1/256 of a level inside; the
last 8 bits are spread over the ring by a fixed threshold per LED, never over time (SAFETY 3).
"""

from array import array

from . import stars
from .compat import const
from .io import FRAME_BYTES, LEDS
from .sky import SITES, Sky

try:
    from . import scene_kernel_viper as kernel
except (ImportError, NameError, SyntaxError):  # CPython; a MicroPython without machine code
    from . import scene_kernel as kernel  # type: ignore[no-redef]

FRAME_MS = 33
VEIL_MS = 16000  # `kernel.fade`
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
_EVEN = const(32768)  # of `lit`, where `kernel.paint` leaves the level as it is
_FULL = const(4096)


class Scene:
    def __init__(self, profile):
        self.sky = Sky()
        self.target = bytearray(FRAME_BYTES)
        self._calm = bytearray(FRAME_BYTES)
        self.linear = array("i", [0] * FRAME_BYTES)
        self.layers = array("i", [0] * FRAME_BYTES)  # a cue adds its light here, each frame anew
        self.left = _FULL  # 4096ths of `linear` that stay under it
        self._colours = bytes(_COLOURS[profile == "adult"])
        self._dawn = bytes(_DAWN + _DAWN)
        self._even = array("i", [_EVEN] * LEDS)
        self.lit = array("i", [0] * LEDS)  # linear light of the window, 0..32767
        self.tint = array("i", [0] * LEDS)  # from ember to pale, 0..32767
        self.copy = array("i", [0] * LEDS)
        self.cell = -1  # whose comet is known
        self.comet_ms = -1
        self._showing = False
        self._turns = 1
        self._least = bytearray(SITES)
        self._old_lit = array("i", [0] * LEDS)
        self._old_tint = array("i", [0] * LEDS)
        self._veil_ms = 0

    def begin(self, part):
        """Another sky, or another number of stars in its constellation."""
        self.sky.begin(part.seed)
        self._turns = part.turns()
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
        sky, lit, tint = self.sky, self.lit, self.tint
        sky.at(shared_ms)
        turned = (shared_ms // (DRIFT_MS // 256)) & 0x3FFFFFF
        kernel.look(
            sky.last, sky.coming, self._least, lit, tint, sky.part_ms,
            part.place * LEDS + (turned >> 8), self._turns, turned & 255, part.breath(shared_ms),
        )  # fmt: skip
        stars.draw(part, self, shared_ms)
        self._showing = True
        if self._veil_ms > 0:
            self._unveil()
        self._paint(lit, tint, self._colours, level)

    def _unveil(self):
        self._veil_ms = max(self._veil_ms - FRAME_MS, 0)
        kernel.fade(self.lit, self._old_lit, self._veil_ms)
        kernel.fade(self.tint, self._old_tint, self._veil_ms)

    def _paint(self, lit, tint, colours, level):
        self.left = _FULL
        kernel.paint(self.linear, self.layers, lit, tint, colours, level)

    def dawn_light(self, level):
        """The whole ring from dark red to morning amber; level is 0..4096."""
        self._even_light(level)

    def count(self, leds):
        """So many LEDs, amber, for a hand that is held; the guard lets all twelve through idle."""
        self.clear()
        for i in range(0, 3 * leds, 3):
            self.linear[i], self.linear[i + 1] = _COUNT

    def clear(self):
        self._even_light(0)

    def _even_light(self, level):
        self._showing = False
        self._veil_ms = 0
        self._paint(self._even, self._even, self._dawn, level)

    def mute(self):
        """Nothing of a cue shows; it has made its room all the same."""
        for i in range(FRAME_BYTES):
            self.layers[i] = 0

    def settle_calm(self, own, friend):
        """As `settle`, for the night without a heart: 36 bytes of its own."""
        calm = self._calm
        kernel.settle(
            self.linear, self.layers, self._colours, calm, calm, self.left, own, friend
        )
        return calm

    def settle(self, own=0, friend=0, calm=None):
        """Round all that is painted to `target`, each LED by its own threshold.

        `own` and `friend` (LED 6, at the bottom): pulse stars as `kernel.settle` takes them; where
        `calm` is given it differs in nothing else."""
        target = self.target
        kernel.settle(
            self.linear, self.layers, self._colours, target, calm or target, self.left, own, friend
        )
        return target
