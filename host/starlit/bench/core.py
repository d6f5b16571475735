"""`starlit bench core`: how fast the core is, and whether its hot paths allocate.

Figures of one pod alone (no link), on this machine; sound is left out of the two speeds and
measured apart, as issue 2 asks.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from pod.config import Config
from starlit.actor import act
from starlit.errors import UserError
from starlit.heartfile import HeartNight
from starlit.runner import PodRunner, VirtualClock
from starlit.scenario import parse_line
from starlit.simulate import EVENING_UNIX_S
from starlit.trace import DARK

RITUAL_BAR = 150.0  # simulated seconds a second, full waveform, during the ritual
NIGHT_BAR = 1000.0  # from beats alone, a whole night
SOUND_S = 30.0  # inside the cue
GOODNIGHT_S = 12.0  # without a broker a pod shows nothing in its first 10 s
ROOT = Path(__file__).resolve().parents[3]
TIDE = (
    '{"t_ms":0,"topic":"pod/pod-1/set/play","sign":true,'
    '"payload":"{\\"do\\":\\"cue\\",\\"cue\\":\\"tide\\"}"}'
)
PROBE = Path(__file__).with_name("core_probe.py")
SOUND_PROBE = Path(__file__).with_name("sound_probe.py")
PROBE_TIMEOUT_S = 300


def _runner(clock: VirtualClock, sensor: str, sound: bool) -> PodRunner:
    config = Config(profile="adult", seed=1)
    config.armed = True
    runner = PodRunner(config, clock, sensor=sensor, sound=sound, link_expected=False)
    runner.start()
    runner.set_wall(EVENING_UNIX_S)
    return runner


def _run(runner: PodRunner, clock: VirtualClock, end_s: float) -> None:
    end_us = int(end_s * 1e6)
    while (due_us := runner.next_us()) <= end_us:
        clock.now_us = max(due_us, clock.now_us)
        runner.advance()
    clock.now_us = end_us


def _press(runner: PodRunner, clock: VirtualClock, at_s: float, ms: int) -> None:
    _run(runner, clock, at_s)
    runner.body.press(ms)


def _goodnight(runner: PodRunner, clock: VirtualClock) -> None:
    _press(runner, clock, 0.5, 1200)
    _press(runner, clock, GOODNIGHT_S, 300)


def ritual_speed(seconds: float = 120.0, sound: bool = False) -> float:
    """Simulated seconds a second, through the chip, its driver and the detector."""
    clock = VirtualClock()
    runner = _runner(clock, "ppg", sound)
    runner.body.finger(66.0)
    _goodnight(runner, clock)
    _run(runner, clock, GOODNIGHT_S + 20)
    if sound:
        _play(runner, clock)
    if runner.body.leds_shown() == DARK:
        raise AssertionError("the ritual is dark: nothing is measured")
    began = time.perf_counter()
    _run(runner, clock, GOODNIGHT_S + 20 + seconds)
    return seconds / (time.perf_counter() - began)


def _play(runner: PodRunner, clock: VirtualClock) -> None:
    """Asks for a cue of 48 s that sounds, and goes on without a link."""
    runner.set_link(True)
    _run(runner, clock, GOODNIGHT_S + 20.1)
    act(runner, parse_line(TIDE, "bench"))
    _run(runner, clock, GOODNIGHT_S + 20.2)
    runner.set_link(False)
    if not runner.outputs.sound_wanted:
        raise AssertionError("the cue is silent: nothing is measured")


def night_speed(hours: float = 8.0) -> float:
    """Simulated seconds a second over a night of beats, ritual included."""
    clock = VirtualClock()
    runner = _runner(clock, "beats", False)
    began = time.perf_counter()
    _goodnight(runner, clock)
    rows = [(t * 5.0, 58.0 + t * 7 % 5) for t in range(int(hours * 720))]
    beats, _ = HeartNight(rows).segments_ms()[0]
    runner.body.feed_beats([int(GOODNIGHT_S * 1000) + t for t in beats])
    _run(runner, clock, hours * 3600)
    return hours * 3600 / (time.perf_counter() - began)


def find_micropython() -> str | None:
    """STARLIT_MICROPYTHON, else the checkout's own, else the PATH."""
    named = os.environ.get("STARLIT_MICROPYTHON")
    if named:
        if not Path(named).is_file() or not os.access(named, os.X_OK):
            raise UserError(f"STARLIT_MICROPYTHON={named}: not a program; correct or unset it")
        return named
    own = ROOT / ".cache" / "micropython" / "micropython"
    return str(own) if own.exists() else shutil.which("micropython")


def probe(interpreter: str, heap: str | None = None) -> dict[str, Any]:
    """Hot paths on one interpreter, in a process of its own."""
    return _run_probe(interpreter, heap, PROBE)


def sound_probe(interpreter: str) -> dict[str, Any]:
    """A block of each kind of sound, guarded. A Pico's loops are others: `starlit bench device`."""
    return _run_probe(interpreter, None, SOUND_PROBE)


def _run_probe(interpreter: str, heap: str | None, script: Path, *args: str) -> dict[str, Any]:
    said = probe_output(interpreter, heap, script, _device_dir(), *args)
    return json.loads(said.rpartition("\n")[2])


def probe_output(interpreter: str, heap: str | None, script: Path, device: str, *args: str) -> str:
    """What a probe prints, JSON in its last line. `device`: where the package `pod` is."""
    options = ["-X", f"heapsize={heap}"] if heap else []
    command = [interpreter, *options, str(script), device, *args]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(f"bench: {interpreter} failed ({error}); check it by hand") from None
    if done.returncode:
        last = (done.stdout + done.stderr).strip().rpartition("\n")[2]
        raise UserError(f"bench: {interpreter} failed ({last}); run {script} by hand")
    return done.stdout.strip()


def _device_dir() -> str:
    import pod

    return str(Path(pod.__file__).resolve().parents[1])


def run(ritual_s: float = 120.0, night_h: float = 8.0) -> dict[str, Any]:
    """All figures. `ok` holds what they are held against."""
    ritual = ritual_speed(ritual_s)
    with_sound = ritual_speed(min(ritual_s, SOUND_S), sound=True)
    night = night_speed(night_h)
    micropython = find_micropython()
    result: dict[str, Any] = {
        "version": 1,
        "ritual": {"speed": round(ritual, 1), "bar": RITUAL_BAR, "seconds": ritual_s},
        "ritual_with_sound": {"speed": round(with_sound, 1)},
        "night": {"speed": round(night, 1), "bar": NIGHT_BAR, "hours": night_h},
        "cpython": probe(sys.executable),
        "micropython": probe(micropython) if micropython else None,
    }
    result["sound"] = {
        "cpython": sound_probe(sys.executable),
        "bytecode": sound_probe(micropython) if micropython else None,
    }
    result["ok"] = {
        "ritual": ritual >= RITUAL_BAR,
        "night": night >= NIGHT_BAR,
        "no_allocation": _allocation_free(result["micropython"]),
    }
    return result


def _allocation_free(found: dict[str, Any] | None) -> bool | None:
    """None where it could not be measured."""
    if found is None:
        return None
    paths = [found.get(name) or {} for name in ("samples", "frame", "block")]
    if not all(paths):
        return None
    return all(path["bytes"] == 0 and path["heap_lock"] == "ok" for path in paths)
