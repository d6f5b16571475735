"""The last stage before the LEDs: no frame reaches a body but through `LightGuard`.

It holds what the LEDs show and moves it towards what the scene wants, one LED at a time, only as
far as SAFETY 1, 2 and 3 allow over everything shown before. It trusts nothing it is given. Its
modes are here; what it does at every frame is in `light_kernel`.
"""

from ..compat import const
from ..io import FRAME_BYTES
from . import light_state as at
from . import limits, modes, optics, window, zigzag

try:
    from . import light_kernel_thumb as kernel
except (ImportError, SyntaxError):  # another processor than an ARM
    from . import light_kernel as kernel  # type: ignore[no-redef]

_EVEN = const(8)  # a second's rise or fall is spread over at least so many frames
_ANY_CHANNEL = const(3)


class LightGuard:
    def __init__(self, config):
        self.shown = bytearray(FRAME_BYTES)
        self.mode = limits.IDLE
        self.wanted_mode = limits.IDLE
        self.half_cap = False  # asleep without an open cue: half the light (SAFETY 6)
        self.l = self.m = 0  # of `shown`, at the reference geometry
        self._under = bytearray(FRAME_BYTES)
        self._modes = modes.table(config)
        self._s = at.fresh()
        self._s[at.SWING] = optics.limit_l(limits.SWING_L, config)
        self._s[at.RED_MOST] = optics.limit_l(limits.RED_L_PER_S, config)
        self._set_mode(limits.IDLE)

    def remember(self, before):
        """Take over what an earlier guard of this pod has shown: its last second goes on."""
        s = self._s
        s[at.NOW_MS] = before._s[at.NOW_MS]
        for first, end in ((at.TURN_L, at.DAWN_WINDOW_L), (at.TRACKS, len(s))):
            for i in range(first, end):
                s[i] = before._s[i]
        self._set_mode(before.mode)

    def follow(self, other):
        """Go on from where another guard of the same pod stands."""
        self.mode, self.wanted_mode, self.half_cap = other.mode, other.wanted_mode, other.half_cap
        self.l, self.m = other.l, other.m
        for mine, theirs in ((self.shown, other.shown), (self._s, other._s)):
            for i in range(len(mine)):
                mine[i] = theirs[i]

    def request(self, mode, half_cap=False):
        """Ask for a mode. The lower caps of it and the present one hold at once; it comes when the
        light is below its own, a lower one when no turn waits either."""
        if mode != self.wanted_mode or half_cap != self.half_cap:
            self.wanted_mode, self.half_cap = mode, half_cap
            self._limit()

    def frame(self, dt_ms, target, calm=None):
        """Move `shown` towards `target` (36 bytes); true if it changed. No LED rises above what
        another guard, `calm`, shows in this frame."""
        s = self._s
        kernel.age(s, dt_ms)
        if calm is not None:
            kernel.least(target, calm.shown, self._under)
            target = self._under
            s[at.MOST_L], s[at.MOST_M] = calm.l, calm.m
        if self.mode != self.wanted_mode:
            self._try_mode()
        elif target == self.shown:
            return False
        changed = kernel.move(self.shown, target, s)
        self.l, self.m = s[at.L], s[at.M]
        return changed != 0

    def cut(self):
        """Dark now: unplug, unhook, reset, or the end of a fail-dark fade."""
        for i in range(FRAME_BYTES):
            self.shown[i] = 0
        # A cut counts as the fall it is: the light may not come back at once.
        self._jumped()
        for t in range(at.TRACKS, len(self._s), at.TRACK):
            self._s[t + at.TRACK_LOW] = 0

    def fade(self, dt_ms, left_ms):
        """A fail-dark step: everything falls in proportion, dark when `left_ms` is used up."""
        part = 0 if left_ms <= dt_ms else (left_ms - dt_ms) * 256 // left_ms
        for i in range(FRAME_BYTES):
            self.shown[i] = self.shown[i] * part >> 8
        self._jumped()
        if self.l == 0:
            self.cut()

    def _jumped(self):
        s = self._s
        s[at.L] = self.l = optics.weighted(self.shown, optics.WEIGHT_L)
        s[at.M] = self.m = optics.weighted(self.shown, optics.WEIGHT_M)
        s[at.SUM] = sum(self.shown)
        kernel.move(self.shown, self.shown, s)

    # -- mode ------------------------------------------------------------------------------

    def _try_mode(self):
        want, s = self._modes[self.wanted_mode], self._s
        part = 2 if self.half_cap and self.wanted_mode == limits.ASLEEP else 1
        if self.l > want.cap_l // part or self.m > want.cap_m // part:
            return
        if not limits.BLUE[self.wanted_mode] and self._has_blue():
            return
        if self.l:
            brighter = self.wanted_mode in (limits.EVENING, limits.DAWN)
            for z in (at.TURN_L, at.TURN_M):
                if s[z + at.IN_DOUBT]:
                    return  # by another measure nobody could say which way led here
                if s[z + at.WAIT_MS] and not brighter:
                    return  # a smaller measure would forget how far this one has gone back
        self._set_mode(self.wanted_mode)

    def _has_blue(self):
        for i in range(2, FRAME_BYTES, 3):
            if self.shown[i]:
                return True
        return False

    def _set_mode(self, mode):
        was, self.mode = self.mode, mode
        s, own = self._s, self._modes[mode]
        self._limit()
        if mode == limits.DAWN:
            window.fill(s, at.DAWN_WINDOW_L, self.l)
            window.fill(s, at.DAWN_WINDOW_M, self.m)
        change = zigzag.threshold
        if mode == limits.DIM:  # within another mode: whose measure holds there is not to be seen
            change = zigzag.widen
        elif was == limits.DIM:
            change = zigzag.narrow
        change(s, at.TURN_L, own.turn_l, self.l)
        change(s, at.TURN_M, own.turn_m, self.m)
        if mode == limits.DIM:
            kernel.move(self.shown, self.shown, s)

    def _limit(self):
        """What this mode and the wanted one both allow."""
        s, mode, want = self._s, self._modes[self.mode], self._modes[self.wanted_mode]
        part = 2 if self.half_cap and self.wanted_mode == limits.ASLEEP else 1
        s[at.CAP_L] = min(mode.cap_l, want.cap_l) // part
        s[at.CAP_M] = min(mode.cap_m, want.cap_m) // part
        step = min(mode.step, want.step)
        s[at.RISE] = min(mode.rise, want.rise)
        s[at.RISE_FRAME] = min(step, s[at.RISE] // _EVEN)
        s[at.FALL] = mode.fall
        s[at.FALL_FRAME] = min(step, mode.fall // _EVEN)
        s[at.IN_DAWN] = int(self.mode == limits.DAWN)
        s[at.DAWN_M] = mode.cap_m // limits.DAWN_M_PARTS
        blue = limits.BLUE[self.mode] and limits.BLUE[self.wanted_mode]
        s[at.DARK] = _ANY_CHANNEL if blue else 2
