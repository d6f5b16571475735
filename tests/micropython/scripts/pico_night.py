"""The golden run through the Pico's body on this interpreter: the chips, hands and messages that
tests/pod/body/pico/night.py has written down. Prints what came out: `frames N SHA`, `blocks N SHA`.

`pico_night.py VECTORS FIRST_TICKS_US POD SEED`
"""

import hashlib
import json
import sys
import time
from binascii import hexlify, unhexlify

from simboard import board
from wiring import at_rest

from pod.body.pico.hardware import Hardware
from pod.body.pico.loop import Loop
from pod.config import Config
from pod.core import Pod
from pod.inbox import Inbox

BLOCK, AHEAD = 640, 1920
BEGAN_US = getattr(time, "_BEGAN_US", 0)  # of the board's clock on this interpreter


class Wire:
    up = asks_rest = night_off = False
    wanted = True

    def __init__(self):
        self.inbox = Inbox("starlit/home/")

    def send(self, messages):
        pass


class Store:
    failing = False

    def keep(self, records):
        return True


class Chips:
    """Says what the chips have said, and takes nothing but what they were told."""

    def __init__(self, lines):
        self._lines = lines
        self.transfers = 0

    def _next(self, kind, addr, reg, count):
        line = json.loads(next(self._lines))
        assert line[:3] == [kind, addr, reg] and len(line[3]) == 2 * count, line
        self.transfers += 1
        return unhexlify(line[3])

    def readfrom_mem_into(self, addr, reg, buf):
        buf[:] = self._next("r", addr, reg, len(buf))

    def writeto_mem(self, addr, reg, buf):
        assert self._next("w", addr, reg, len(buf)) == bytes(buf)


class Night:
    def __init__(self, lines, first_us, pod, seed):
        self._lines = lines
        board.power_up()
        board.i2c = self.chips = Chips(lines)
        at_rest()
        hardware = Hardware()
        hardware.start()
        config = Config()
        config.pod, config.seed = pod, seed
        self.wire = Wire()
        self.loop = Loop(hardware, Pod(config, {}), Store(), self.wire)
        board.ticks_from_us = first_us - board.now_us - BEGAN_US
        now_ms = first_us // 1000
        hardware.sensors.start(now_ms)
        hardware._moved_ms = hardware._heat_ms = now_ms
        self.loop.start(0)

    def run(self):
        for line in self._lines:
            if line[0] != "[":
                board.run_to(int(line))
                self.loop.turn()
                continue
            line = json.loads(line)
            board.run_to(line[1])
            if line[0] == "p":
                board.put(line[2], line[3])
            else:
                self._tell(line[2], line[3], line[4])

    def _tell(self, lasting, setup, messages):
        inputs = self.loop.inputs
        self.wire.up = lasting["link_up"]
        inputs.wall_s, inputs.heart_open = lasting["wall_s"], lasting["heart_open"]
        self.loop.setup = setup
        now_us = time.ticks_us()
        for topic, payload, age_us in messages:
            self.wire.inbox.put(topic, unhexlify(payload), (now_us - age_us) % (1 << 30))


def frames():
    last = None
    for _, rgb in board.frames:
        if rgb != last:
            last = rgb
            yield rgb


def blocks():
    """As Night.blocks of tests/pod/body/pico/night.py."""
    starts = board.starts + [len(board.played)]
    for begin, end in zip(starts, starts[1:]):
        for at in range(begin + AHEAD, end, BLOCK):
            block = bytes(board.played[at : min(at + BLOCK, end)])
            if any(block):
                yield block


def digest(name, pieces):
    count, sha = 0, hashlib.sha256()
    for piece in pieces:
        count += 1
        sha.update(piece)
    print(name, count, hexlify(sha.digest()).decode())


with open(sys.argv[1]) as vectors:
    night = Night(iter(vectors), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    night.run()
assert board.underflows == board.torn == 0
digest("frames", frames())
digest("blocks", blocks())
print("transfers", night.chips.transfers)
