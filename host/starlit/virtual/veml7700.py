"""A simulated VEML7700 at register level.

Sources: Vishay data sheet 84286 (registers), application note 84323 (0.0042 lx a count at gain 2
and 800 ms, refresh times, the polynomial that its high readings need).
"""

from __future__ import annotations

from starlit.virtual.i2c import Clock

ID_WORD = 0xC481  # 0xC4: address 0x10; 0x81: device [ID register]
FULL_SCALE = 65535
LX_PER_COUNT = 0.0042
WAKE_US = 2500  # from power-on to the first integration

_CONFIG, _PSM, _ALS, _WHITE, _INT, _ID = 0, 3, 4, 5, 6, 7
_GAIN = (1.0, 2.0, 0.125, 0.25)
_INTEGRATION_MS = {0xC: 25, 0x8: 50, 0x0: 100, 0x1: 200, 0x2: 400, 0x3: 800}
_PAUSE_MS = (500, 1000, 2000, 4000)  # power saving modes 1 to 4: refresh = pause + integration
_WHITE_SHARE = 2.0  # of the unfiltered channel, any plausible value: nothing here reads it


def raw_lx(true_lx: float) -> float:
    """What the chip's linear scale shows: the inverse of the application note's polynomial."""
    if true_lx < 100.0:
        return true_lx / 1.0023
    x = min(true_lx, 30000.0)
    for _ in range(20):
        value = (((6.0135e-13 * x - 9.3924e-9) * x + 8.1488e-5) * x + 1.0023) * x
        slope = ((24.054e-13 * x - 28.1772e-9) * x + 16.2976e-5) * x + 1.0023
        x -= (value - true_lx) / slope
    return x


class Veml7700Chip:
    """Attach at 0x10. `expose(lx)` tells it the light from now on. Fault: `id_word`."""

    def __init__(self, clock_us: Clock, lx: float = 5.0) -> None:
        self._clock_us = clock_us
        self._lx = lx
        self.id_word = ID_WORD
        self.power_cycle()

    def power_cycle(self) -> None:
        self._words = [0] * 8
        self._words[_CONFIG] = 1  # shut down at power-up [Command Register Format]
        self._restart()

    def expose(self, lx: float) -> None:
        """Sets the illuminance at the window; integrations in between average it exactly."""
        if lx != self._lx:
            self._advance(self._clock_us())
            self._lx = lx

    def read(self, register: int, buf: bytearray | memoryview) -> None:
        self._advance(self._clock_us())
        word = self.id_word if register == _ID else self._words[register & 7]
        if register == _INT:
            self._words[_INT] = 0  # cleared by reading
        for i in range(len(buf)):  # a word a transfer; further bytes read as the idle bus
            buf[i] = (word >> 8 * i) & 0xFF if i < 2 else 0xFF

    def write(self, register: int, data: bytes | bytearray | memoryview) -> None:
        if len(data) < 2 or register > _PSM:
            return
        self._advance(self._clock_us())
        self._words[register] = data[0] | data[1] << 8
        if register in (_CONFIG, _PSM):
            self._restart()

    def _restart(self) -> None:
        config, saving = self._words[_CONFIG], self._words[_PSM]
        integration_ms = _INTEGRATION_MS.get(config >> 6 & 15)
        self._on = not config & 1 and integration_ms is not None
        self._integration_us = (integration_ms or 100) * 1000
        self._scale = _GAIN[config >> 11 & 3] * (integration_ms or 100) / 1600.0 / LX_PER_COUNT
        pause_ms = _PAUSE_MS[saving >> 1 & 3] if saving & 1 else 0
        self._cycle_us = self._integration_us + pause_ms * 1000
        self._window_us = self._clock_us() + WAKE_US
        self._since_us = self._window_us
        self._exposure = 0.0  # lux times microseconds of the running window

    def _advance(self, now_us: int) -> None:
        if not self._on:
            return
        while True:
            end_us = self._window_us + self._integration_us
            until_us = min(now_us, end_us)
            if until_us > self._since_us:
                self._exposure += self._lx * (until_us - self._since_us)
                self._since_us = until_us
            if now_us < end_us:
                return
            self._convert(self._exposure / self._integration_us)
            # Whole cycles under one light are all alike.
            cycles = max(1, (now_us - end_us) // self._cycle_us)
            self._window_us += cycles * self._cycle_us
            self._since_us = self._window_us
            self._exposure = 0.0

    def _convert(self, lx: float) -> None:
        counts = min(FULL_SCALE, round(raw_lx(lx) * self._scale))
        self._words[_ALS] = counts
        self._words[_WHITE] = min(FULL_SCALE, round(counts * _WHITE_SHARE))
        if self._words[_CONFIG] & 2:
            high, low = counts > self._words[1], counts < self._words[2]
            self._words[_INT] |= (0x4000 if high else 0) | (0x8000 if low else 0)
