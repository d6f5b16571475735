"""The golden run through the Pico's body on a simulated board: the same hands and chips as in the
virtual body's (tests/pod/body/reference.py), and the same messages at the same instants.

What the chips said and what hands did is written down on the way, so that the body can be given the
same on another interpreter (tests/micropython/scripts/pico_night.py).
"""

import json

from tests.pod.body.pico.world import START_US, Rig, Wire, board
from tests.pod.body.reference import POD, SEED, act

from starlit.runner import ticks_at_start

BLOCK = 640


class Vectors:
    """In place of the bus and before the pins: each line is a turn's instant in us, or what is new.

    `r`, `w`: a transfer (address, register, bytes); `p`: an instant, a pin, its level; `m`: an
    instant and what the link, the clock and a hand in the set-up window brought.
    """

    def __init__(self):
        self.lines = []
        self._bus, self._put = board.i2c, board.put
        board.i2c, board.put = self, self.put

    def stop(self):
        board.i2c, board.put = self._bus, self._put

    def add(self, *line):
        self.lines.append(json.dumps(line, separators=(",", ":")))

    def turn(self, us):
        self.lines.append(str(us))

    def readfrom_mem_into(self, addr, reg, buf):
        self._bus.readfrom_mem_into(addr, reg, buf)
        self.add("r", addr, reg, bytes(buf).hex())

    def writeto_mem(self, addr, reg, buf):
        self._bus.writeto_mem(addr, reg, buf)
        self.add("w", addr, reg, bytes(buf).hex())

    def put(self, pin, level):
        if board.level[pin] != level:
            self.add("p", board.now_us, pin, level)
        self._put(pin, level)


class Night:
    """The Pico's run of the same."""

    def __init__(self, events, seconds, told):
        self.wire = Wire()
        self.rig = Rig(wire=self.wire, pulse_seed=SEED * 1009, pod=POD, seed=SEED)
        board.ticks_from_us = ticks_at_start(POD) * 1000 - START_US
        self.rig.hardware.sensors.start(ticks_at_start(POD))
        self.rig.hardware._moved_ms = self.rig.hardware._heat_ms = ticks_at_start(POD)
        self.rig.start()
        self.vectors = Vectors()
        self._follow(sorted(events, key=lambda event: event.t_ms), seconds, list(told))
        self.vectors.stop()

    def _follow(self, events, seconds, told):
        rig, t_us, due_us = self.rig, 0, 0
        while t_us <= seconds * 1_000_000:
            board.run_to(START_US + t_us)
            while events and events[0].t_ms * 1000 <= t_us:
                act(rig.world, events.pop(0))
            rig.world.sync()
            if told and told[0][0] <= t_us:
                while told and told[0][0] <= t_us:
                    self._tell(told.pop(0))
                    self._turn()
            due_us = t_us + self._turn() * 1000
            rig.world.sync()
            t_us = self._next_us(t_us, due_us, events, told)

    def _turn(self):
        self.vectors.turn(board.now_us)
        return self.rig.loop.turn()

    def _next_us(self, t_us, due_us, events, told):
        release_us = self.rig.world.button_contact.release_us
        instants = [due_us, t_us // 1000 * 1000 + 1000]
        instants += [release_us] if release_us else []
        instants += [told[0][0]] if told else []
        instants += [board._events[0][0] - START_US] if board._events else []
        return min(us for us in instants if us > t_us)

    def _tell(self, told):
        _, lasting, setup, messages = told
        inputs, loop = self.rig.loop.inputs, self.rig.loop
        self.wire.up = lasting["link_up"]
        inputs.wall_s, inputs.heart_open = lasting["wall_s"], lasting["heart_open"]
        loop.setup = setup
        now_us = (board.now_us + board.ticks_from_us) % (1 << 30)
        hexed = [(topic, payload.hex(), age_us) for topic, payload, age_us in messages]
        self.vectors.add("m", board.now_us, lasting, setup, hexed)
        for topic, payload, age_us in messages:
            self.wire.inbox.put(topic, payload, (now_us - age_us) % (1 << 30))

    def frames(self):
        return self.rig.frames()

    def blocks(self):
        """Blocks that sounded, without the silence ahead of each start and between."""
        found = []
        for begin, end in zip(board.starts, [*board.starts[1:], len(board.played)], strict=True):
            sound = board.played[begin + 1920 : end]
            found += [bytes(sound[i : i + BLOCK]) for i in range(0, len(sound), BLOCK)]
        return [block for block in found if block.strip(b"\0")]
