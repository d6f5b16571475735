"""A pod's own clock, as bad as a crystal may be: it starts anywhere, runs fast or slow, wanders."""

import math
import random

from starlit.clock import steady_ns

DRIFT_MAX_PPM = 50.0  # a crystal of +-30 ppm, with age and temperature
WANDER_PPM = (1.0, 5.0)  # as a bedroom cools and warms
WANDER_PERIOD_S = (300.0, 1200.0)


class SkewedClock:
    """Microseconds, a smooth function of the computer's steady clock; the same seed, the same."""

    def __init__(self, seed: int):
        rng = random.Random(seed)
        self._begin_ns = steady_ns()
        self._offset_us = rng.randrange(10**6, 10**12)
        self.drift_ppm = rng.uniform(-DRIFT_MAX_PPM, DRIFT_MAX_PPM)
        self.wander_ppm = rng.uniform(*WANDER_PPM)
        self._turn = 2 * math.pi / rng.uniform(*WANDER_PERIOD_S)
        self._phase = rng.uniform(0, 2 * math.pi)

    def __call__(self) -> int:
        return self.at(steady_ns())

    def at(self, ns: int) -> int:
        """What it shows at an instant of the steady clock."""
        passed_s = (ns - self._begin_ns) / 1e9
        swing = math.cos(self._phase) - math.cos(self._turn * passed_s + self._phase)
        gained_us = self.drift_ppm * passed_s + self.wander_ppm * swing / self._turn
        return self._offset_us + (ns - self._begin_ns) // 1000 + round(gained_us)
