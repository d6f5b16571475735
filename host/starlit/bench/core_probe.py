"""Time and bytes of the core's hot paths: one sample, one frame, one block.

Runs on CPython and MicroPython (its grammar): `python core_probe.py DEVICE_DIR`. Prints one JSON
object: for each path `us`, and on MicroPython `bytes` and `heap_lock` ("ok", or the error of the
first allocation). What it measures is `Pod.step` itself with just that thing due; `step` is a step
with nothing due, and is contained in the others.
"""

import gc
import json
import sys
import time

sys.path.insert(0, sys.argv[1] if len(sys.argv) > 1 else "device")

from pod.config import Config  # noqa: E402
from pod.core import Pod  # noqa: E402
from pod.io import Inputs, Outputs  # noqa: E402

try:
    import micropython
except ImportError:
    micropython = None

if hasattr(time, "ticks_us"):
    _now_us = time.ticks_us
    _passed_us = time.ticks_diff
else:

    def _now_us():
        return time.perf_counter_ns() // 1000

    def _passed_us(later, earlier):
        return later - earlier


SAMPLES = 10  # a poll of the FIFO
WARM_MS = 40_000  # the ritual under way, the heart known


class Bench:
    """A pod brought to its bedtime ritual with a finger on, stepped by hand."""

    def __init__(self):
        self.inputs = Inputs()
        self.outputs = Outputs()
        self.pod = Pod(Config(profile="adult"), {})
        self.index = 0
        self.now_ms = 1000
        self.due_ms = 1000
        self.inputs.switch_in = True
        self.inputs.link_expected = False
        self.inputs.lux_mlx = 5000
        self.inputs.mem_free = 120000
        self.inputs.wall_s = 1767297600
        self.wave = make_wave()

    def start(self):
        self.pod.start(self.now_ms, 0, self.outputs)
        self.press(1200)
        self.run(1000)
        self.press(300)
        self.run(WARM_MS)

    def press(self, ms):
        self.inputs.button = True
        self.run(ms)
        self.inputs.button = False
        self.run(100)

    def run(self, ms):
        """Steps every 10 ms, with samples each 100 ms and sound as it is wanted."""
        for _ in range(ms // 10):
            self.now_ms += 10
            self.fill(self.now_ms % 100 == 0, self.now_ms % 20 == 0)
            self.step()
            self.outputs.messages.clear()
            self.outputs.notes.clear()
            self.outputs.store.clear()

    def fill(self, samples, sound):
        inputs = self.inputs
        inputs.now_ms = self.now_ms
        inputs.ppg_count = SAMPLES if samples else 0
        if samples:
            for i in range(SAMPLES):
                inputs.ppg[i] = self.wave[self.index]
                self.index = self.index + 1 if self.index < 83 else 0
        inputs.sound_due = 1 if sound and self.outputs.sound_wanted else 0

    def step(self):
        self.due_ms = self.pod.step(self.inputs, self.outputs)


def make_wave():
    """One beat of 840 ms, 72 a minute, 1 % deep, in integers."""
    wave = []
    for i in range(84):
        dip = (30 - abs(i - 16) * 2) if 1 < i < 31 else 0
        wave.append(100000 - 33 * (dip if dip > 0 else 0) + (i * 7) % 5)
    return wave


def measure(bench, samples, sound, frame):
    """(us, bytes, lock) of single steps with only that due; the least of many."""
    inputs, outputs = bench.inputs, bench.outputs
    times, grown, lock = [], 0, "ok"
    tries = 0
    while len(times) < 60 and tries < 4000:
        tries += 1
        bench.now_ms += 1
        at_frame = bench.now_ms - bench.due_ms >= 0
        if frame != at_frame:
            if at_frame:  # not wanted now: take it unmeasured
                bench.fill(False, False)
                bench.step()
                drain(outputs)
            continue
        bench.fill(samples, sound)
        if sound and not inputs.sound_due:
            break
        busy, us, grew, error = one(bench)
        # A step that also talks or writes is another path: telemetry once a second.
        if not busy and (not frame or outputs.leds_changed):
            times.append(us)
            grown = max(grown, grew)
            if error:
                lock = error
        drain(outputs)
    if not times:
        return None
    times.sort()
    return times[len(times) // 2], grown, lock


def one(bench):
    gc.collect()
    gc.disable()
    error = None
    before = gc.mem_alloc() if micropython else 0
    began = _now_us()
    bench.step()
    us = _passed_us(_now_us(), began)
    grew = gc.mem_alloc() - before if micropython else 0
    gc.enable()
    outputs = bench.outputs
    busy = bool(outputs.messages or outputs.notes or outputs.store)
    return busy, us, grew, error


def drain(outputs):
    outputs.messages.clear()
    outputs.notes.clear()
    outputs.store.clear()


def locked(bench, samples, sound, frame):
    """Steps under `heap_lock`: "ok", or the first allocation's error."""
    if micropython is None:
        return None
    outputs = bench.outputs
    done, tries = 0, 0
    while done < 20 and tries < 4000:
        tries += 1
        bench.now_ms += 1
        at_frame = bench.now_ms - bench.due_ms >= 0
        near = second_is_near(bench)
        if frame != at_frame or near:
            if at_frame or near:
                bench.fill(False, False)
                bench.step()
                drain(outputs)
            continue
        bench.fill(samples, sound)
        if sound and not bench.inputs.sound_due:
            return None
        micropython.heap_lock()
        try:
            bench.step()
        except MemoryError:
            micropython.heap_unlock()
            return "allocates"
        micropython.heap_unlock()
        drain(outputs)
        done += 1
    return "ok" if done else None


def second_is_near(bench):
    """Once a second the pod talks; that may allocate and is stepped outside the lock."""
    return bench.now_ms % 1000 < 40


def main():
    bench = Bench()
    bench.start()
    result = {"interpreter": sys.implementation.name, "sound_wanted": bench.outputs.sound_wanted}
    for name, samples, sound, frame in (
        ("step", False, False, False),
        ("samples", True, False, False),
        ("frame", False, False, True),
        ("block", False, True, False),
    ):
        found = measure(bench, samples, sound, frame)
        if found is None:
            result[name] = None
            continue
        us, grown, lock = found
        result[name] = {"us": us, "bytes": grown if micropython else None}
        result[name]["heap_lock"] = locked(bench, samples, sound, frame)
    result["samples_a_step"] = SAMPLES
    print(json.dumps(result))


if __name__ == "__main__":
    main()
