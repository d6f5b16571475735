"""`starlit bench core --body linux`: what the Raspberry Pi's body costs, on this machine.

The loop's share of a core is measured on simulated parts and a simulated clock, without what the
simulation itself takes; memory and the time to sensing in a process of its own, on the real clock.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pod.body.linux.boards import SIMULATED
from pod.body.linux.hardware import Hardware
from pod.body.linux.loop import Loop
from pod.body.linux.problem import Log
from pod.config import Config
from pod.core import Pod
from pod.io import RESET_POWER
from starlit.errors import UserError
from starlit.virtual.pi import Pi, PortAudio

CORE_BAR = 2.0  # percent of a desktop's core, sound apart; a Zero 2 W's is about a fifteenth of it
MEMORY_BAR_MB = 80.0
SENSING_BAR_S = 3.0
CHILD_S = 5.0
_CHILD = """
import sys, time
from starlit.virtual.pi import Pi
Pi.install()
pi = Pi(lambda: time.monotonic_ns() // 1000)
pi.finger(64.0)
from pod.body.linux.command import main
sys.exit(main(sys.argv[1:]))
"""


class Silent(Log):
    def say(self, line: str) -> None:
        pass


class Memory:
    """Records that go nowhere."""

    failing = False

    def keep(self, _records: object) -> bool:
        return True


class Bench:
    """A pod in its ritual with a finger on, alone, on a clock that costs nothing."""

    def __init__(self, sound: bool) -> None:
        self.now_us = 0
        self.pi = Pi(lambda: self.now_us)
        self.pi.finger(64.0)
        self.hardware = Hardware(SIMULATED, lambda: self.now_us, Silent(), "spi")
        if sound:
            self.hardware.speaker._portaudio = PortAudio(lambda: self.now_us)
            self.hardware.speaker._index = 0
        self.hardware.start(self._pass)
        config = Config(profile="adult")
        pod = Pod(config, {})
        memory: Any = Memory()
        self.loop = Loop(self.hardware, pod, memory, lambda: self.now_us)
        self.loop.inputs.wall_s = 1767297600
        self.loop.start(RESET_POWER)

    def _pass(self, us: int) -> None:
        self.now_us += us

    def run(self, seconds: float) -> None:
        end_us = self.now_us + int(seconds * 1e6)
        while self.now_us < end_us:
            self.now_us += self.loop.turn()

    def goodnight(self) -> None:
        self.pi.press(1200)
        self.run(12)
        self.pi.press(200)
        self.run(20)
        if not any(self.pi.ring.shown()):
            raise AssertionError("the ritual is dark: nothing is measured")

    def percent(self, seconds: float) -> float:
        """Of one core, over `seconds` of the pod's time."""
        simulated_s, began_s = self.pi.simulated_s, time.process_time()
        self.run(seconds)
        spent_s = time.process_time() - began_s - (self.pi.simulated_s - simulated_s)
        return 100 * spent_s / seconds


def _block_us() -> float:
    """A block of a cue that sounds, synthesised and guarded, as `core_probe` has it."""
    from starlit.bench.core import probe

    found = probe(sys.executable)
    return float((found.get("block") or {"us": 0.0})["us"])


def run(seconds: float = 60.0) -> dict[str, Any]:
    """All figures. `ok` holds what they are held against. UserError without Blinka."""
    try:
        Pi.install()
    except ImportError as error:
        install = "pip install 'starlit-cottage[pi]'"
        raise UserError(f"bench core --body linux: no {error.name}; run: {install}") from None
    rest, lit = Bench(sound=False), Bench(sound=False)
    rest.run(15)
    resting = rest.percent(seconds)
    lit.goodnight()
    ritual = lit.percent(seconds)
    child = _child()
    block_us = _block_us()
    result: dict[str, Any] = {
        "version": 1,
        "ritual_percent": round(ritual, 2),
        "rest_percent": round(resting, 2),
        "bar_percent": CORE_BAR,
        "sound_percent": round(block_us / 20_000 * 100, 2),
        "block_us": round(block_us),
        "rss_mb": round(child["rss_mb"], 1),
        "bar_mb": MEMORY_BAR_MB,
        "sensing_s": round(child["sensing_s"], 2),
        "bar_s": SENSING_BAR_S,
    }
    result["ok"] = {
        "core": ritual < CORE_BAR,
        "memory": child["rss_mb"] < MEMORY_BAR_MB,
        "sensing": child["sensing_s"] < SENSING_BAR_S,
    }
    return result


def _child() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "pod.toml"
        config.write_text('[body]\nstate = "state"\n[leds]\nbackend = "spi"\n')
        words = ["bench", "--json", "--seconds", str(CHILD_S), "--config", str(config)]
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, *words], capture_output=True, text=True, timeout=60
        )
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        raise UserError(f"bench core --body linux: {last}; run it by hand: starlit-pod bench")
    found: dict[str, Any] = json.loads(done.stdout.strip().rpartition("\n")[2])
    return found
