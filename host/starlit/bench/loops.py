"""The pod's loops over a block of sound, in the machine code of a Pico: cycles for each sample.

They are counted on an emulated core (cortex.py), so they are the same on every computer. What is in
a block changes next to nothing: both ways through a loop take equally long.
"""

import random
from array import array
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from pod.config import Config
from pod.guard import sound
from pod.guard.sound import SoundGuard
from pod.io import BLOCK_SAMPLES
from pod.sound import voice_state
from starlit.bench.cortex import Cortex
from starlit.bench.mpy import machine_code
from starlit.bundle.build import pod_package

BAR = 150  # of the dearest: the guard, which measures what is too loud three times


def emulated(module: str, counted: bool = False) -> dict[str, Cortex]:
    """The functions of a module of the pod for a Cortex-M, by name; "sound.kernel", say."""
    source = Path(pod_package(), module.replace(".", "/") + "_thumb.py")
    return {name: Cortex(code, counted) for name, code in machine_code(source).items()}


def cycles_per_sample() -> dict[str, float]:
    """Of each loop over a block, as it is called in a night."""
    found = {}
    for name, loop in emulated("sound.kernel", counted=True).items():
        loop(*_CALLS[name])
        found[f"sound.{name}"] = _per_sample(loop.count.cycles)
    return {**found, "guard.block": _of_the_guard()}


def _of_the_guard() -> float:
    """Of a whole block that sounds, once what sounds has risen."""
    guard = SoundGuard(Config(profile="adult"))
    loop = emulated("guard.sound_kernel", counted=True)["block"]
    with patch.object(sound, "kernel", SimpleNamespace(block=loop)):
        for _ in range(_WARM):
            before = loop.count.cycles
            guard.block(_NOISE, _OUT)
    return _per_sample(loop.count.cycles - before)


def _per_sample(cycles: int) -> float:
    return round(cycles / BLOCK_SAMPLES, 1)


_rng = random.Random(1)
_WARM = 60  # blocks
_NOISE = array("h", [_rng.randint(-3000, 3000) for _ in range(BLOCK_SAMPLES)])
_OUT = array("h", [0] * BLOCK_SAMPLES)
_CALLS: dict[str, tuple[Any, ...]] = {
    "noise": (_OUT, array("i", [12345, 0, 0, 0, 0, 29, 247, 245, 303, 588])),
    "band": (_OUT, array("i", [12345, 0, 0, 700, 2200])),
    "mix": (_NOISE, _OUT, array("i", [0] * voice_state.GAIN + [1 << 15, 16, 2500])),
    "tone": (_NOISE * 4, _OUT, array("i", [0, 7209, 1 << 20, 9, 30, 0]), 0),
}
