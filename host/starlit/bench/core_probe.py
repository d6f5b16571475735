"""Time and bytes of the core's hot paths: one sample, one frame, one block.

Runs on CPython and MicroPython (its grammar): `python core_probe.py DEVICE_DIR [TURN_MS WARM_MS
TIMES]`; the last three for a processor that has no patience for the rest. Prints one JSON object:
for each path `us`, and on MicroPython `bytes` and `heap_lock` ("ok", or the error of the first
allocation). What it measures is `Pod.step` itself with just that thing due; `step` is a step with
nothing due, and is contained in the others but for the block, which is all that its step does.
"""

# MicroPython has no typing:
# mypy: ignore-errors
# ruff: noqa: UP031 (no f-strings or formats where an older MicroPython may run it)
import gc
import json
import sys

from probe_clock import now_us, passed_us  # beside this file, where a script's imports begin

sys.path.insert(0, sys.argv[1] if len(sys.argv) > 1 else "device")

from pod.config import Config  # noqa: E402
from pod.core import Pod  # noqa: E402
from pod.envelope import open_envelope, seal  # noqa: E402
from pod.io import Inputs, Outputs  # noqa: E402

# Not whether it can be imported: Blinka brings a module of that name to CPython.
if sys.implementation.name == "micropython":
    import micropython
else:
    micropython = None

# Steps so far apart until it is warm: the ritual under way, the heart known; so often measured.
TURN_MS, WARM_MS, TIMES = 10, 40_000, 60
if len(sys.argv) == 5:
    TURN_MS, WARM_MS, TIMES = [int(arg) for arg in sys.argv[2:]]
SAMPLES = 10  # a poll of the FIFO
LISTEN_MS = 10_000  # without a broker a pod shows nothing before


class Bench:
    """A pod brought to its bedtime ritual with a finger on, stepped by hand."""

    def __init__(self):
        self.inputs = Inputs()
        self.outputs = Outputs()
        config = Config(profile="adult")
        self.key = config.key
        self.pod = Pod(config, {})
        self.index = 0
        self.now_ms = 1000
        self.due_ms = 1000
        self.inputs.switch_in = True
        self.inputs.link_expected = False
        self.inputs.lux_mlx = 5000
        self.inputs.mem_free = 120000
        self.inputs.wall_s = 1767297600
        self.wave = make_wave()
        self.second = -1
        self.second_ms = 0

    def start(self):
        self.pod.start(self.now_ms, 0, self.outputs)
        self.press(1200)
        self.run(LISTEN_MS)
        self.press(300)
        self.run(WARM_MS)
        self.play("tide")
        self.run(6000)

    def press(self, ms):
        self.inputs.button = True
        self.run(ms)
        self.inputs.button = False
        self.run(100)

    def play(self, cue):
        """Asks for a cue that sounds, as the host does, and leaves the link again."""
        inputs, outputs = self.inputs, self.outputs
        inputs.link_up = True
        inputs.now_ms = self.now_ms = self.now_ms + 10
        self.fill(False, False)
        self.step()
        nonce = None
        for topic, payload, _, _ in outputs.messages:
            if topic.endswith("/tele"):
                nonce = open_envelope(self.key, topic, payload).body["nonce"]
        drain(outputs)
        topic = "starlit/home/pod/pod-1/set/play"
        body = '{"do":"cue","cue":"%s"}' % cue
        inputs.messages.append((topic, seal(self.key, topic, body, nonce), 0))
        self.now_ms += 10
        self.fill(False, False)
        self.step()
        inputs.messages.clear()
        inputs.link_up = False
        drain(outputs)

    def run(self, ms):
        """Steps with samples each 100 ms and a block of sound each 20, as it is wanted."""
        for _ in range(ms // TURN_MS):
            self.now_ms += TURN_MS
            self.fill(self.now_ms % 100 < TURN_MS, self.now_ms % 20 < TURN_MS)
            self.step()
            drain(self.outputs)

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
    """Median us and most bytes of `TIMES` single steps with only that due; None if it never is."""
    inputs, outputs = bench.inputs, bench.outputs
    times, grown = [], 0
    tries = 0
    while len(times) < TIMES and tries < 4000:
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
        busy, us, grew = one(bench)
        # A step that also talks or writes is another path, as is the one of each second.
        if not busy and (not frame or outputs.leds_changed):
            times.append(us)
            grown = max(grown, grew)
        drain(outputs)
    if not times:
        return None
    times.sort()
    return times[len(times) // 2], grown


def one(bench):
    gc.collect()
    gc.disable()
    second = bench.outputs.sky_second
    before = gc.mem_alloc() if micropython else 0
    began = now_us()
    bench.step()
    us = passed_us(now_us(), began)
    grew = gc.mem_alloc() - before if micropython else 0
    gc.enable()
    outputs = bench.outputs
    busy = bool(outputs.messages or outputs.notes or outputs.store)
    busy = busy or outputs.sky_second != second
    return busy, us, grew


def drain(outputs):
    outputs.leds_changed = False
    outputs.messages.clear()
    outputs.notes.clear()
    outputs.store.clear()


def locked(bench, samples, sound, frame):
    """Steps under `heap_lock`: "ok", or the first allocation's error."""
    if micropython is None:
        return None
    outputs = bench.outputs
    bench.second = -1
    done, tries = 0, 0
    while done < TIMES * 2 // 3 and tries < 4000:
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
        except MemoryError as error:
            micropython.heap_unlock()
            sys.print_exception(error, sys.stderr)
            return "allocates"
        micropython.heap_unlock()
        drain(outputs)
        done += 1
    return "ok" if done else None


def second_is_near(bench):
    """Once a second the pod takes stock and talks: another path, stepped outside the lock."""
    if bench.outputs.sky_second != bench.second:
        # Seen for the first time here: how long ago it changed is not known.
        bench.second_ms = bench.now_ms - (900 if bench.second < 0 else 0)
        bench.second = bench.outputs.sky_second
    return bench.now_ms - bench.second_ms >= 900


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
        us, grown = found
        result[name] = {"us": us, "bytes": grown if micropython else None}
        result[name]["heap_lock"] = locked(bench, samples, sound, frame)
    result["us_per_sample"] = (result["samples"]["us"] - result["step"]["us"]) / SAMPLES
    print(json.dumps(result))


if __name__ == "__main__":
    main()
