"""A cue: layers of light and sound over its own time, played from a score's rows (`pod.score`).

Light is a pure function of (time, seed), in 1/256 of a level. A layer's colour is scaled once, when
its cue begins, so that its percent means percent of the cap of this pod's mode, profile and
calibration. Times in rows are tenths of a second.
"""

from array import array

from . import scene_state as at
from .compat import const
from .guard import modes, optics
from .hash import below, mix
from .io import LEDS
from .scene_state import FLICKER, LAMP, POINTS, SWEEP
from .sound import RECORDING

try:
    from . import scene_kernel_thumb as kernel
except (ImportError, SyntaxError):  # another processor than an ARM
    from . import scene_kernel as kernel  # type: ignore[no-redef]

FULL = 4096
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


class Layer:
    """When it sounds or shows within its cue, and how it comes and goes."""

    def __init__(self, row, at):
        self.start_ms, self.length_ms, self.attack_ms, self.release_ms = [
            t * 100 for t in row[at : at + 4]
        ]


class Sound(Layer):
    def __init__(self, row):
        Layer.__init__(self, row, 2)
        self.kind, self.percent = row[:2]
        self.id = min(self.kind, RECORDING)  # kinds from there on are the body's own recordings
        self.on = False


class Light(Layer):
    def __init__(self, row):
        Layer.__init__(self, row, 8)
        self.row = row
        self._seed = 0
        # What chance has drawn for each LED or point, so that no frame draws again: 1 and the
        # number of the draw, then the two ends of its way, or 1 and the LED.
        self._drawn = array("i", [0] * (3 * LEDS if row[_KIND] in (POINTS, FLICKER) else 0))
        self.state = array("i", self._state())

    def _state(self):
        """What `kernel.layer` knows of it, as scene_state.py orders it."""
        row = self.row
        kind, count, period_ms = row[_KIND], row[_COUNT], row[12] * 100
        a, b, c = row[_A:]
        later_ms, parts = 0, 1
        # At both ends of its way light stands still for so long that a single level back is no
        # flicker to the guard (limits.SETTLE_MS).
        flat = _STANDS_MS * FULL // period_ms
        if kind == SWEEP:
            # A head as wide as a LED moves `a` LEDs in a period, with light over `b` LEDs before
            # and `c` behind it: whole ones, so that the ring's sum stays the same.
            b, c = max(b, 0) << 6, max(c, 0) << 6
            if a < 0:
                b, c = c, b
        elif kind == POINTS:
            # `a` lights, each up and down within a period, somewhere; each comes by chance, `b` %.
            later_ms, count = period_ms, max(min(a, _POINTS_MAX), 0)
            parts = count or 1
        elif kind == FLICKER:  # from one draw to the next, each LED in its own time
            later_ms, parts = period_ms * 5, LEDS
            flat >>= 1
        else:
            b, c = b * 41, c + LEDS
        length_ms = self.length_ms if self.release_ms else 0  # without a release it never shows
        return [
            kind, 0, 0, 0, 0, count, self.start_ms, length_ms, self.attack_ms, self.release_ms,
            period_ms, flat, a + 100, b, c, later_ms, parts, 0, 0, 0,
        ]  # fmt: skip

    def begin(self, mode, seed):
        """Scale to what `mode` (guard.modes.Mode) allows, and draw by `seed` from here on."""
        row, state = self.row, self.state
        part = FULL * 100
        if row[_KIND] != LAMP:
            part = _part(mode.cap_l, optics.WEIGHT_L, row)
            part = min(part, _part(mode.cap_m, optics.WEIGHT_M, row)) * row[_PERCENT]
        for c in range(3):
            state[at.RGB + c] = row[_RED + c] * (part // 100) >> 4
        self._seed = seed
        state[at.FROM] = below(LEDS, seed, 1) if row[_FIRST] == _ANYWHERE else row[_FIRST]
        for i in range(len(self._drawn)):
            self._drawn[i] = 0

    def draw(self, light, t_ms, level):
        """Add this layer to a scene's array; `level` 0..4096 of its own full envelope. The
        envelope now."""
        state, drawn = self.state, self._drawn
        state[at.T_MS], state[at.LEVEL] = t_ms, level
        k = kernel.layer(light, state, drawn, 0)
        while k >= 0:
            self._draw(k, drawn, drawn[3 * k] - 1)
            k = kernel.layer(light, state, drawn, k)
        return state[at.ENVELOPE]

    def _draw(self, k, drawn, n):
        """Chance's `n`th word for part `k`."""
        seed = self._seed
        if self.row[_KIND] == POINTS:
            n = 16 * n + k
            comes = below(100, seed + 1, n) < self.row[_B]
            drawn[3 * k + 1] = below(self.row[_COUNT], seed, n) + 1 if comes else 0
        else:
            drawn[3 * k + 1] = mix(seed + k, n) & 4095
            drawn[3 * k + 2] = mix(seed + k, n + 1) & 4095


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

    def draw(self, light, t_ms, level, muted):
        """Add its light to a scene's array, and how many 4096ths of the sky stay under it; `level`
        0..4096. Muted it makes room in the sky all the same, or a heart that silences it would
        bring the sky's light back (SAFETY 9)."""
        most = 0
        for layer in self.lights:
            envelope = layer.draw(light, t_ms, 0 if muted else level)
            if envelope > most:
                most = envelope
        light[at.LEFT] = FULL - (100 - self.sky) * (most * level >> 12) // 100


def _part(cap, weights, row):
    """How much of a row's colour on `fill`/16 LEDs makes `cap`: 4096 is level 255."""
    whole = 0
    for c in range(3):
        whole += row[_RED + c] * weights[c]
    return min(cap // max(whole // 16 * row[_FILL] >> 12, 1), FULL)
