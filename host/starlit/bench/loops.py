"""The pod's loops over a block of sound, in the machine code of a Pico: cycles for each sample.

They are counted on an emulated core (cortex.py), so they are the same on every computer. What is in
a block changes next to nothing: both ways through a loop take equally long.
"""

import random
from array import array
from pathlib import Path
from typing import Any

from pod.io import BLOCK_SAMPLES
from starlit.bench.cortex import Cortex
from starlit.bench.mpy import machine_code
from starlit.bundle.build import pod_package

BAR = 60  # of the dearest loop


def emulated(module: str, counted: bool = False) -> dict[str, Cortex]:
    """The functions of a module of the pod for a Cortex-M, by name; "guard.kernel", say."""
    source = Path(pod_package(), module.replace(".", "/") + "_thumb.py")
    return {name: Cortex(code, counted) for name, code in machine_code(source).items()}


def cycles_per_sample() -> dict[str, float]:
    """Of each loop over a block, as it is called in a night."""
    found = {}
    for part in ("sound", "guard"):
        for name, loop in emulated(f"{part}.kernel", counted=True).items():
            if name in (calls := _calls()):
                loop(*calls[name])
                found[f"{part}.{name}"] = round(loop.count.cycles / BLOCK_SAMPLES, 1)
    return found


def _calls() -> dict[str, tuple[Any, ...]]:
    rng = random.Random(1)
    block = array("h", [rng.randint(-3000, 3000) for _ in range(BLOCK_SAMPLES)])
    out = array("h", [0] * BLOCK_SAMPLES)
    return {
        "noise": (out, array("i", [12345, 0, 0, 0, 0, 29, 247, 245, 303, 588])),
        "band": (out, array("i", [12345, 0, 0, 700, 2200])),
        "mix": (block, out, array("i", [1 << 15, 16, 2500])),
        "tone": (block * 4, out, array("i", [0, 7209, 1 << 20, 9, 30, 0]), 0),
        "measure": (block, 2, 2500, array("i", [0, 0])),
        "ramp": (block, out, array("i", [1 << 22, 300, 2500])),
        "replay": (block, out, 24, 2500),
        "copy": (block, out),
        "clear": (out,),
    }
