"""A simulated MAX30102 at register level. Source: Maxim data sheet 19-7740, rev 1.

What lies on its window is a `Source`: light in counts at 7.2 mA of infrared and 4096 nA range.
A mean of n conversions is modelled as one value in the middle of them.
"""

from __future__ import annotations

from typing import Protocol

from starlit.virtual.fifo import DEPTH, Fifo
from starlit.virtual.i2c import Clock
from starlit.virtual.max30102_timing import channels, effective_rate_hz, resolution_mask

FULL_SCALE = (1 << 18) - 1
NOMINAL_PA = 36  # steps of 0.2 mA
TEMPERATURE_US = 29_000  # [Die Temperature: TEMP_EN], typical

_WR, _RD, _DATA = 0x04, 0x06, 0x07
_MODE, _OPTICS, _LED1, _SLOTS = 0x09, 0x0A, 0x0C, 0x11
_TINT, _TFRAC, _TSTART = 0x1F, 0x20, 0x21
_A_FULL, _PPG_RDY, _PWR_RDY = 0x80, 0x40, 0x01
_TIMING = {0x08, _MODE, _OPTICS, _SLOTS, _SLOTS + 1}


class Source(Protocol):
    def fill(self, start_us: int, step_us: int, count: int) -> list[float]: ...


class Max30102Chip:
    """Attach at 0x57. Faults: `part_id`, `stuck` (no conversions), `blind` (open photodiode)."""

    def __init__(self, clock_us: Clock, source: Source) -> None:
        self._clock_us = clock_us
        self.source = source
        self.part_id = 0x15
        self.stuck = False
        self.blind = False
        self.die_temp_c = 25.0
        self.clock_ppm = 0  # its oscillator runs slow by this; takes effect at the next start
        self._power_up()

    def power_cycle(self) -> None:
        """Loses all settings, as after a brownout of its supply."""
        self._power_up()

    def settle(self) -> None:
        """Converts up to now: call it before the source or a fault changes."""
        self._advance()

    def read(self, register: int, buf: bytearray | memoryview) -> None:
        self._advance()
        count = len(buf)
        if register == _DATA:
            self._read_fifo(buf, 0)
        elif register + count <= _DATA:
            self._regs[_WR:_DATA] = self._fifo.pointers()
            buf[:] = self._regs[register : register + count]
            if register == 0:
                self._regs[0] = 0  # [Interrupt Status]: cleared by reading
            if register <= 1 < register + count:
                self._regs[1] = 0
        else:
            self._read_slowly(register, buf)

    def write(self, register: int, data: bytes | bytearray | memoryview) -> None:
        self._advance()
        for value in data:
            self._write_one(register, value)
            if register != _DATA:
                register = (register + 1) & 0xFF

    def _power_up(self) -> None:
        self._regs = bytearray(256)
        self._regs[0] = _PWR_RDY
        self._fifo = Fifo()
        self._temperature_at_us: int | None = None
        self._restart()

    def _read_slowly(self, register: int, buf: bytearray | memoryview) -> None:
        # A burst that reaches the FIFO stays there [FIFO Data Register].
        for i in range(len(buf)):
            if register == _DATA:
                self._read_fifo(buf, i)
                return
            buf[i] = self._read_one(register)
            register = (register + 1) & 0xFF

    def _read_one(self, register: int) -> int:
        if register == 0xFF:
            return self.part_id
        if register == 0xFE:
            return 0x03  # revision, any value [Revision ID]
        if _WR <= register <= _RD:
            return self._fifo.pointers()[register - _WR]
        value = self._regs[register]
        if register <= 1:
            self._regs[register] = 0
        elif register == _TFRAC:
            self._regs[1] &= ~0x02
        return value

    def _write_one(self, register: int, value: int) -> None:
        regs = self._regs
        if register == _MODE and value & 0x40:
            self._power_up()  # the bit clears itself; power-ready shows again
        elif _WR <= register <= _RD:
            self._fifo.set_pointer(register - _WR, value & 31)
        elif register == _TSTART:
            regs[_TSTART] = value & 1
            self._temperature_at_us = self._clock_us() + TEMPERATURE_US if value & 1 else None
        elif register > 1 and register not in (_DATA, _TINT, _TFRAC, 0xFE, 0xFF):
            regs[register] = value
            if register in _TIMING:
                self._restart()

    def _restart(self) -> None:
        """Sampling begins anew after a change of mode, rate or slots."""
        regs = self._regs
        asleep = regs[_MODE] & 0x80
        mode = 0 if asleep else regs[_MODE] & 7
        self._slots = channels(mode, regs[_SLOTS], regs[_SLOTS + 1])
        self._fifo.set_channels(max(1, len(self._slots)))
        rate_hz = effective_rate_hz(regs[_OPTICS], len(self._slots))
        mean = min(1 << (regs[0x08] >> 5), 32)
        self._period_us = mean * (1_000_000 + self.clock_ppm) // rate_hz
        self._began_us = self._clock_us()
        self._made = 0

    def _advance(self) -> None:
        now_us = self._clock_us()
        if self._temperature_at_us is not None and now_us >= self._temperature_at_us:
            self._convert_temperature()
        if not self._slots:
            return
        due = (now_us - self._began_us) // self._period_us - self._made
        if due <= 0:
            return
        if not self.stuck:
            self._push(due)
        self._made += due

    def _convert_temperature(self) -> None:
        sixteenths = round(self.die_temp_c * 16)
        self._regs[_TINT] = (sixteenths >> 4) & 0xFF
        self._regs[_TFRAC] = sixteenths & 15
        self._regs[_TSTART] = 0
        self._regs[1] |= 0x02 & self._regs[3]
        self._temperature_at_us = None

    def _push(self, due: int) -> None:
        """`due` conversions have ended; only those that the FIFO can keep are computed."""
        regs, fifo = self._regs, self._fifo
        rollover = bool(regs[0x08] & 0x10)
        skipped, keep = fifo.share(due, rollover)
        data = self._convert(self._made + skipped, keep) if keep else b""
        fifo.push(data, due, skipped, rollover)
        status = _PPG_RDY
        if fifo.unread >= DEPTH - (regs[0x08] & 15):
            status |= _A_FULL
        regs[0] |= status & regs[2]

    def _convert(self, first: int, count: int) -> bytes:
        """`count` samples as FIFO bytes, all active slots interleaved."""
        regs = self._regs
        start_us = self._began_us + first * self._period_us + self._period_us // 2
        light = self.source.fill(start_us, self._period_us, count)
        if self.blind:
            light = [0.0] * count
        mask = resolution_mask(regs[_OPTICS])
        range_factor = 2.0 / (1 << (regs[_OPTICS] >> 5 & 3))
        gains = [regs[_LED1 + channel] / NOMINAL_PA * range_factor for channel in self._slots]
        if len(gains) == 1:
            gain = gains[0]
            values = [int(x * gain) for x in light]
        else:
            values = [int(x * gain) for x in light for gain in gains]
        if max(values) > FULL_SCALE or min(values) < 0:
            values = [min(FULL_SCALE, max(0, v)) for v in values]
        return b"".join([(v & mask).to_bytes(3, "big") for v in values])

    def _read_fifo(self, buf: bytearray | memoryview, start: int) -> None:
        self._fifo.read(buf, start)
        self._regs[0] &= ~_PPG_RDY
