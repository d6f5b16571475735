"""I2S to the amplifier. It asks for a block when it has room; nothing here blocks.

`BUFFER` of silence lies ahead of the first block, so a loop that is late by up to 60 ms, or a
garbage collection of 15 ms, is not heard: only a later block than that is silence, and counted.
"""

from time import ticks_diff

from machine import I2S, Pin

from pod.io import BLOCK_SAMPLES, SOUND_RATE_HZ

from ...compat import const

_BLOCK = 2 * BLOCK_SAMPLES
BUFFER = const(1920)  # bytes: 60 ms
# MicroPython copies from a block in pieces, a free byte less than the ring has: with this much the
# first block is taken 20 ms after the start and each later one 20 ms after the one before.
_RING = const(1985)
_LATE_MS = const(80)  # between two blocks: 20 ms and what the buffer holds
_LOST_MS = const(120)  # without a word from the driver: its queue of callbacks was full


class Speaker:
    def __init__(self, bclk, lrclk, din, enable):
        self._pins = (bclk, lrclk, din)
        self._enable_pin = enable
        self._enable = None
        self._i2s = None
        self._silence = bytes(_BLOCK)
        self._taken = False  # the last block is in the ring
        self._due_ms = 0  # when it was
        self._news = self._told  # a bound method allocates: once, here
        self.underruns = 0
        self.failures = 0

    def start(self):
        self._enable = Pin(self._enable_pin, Pin.OUT, value=0)
        self._low()

    def due(self, now_ms):
        """Whether a block can be taken now."""
        if self._i2s is None:
            return False
        if self._taken:
            return True
        if ticks_diff(now_ms, self._due_ms) > _LOST_MS:
            self._taken = True
        return self._taken

    def want(self, wanted, now_ms):
        """Starts or ends it. What cannot start is silence, and tried again at the next sound."""
        if wanted == (self._i2s is not None):
            return
        if not wanted:
            self.stop()
            return
        bclk, lrclk, din = self._pins
        try:
            self._i2s = i2s = I2S(
                0, sck=Pin(bclk), ws=Pin(lrclk), sd=Pin(din), mode=I2S.TX, bits=16,
                format=I2S.MONO, rate=SOUND_RATE_HZ, ibuf=_RING,
            )  # fmt: skip
            for _ in range(BUFFER // _BLOCK):
                i2s.write(self._silence)
            i2s.irq(self._news)  # from here on it does not block
        except (OSError, MemoryError, ValueError):
            self.failures += 1
            self.stop()
            return
        self._taken = True
        self._due_ms = now_ms
        self._enable(1)

    def play(self, block, now_ms):
        """Takes 320 samples; they must stay as they are until the next `due`. None: silence."""
        if self._i2s is None:
            return
        if ticks_diff(now_ms, self._due_ms) > _LATE_MS:
            self.underruns += 1
        self._taken = False
        self._due_ms = now_ms
        self._i2s.write(self._silence if block is None else block)

    def stop(self):
        self._enable(0)
        if self._i2s is not None:
            self._i2s.deinit()
            self._i2s = None
        self._low()

    def _low(self):
        for pin in self._pins:
            Pin(pin, Pin.OUT, value=0)

    def _told(self, _):
        self._taken = True
