"""Twelve WS2812B, fed by PIO and DMA: no interrupt is ever masked, so sound goes on.

Double-buffered: a frame that comes while another is on the wire waits for its latch, and the
newest counts. What stands is sent again every second, so a glitch on the wire stands no longer.
"""

from array import array
from time import ticks_add, ticks_diff

import rp2
from machine import Pin

from pod.io import LEDS

from ...compat import const
from .ws2812 import TICK_HZ, ws2812

try:
    from . import kernel_viper as kernel
except (ImportError, SyntaxError, NameError):  # CPython, with Blinka too; a WebAssembly build
    from . import kernel  # type: ignore[no-redef]

# The last of PIO 0: I2S takes the lowest free one there, and the radio sits on PIO 1.
STATE_MACHINE = 3
_FRAME_US = const(700)  # 369 on the wire, 300 for the latch (WS2812B-V5: more than 280)
_POWER_US = const(10000)  # the rail rises in 4 ms; a LED that wakes in a frame shows nonsense
_AGAIN_US = const(1000000)


class Ring:
    def __init__(self, pin):
        self._pin = pin
        self._sm = self._dma = None
        self._words = (array("I", [0] * LEDS), array("I", [0] * LEDS))
        self._next = 0
        self._ready_us = 0  # when the wire is free
        self._sent_us = 0
        self.waiting = False
        self.powered = False

    def start(self):
        self._sm = sm = rp2.StateMachine(
            STATE_MACHINE, ws2812, freq=TICK_HZ, sideset_base=Pin(self._pin)
        )
        sm.active(1)
        self._dma = dma = rp2.DMA()
        # Words, paced by what the state machine takes.
        ctrl = dma.pack_ctrl(inc_write=False, treq_sel=STATE_MACHINE)
        dma.config(read=self._words[0], write=sm, count=LEDS, ctrl=ctrl)

    def power(self, on, now_us):
        """The rail went on or off: LEDs start dark, so what was meant before is forgotten."""
        self.powered = on
        self.waiting = False
        for words in self._words:  # or what stood then is what is sent again
            for i in range(LEDS):
                words[i] = 0
        self._ready_us = ticks_add(now_us, _POWER_US)
        self._sent_us = now_us

    def write(self, leds, now_us):
        """`leds`: r, g, b of twelve, guarded. Nothing is sent without power."""
        if self.powered:
            kernel.pack(leds, self._words[self._next], LEDS)
            self.waiting = True
            self.flush(now_us)

    def flush(self, now_us):
        """Sends what waits, as soon as it may."""
        if not self.waiting and (not self.powered or ticks_diff(now_us, self._sent_us) < _AGAIN_US):
            return
        if ticks_diff(now_us, self._ready_us) < 0 or self._dma.active():
            return
        if self.waiting:
            self._next ^= 1
        self.waiting = False
        self._sent_us = now_us
        self._ready_us = ticks_add(now_us, _FRAME_US)
        self._dma.read = self._words[self._next ^ 1]
        self._dma.count = LEDS
        self._dma.active(1)
