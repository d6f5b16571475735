"""The pulse star's beat: each heartbeat dims it, late by a known constant, never adds light."""

from array import array

from . import ticks

LAG_MS = 600  # from the beat in the signal to its dip; no detector is later than that
FALL_MS = 132
RETURN_MS = 264
APART_MS = 540  # dips of one LED: at most two a second (SAFETY 3); a faster heart skips
APPEAR_MS = 2000

_QUEUE = 12
_FRESH = 4


class PulseStar:
    def __init__(self):
        self.level = 0  # 0..4096: fades in with the finger and out without it
        self.open_level = 0  # the same where the gate is open: it shines whoever touches
        self.dim = 0  # 0..256
        self.dropped = 0  # beats that found the queue full
        self.fresh_ms = array("i", [0] * _FRESH)  # when the newest dips are due, ...
        self.fresh = 0  # ... until somebody has taken them
        self._due_ms = array("i", [0] * _QUEUE)
        self._count = 0
        self._dip_ms = 0
        self._at_ms = 0
        self._dipping = False
        self._dipped = False

    def beat(self, now_ms, age_ms):
        """A beat that happened `age_ms` before now."""
        due_ms = ticks.add(now_ms, max(LAG_MS - age_ms, 0))
        self.dip_at(due_ms)
        if self.fresh < _FRESH:
            self.fresh_ms[self.fresh] = due_ms
            self.fresh += 1

    def dip_at(self, due_ms):
        """The star dims at these ticks, unless it has only just done so."""
        if self._count == _QUEUE:
            self.dropped += 1
            return
        self._due_ms[self._count] = due_ms
        self._count += 1

    def step(self, now_ms, contact, steady):
        """Move level and dim to `now_ms`; `steady` (the open gate) shines without beats."""
        step = now_ms - self._at_ms
        if not 0 <= step < APPEAR_MS:  # seldom: a call costs as much as all of this
            step = min(max(ticks.diff(now_ms, self._at_ms), 0), APPEAR_MS)
        self._at_ms = now_ms
        step = 4096 * step // APPEAR_MS
        if self.open_level < 4096:
            self.open_level = min(self.open_level + step, 4096)
        level = self.level
        if not (contact or steady):
            self.level = level = level - step if level > step else 0
        elif level < 4096:
            self.level = level = min(level + step, 4096)
        if level == 0:
            self._dipping = self._dipped = False  # nothing shows: old times mean nothing
        if self._count:
            self._take_due(now_ms)
        self.dim = 0
        if self._dipping and not steady:
            self.dim = self._envelope(ticks.diff(now_ms, self._dip_ms))

    def _take_due(self, now_ms):
        while self._count and ticks.diff(now_ms, self._due_ms[0]) >= 0:
            due_ms = self._due_ms[0]
            for i in range(1, self._count):
                self._due_ms[i - 1] = self._due_ms[i]
            self._count -= 1
            if not self._dipped or ticks.diff(due_ms, self._dip_ms) >= APART_MS:
                self._dip_ms = due_ms
                self._dipping = self._dipped = True

    def _envelope(self, since_ms):
        if 0 <= since_ms < FALL_MS:
            return since_ms * 256 // FALL_MS
        if 0 <= since_ms < FALL_MS + RETURN_MS:
            return (FALL_MS + RETURN_MS - since_ms) * 256 // RETURN_MS
        self._dipping = False
        return 0
