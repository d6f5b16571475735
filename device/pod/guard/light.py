"""The last stage before the LEDs: no frame reaches a body but through `LightGuard`.

It holds what the LEDs show and moves it towards what the scene wants, one LED at a time, only as
far as SAFETY 1, 2 and 3 allow over everything shown before. It trusts nothing it is given.
"""


from ..compat import const
from ..io import FRAME_BYTES, LEDS
from . import limits, modes, optics
from .dips import Dips
from .window import Spent, Window
from .zigzag import Zigzag

_DT_MAX_MS = const(1000)  # its own time never runs faster than it is called, whatever a clock says
_DT_DARK_MS = const(10000)  # in the dark it may catch up
_PARTS = const(9)  # a half, a quarter ... down to single levels of the way
_EVEN = const(8)  # a second's rise or fall is spread over at least so many frames
_MAX_SUM = (limits.MAX_LED_MA - LEDS * limits.LED_MA) * 255 // limits.CHANNEL_MA
_WM = optics.WEIGHT_M
_WL = optics.WEIGHT_L
_WL_ROUNDING = sum(_WL) // 2 + 1


class LightGuard:
    def __init__(self, config):
        self.shown = bytearray(FRAME_BYTES)
        self.mode = limits.IDLE
        self.wanted_mode = limits.IDLE
        self.half_cap = False  # asleep without an open cue: half the light (SAFETY 6)
        self.l = self.m = self.sum = 0  # of `shown`, at the reference geometry
        self.held = 0  # frames that could not be shown as wanted
        self._gone = 0  # a bit for each LED that has had its turn in this frame
        self.most_l = self.most_m = -1  # no rise above this, where it is not below 0
        self._modes = modes.table(config)
        self._swing_l = optics.limit_l(limits.SWING_L, config)
        self._red_l = optics.limit_l(limits.RED_L_PER_S, config)
        self._window = Window()  # the last second
        self._dawn_l = Window(limits.DAWN_WINDOW_MS)  # since the dawn began
        self._dawn_m = Window(limits.DAWN_WINDOW_MS)
        self._turn_l = Zigzag(limits.REVERSAL_MS)
        self._turn_m = Zigzag(limits.REVERSAL_MS)
        self._dips = Dips()
        self._red = Spent()
        self._order = 0
        self._l_low = self._l_high = self._m_low = self._m_high = self._l_cap = 0
        self._set_mode(limits.IDLE)

    def remember(self, before):
        """Take over what an earlier guard of this pod has shown: its last second goes on."""
        self._window = before._window
        self._turn_l, self._turn_m = before._turn_l, before._turn_m
        self._dips, self._red = before._dips, before._red
        self._set_mode(before.mode)

    def request(self, mode):
        """Ask for a mode. A higher cap holds at once, a lower one when the light is below it."""
        self.wanted_mode = mode

    def frame(self, dt_ms, target):
        """Move `shown` towards `target` (36 bytes); true if it changed."""
        # At every call, so that two nights that differ in a heart go on in the same order; odd and
        # even in turn.
        self._order = (self._order + 5) % LEDS
        self._age(max(0, min(dt_ms, _DT_MAX_MS if self.l else _DT_DARK_MS)))
        if self.mode != self.wanted_mode:
            self._try_mode()
        elif target == self.shown:
            return False
        self._bounds()
        # One or the other: a LED moved twice in a frame would hide how far it went in all.
        over = self.l > self._l_cap or self.m > self._m_high
        changed = self._force() if over else self._walk(target)
        if changed:
            self._record()
        return changed

    def cut(self):
        """Dark now: unplug, unhook, reset, or the end of a fail-dark fade."""
        for i in range(FRAME_BYTES):
            self.shown[i] = 0
        self.l = self.m = self.sum = 0
        # A cut counts as the fall it is: the light may not come back at once.
        self._record()
        self._dips.reset()

    def fade(self, dt_ms, left_ms):
        """A fail-dark step: everything falls in proportion, dark when `left_ms` is used up."""
        part = 0 if left_ms <= dt_ms else (left_ms - dt_ms) * 256 // left_ms
        for i in range(FRAME_BYTES):
            self.shown[i] = self.shown[i] * part >> 8
        self.l = optics.weighted(self.shown, _WL)
        self.m = optics.weighted(self.shown, _WM)
        self.sum = optics.weighted(self.shown, (1, 1, 1))
        self._record()
        if self.l == 0:
            self.cut()

    # -- time and mode ---------------------------------------------------------------------

    def _age(self, dt_ms):
        self._window.advance(dt_ms, self.l)
        if self.mode == limits.DAWN:
            self._dawn_l.advance(dt_ms, self.l)
            self._dawn_m.advance(dt_ms, self.m)
        self._turn_l.age(dt_ms)
        self._turn_m.age(dt_ms)
        self._red.advance(dt_ms)
        self._dips.age(dt_ms)

    def _try_mode(self):
        want = self._modes[self.wanted_mode]
        part = 2 if self.half_cap and self.wanted_mode == limits.ASLEEP else 1
        if self.l > want.cap_l // part or self.m > want.cap_m // part:
            return
        if not limits.BLUE[self.wanted_mode] and self._has_blue():
            return
        if self.l and (self._turn_l.in_doubt or self._turn_m.in_doubt):
            return  # by another measure nobody could say which way led here
        waiting = self._turn_l.wait_ms or self._turn_m.wait_ms
        if self.l and self.wanted_mode == limits.DIM and waiting:
            return
        self._set_mode(self.wanted_mode)

    def _has_blue(self):
        for i in range(2, FRAME_BYTES, 3):
            if self.shown[i]:
                return True
        return False

    def _set_mode(self, mode):
        was, self.mode = self.mode, mode
        if mode == limits.DAWN:
            self._dawn_l.fill(self.l)
            self._dawn_m.fill(self.m)
        turn_l, turn_m = self._modes[mode].turn_l, self._modes[mode].turn_m
        if mode == limits.DIM:  # within another mode: whose measure holds there is not to be seen
            self._turn_l.widen(turn_l, self.l)
            self._turn_m.widen(turn_m, self.m)
            self._count()
        elif was == limits.DIM:
            self._turn_l.narrow(turn_l, self.l)
            self._turn_m.narrow(turn_m, self.m)
        else:
            self._turn_l.threshold(turn_l, self.l)
            self._turn_m.threshold(turn_m, self.m)

    # -- how far the light may go now ------------------------------------------------------

    def _bounds(self):
        """The range of L and M that this frame may end in."""
        mode, want, window = self._modes[self.mode], self._modes[self.wanted_mode], self._window
        self._l_cap = min(mode.cap_l, want.cap_l)
        self._m_high = min(mode.cap_m, want.cap_m)
        if self.half_cap and self.wanted_mode == limits.ASLEEP:
            self._l_cap //= 2
            self._m_high //= 2
        rise = min(mode.rise, want.rise)
        least = window.low
        if self.mode == limits.DAWN:
            least = self._dawn_l.low
            self._m_high = min(self._m_high, self._dawn_m.low + mode.cap_m // limits.DAWN_M_PARTS)
        step = min(mode.step, want.step)
        high = min(self._l_cap, least + rise, self.l + step, self.l + rise // _EVEN)
        # L and M may not turn against each other in one frame: one way counts, then the other.
        opposed = self._turn_l.may_oppose(self._turn_m)
        no_rise, no_fall = opposed and self._order & 1 == 0, opposed and self._order & 1 == 1
        high = _tighter(high, self._turn_l.ceiling(no_rise))
        high = _tighter(high, self.most_l)
        self._l_high = _tighter(high, window.after_dip(self._swing_l))
        low = max(window.high - mode.fall, self.l - step, self.l - mode.fall // _EVEN)
        self._l_low = max(low, self._turn_l.floor(no_fall), 0)
        self._m_low = self._turn_m.floor(no_fall)
        self._m_high = _tighter(self._m_high, self._turn_m.ceiling(no_rise))
        self._m_most = _tighter(self._m_high, self.most_m)

    # -- one LED at a time -----------------------------------------------------------------

    def _walk(self, target):
        """Every LED once. Under a bound where another guard's frame ends, those that darken go
        first, or light could not move from LED to LED."""
        self._gone = 0
        darker = self.most_l >= 0 and self._walk_some(target, True)
        return self._walk_some(target, False) or darker

    def _walk_some(self, target, darker):
        """Those that have not had their turn; `darker`: of these the ones that darken."""
        changed = False
        whole = True
        no_blue = not (limits.BLUE[self.mode] and limits.BLUE[self.wanted_mode])
        dips = self._dips
        for k in range(LEDS):
            i = (self._order + k) % LEDS * 3
            r, g, b = target[i], target[i + 1], 0 if no_blue else target[i + 2]
            if r == self.shown[i] and g == self.shown[i + 1] and b == self.shown[i + 2]:
                continue
            r = dips.settled(i, self.shown[i], r)
            g = dips.settled(i + 1, self.shown[i + 1], g)
            b = dips.settled(i + 2, self.shown[i + 2], b)
            if self._gone >> k & 1 or darker and self._brightens(i, r, g, b):
                continue
            self._gone |= 1 << k
            if self._approach(i, r, g, b):
                changed = True
            else:
                whole = False
        if not whole:
            self.held += 1
        return changed

    def _brightens(self, i, r, g, b):
        shown = self.shown
        return (r - shown[i]) * _WL[0] + (g - shown[i + 1]) * _WL[1] > (shown[i + 2] - b) * _WL[2]

    def _approach(self, i, r, g, b):
        """Take the LED at byte `i` towards (r, g, b): the whole way, or the largest part of it
        that may be. Rounding to the nearest keeps the hue on the way."""
        shown = self.shown
        dr, dg, db = r - shown[i], g - shown[i + 1], b - shown[i + 2]
        if not (dr or dg or db):
            return False
        if self._move(i, dr, dg, db):
            return True
        for shift in range(self._first_part(dr, dg, db), _PARTS):
            half = 1 << shift - 1
            pr, pg, pb = dr + half >> shift, dg + half >> shift, db + half >> shift
            if (pr or pg or pb) and self._move(i, pr, pg, pb):
                return True
        return self._one_level(i, dr, dg, db)

    def _first_part(self, dr, dg, db):
        """The first of the halvings whose L may fit: the tries before it would be in vain."""
        dl = dr * _WL[0] + dg * _WL[1] + db * _WL[2]
        room = self._l_high - self.l + _WL_ROUNDING
        if dl < 0:
            dl, room = -dl, self.l - self._l_low + _WL_ROUNDING
        shift = 1
        while shift < _PARTS and dl >> shift > room:
            shift += 1
        return shift

    def _one_level(self, i, dr, dg, db):
        """One level of one channel, where a step of all three at once is too large."""
        if db and self._move(i, 0, 0, _sign(db)):
            return True
        if dg and self._move(i, 0, _sign(dg), 0):
            return True
        return dr != 0 and self._move(i, _sign(dr), 0, 0)

    def _force(self):
        """Down towards a lowered cap, whatever the scene wants: in its own hue, or a level."""
        changed = False
        shown = self.shown
        for k in range(LEDS):
            i = (self._order + k) % LEDS * 3
            if self.l <= self._l_cap and self.m <= self._m_high:
                break
            r, g, b = -shown[i], -shown[i + 1], -shown[i + 2]
            if not (r or g or b):
                continue
            if self._move(i, r >> 4, g >> 4, b >> 4) or self._one_level(i, r, g, b):
                changed = True
        return changed

    def _move(self, i, dr, dg, db):
        dl = dr * _WL[0] + dg * _WL[1] + db * _WL[2]
        dm = dr * _WM[0] + dg * _WM[1] + db * _WM[2]
        ds = dr + dg + db
        if dl > 0 and self.l + dl > self._l_high or dl < 0 and self.l + dl < self._l_low:
            return False
        if dm > 0 and self.m + dm > self._m_most or dm < 0 and self.m + dm < self._m_low:
            return False
        if ds > 0 and self.sum + ds > _MAX_SUM:
            return False
        if not self._dips.allows(self.shown, i, dr, dg, db):
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
        self._dips.moved(shown, i, dr, dg, db)
        return True

    def _red_allows(self, i, dr, dg, db, dl):
        """Saturated red, before or after, spends a budget of change."""
        shown = self.shown
        r, g, b = shown[i], shown[i + 1], shown[i + 2]
        if not (_saturated(r, g, b) or _saturated(r + dr, g + dg, b + db)):
            return True
        cost = dl if dl > 0 else -dl
        if self._red.total + cost > self._red_l:
            return False
        self._red.add(cost)
        return True

    def _record(self):
        self._window.put(self.l)
        if self.mode == limits.DAWN:
            self._dawn_l.put(self.l)
            self._dawn_m.put(self.m)
        self._count()

    def _count(self):
        if self._turn_l.move(self.l):
            self._turn_m.echo(self._turn_l.rising)
        if self._turn_m.move(self.m):
            self._turn_l.echo(self._turn_m.rising)


def _tighter(high, bound):
    return bound if 0 <= bound < high else high


def _sign(x):
    return (x > 0) - (x < 0)


def _saturated(r, g, b):
    return r and limits.RED_PARTS[1] * r >= limits.RED_PARTS[0] * (r + g + b)
