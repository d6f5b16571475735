"""The drivers do the same on the real interpreters as on CPython, and allocate nothing."""

from pathlib import Path

import pytest
from tests.pod.drivers.replay_bus import polls

from starlit.virtual.i2c import I2CBus
from starlit.virtual.max30102 import Max30102Chip
from starlit.virtual.pulse import NoFinger, Pulse
from starlit.virtual.veml7700 import Veml7700Chip

START_MS = (1 << 30) - 9000
pytestmark = pytest.mark.micropython
SCRIPT = Path(__file__).with_name("replay_bus.py")


class RecordingBus(I2CBus):
    """Writes down every transfer in the format of replay_bus.ReplayBus."""

    def __init__(self):
        super().__init__()
        self.log = bytearray()

    def readfrom_mem_into(self, addr, memaddr, buf):
        try:
            super().readfrom_mem_into(addr, memaddr, buf)
        except OSError:
            self.log += bytes((2, addr, memaddr, len(buf)))
            raise
        self.log += bytes((0, addr, memaddr, len(buf))) + bytes(buf)

    def writeto_mem(self, addr, memaddr, buf):
        try:
            super().writeto_mem(addr, memaddr, buf)
        except OSError:
            self.log += bytes((2, addr, memaddr, len(buf)))
            raise
        self.log += bytes((1, addr, memaddr, len(buf))) + bytes(buf)


class Recorder:
    """Two sensors, polled every 40 ms with a stall now and then, over the wrap of the clock."""

    def __init__(self):
        self.now_us = 0
        self.bus = RecordingBus()
        self.pulse = Max30102Chip(lambda: self.now_us, NoFinger())
        self.light = Veml7700Chip(lambda: self.now_us)
        self.bus.attach(0x57, self.pulse)
        self.bus.attach(0x10, self.light)
        self.instants_ms = []

    def moments(self, until_s, stall=0):
        while self.now_us < until_s * 1_000_000:
            self.now_us += 40_000
            if stall and len(self.instants_ms) % 70 == 0:
                self.now_us += stall
            yield (START_MS + self.now_us // 1000) % (1 << 30)

    def quiet_night(self):
        """Touch, a weak finger, an overflow, lights, the finger leaves; no error of the bus."""
        yield from self.moments(4)
        self.pulse.source = Pulse(1, dc=30_000)
        yield from self.moments(10)
        self.light.expose(900.0)
        yield from self.moments(20, stall=700_000)
        self.light.expose(0.01)
        self.pulse.source = NoFinger()
        yield from self.moments(30)

    def faulty_night(self):
        self.pulse.source = Pulse(2)
        yield from self.moments(4)
        self.bus.break_next_read(10)
        yield from self.moments(6)
        self.bus.dead = True
        yield from self.moments(8)
        self.bus.dead = False
        self.pulse.part_id = 0x11
        yield from self.moments(12)
        self.pulse.part_id = 0x15
        self.pulse.stuck = True
        yield from self.moments(16)
        self.pulse.stuck = False
        yield from self.moments(20)

    def write(self, path, night, locked):
        """Runs the night on CPython, keeps it for a replay, and returns what the polls gave."""
        results = list(polls(self.bus, START_MS, self._noted(night), locked=False))
        header = [len(self.instants_ms), START_MS, int(locked), *self.instants_ms]
        path.write_bytes("".join(f"{n}\n" for n in header).encode() + bytes(self.bus.log))
        return "".join(" ".join(map(str, result)) + "\n" for result in results)

    def _noted(self, night):
        for now_ms in night:
            self.instants_ms.append(now_ms)
            yield now_ms


@pytest.fixture(params=["quiet", "faulty"])
def night(request, tmp_path):
    """(recording, what CPython printed). Only errors of the bus may allocate."""
    recorder = Recorder()
    quiet = request.param == "quiet"
    path = tmp_path / "night.bin"
    made = recorder.quiet_night() if quiet else recorder.faulty_night()
    return path, recorder.write(path, made, locked=quiet)


def test_the_recording_holds_a_pulse_gaps_and_light(night):
    _, expected = night
    lines = expected.splitlines()
    assert sum(line.count(",") for line in lines) > 500
    assert any(int(line.split()[1]) > 0 for line in lines)
    assert len({line.split()[2] for line in lines}) > 1


def test_the_replay_itself_agrees_on_cpython(night, run_cpython):
    path, expected = night
    assert run_cpython(SCRIPT, path) == expected


def test_the_unix_port_polls_the_same_without_allocating(night, run_micropython):
    path, expected = night
    assert run_micropython(SCRIPT, path) == expected


def test_the_webassembly_build_polls_the_same(night, run_wasm):
    path, expected = night
    assert run_wasm(SCRIPT, path) == expected
