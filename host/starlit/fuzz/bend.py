"""Bends the world around the guard: nights of minutes, a scene of noise, a host with no clock.

None of this touches a limit. What is bent is what the guard must not trust.
"""

import random
from array import array
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from pod import night, score, show
from pod.part import Part
from pod.scene import FRAME_MS, Scene
from pod.scene_state import LEFT, LINEAR
from pod.sound.synth import Synth
from starlit import simbus
from starlit.fuzz.paint import Painter

# Minutes instead of a night: the same code, other times of the show.
HURRY: dict[str, Any] = {
    "RITUAL_MS": 40_000,
    "FADE_MS": 24_000,
}
TENTH_MS = 170  # of a score's minute: its first slot comes after two true ones


class WildScene(Scene):
    """Wherever the scene would show light it shows noise."""

    chance = random.Random(0)

    def __init__(self, profile: str):
        super().__init__(profile)
        self._lit = False
        self._t_ms = 0
        self._painter = Painter(self.chance)

    def sky_light(self, shared_ms: int, part: Part, level: int) -> None:
        self.clear()
        self._lit = True

    def dawn_light(self, level: int) -> None:
        self.clear()
        self._lit = True

    def clear(self) -> None:
        super().clear()
        self._lit = False

    def settle_calm(self, own: int, friend: int) -> None:
        """Noise has no heart in it."""

    def settle(self, *rest: Any) -> bytearray:
        if not self._lit and not any(self.light[LINEAR:LEFT]):
            return super().settle(*rest)
        self._t_ms += FRAME_MS
        return self._painter.frame(self._t_ms)


class WildSynth(Synth):
    """Wherever a layer would sound it sends bursts, clicks and full scale."""

    chance = random.Random(0)

    def __init__(self, cap: int):
        super().__init__(cap)
        self._top = 0
        self._left = 0
        self._noise = bytes(640)

    def render(self) -> Any:
        if super().render() is None:
            return None
        if self._left == 0:
            self._left = self.chance.choice((1, 2, 5, 20, 50))
            self._top = self.chance.choice((0, 3, 100, 2000, 32767))
            self._noise = self.chance.randbytes(640)
        self._left -= 1
        samples = array("h", self._noise)
        for at in range(len(samples)):
            self.block[at] = samples[at] * self._top >> 15
        return self.block


def _lying_seal(chance: random.Random) -> Any:
    """Pongs that tell any time at all; Unix time stays, a scenario's `wall` is the truth of it."""
    honest = simbus.IdealCoordinator._seal

    def seal(self: Any, topic: str, body: dict, *rest: Any, **stamp: Any) -> Any:
        if topic.endswith("/set/pong") and chance.random() < 0.3:
            body = dict(body)
            shift = chance.choice((-(1 << 20), -5000, -20, 20, 2100, 60_000, 1 << 26))
            for name in ("rx_ms", "tx_ms"):
                body[name] = max(0, body.get(name, 0) + shift + chance.randrange(-3, 4))
            if chance.random() < 0.1:
                body["epoch"] = chance.randrange(1 << 20)
        return honest(self, topic, body, *rest, **stamp)

    return seal


def hurry(stack: ExitStack) -> None:
    stack.enter_context(patch.multiple(night, **HURRY))
    stack.enter_context(patch.object(score, "TENTH_MS", TENTH_MS))


@contextmanager
def bent(
    seed: int, hurried: bool = False, wild: bool = False, liar: bool = False
) -> Iterator[None]:
    """For the time of one run."""
    with ExitStack() as stack:
        if hurried:
            hurry(stack)
        if wild:
            WildScene.chance = WildSynth.chance = random.Random(seed)
            stack.enter_context(patch.multiple(show, Scene=WildScene, Synth=WildSynth))
        if liar:
            seal = _lying_seal(random.Random(seed))
            stack.enter_context(patch.object(simbus.IdealCoordinator, "_seal", seal))
        yield
