"""Plays recorded I2C transfers back to the drivers; runs on CPython and MicroPython alike.

Usage: replay_bus.py RECORDING. The recording was made on the simulated chips by
test_drivers_on_micropython.py; a transfer that differs from it is an error. Prints what every poll
gave. After the warm-up no poll may allocate.
"""

import sys

try:
    from micropython import heap_lock, heap_unlock
except ImportError:  # CPython

    def heap_lock():
        pass

    def heap_unlock():
        pass


from pod.drivers.sensors import Sensors
from pod.io import Inputs

WARM_UP_POLLS = 30


class ReplayBus:
    """`data` holds for each transfer: kind (0 read, 1 write, 2 error), address, register, length,
    bytes. Reads nothing from the heap."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def readfrom_mem_into(self, addr, register, buf):
        at = self._next(0, addr, register, len(buf))
        for i in range(len(buf)):
            buf[i] = self.data[at + i]

    def writeto_mem(self, addr, register, buf):
        at = self._next(1, addr, register, len(buf))
        for i in range(len(buf)):
            if buf[i] != self.data[at + i]:
                raise ValueError("other data written")

    def _next(self, kind, addr, register, length):
        data, at = self.data, self.at
        if data[at + 1] != addr or data[at + 2] != register or data[at + 3] != length:
            raise ValueError("another transfer")
        if data[at] == 2:
            self.at = at + 4
            raise OSError(5)
        if data[at] != kind:
            raise ValueError("another transfer")
        self.at = at + 4 + length
        return at + 4


def polls(bus, start_ms, instants_ms, locked):
    sensors, inputs = Sensors(bus), Inputs()
    sensors.start(start_ms)
    for n, now_ms in enumerate(instants_ms):
        lock = locked and n >= WARM_UP_POLLS
        if lock:
            heap_lock()
        news = sensors.poll(now_ms, inputs)
        if lock:
            heap_unlock()
        yield (
            int(news),
            inputs.ppg_lost,
            inputs.lux_mlx,
            inputs.faults,
            sensors.due_ms,
            list(inputs.ppg[: inputs.ppg_count]),
        )


def main(path):
    with open(path, "rb") as file:
        count = int(file.readline())
        start_ms = int(file.readline())
        # heap_lock never returns on the WebAssembly build: the unix port proves the point
        locked = int(file.readline()) and sys.platform != "webassembly"
        instants_ms = [int(file.readline()) for _ in range(count)]
        data = file.read()
    for result in polls(ReplayBus(data), start_ms, instants_ms, locked):
        print(*result)


if __name__ == "__main__":
    main(sys.argv[1])
