"""A pod with the Pico's body on a simulated board, and the world around it: chips, rail, hands.

The chips are the virtual body's own, register by register; the board is tests/micropython/fakes.
"""

from simboard import board
from tests.pod.body.hands import Hand, changes

from pod.body.pico.hardware import Hardware
from pod.body.pico.loop import Loop
from pod.config import Config
from pod.core import Pod
from pod.inbox import Inbox
from pod.pins import PINS
from starlit.virtual.hands import Hands

PIN = {name: pico for name, pico, _ in PINS}
START_US = 600_000  # the body leaves the rail alone for so long
WARM = 24_000  # about what the ADC reads at 32 C


class World(Hands):
    """Hands at the pod's hardware. Its clock begins when the body has started."""

    def __init__(self, pulse_seed=1):
        super().__init__(self.clock_us, pulse_seed, None)
        board.i2c = self.bus
        board.watch[PIN["rail_enable"]] = lambda level: self.rail.enable(bool(level))
        board.watch[PIN["heartbeat"]] = lambda level: self.rail.toggle()
        self._frames = 0
        self.temp_code = 29_300  # 30 C
        self.sync()

    @staticmethod
    def clock_us():
        return max(board.now_us - START_US, 0)

    def sync(self):
        """What hands did reaches the pins; what the pins did reaches the light."""
        while self._frames < len(board.frames):
            self.ring.write(board.frames[self._frames][1])
            self._frames += 1
        self._shine()
        board.put(PIN["switch_sense"], int(self.rail.sense_in))
        board.put(PIN["button"], int(not self.button_contact.down))
        board.put(PIN["hot"], int("hot" not in self.faults))
        board.adc[PIN["ntc"]] = self.temp_code


class Store(dict):
    """Records kept in memory; `broken`: flash refuses."""

    writes = 0
    broken = failing = False
    rail_at_write = None

    def keep(self, records):
        self.update({key: bytes(value) for key, value in records})
        return self.flush()

    def flush(self):
        self.rail_at_write = board.level[PIN["rail_enable"]]
        self.failing = self.broken
        self.writes += not self.broken
        return not self.broken


class Wire:
    """A link that a test holds both ends of."""

    def __init__(self):
        self.up = False
        self.asks_rest = self.night_off = False
        self.wanted = True
        self.inbox = Inbox("starlit/home/")
        self.sent = []

    def send(self, messages):
        self.sent.extend(messages)


class Rig(Hand):
    """Board, world, body, pod and loop; `run` passes time, millisecond by millisecond."""

    def __init__(self, stored=None, wire=None, pulse_seed=1, **config):
        board.power_up()
        self.world = World(pulse_seed)
        self.hardware = Hardware()
        self.hardware.start()
        self.config = Config()
        for name, value in config.items():
            setattr(self.config, name, value)
        self.store = Store(stored or {})
        self.wire = wire
        self.loop = Loop(self.hardware, Pod(self.config, dict(self.store)), self.store, wire)

    @property
    def ms(self):
        return (board.now_us - START_US) // 1000

    def run(self, ms):
        """Turns when the loop asks for one, and whenever the board has something for it."""
        end_us = board.now_us + ms * 1000
        while board.now_us < end_us:
            self.world.sync()
            wait_us = self.loop.turn() * 1000
            self.world.sync()
            board.run_to(min(board.now_us + wait_us, end_us))

    def touch(self, ms):
        self.world.press(ms)

    def frames(self):
        """What was sent to the LEDs, each change once."""
        return changes([rgb for _, rgb in board.frames])
