"""The I2C bus of both sensors, with a fuse: an absent chip may stall the loop for 50 ms a try.

After such a try its address is left alone for 10 s, and for as long as anything sounds; every
call in between fails at once, which the sensors' own watch reports (pod.drivers.sensors).
"""

from time import sleep_us, ticks_diff, ticks_ms

from machine import I2C, Pin

from ...compat import const

_REST_MS = const(10000)
_EIO = const(5)


class Bus:
    def __init__(self, sda, scl):
        self._sda, self._scl = sda, scl
        self._i2c = None
        self._blown = {}  # address -> when it failed
        self.busy = False  # something sounds: no try that may stall
        self.stalls = 0

    def start(self):
        # MicroPython's own limit for a transfer, 50 ms, stands in the call to be seen.
        self._i2c = I2C(0, sda=Pin(self._sda), scl=Pin(self._scl), freq=400000, timeout=50000)

    def readfrom_mem_into(self, addr, reg, buf):
        self._ask(addr)
        try:
            self._i2c.readfrom_mem_into(addr, reg, buf)
        except OSError:
            self._fail(addr)

    def writeto_mem(self, addr, reg, buf):
        self._ask(addr)
        try:
            self._i2c.writeto_mem(addr, reg, buf)
        except OSError:
            self._fail(addr)

    def _ask(self, addr):
        """Raises where the fuse of `addr` is blown. Time starts here."""
        self._began_ms = ticks_ms()
        if self._blown and addr in self._blown:
            if self.busy or ticks_diff(self._began_ms, self._blown[addr]) < _REST_MS:
                raise OSError(_EIO)
            del self._blown[addr]
            self._free()
            self._began_ms = ticks_ms()

    def _fail(self, addr):
        now_ms = ticks_ms()
        if ticks_diff(now_ms, self._began_ms) > 5:
            self.stalls += 1
            self._blown[addr] = now_ms
        raise OSError(_EIO)

    def _free(self):
        """Nine clocks free a chip that holds SDA in the middle of a byte (I2C specification
        UM10204, 3.1.16)."""
        scl = Pin(self._scl, Pin.OPEN_DRAIN, value=1)
        for _ in range(9):
            scl(0)
            sleep_us(5)
            scl(1)
            sleep_us(5)
        self.start()
