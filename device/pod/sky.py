"""The sky that nobody composes: a coupled map lattice, the same for every pod of a cottage.

36 sites on a circle, each a logistic map x -> r x (1 - x) with r = 3.98, coupled to its
neighbours (K. Kaneko, Prog. Theor. Phys. 72, 480, 1984). Its largest Lyapunov exponent is
positive: a few counts of difference in one site make another sky within two minutes. Each
site's slow average is its brightness: that is what a star shows.

Chaos without history (DESIGN): the lattice advances in 2 s steps inside cells of 256 s. Each cell
starts from hash(seed, cell) and is blended over its first 16 s with the cell before, so a pod
that joins at any hour needs at most 136 steps. Integers within 31 bits.
"""

from array import array

from .compat import const
from .hash import mix, xorshift
from .scene_state import FULL, SITES, STEP_MS

try:
    from . import sky_kernel_thumb as kernel
except (ImportError, SyntaxError):  # another processor than an ARM
    from . import sky_kernel as kernel  # type: ignore[no-redef]

CELL_STEPS = 128
BLEND_STEPS = 8

_DARKEST = const(15838)  # 1st percentile of the slow average; its 99th in sixteenths of FULL:
_STRETCH = const(66)


class _Lattice:
    """One cell's evolution."""

    def __init__(self):
        self.cell = -1
        self.step = 0
        self.slow = array("i", [0] * SITES)
        self._mean = array("i", [0] * SITES)
        self._x = array("i", [0] * SITES)
        self._f = array("i", [0] * SITES)

    def begin(self, seed, cell):
        self.cell = cell
        self.step = 0
        h = mix(seed, cell)
        for i in range(SITES):
            h = xorshift(h)
            self._x[i] = 1 + (h >> 15) % (FULL - 1)
            h = xorshift(h)
            self.slow[i] = self._mean[i] = _DARKEST + (h >> 15) * 16 // _STRETCH

    def go(self, seed, cell, step):
        """Be at `step` of `cell`, from wherever this lattice stands."""
        if self.cell != cell or self.step > step:
            self.begin(seed, cell)
        while self.step < step:
            kernel.advance(self._x, self._f, self._mean, self.slow)
            self.step += 1


class Sky:
    """Brightness of each site (0..32767) at any shared time; a pure function of seed and time."""

    def __init__(self):
        self.seed = -1
        self._now = _Lattice()
        self._before = _Lattice()
        self.last = array("i", [0] * SITES)  # sites at the last step, and at the one to come
        self.coming = array("i", [0] * SITES)
        self.part_ms = 0  # since the last step
        self._step = -2

    def begin(self, seed):
        if seed != self.seed:
            self.seed = seed
            self._step = -2
            self._now.cell = self._before.cell = -1

    def at(self, shared_ms):
        """Go to `shared_ms` (0..2**30). Cheap while time moves on by less than a step."""
        step = shared_ms // STEP_MS
        self.part_ms = shared_ms - step * STEP_MS
        if step == self._step:
            return
        if step == self._step + 1:
            self.last, self.coming = self.coming, self.last
        else:
            self._fill(self.last, step)
        self._fill(self.coming, step + 1)
        self._step = step

    def value(self, site):
        """Brightness of a site between its two steps."""
        a = self.last[site]
        return a + (self.coming[site] - a) * self.part_ms // STEP_MS

    def hash(self):
        """30 bits over every site as it is now: equal on all pods at the same shared time."""
        h = 1
        for i in range(SITES):
            h = mix(h, self.value(i))
        return h

    def _fill(self, into, step):
        cell, inside = step // CELL_STEPS, step % CELL_STEPS
        self._now_at(cell, inside)
        blend = inside * 1024 // BLEND_STEPS if cell and inside < BLEND_STEPS else 1024
        if blend < 1024:
            self._before.go(self.seed, cell - 1, CELL_STEPS + inside)
        for i in range(SITES):
            value = self._now.slow[i]
            if blend < 1024:
                old = self._before.slow[i]
                value = old + ((value - old) * blend >> 10)
            value = (value - _DARKEST) * _STRETCH >> 4
            into[i] = 0 if value < 0 else FULL if value > FULL else value

    def _now_at(self, cell, inside):
        if self._now.cell != cell and self._now.cell == cell - 1:
            # The cell that ends becomes the one to blend from; nothing is computed twice.
            self._now, self._before = self._before, self._now
        self._now.go(self.seed, cell, inside)
