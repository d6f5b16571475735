"""The heart beside the ring beats at the rate that the pod measured."""

import math

from starlit.views.model import PodView

GLOW_S = 0.22


class BeatPhases:
    def __init__(self) -> None:
        self._phases: dict[str, float] = {}
        self._last_s: float | None = None

    def step(self, views: list[PodView], now_s: float) -> dict[str, float]:
        """For each pod with a heart rate: 1 at a beat, falling to 0 until the next."""
        passed_s = 0.0 if self._last_s is None else max(0.0, now_s - self._last_s)
        self._last_s = now_s
        beats = {}
        for view in views:
            if not view.heart_bpm:
                continue
            phase = (self._phases.get(view.id, 0.0) + passed_s * view.heart_bpm / 60) % 1
            self._phases[view.id] = phase
            beats[view.id] = math.exp(-phase * 60 / view.heart_bpm / GLOW_S)
        return beats
