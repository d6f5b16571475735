"""Feeds recorded inputs to the core and digests everything that comes out. MicroPython grammar.

`golden_player.py RECORDING DEVICE_DIR` prints one line for each 10 s of the pod's time and a last
one for all of it: equal lines mean equal light, sound, messages, notes, stored records and due
times. The recording is JSON lines (tests/micropython/golden.py writes it): the first has the
pod's configuration, each later one a step's inputs that changed.
"""

# ruff: noqa: UP031 (MicroPython formats the same, and shorter)
import hashlib
import json
import sys
from binascii import hexlify

WINDOW_MS = 10000


def canonical(value):
    """Text of a note that does not depend on the order of a dict or how floats are printed."""
    if isinstance(value, float):  # lux in thousandths
        return "%d/1000" % int(value * 1000 + 0.5)
    if isinstance(value, dict):
        parts = [json.dumps(key) + ":" + canonical(value[key]) for key in sorted(value)]
        return "{" + ",".join(parts) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([canonical(item) for item in value]) + "]"
    return json.dumps(value)


class Digest:
    """A chain of hashes over `Outputs`, one for each 10 s."""

    def __init__(self):
        self.windows = []
        self.frames = 0
        self.blocks = 0
        self.messages = 0
        self._hash = hashlib.sha256()
        self._end_ms = WINDOW_MS

    def step(self, t_ms, due_ms, outputs):
        while t_ms >= self._end_ms:
            self._close()
            self._end_ms += WINDOW_MS
        self._text("%d %d %d %d" % (t_ms, due_ms, outputs.rail, outputs.sound_wanted))
        if outputs.leds_changed:
            self.frames += 1
            self._hash.update(bytes(outputs.leds))
        if outputs.sound_ready:
            self.blocks += 1
            self._text("%d %d" % (outputs.sound_rms, outputs.sound_peak))
            self._hash.update(memoryview(outputs.sound))
        for topic, payload, qos, retain in outputs.messages:
            self.messages += 1
            self._text("%s %d %d" % (topic, qos, retain))
            self._hash.update(payload)
        for note in outputs.notes:
            self._text(canonical(note))
        for key, value in outputs.store:
            self._text(key)
            self._hash.update(value)
        self._text("%d %d" % (outputs.sky_second, outputs.sky_hash))

    def finish(self):
        """All lines; the last is over all windows."""
        self._close()
        whole = hashlib.sha256("\n".join(self.windows).encode())
        counts = "%d frames, %d blocks, %d messages" % (self.frames, self.blocks, self.messages)
        return self.windows + [counts, "all " + hexlify(whole.digest()).decode()]

    def _text(self, text):
        self._hash.update(text.encode())
        self._hash.update(b"\n")

    def _close(self):
        self.windows.append(hexlify(self._hash.digest()).decode())
        self._hash = hashlib.sha256()


def _fill(inputs, line):
    """`line` holds what changed; counts and messages are of this step alone."""
    inputs.now_ms, inputs.now_us = line["n"]
    samples = line.get("p", ())
    for i in range(len(samples)):
        inputs.ppg[i] = samples[i]
    inputs.ppg_count = len(samples)
    inputs.ppg_lost = line.get("l", 0)
    inputs.sound_due = line.get("d", 0)
    inputs.setup = line.get("q")
    for name in line.get("s", ()):
        setattr(inputs, name, line["s"][name])
    for topic, payload, age_us in line.get("m", ()):
        inputs.messages.append((topic, bytes(payload), age_us))


def play(lines):
    """`lines` is an iterator of text; returns the digest's lines."""
    from pod.config import Config
    from pod.core import Pod
    from pod.io import Inputs, Outputs

    head = json.loads(next(lines))
    config = Config()
    for name in head["config"]:
        setattr(config, name, head["config"][name])
    inputs, outputs = Inputs(), Outputs()
    pod = Pod(config, {})
    digest = Digest()
    t0 = head["start_ms"]
    pod.start(t0, 0, outputs)
    digest.step(0, 0, outputs)
    _drain(outputs)
    for text in lines:
        line = json.loads(text)
        _fill(inputs, line)
        due_ms = pod.step(inputs, outputs)
        digest.step((inputs.now_ms - t0) & 0x3FFFFFFF, due_ms, outputs)
        inputs.messages.clear()
        _drain(outputs)
    return digest.finish()


def _drain(outputs):
    outputs.messages.clear()
    outputs.notes.clear()
    outputs.store.clear()
    outputs.leds_changed = False


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[2] if len(sys.argv) > 2 else "device")
    with open(sys.argv[1]) as recording:
        for output in play(iter(recording)):
            print(output)
