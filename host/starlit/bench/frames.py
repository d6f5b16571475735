"""The loops of a lit, guarded frame of twelve LEDs in the machine code of a Pico: cycles a frame.

An evening with a heart and a cue goes on, and every loop that a frame runs is run by an emulated
core (cortex.py), so the figures are the same on every computer. The bytecode between the loops is
not in them.
"""

from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from pod import cues, scene, stars
from pod.config import Config
from pod.guard import Guard, light, limits
from pod.night import FULL
from pod.part import Part
from pod.scene import FRAME_MS, Scene
from pod.score import Scores
from starlit.bench.cortex import Cortex
from starlit.bench.loops import emulated

BAR = 62500  # 0.5 ms at 125 MHz (DESIGN, Budget on the Pico)
_WARM, _COUNTED = 300, 30  # frames
_MODULES = {"scene_kernel": (scene, cues, stars), "guard.light_kernel": (light,)}


def cycles_per_frame() -> dict[str, float]:
    """Of each loop, in the mean; `all` of them, and the `most` of any frame."""
    evening = _Evening()
    for _ in range(_WARM):
        evening.frame()
    twins = {module: _Twin(module) for module in _MODULES}
    each = []
    with ExitStack() as stack:
        for module, users in _MODULES.items():
            for user in users:
                stack.enter_context(patch.object(user, "kernel", twins[module]))
        before = 0
        for _ in range(_COUNTED):
            evening.frame()
            total = sum(twin.cycles for twin in twins.values())
            each.append(total - before)
            before = total
    found = {
        f"{module}.{name}": round(loop.count.cycles / _COUNTED)
        for module, twin in twins.items()
        for name, loop in twin.loops.items()
        if loop.count.calls
    }
    return {**found, "all": round(sum(each) / _COUNTED), "most": max(each)}


class _Evening:
    """A ritual of an adult's, six minutes old, with a beat each 0.9 s and a cue's two layers."""

    def __init__(self) -> None:
        config = Config(profile="adult")
        self._now_ms = 0
        self._part = Part(4)
        self._scene = Scene("adult")
        self._scene.begin(self._part)
        self._guard = Guard(config)
        self._guard.request(limits.EVENING, False)
        self._cue = Scores({}).find("story")
        self._cue.begin(config, 7)

    def frame(self) -> None:
        self._now_ms += FRAME_MS
        now_ms, scene = self._now_ms, self._scene
        scene.sky_light(360_000 + now_ms, self._part, FULL)
        self._cue.draw(scene.light, now_ms, FULL, False)
        star = FULL << 9
        dim = max(256 - now_ms % 900, 0)
        calm = scene.settle_calm(star, 0)
        self._guard.frame(now_ms, scene.settle(star | dim, 0, calm), calm)


class _Twin:
    """Stands for a module of loops."""

    def __init__(self, module: str):
        self.loops: dict[str, Cortex] = emulated(module, counted=True)

    @property
    def cycles(self) -> int:
        return sum(loop.count.cycles for loop in self.loops.values())

    def __getattr__(self, name: str) -> Any:
        return self.loops[name]
