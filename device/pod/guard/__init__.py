"""The guard: the only way to the LEDs and the speaker, and the keeper of SAFETY 1 to 6.

`limits` holds every number, `optics` the models, `light` and `sound` the two guards, `onset` and
`Guard` what they share. It needs nothing from the rest of the pod to be right.

A guard has a memory, and a memory of a dip can make the next second brighter or darker. So that no
heart can make anything brighter (SAFETY 9), a second light guard goes through the night that a calm
heart would have, unseen; what shows is never above it. Until a heart first makes a difference both
are one: what shows without a heart is that night itself. Sound has its mute behind its guard.
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
        self.calm = LightGuard(config)  # the same night without a heart ...
        self._alike = True  # ... which is what shows: it stands still until it differs
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
        self.calm.remember(before.calm)
        self._alike = before._alike
        self.sound.remember(before.sound)

    def request(self, mode, cue_open):
        """The mode that the night asks for; asleep, only an open cue has the whole cap."""
        restrained = mode == limits.ASLEEP and not cue_open
        self.light.request(mode, restrained)
        self.calm.request(mode, restrained)
        self.sound.quiet = restrained

    def lit(self, mode):
        """Whether something shows in one of the two nights, or is on its way to `mode`: a frame
        that only one of them had would set them apart."""
        light, calm = self.light, self.light if self._alike else self.calm
        return (
            calm.l > 0 or calm.mode != mode or light.l > 0 or light.mode != mode
            or self._fade_left_ms > 0
        )

    def frame(self, now_ms, target, calm=None):
        """Move the LEDs towards `target` (36 bytes); true if `light.shown` changed. `calm` is what
        would be wanted without a heart, or None where a heart changes nothing."""
        dt_ms = ticks.diff(now_ms, self._at_ms)
        self._at_ms = now_ms
        if self._fade_left_ms:
            return self._fade_frame(dt_ms)
        if calm is None:
            calm = target
        if self._alike:
            if calm == target:
                return self.light.frame(dt_ms, target)
            self._alike = False
            self.calm.follow(self.light)
        self.calm.frame(dt_ms, calm)
        return self.light.frame(dt_ms, target, self.calm)

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
        self.darken()
        self.sound.cut(out)

    def darken(self):
        """Dark now; what sounds goes on."""
        self.light.cut()
        self.calm.cut()

    def fail(self):
        """Begin the fail-dark fade (SAFETY 8)."""
        self._fade_left_ms = limits.FADE_DARK_MS

    def failing(self):
        return self._fade_left_ms > 0

    def _fade_frame(self, dt_ms):
        dt_ms = max(dt_ms, 1)
        self.light.fade(dt_ms, self._fade_left_ms)
        self.calm.fade(dt_ms, self._fade_left_ms)
        self._fade_left_ms = max(self._fade_left_ms - dt_ms, 0)
        return True
