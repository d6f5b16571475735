"""The night: idle, ritual, fade, night, dawn, as time, a hand and the room's light decide. The host
is not needed.

Nothing here depends on a heart (SAFETY 9). A goodnight fixes when everything happens at the latest;
the room's light only shortens and dims: whatever it does, level and mode are never above those of
the same night in a room that stays as it is (docs/night.md).
"""

from . import ticks
from .compat import const
from .config import parse_hhmm
from .guard import limits

IDLE, RITUAL, FADE, NIGHT, DAWN = "idle", "ritual", "fade", "night", "dawn"

RITUAL_MS = 600000
FADE_MS = 120000
DAWN_MS = 1800000
DAWN_HOLD_MS = 900000
FULL = 4096
RISE_MS = 6000  # of the scene's level at goodnight
FALL_MS = 8000  # of the scene's level when a hand ends it
DAWN_FALL_MS = 30000
SETTLING_MS = 60000  # of a ritual in a lit room: whoever pressed the button switches the light off

_DIM_PART = const(8)  # a ritual in a room long dark keeps to the asleep caps
_LIT_PART = const(4)  # one in a lit room gives way
_DAY_S = const(86400)
_REST_MS = const(3600000)


class Night:
    def __init__(self):
        self.state = IDLE
        self.level = 0  # of the scene, 0..4096
        self._fine = 0  # the level in 1/256, so that steps of a millisecond add up
        self.dawn_lit = False  # the light that shows is the dawn's, until it has gone out
        self.dim = False  # this ritual stays at the asleep caps
        self.gave_way = False  # this ritual has met a lit room: it stays dimmer to its end
        self._since_ms = 0
        self._fade_from = 0
        self._dawn = False
        self._dawn_ms = 0

    def mode(self):
        """What to ask of the guard: after the end of an evening or a dawn, its mode until its
        light has gone out."""
        state = self.state
        evening = limits.DIM if self.dim else limits.EVENING
        if state == RITUAL or state == FADE:
            return evening
        if state == NIGHT:
            return limits.ASLEEP
        if state == DAWN or self.dawn_lit:
            return limits.DAWN
        return evening if self.level else limits.IDLE

    def goodnight(self, now_ms, dim):
        """Begin the ritual."""
        self._enter(RITUAL, now_ms)
        self.dim = dim
        self.gave_way = False

    def end(self, now_ms):
        """Back to idle: the light falls within `FALL_MS`."""
        self._enter(IDLE, now_ms)

    def reset(self):
        self.state = IDLE
        self.dawn_lit = False
        self._set(0)

    def step(self, now_ms, dt_ms, room):
        """True if the state changed by itself. `room`: room.Room."""
        since_ms = ticks.diff(now_ms, self._since_ms)
        before = self.state
        if before == RITUAL:
            self._ritual(since_ms, now_ms, dt_ms, room)
        elif before == FADE:
            self._fade(max(FADE_MS - since_ms, 0), now_ms, dt_ms, room)
        elif before == DAWN:
            self._set(min(since_ms, DAWN_MS) // 8 * FULL // (DAWN_MS // 8))
            if since_ms >= DAWN_MS + DAWN_HOLD_MS:
                self._enter(IDLE, now_ms)
        else:
            self._towards(0, dt_ms, DAWN_FALL_MS if self.dawn_lit else FALL_MS)
            self.dawn_lit = self.dawn_lit and self.level > 0
        return self.state != before

    def _ritual(self, since_ms, now_ms, dt_ms, room):
        if since_ms >= SETTLING_MS and room.shines():
            self.gave_way = True
        part = _DIM_PART if self.dim else _LIT_PART if self.gave_way else 1
        self._towards(FULL // part, dt_ms, FALL_MS if self.gave_way else RISE_MS)
        if since_ms >= RITUAL_MS or room.fell_dark():
            self._fade_from = self.level
            self._enter(FADE, now_ms)

    def _fade(self, left_ms, now_ms, dt_ms, room):
        """Down within two minutes; at once where the room is lit."""
        level = self._fade_from * (left_ms >> 5) // (FADE_MS >> 5)
        if level < self.level:
            self._set(level)
        if room.lit:
            self._towards(0, dt_ms, FALL_MS)
        if left_ms == 0 or room.lit and self.level == 0:
            self._enter(NIGHT, now_ms)

    def gives_way(self, room):
        """To a lit room: a ritual until it ends, its fade and the night for as long as it lasts."""
        if self.state == RITUAL:
            return self.gave_way
        return room.lit and (self.state == FADE or self.state == NIGHT)

    def closing(self, now_ms):
        """The last two seconds of the fade, in which a sound has the time for its release."""
        return self.state == FADE and ticks.diff(now_ms, self._since_ms) >= FADE_MS - 2000

    def lit(self):
        return self.level > 0 or self.state == RITUAL or self.state == FADE or self.state == DAWN

    def due_ms(self, now_ms):
        """Milliseconds until something happens here while nothing is lit."""
        wait_ms = _REST_MS
        if self.state == NIGHT and self._dawn:
            wait_ms = min(wait_ms, ticks.diff(self._dawn_ms, now_ms))
        return max(wait_ms, 0)

    def fix_dawn(self, now_ms, dawn, wall_s, tz_min):
        """Fix when the dawn set at the pod begins, in own ticks: no later word moves it.

        `dawn` is the local time of day of full light, or None; `wall_s` 0 means no dawn.
        """
        self._dawn = dawn is not None and wall_s > 0
        if self._dawn:
            start_s = parse_hhmm(dawn) * 60 - DAWN_MS // 1000
            wait_s = (start_s - wall_s - tz_min * 60) % _DAY_S
            self._dawn_ms = ticks.add(now_ms, wait_s * 1000)

    def dawn_due(self, now_ms):
        return self._dawn and self.state == NIGHT and ticks.diff(now_ms, self._dawn_ms) >= 0

    def begin_dawn(self, now_ms):
        self._dawn = False
        self.dawn_lit = True
        self._enter(DAWN, now_ms)

    def _enter(self, state, now_ms):
        self.state = state
        self._since_ms = now_ms

    def _towards(self, level, dt_ms, over_ms):
        goal = level << 8
        step = (FULL << 8) // over_ms * min(dt_ms, over_ms)
        if self._fine < goal:
            self._fine = min(self._fine + step, goal)
        else:
            self._fine = max(self._fine - step, goal)
        self.level = self._fine >> 8

    def _set(self, level):
        self.level = level
        self._fine = level << 8
