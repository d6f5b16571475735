"""Light on the pulse sensor: a generated finger, or no finger.

Counts at 7.2 mA and 4096 nA range, as `Max30102Chip` takes them. In reflectance systole is a
dip: more blood, less light. Shapes after the usual two-wave picture of the finger pulse
(systolic wave, dicrotic wave; Elgendi 2012, doi 10.2174/157340312801215782).
"""

from __future__ import annotations

import math
import random
from collections import deque

_STEP_US = 4000  # of the beat template
_TEMPLATE_US = 1_200_000
_PEAK_US = 160_000
_NOISE = 2048


def _template() -> list[float]:
    """One beat from its foot: about 1 at systole, a dicrotic wave, run-off to 0 after 1.2 s."""
    beat = []
    for i in range(_TEMPLATE_US // _STEP_US + 1):
        t = i * _STEP_US / 1e6
        systole = math.exp(-(((t - 0.16) / 0.075) ** 2))
        dicrotic = 0.12 * math.exp(-(((t - 0.40) / 0.07) ** 2))
        after = max(0.0, t - 0.16)
        runoff = 0.55 * (math.exp(-after / 0.30) if after else systole)
        beat.append(0.45 * systole + runoff + dicrotic)
    foot, end = beat[0], beat[-1]
    last = len(beat) - 1
    return [b - foot * (1 - i / last) - end * i / last for i, b in enumerate(beat)]


_BEAT = _template()
_LAST = len(_BEAT) - 1


class NoFinger:
    """Crosstalk inside the package and what ambient cancellation leaves: a few hundred counts."""

    def __init__(self, seed: int = 1, level: float = 400.0, noise: float = 12.0) -> None:
        rng = random.Random(seed)
        self._values = [level + rng.gauss(0.0, noise) for _ in range(_NOISE)]
        self._at = 0

    def fill(self, start_us: int, step_us: int, count: int) -> list[float]:
        at = self._at % (_NOISE - 64)
        self._at = at + count
        return self._values[at : at + count]


class Pulse:
    """A finger with a heart in it, the same for the same seed and the same calls.

    `dc` counts at rest, `perfusion` the systolic dip as a share of it. The rate breathes by
    `arrhythmia` (share, at `breath_bpm`), sways slowly and jitters (`variability`, share each).
    `dips_us` keeps the instants of the last 4,096 deepest points: the reference for tests.
    """

    def __init__(
        self,
        seed: int = 1,
        bpm: float = 66.0,
        *,
        dc: float = 100_000.0,
        perfusion: float = 0.01,
        breath_bpm: float = 14.0,
        arrhythmia: float = 0.03,
        variability: float = 0.015,
        wander: float = 0.003,
        noise: float = 15.0,
    ) -> None:
        self.bpm = bpm
        self.dc = dc
        self.perfusion = perfusion
        self.arrhythmia = arrhythmia
        self.variability = variability
        self.wander = wander
        self.dips_us: deque[int] = deque(maxlen=4096)
        self._rng = random.Random(seed)
        self._noise = [self._rng.gauss(0.0, noise) for _ in range(_NOISE)]
        self._noise_at = 0
        self._breath = 2 * math.pi * breath_bpm / 60e6
        self._sway = 2 * math.pi * 0.095e-6  # Mayer waves, about 0.1 Hz
        self._drift = 2 * math.pi * 0.021e-6
        self._phase = self._rng.uniform(0.0, 2 * math.pi)
        self._before_us = self._foot_us = -10_000_000
        self._next_us = -1_000_000
        self._before_rate = self._rate = 1.0 / _STEP_US

    def fill(self, start_us: int, step_us: int, count: int) -> list[float]:
        """Light at `start_us`, `start_us + step_us`...; time must not go back."""
        amplitude = self.dc * self.perfusion
        base = self._base(start_us)
        slope = (self._base(start_us + step_us * count) - base) / count
        noise, at, beat = self._noise, self._noise_at, _BEAT
        light = []
        t = start_us
        for _ in range(count):
            if t >= self._next_us:
                self._advance(t)
            i = int((t - self._foot_us) * self._rate)
            j = int((t - self._before_us) * self._before_rate)
            wave = beat[i] if i < _LAST else 0.0
            if j < _LAST:
                wave += beat[j]
            light.append(base - amplitude * wave + noise[at & 2047])
            base += slope
            at += 1
            t += step_us
        self._noise_at = at
        return light

    def dips_between(self, start_us: int, end_us: int) -> list[int]:
        """Instants of the beats in [start, end), for a source of beats without a waveform."""
        self._advance(end_us)
        found = []
        for t in reversed(self.dips_us):
            if t < start_us:
                break
            if t < end_us:
                found.append(t)
        return found[::-1]

    def _base(self, t: int) -> float:
        breath = math.sin(t * self._breath)
        drift = math.sin(t * self._drift + self._phase)
        return self.dc * (1.0 + self.wander * (0.5 * breath + drift))

    def _advance(self, t: int) -> None:
        if t - self._next_us > 5_000_000:  # nobody looked for a while: no need to live it all
            self._next_us = t - 1_000_000
        while t >= self._next_us:
            self._before_us, self._before_rate = self._foot_us, self._rate
            self._foot_us = self._next_us
            interval_us = self._interval_us(self._foot_us)
            # Systole shortens with the square root of the interval (Bazett).
            stretch = min(1.2, max(0.5, math.sqrt(interval_us / 900_000.0)))
            self._rate = 1.0 / (_STEP_US * stretch)
            self._next_us = self._foot_us + interval_us
            self.dips_us.append(self._foot_us + int(_PEAK_US * stretch))

    def _interval_us(self, t: int) -> int:
        factor = 1.0 + self.arrhythmia * math.sin(t * self._breath)
        factor += self.variability * math.sin(t * self._sway + self._phase)
        factor += self.variability * self._rng.gauss(0.0, 0.5)
        return int(60e6 / self.bpm * max(0.5, factor))
