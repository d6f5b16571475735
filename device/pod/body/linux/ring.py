"""The ring of twelve WS2812B, by adafruit-circuitpython-neopixel or its SPI sister.

What stands is sent again every second, so a glitch on the wire stands no longer.
"""

from __future__ import annotations

from typing import Any

from pod.io import LEDS

from .boards import BCM, Board
from .interfaces import why_not
from .problem import Log

# Nominally 1.25 us a bit. A Pi divides its core clock by an even number, and the LEDs' windows are
# wide (WS2812B data sheet: high 0.25 to 0.55 us, and 0.65 to 0.95 us).
_RESET_S = 300e-6  # WS2812B-V5 wants more than 280 us; the library's own default is 80 us
_POWER_MS = 10  # the rail rises in 4 ms; a LED that wakes in a frame shows nonsense
_AGAIN_MS = 1000
_RETRY_MS = 10_000
PART = "the ring of LEDs"


class Ring:
    """`backend`: 'spi', 'neopixel', or 'none'. Times are milliseconds of the loop's own count."""

    def __init__(self, log: Log, board: Board, backend: str) -> None:
        self.backend = backend
        self.powered = False
        self.failures = 0
        self._log = log
        self._board = board
        self._pixels: Any = None
        self._wanted = bytearray(3 * LEDS)
        self._waiting = False
        self._ready_ms = 0
        self._sent_ms = 0

    def start(self) -> None:
        if self.backend == "none":
            return
        try:
            self._pixels = self._open()
        except Exception as error:  # each back-end raises its own
            self._lose(error)

    def stop(self) -> None:
        self._pixels = None

    def power(self, on: bool, now_ms: int) -> None:
        """The rail went on or off: LEDs start dark, and are told so first; what was meant before
        is forgotten."""
        self.powered = on
        self._waiting = on
        self._wanted[:] = bytes(3 * LEDS)
        self._ready_ms = now_ms + _POWER_MS
        self._sent_ms = now_ms

    def write(self, leds: bytearray, now_ms: int) -> None:
        """`leds`: r, g, b of twelve, guarded. Nothing is sent without power."""
        if self.powered:
            self._wanted[:] = leds
            self._waiting = True
            self.flush(now_ms)

    def due_ms(self, now_ms: int) -> int | None:
        """When `flush` has something to send, or None."""
        if not self.powered or self._pixels is None and not self._waiting:
            return None
        return self._ready_ms if self._waiting else self._sent_ms + _AGAIN_MS

    def flush(self, now_ms: int) -> None:
        """Sends what waits, as soon as it may."""
        again = self.powered and now_ms - self._sent_ms >= _AGAIN_MS
        if not (self._waiting or again) or now_ms < self._ready_ms:
            return
        self._waiting = False
        self._sent_ms = now_ms
        if self._pixels is None:
            self._ready_ms = now_ms + _RETRY_MS
            self.start()
        if self._pixels is not None:
            self._send()

    def _send(self) -> None:
        pixels, wanted = self._pixels, self._wanted
        try:
            for i in range(LEDS):
                pixels[i] = (wanted[3 * i], wanted[3 * i + 1], wanted[3 * i + 2])
            pixels.show()
        except Exception as error:  # a wire or a driver; the night goes on without light
            self.failures += 1
            self._pixels = None
            self._lose(error)
            return
        self._log.found(PART)

    def _open(self) -> Any:
        import board

        if self.backend == "neopixel":
            import neopixel

            pin = getattr(board, f"D{BCM['led_data']}")
            return neopixel.NeoPixel(pin, LEDS, auto_write=False)
        import busio
        import neopixel_spi

        spi = busio.SPI(board.SCK, MOSI=board.MOSI)
        return neopixel_spi.NeoPixel_SPI(spi, LEDS, auto_write=False, reset_time=_RESET_S)

    def _lose(self, error: Exception) -> None:
        why = why_not(self._board.spi) if self.backend == "spi" else None
        lines = str(error).splitlines() or [repr(error)]
        self._log.missing(PART, why or lines[0])
