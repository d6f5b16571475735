"""A pod with the Raspberry Pi's body on simulated parts, on a clock that a test moves."""

from tests.pod.body.hands import Hand, changes

from pod.body.linux.boards import SIMULATED
from pod.body.linux.hardware import Hardware
from pod.body.linux.loop import Loop
from pod.body.linux.problem import Log
from pod.config import Config
from pod.core import Pod
from starlit.virtual.pi import Pi, PortAudio

START_US = 600_000  # the body leaves the rail alone for so long


class Lines(Log):
    def __init__(self):
        super().__init__()
        self.lines = []

    def say(self, line):
        self.lines.append(line)


class Records(dict):
    """Kept in memory; `broken`: the disk refuses."""

    broken = failing = False
    rail_at_write = None

    def keep(self, records):
        self.update({key: bytes(value) for key, value in records})
        return self.flush()

    def flush(self):
        self.rail_at_write = Pi.current.rail.on
        self.failing = self.broken
        return not self.broken


class Wire:
    """A link that a test holds both ends of."""

    def __init__(self):
        self.up = False
        self.inbox = []
        self.sent = []

    def send(self, messages):
        if self.up:
            self.sent.extend(messages)

    def waiting(self):
        return bool(self.inbox)

    def give(self, inputs, now_us):
        inputs.messages.extend(self.inbox)
        self.inbox.clear()


class Rig(Hand):
    """Pi, body, pod and loop; `run` passes time."""

    def __init__(self, wire=None, pulse_seed=1, backend="spi", stored=None, sound="auto", **config):
        self.now_us = 0
        self.pi = Pi(self.since_start_us, pulse_seed)
        self.log = Lines()
        self.portaudio = PortAudio(self.since_start_us)
        self.hardware = Hardware(SIMULATED, self.clock_us, self.log, backend, sound)
        self.hardware.speaker._portaudio = self.portaudio
        self.hardware.speaker._index = None if sound == "none" else 0
        self.records = Records(stored or {})
        self.wire = wire
        self.config = Config(**config)
        self.hardware.start(self.pass_us)
        self.loop = Loop(
            self.hardware, Pod(self.config, dict(self.records)), self.records, self.clock_us, wire
        )

    def clock_us(self):
        return self.now_us

    def since_start_us(self):
        return max(self.now_us - START_US, 0)

    def pass_us(self, us):
        self.now_us += us

    def run(self, ms):
        end_us = self.now_us + ms * 1000
        while self.now_us < end_us:
            self.now_us = min(self.now_us + self.loop.turn(), end_us)

    def touch(self, ms):
        self.pi.press(ms)

    def frames(self):
        """What came off the wire, each change once."""
        return changes(self.pi.frames)
