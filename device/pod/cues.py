"""A cue: layers of light and sound over its own time, played from a score's rows (`pod.score`).

Light is a pure function of (time, seed), in 1/256 of a level. A layer's colour is scaled once, when
its cue begins, so that its percent means percent of the cap of this pod's mode, profile and
calibration. Times in rows are tenths of a second.
"""

from array import array

from .compat import const
from .guard import modes, optics
from .hash import below, mix
from .io import LEDS
from .sound import RECORDING

WAVE, POINTS, SWEEP, FLICKER, LAMP = 0, 1, 2, 3, 4
FULL = 4096
_TURN = const(3072)  # LEDS << 8: once around the ring
_ANYWHERE = const(12)  # a first LED drawn by chance
_STANDS_MS = const(660)
_POINTS_MAX = const(4)
# Places in a light's row; what a, b and c are depends on the kind.
_KIND = const(0)
_RED = const(1)
_PERCENT = const(4)
_FILL = const(5)
_FIRST = const(6)
_COUNT = const(7)
_A = const(13)
_B = const(14)
_C = const(15)


class Layer:
    """When it sounds or shows within its cue, and how it comes and goes."""

    def __init__(self, row, at):
        self.row = row
        self.start_ms, self.length_ms, self.attack_ms, self.release_ms = [
            t * 100 for t in row[at : at + 4]
        ]

    def envelope(self, t_ms):
        """0..4096 at a time of its cue: up over the attack, down over the release."""
        t_ms -= self.start_ms
        left_ms = self.length_ms - t_ms
        if t_ms < 0 or left_ms <= 0:
            return 0
        level = min(t_ms, self.attack_ms) * FULL // self.attack_ms
        return min(level, min(left_ms, self.release_ms) * FULL // (self.release_ms or 1))


class Sound(Layer):
    def __init__(self, row):
        Layer.__init__(self, row, 2)
        self.kind, self.percent = row[:2]
        self.id = min(self.kind, RECORDING)  # kinds from there on are the body's own recordings
        self.on = False


class Light(Layer):
    def __init__(self, row):
        Layer.__init__(self, row, 8)
        self._period_ms = row[12] * 100
        self._amount = array("i", [0, 0, 0])
        # What chance has drawn for each LED or point, so that no frame draws again.
        self._drawn = array("i", [0] * (3 * LEDS if row[_KIND] in (POINTS, FLICKER) else 0))
        self._seed = self._from = 0
        # At both ends of its way light stands still for so long that a single level back is no
        # flicker to the guard (limits.SETTLE_MS).
        self._flat = _STANDS_MS * FULL // self._period_ms >> (row[_KIND] == FLICKER)

    def begin(self, mode, seed):
        """Scale to what `mode` (guard.modes.Mode) allows, and draw by `seed` from here on."""
        row = self.row
        part = FULL * 100
        if row[_KIND] != LAMP:
            part = _part(mode.cap_l, optics.WEIGHT_L, row)
            part = min(part, _part(mode.cap_m, optics.WEIGHT_M, row)) * row[_PERCENT]
        for c in range(3):
            self._amount[c] = row[_RED + c] * (part // 100) >> 4
        self._seed = seed
        self._from = below(LEDS, seed, 1) if row[_FIRST] == _ANYWHERE else row[_FIRST]
        for i in range(len(self._drawn)):
            self._drawn[i] = -1

    def draw(self, linear, t_ms, level):
        """Add this layer's light; `level` 0..4096 of its own full envelope."""
        level = self.envelope(t_ms) * level >> 12
        if level <= 0:
            return
        t_ms -= self.start_ms
        if self.row[_KIND] == POINTS:
            self._points(linear, t_ms, level)
            return
        for k in range(self.row[_COUNT]):
            self._add(linear, k, self._at(k, t_ms) * level >> 12)

    def _add(self, linear, k, level):
        i = (self._from + k) % LEDS * 3
        for c in range(3):
            linear[i + c] += self._amount[c] * level >> 12

    def _at(self, k, t_ms):
        """0..4096 of the layer's `k`th LED."""
        row = self.row
        x = self._phase(t_ms)
        if row[_KIND] == SWEEP:
            # A head as wide as a LED moves `a` LEDs in a period, with light over `b` LEDs before
            # and `c` behind it: whole ones, so that the ring's sum stays the same.
            away = ((k << 8) - x * row[_A] // 16) % _TURN
            reach = row[_B] << 6
            if (away >= _TURN // 2) != (row[_A] < 0):
                reach = row[_C] << 6
            away = max(min(away, _TURN - away) - 128, 0)
            return _smooth((reach - away) * FULL // reach) if away < reach else 0
        if row[_KIND] == FLICKER:
            low = self._noise(k, t_ms)
        else:
            low = FULL - self._swell(x + row[_B] * 41 + k * row[_C] * FULL // LEDS)
        return FULL - low * row[_A] // 100

    def _noise(self, k, t_ms):
        """Value noise: from one draw to the next, each LED in its own time."""
        t_ms += k * self._period_ms * 5 // LEDS
        n, drawn, i = t_ms // self._period_ms, self._drawn, 3 * k
        if drawn[i] != n:
            drawn[i] = n
            drawn[i + 1] = mix(self._seed + k, n) & 4095
            drawn[i + 2] = mix(self._seed + k, n + 1) & 4095
        x = self._rise(self._phase(t_ms))
        return drawn[i + 1] + ((drawn[i + 2] - drawn[i + 1]) * x >> 12)

    def _points(self, linear, t_ms, level):
        """`a` lights, each up and down within a period, somewhere; each comes by chance, `b` %."""
        drawn, lights = self._drawn, min(self.row[_A], _POINTS_MAX)
        for k in range(lights):
            shifted_ms = t_ms + k * self._period_ms // lights
            n = shifted_ms // self._period_ms
            if drawn[k] != n:
                drawn[k] = n
                comes = below(100, self._seed + 1, 16 * n + k) < self.row[_B]
                drawn[k + 4] = below(self.row[_COUNT], self._seed, 16 * n + k) if comes else -1
            if drawn[k + 4] >= 0:
                glow = self._swell(self._phase(shifted_ms))
                self._add(linear, drawn[k + 4], glow * level >> 12)

    def _phase(self, t_ms):
        return t_ms % self._period_ms * FULL // self._period_ms

    def _swell(self, x):
        """Up and down over 0..4095."""
        x &= 4095
        return self._rise(min(x, FULL - x) * 2)

    def _rise(self, x):
        """From 0 to 4096, gently, standing still at both ends."""
        way = FULL - 2 * self._flat
        return _smooth(min(max(x - self._flat, 0), way) * FULL // way)


class Cue:
    def __init__(self, row):
        self.name, self.mode, length, self.sky = row[:4]  # sky: percent of it that stays
        self.duration_ms = length * 100
        self.lights = [Light(light) for light in row[4]]
        self.sounds = [Sound(sound) for sound in row[5]]

    def begin(self, config, seed):
        mode = modes.Mode(self.mode, config)
        for light in self.lights:
            light.begin(mode, seed)
            seed = mix(seed, 1)

    def draw(self, linear, t_ms, level, muted):
        """Into `linear`; `level` 0..4096. Muted it makes room in the sky all the same, or a heart
        that silences it would bring the sky's light back (SAFETY 9)."""
        if self.sky < 100:
            most = 0
            for light in self.lights:
                most = max(most, light.envelope(t_ms))
            left = FULL - (100 - self.sky) * (most * level >> 12) // 100
            for i in range(3 * LEDS):
                linear[i] = linear[i] * left >> 12
        if not muted:
            for light in self.lights:
                light.draw(linear, t_ms, level)


def _part(cap, weights, row):
    """How much of a row's colour on `fill`/16 LEDs makes `cap`: 4096 is level 255."""
    whole = 0
    for c in range(3):
        whole += row[_RED + c] * weights[c]
    return min(cap // max(whole // 16 * row[_FILL] >> 12, 1), FULL)


def _smooth(x):
    """3x^2 - 2x^3 over 0..4096. Fine enough to rise with every x: a step back would flicker."""
    return (x * x >> 8) * (3 * FULL - 2 * x) >> 16
