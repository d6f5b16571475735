"""The guard: the only way to the LEDs and the speaker, and the keeper of SAFETY 1 to 6.

`limits` holds every number, `optics` the models, `light` and `sound` the two guards, `onset` and
`Guard` what they share. It needs nothing from the rest of the pod to be right.
"""

from array import array

from .. import ticks
from . import limits
from .light import LightGuard
from .sound import SoundGuard

LAYERS = 16


class Guard:
    def __init__(self, config):
        self.light = LightGuard(config)
        self.sound = SoundGuard(config)
        self._onset_ms = array("i", [0] * LAYERS)
        self._sounded = bytearray(LAYERS)
        self._fade_left_ms = 0
        self._at_ms = 0

    def start(self, now_ms):
        self._at_ms = now_ms

    def remember(self, before):
        """Take over what an earlier guard of this night has counted."""
        self._onset_ms = before._onset_ms
        self._sounded = before._sounded
        self.light.remember(before.light)
        self.sound.remember(before.sound)

    def request(self, mode, cue_open):
        """The mode that the night asks for; asleep, only an open cue has the whole cap."""
        self.light.request(mode)
        restrained = mode == limits.ASLEEP and not cue_open
        self.light.half_cap = restrained
        self.sound.quiet = restrained

    def frame(self, now_ms, target):
        """Move the LEDs towards `target` (36 bytes); true if `light.shown` changed."""
        dt_ms = ticks.diff(now_ms, self._at_ms)
        self._at_ms = now_ms
        if self._fade_left_ms:
            return self._fade_frame(dt_ms)
        return self.light.frame(dt_ms, target)

    def block(self, wanted, out):
        """One block of 20 ms; `wanted` None is silence."""
        self.sound.block(None if self._fade_left_ms else wanted, out)

    def onset(self, layer, now_ms):
        """Whether sound layer `layer` (0..15) may begin now; counts it if so (SAFETY 5)."""
        since_ms = ticks.diff(now_ms, self._onset_ms[layer])
        if self._sounded[layer] and 0 <= since_ms < limits.ONSET_MS:
            return False
        self._sounded[layer] = 1
        self._onset_ms[layer] = now_ms
        return True

    def cut(self, out=None):
        """Dark and silent now (SAFETY 7, unhook, reset)."""
        self._fade_left_ms = 0
        self.light.cut()
        self.sound.cut(out)

    def fail(self):
        """Begin the fail-dark fade (SAFETY 8)."""
        self._fade_left_ms = limits.FADE_DARK_MS

    def failing(self):
        return self._fade_left_ms > 0

    def _fade_frame(self, dt_ms):
        dt_ms = max(dt_ms, 1)
        self.light.fade(dt_ms, self._fade_left_ms)
        self._fade_left_ms = max(self._fade_left_ms - dt_ms, 0)
        return True
