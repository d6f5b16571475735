"""The last stage before the LEDs: no frame reaches a body but through `LightGuard`.

It holds what the LEDs show and moves it towards what the scene wants, one LED at a time, only as
far as SAFETY 1, 2 and 3 allow over everything shown before. It trusts nothing it is given.
"""

from array import array

from ..io import FRAME_BYTES, LEDS
from . import limits, optics
from .window import Window
from .zigzag import Zigzag

_DT_MAX_MS = 1000  # its own time never runs faster than it is called, whatever a clock says


_EVEN = 8  # a second's rise is spread over at least so many frames


class LightGuard:
    def __init__(self, config):
        self.shown = bytearray(FRAME_BYTES)
        self.mode = limits.IDLE
        self.wanted_mode = limits.IDLE
        self.l = self.m = self.sum = 0  # of `shown`: 1e-5 cd/m2, ulx, levels
        self.held = 0  # frames that could not be shown as wanted
        self._child = config.profile == "child"
        self._wm = optics.melanopic_weights(config.transmission_ppm, config.distance_mm)
        self._wl = optics.luminance_weights(config.transmission_ppm, config.area_mm2)
        self._max_sum = (
            (limits.MAX_LED_MA - LEDS * limits.LED_MA) * 255 // limits.CHANNEL_MA
        )
        self._window = Window()
        self._turn_l = Zigzag(limits.REVERSAL_MS)
        self._turn_m = Zigzag(limits.REVERSAL_MS)
        self._swing = Zigzag(limits.SWING_MS)
        self._swing.threshold = limits.SWING_L
        self._dip_low = array("h", [0] * LEDS)
        self._dip_high = array("h", [0] * LEDS)
        self._dip_wait = array("h", [0] * LEDS)
        self._red_left = limits.RED_L_PER_S // 2
        self._order = 0
        self._l_low = self._l_high = self._m_low = self._m_high = self._l_cap = 0
        self.half_cap = False  # asleep without an open cue: half the light (SAFETY 6)
        self._set_mode(limits.IDLE)

    def request(self, mode):
        """Ask for a mode. A higher cap holds at once, a lower one when the light is below it."""
        self.wanted_mode = mode

    def frame(self, dt_ms, target):
        """Move `shown` towards `target`; true if it changed."""
        self._age(dt_ms if 0 <= dt_ms <= _DT_MAX_MS else _DT_MAX_MS)
        if self.mode != self.wanted_mode:
            self._try_mode()
        elif target == self.shown:
            return False
        self._bounds()
        changed = self._walk(target)
        if self.l > self._l_cap or self.m > self._m_high:
            changed = self._force() or changed
        if changed:
            self._record()
        if self.mode != self.wanted_mode:
            self._try_mode()
        return changed

    def cut(self):
        """Dark now: unplug, unhook, reset, or the end of a fail-dark fade."""
        for i in range(FRAME_BYTES):
            self.shown[i] = 0
        self.l = self.m = self.sum = 0
        self._window.fill(0)
        self._turn_l.reset(0)
        self._turn_m.reset(0)
        self._swing.reset(0)
        for i in range(LEDS):
            self._dip_low[i] = self._dip_high[i] = 0

    def fade(self, dt_ms, left_ms):
        """A fail-dark step: everything falls in proportion, dark when `left_ms` is used up."""
        part = 0 if left_ms <= dt_ms else (left_ms - dt_ms) * 256 // left_ms
        for i in range(FRAME_BYTES):
            self.shown[i] = self.shown[i] * part >> 8
        self._measure()
        if self.l == 0:
            self.cut()

    # -- time and mode ---------------------------------------------------------------------

    def _age(self, dt_ms):
        self._window.advance(dt_ms, self.l)
        self._turn_l.age(dt_ms)
        self._turn_m.age(dt_ms)
        self._swing.age(dt_ms)
        red = self._red_left + limits.RED_L_PER_S // 2 * dt_ms // 1000
        self._red_left = min(red, limits.RED_L_PER_S // 2)
        for i in range(LEDS):
            if self._dip_wait[i]:
                left = self._dip_wait[i] - dt_ms
                self._dip_wait[i] = left if left > 0 else 0

    def _try_mode(self):
        want = self.wanted_mode
        if self.l > limits.MAX_L[want] or self.m > limits.max_m(want, self._child):
            return
        if want == limits.ASLEEP and self._has_blue():
            return
        self._set_mode(want)

    def _has_blue(self):
        for i in range(2, FRAME_BYTES, 3):
            if self.shown[i]:
                return True
        return False

    def _set_mode(self, mode):
        self.mode = mode
        self._turn_l.threshold = limits.MAX_L[mode] // limits.REVERSAL_PART
        self._turn_m.threshold = limits.max_m(mode, self._child) // limits.REVERSAL_PART
        self._window.span(limits.WINDOW_MS[mode])

    # -- how far the light may go now ------------------------------------------------------

    def _bounds(self):
        """The range of L and M that this frame may end in."""
        mode, want = self.mode, self.wanted_mode
        cap = min(limits.MAX_L[mode], limits.MAX_L[want])
        self._m_high = min(limits.max_m(mode, self._child), limits.max_m(want, self._child))
        if self.half_cap and want == limits.ASLEEP:
            cap //= 2
            self._m_high //= 2
        self._l_cap = cap
        step = limits.MAX_L[mode] // limits.STEP_PART
        fall = min(limits.FALL_L[mode], limits.FALL_L[want])
        rise = min(limits.RISE_L[mode], limits.RISE_L[want])
        high = min(cap, self._window.low + rise, self.l + step, self.l + rise // _EVEN)
        low = max(self._window.high - fall, self.l - step, 0)
        high = _tighter(high, self._turn_l.ceiling())
        self._l_high = _tighter(high, self._swing.ceiling())
        self._l_low = max(low, self._turn_l.floor(), self._swing.floor())
        self._m_low = self._turn_m.floor()
        self._m_high = _tighter(self._m_high, self._turn_m.ceiling())

    # -- one LED at a time -----------------------------------------------------------------

    def _walk(self, target):
        changed = False
        whole = True
        no_blue = self.wanted_mode == limits.ASLEEP
        self._order = (self._order + 5) % LEDS
        for k in range(LEDS):
            i = (self._order + k) % LEDS * 3
            r, g, b = target[i], target[i + 1], 0 if no_blue else target[i + 2]
            if r == self.shown[i] and g == self.shown[i + 1] and b == self.shown[i + 2]:
                continue
            if self._approach(i, r, g, b):
                changed = True
            else:
                whole = False
        if not whole:
            self.held += 1
        return changed

    def _approach(self, i, r, g, b):
        """Take the LED at byte `i` as far towards (r, g, b) as halving finds a way."""
        shown = self.shown
        dr, dg, db = r - shown[i], g - shown[i + 1], b - shown[i + 2]
        while dr or dg or db:
            if self._move(i, dr, dg, db):
                return True
            dr = (dr + (dr < 0)) >> 1
            dg = (dg + (dg < 0)) >> 1
            db = (db + (db < 0)) >> 1
        return self._one_level(i, r, g, b)

    def _one_level(self, i, r, g, b):
        """One level of one channel, where a step of all three at once is too large."""
        shown = self.shown
        dr, dg, db = _sign(r - shown[i]), _sign(g - shown[i + 1]), _sign(b - shown[i + 2])
        if dg and self._move(i, 0, dg, 0):
            return True
        if db and self._move(i, 0, 0, db):
            return True
        return bool(dr) and self._move(i, dr, 0, 0)

    def _force(self):
        """Down towards a lowered cap, whatever the scene wants."""
        changed = False
        for k in range(LEDS):
            i = (self._order + k) % LEDS * 3
            if self.l <= self._l_cap and self.m <= self._m_high:
                break
            if self._approach(i, self.shown[i] // 2, self.shown[i + 1] // 2, 0):
                changed = True
        return changed

    def _move(self, i, dr, dg, db):
        wl, wm = self._wl, self._wm
        dl = dr * wl[0] + dg * wl[1] + db * wl[2]
        dm = dr * wm[0] + dg * wm[1] + db * wm[2]
        ds = dr + dg + db
        if dl > 0 and self.l + dl > self._l_high or dl < 0 and self.l + dl < self._l_low:
            return False
        if dm > 0 and self.m + dm > self._m_high or dm < 0 and self.m + dm < self._m_low:
            return False
        if ds > 0 and (self.sum + ds > self._max_sum or not self._dip_allows(i // 3, ds)):
            return False
        if not self._red_allows(i, dr, dg, db, dl):
            return False
        shown = self.shown
        shown[i] += dr
        shown[i + 1] += dg
        shown[i + 2] += db
        self.l += dl
        self.m += dm
        self.sum += ds
        return True

    def _dip_allows(self, led, ds):
        """False where this rise would complete another dip of the LED too early."""
        if not self._dip_wait[led]:
            return True
        low = self._dip_low[led]
        if self._dip_high[led] - low < limits.DIP_LEVELS:
            return True
        i = 3 * led
        total = self.shown[i] + self.shown[i + 1] + self.shown[i + 2] + ds
        return total < low + limits.DIP_LEVELS

    def _red_allows(self, i, dr, dg, db, dl):
        """Saturated red, before or after, spends a budget of change."""
        shown = self.shown
        r, g, b = shown[i], shown[i + 1], shown[i + 2]
        if not (_saturated(r, g, b) or _saturated(r + dr, g + dg, b + db)):
            return True
        cost = dl if dl > 0 else -dl
        if cost > self._red_left:
            return False
        self._red_left -= cost
        return True

    # -- what was shown --------------------------------------------------------------------

    def _record(self):
        self._window.put(self.l)
        self._turn_l.move(self.l)
        self._turn_m.move(self.m)
        self._swing.move(self.l)
        for led in range(LEDS):
            self._record_dip(led)

    def _record_dip(self, led):
        i = 3 * led
        total = self.shown[i] + self.shown[i + 1] + self.shown[i + 2]
        low, high = self._dip_low[led], self._dip_high[led]
        if total < low:
            self._dip_low[led] = total
        elif high - low >= limits.DIP_LEVELS and total >= low + limits.DIP_LEVELS:
            self._dip_wait[led] = limits.DIP_MS
            self._dip_low[led] = self._dip_high[led] = total
        elif total > high:
            self._dip_low[led] = self._dip_high[led] = total

    def _measure(self):
        self.l = optics.weighted(self.shown, self._wl)
        self.m = optics.weighted(self.shown, self._wm)
        self.sum = optics.weighted(self.shown, (1, 1, 1))
        self._record()


def _tighter(high, bound):
    return bound if 0 <= bound < high else high


def _sign(x):
    return (x > 0) - (x < 0)


def _saturated(r, g, b):
    return r and limits.RED_PARTS[1] * r >= limits.RED_PARTS[0] * (r + g + b)
