"""A cue: layers of light and sound over its own time, played from a score's whole numbers.

Light is a pure function of (time, seed), in 1/256 of a level. A layer's colour is scaled once, when
its cue begins, so that its percent means percent of the cap of this pod's mode, profile and
calibration. Times of a score are tenths of a second.
"""

from array import array

from .compat import const
from .guard import modes, optics
from .hash import below, mix
from .io import LEDS

WAVE, POINTS, SWEEP, FLICKER, LAMP = 0, 1, 2, 3, 4
FULL = 4096
_TURN = const(3072)  # LEDS << 8: once around the ring
_ANYWHERE = const(12)  # a first LED drawn by chance
_STANDS_MS = const(660)


class Layer:
    """When it sounds or shows within its cue, and how it comes and goes."""

    def __init__(self, start, length, attack, release):
        self.start_ms = start * 100
        self.length_ms = length * 100
        self.attack_ms = attack * 100
        self.release_ms = release * 100

    def envelope(self, t_ms):
        """0..4096: up over the attack, down over the release."""
        left_ms = self.length_ms - t_ms
        if t_ms < 0 or left_ms <= 0:
            return 0
        level = FULL
        if t_ms < self.attack_ms:
            level = t_ms * FULL // self.attack_ms
        if left_ms < self.release_ms:
            level = min(level, left_ms * FULL // self.release_ms)
        return level


class Sound(Layer):
    def __init__(self, row):
        self.kind, self.percent = row[:2]
        Layer.__init__(self, row[2], row[3], row[4], row[5])
        self.on = False


class Light(Layer):
    def __init__(self, row):
        self.kind, self._r, self._g, self._b, self.percent, self._fill = row[:6]
        self._first, self._count = row[6:8]
        Layer.__init__(self, row[8], row[9], row[10], row[11])
        self._period_ms = row[12] * 100
        self._a, self._b1, self._b2 = row[13:]
        self._amount = array("i", [0, 0, 0])
        # What chance has drawn for each LED or point, so that no frame draws again.
        self._drawn = array("i", [-1] * (3 * LEDS)) if self.kind in (POINTS, FLICKER) else None
        self._seed = self._from = 0
        # At both ends of its way light stands still for so long that a single level back is no
        # flicker to the guard (limits.SETTLE_MS).
        self._flat = _STANDS_MS * FULL // self._period_ms
        if self.kind == FLICKER:
            self._flat >>= 1

    def begin(self, mode, seed):
        """Scale to what `mode` (guard.modes.Mode) allows, and draw by `seed` from here on."""
        r, g, b = self._r, self._g, self._b
        part = FULL
        if self.kind != LAMP:
            part = min(_part(mode.cap_l, optics.WEIGHT_L, r, g, b, self._fill),
                       _part(mode.cap_m, optics.WEIGHT_M, r, g, b, self._fill))  # fmt: skip
        self._amount[0] = r * part // 16 * self.percent // 100
        self._amount[1] = g * part // 16 * self.percent // 100
        self._amount[2] = b * part // 16 * self.percent // 100
        self._seed = seed
        self._from = below(LEDS, seed, 1) if self._first == _ANYWHERE else self._first
        if self._drawn is not None:
            for i in range(3 * LEDS):
                self._drawn[i] = -1

    def draw(self, linear, t_ms, level):
        """Add this layer's light; `level` 0..4096 of its own full envelope."""
        t_ms -= self.start_ms
        level = self.envelope(t_ms) * level >> 12
        if level <= 0:
            return
        if self.kind == POINTS:
            self._points(linear, t_ms, level)
            return
        for k in range(self._count):
            led = self._from + k
            self._add(linear, led if led < LEDS else led - LEDS, self._at(k, t_ms) * level >> 12)

    def _add(self, linear, led, level):
        amount, i = self._amount, 3 * led
        linear[i] += amount[0] * level >> 12
        linear[i + 1] += amount[1] * level >> 12
        linear[i + 2] += amount[2] * level >> 12

    def _at(self, k, t_ms):
        """0..4096 of the layer's `k`th LED."""
        if self.kind == SWEEP:
            return self._sweep(k, t_ms)
        if not self._a:
            return FULL
        if self.kind == FLICKER:
            low = self._noise(k, t_ms)
        else:
            x = _phase(t_ms, self._period_ms) + self._b1 * 41 + k * self._b2 * FULL // LEDS
            low = FULL - self._swell(x & 4095)
        return FULL - low * self._a // 100

    def _sweep(self, k, t_ms):
        """A head as wide as a LED that moves `_a` LEDs in a period, light before and behind it:
        over whole LEDs, so that the ring's sum stays the same."""
        away = ((k << 8) - _phase(t_ms, self._period_ms) * self._a // 16) % _TURN
        if away >= _TURN // 2:
            away -= _TURN
        if self._a < 0:
            away = -away
        reach = self._b1 << 6
        if away < 0:
            away, reach = -away, self._b2 << 6
        away = max(away - 128, 0)
        return _smooth((reach - away) * FULL // reach) if away < reach else 0

    def _noise(self, k, t_ms):
        """Value noise: from one draw to the next, each LED in its own time."""
        t_ms += k * self._period_ms * 5 // LEDS
        n, drawn, i = t_ms // self._period_ms, self._drawn, 3 * k
        if drawn[i] != n:
            drawn[i] = n
            drawn[i + 1] = mix(self._seed + k, n) & 4095
            drawn[i + 2] = mix(self._seed + k, n + 1) & 4095
        x = self._rise(_phase(t_ms, self._period_ms))
        return drawn[i + 1] + ((drawn[i + 2] - drawn[i + 1]) * x >> 12)

    def _points(self, linear, t_ms, level):
        """`_a` lights, each up and down within a period, somewhere; each comes by chance."""
        drawn, period_ms = self._drawn, self._period_ms
        for k in range(self._a):
            shifted_ms = t_ms + k * period_ms // self._a
            n = shifted_ms // period_ms
            if drawn[k + k] != n:
                drawn[k + k] = n
                led = (self._from + below(self._count, self._seed, 16 * n + k)) % LEDS
                comes = below(100, self._seed + 1, 16 * n + k) < self._b1
                drawn[k + k + 1] = led if comes else -1
            if drawn[k + k + 1] >= 0:
                glow = self._swell(_phase(shifted_ms, period_ms))
                self._add(linear, drawn[k + k + 1], glow * level >> 12)


    def _swell(self, x):
        """Up and down over 0..4095."""
        return self._rise(x * 2 if x < 2048 else (FULL - x) * 2)

    def _rise(self, x):
        """From 0 to 4096, gently, standing still at both ends."""
        way = FULL - 2 * self._flat
        return _smooth(min(max(x - self._flat, 0), way) * FULL // way)


class Cue:
    def __init__(self, row):
        self.name, self.mode = row[:2]
        self.duration_ms = row[2] * 100
        self.sky = row[3]  # percent of the sky that stays while it plays
        self.lights = [Light(light) for light in row[4]]
        self.sounds = [Sound(sound) for sound in row[5]]

    def begin(self, config, seed):
        mode = modes.Mode(self.mode, config)
        for k in range(len(self.lights)):
            self.lights[k].begin(mode, mix(seed, k))

    def envelope(self, t_ms):
        """0..4096: the strongest layer's; the sky makes room by it."""
        most = 0
        for layer in self.lights:
            most = max(most, layer.envelope(t_ms - layer.start_ms))
        return most

    def draw(self, linear, t_ms, level, muted):
        """Into `linear`; `level` 0..4096. Muted it makes room in the sky all the same, or a heart
        that silences it would bring the sky's light back (SAFETY 9)."""
        if self.sky < 100:
            left = 100 * FULL - (100 - self.sky) * (self.envelope(t_ms) * level >> 12)
            left //= 100
            for i in range(3 * LEDS):
                linear[i] = linear[i] * left >> 12
        if muted:
            return
        for layer in self.lights:
            layer.draw(linear, t_ms, level)


def _part(cap, weights, r, g, b, fill):
    """How much of a colour on `fill`/16 LEDs makes `cap`: 4096 is level 255."""
    whole = (r * weights[0] + g * weights[1] + b * weights[2]) // 16 * fill
    return min(cap // max(whole >> 12, 1), FULL)


def _phase(t_ms, period_ms):
    return t_ms % period_ms * FULL // period_ms


def _smooth(x):
    """3x^2 - 2x^3 over 0..4096. Fine enough to rise with every x: a step back would flicker."""
    return (x * x >> 8) * (3 * FULL - 2 * x) >> 16
