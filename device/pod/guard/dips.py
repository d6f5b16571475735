"""Dips and flicker: what a LED does faster than the ring as a whole (SAFETY 3)."""

from array import array

from ..io import FRAME_BYTES, LEDS
from . import limits

_FOREVER_MS = 60000


_TRACKS = FRAME_BYTES + LEDS  # each channel, then the sum of each LED


class Dips:
    """Last turning points of every channel and of every LED's sum: a fall and return by two levels
    is a dip, and the next one may not be complete before `limits.DIP_MS`."""

    def __init__(self):
        self._low = array("h", [0] * _TRACKS)
        # Nobody knows what showed before a start: dark by a fall, whose return counts as a dip.
        self._high = array("h", [limits.DIP_LEVELS] * _TRACKS)
        self._dip_ms = array("i", [-_FOREVER_MS] * _TRACKS)
        self._move_ms = array("i", [-_FOREVER_MS] * _TRACKS)
        self._back_ms = array("i", [-_FOREVER_MS] * _TRACKS)
        self._up = bytearray(_TRACKS)  # the way of each one's last move
        self._now_ms = 0  # the guard's own time, wraps at 2**29

    def reset(self):
        """Dark: a fall of every LED, whose return counts as a dip."""
        for i in range(_TRACKS):
            self._low[i] = 0

    def age(self, dt_ms):
        self._now_ms = (self._now_ms + dt_ms) & 0x1FFFFFFF

    def settled(self, i, shown, wanted):
        """`wanted`, or `shown` where a single level back up would only flicker."""
        waits = wanted - shown == 1 and not self._up[i]
        return shown if waits and self._since(self._move_ms[i]) < limits.SETTLE_MS else wanted

    def allows(self, shown, i, dr, dg, db):
        """Whether LED bytes i..i+2 may change by this: false where a dip would end too early, or
        a single level come back too soon. A fall never waits: what waits would be bright."""
        ds = dr + dg + db
        return (
            (dr <= 0 or self._may_rise(i, dr, shown[i] + dr))
            and (dg <= 0 or self._may_rise(i + 1, dg, shown[i + 1] + dg))
            and (db <= 0 or self._may_rise(i + 2, db, shown[i + 2] + db))
            and (ds <= 0 or self._may_rise(_sum_of(i), ds, _total(shown, i) + ds))
        )

    def moved(self, shown, i, dr, dg, db):
        """The LED at byte `i` now shows these levels, after this change."""
        if dr:
            self._turn(i, shown[i], dr > 0)
        if dg:
            self._turn(i + 1, shown[i + 1], dg > 0)
        if db:
            self._turn(i + 2, shown[i + 2], db > 0)
        if dr + dg + db:
            self._turn(_sum_of(i), _total(shown, i), dr + dg + db > 0)

    def _may_rise(self, i, step, level):
        if not self._up[i]:
            since_ms = self._since(self._move_ms[i] if step == 1 else self._back_ms[i])
            if since_ms < limits.FLICKER_MS or self._since(self._back_ms[i]) < limits.FLICKER_MS:
                return False
        low = self._low[i]
        if self._high[i] - low < limits.DIP_LEVELS or level < low + limits.DIP_LEVELS:
            return True
        return self._since(self._dip_ms[i]) >= limits.DIP_MS

    def _turn(self, i, level, up):
        self._move_ms[i] = self._now_ms
        if up and not self._up[i]:
            self._back_ms[i] = self._now_ms
        self._up[i] = 1 if up else 0
        self._track(i, level)

    def _track(self, i, level):
        low, high = self._low[i], self._high[i]
        if level < low:
            self._low[i] = level
        elif high - low >= limits.DIP_LEVELS and level >= low + limits.DIP_LEVELS:
            self._dip_ms[i] = self._now_ms
            self._low[i] = self._high[i] = level
        elif level > high:
            self._low[i] = self._high[i] = level

    def _since(self, at_ms):
        return (self._now_ms - at_ms) & 0x1FFFFFFF


def _sum_of(i):
    return FRAME_BYTES + i // 3


def _total(shown, i):
    return shown[i] + shown[i + 1] + shown[i + 2]
