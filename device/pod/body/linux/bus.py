"""Blinka's I2C under the interface of `machine.I2C` that the portable drivers use.

A transfer on a stuck bus would stall the loop for Linux' own second: the adapter's timeout is cut
to 50 ms, and after a stall the bus rests for 10 s, and for as long as anything sounds.
"""

from __future__ import annotations

import errno
import fcntl
from collections.abc import Callable
from typing import Any

from .problem import Log

_REST_US = 10_000_000
_STALL_US = 5_000
# linux/i2c-dev.h; the timeout in units of 10 ms
_I2C_RETRIES, _I2C_TIMEOUT = 0x0701, 0x0702
_TIMEOUT_10MS = 5
_BUFFER = 64  # of a write: register and data


class Bus:
    """`start` opens; where there is no bus every transfer fails, and opening is tried again."""

    def __init__(self, log: Log, clock_us: Callable[[], int], device: str = "/dev/i2c-1") -> None:
        self.busy = False  # something sounds: no try that may stall
        self.stalls = 0
        self._log = log
        self._clock_us = clock_us
        self._device = device
        self._i2c: Any = None
        self._register = bytearray(1)
        self._out = bytearray(_BUFFER)
        self._views = [memoryview(self._out)[:n] for n in range(_BUFFER + 1)]
        self._rests_until_us = 0

    def start(self) -> None:
        try:
            import board
            import busio

            i2c = busio.I2C(board.SCL, board.SDA)
        except (OSError, RuntimeError, ValueError, AttributeError, ImportError) as error:
            self._rest()
            self._log.missing("I2C (both sensors)", _why_not(self._device, error))
            return
        while not i2c.try_lock():  # ours for good: nobody else in this process uses it
            pass
        self._i2c = i2c
        _limit(i2c)
        self._log.found("I2C (both sensors)")

    def stop(self) -> None:
        i2c, self._i2c = self._i2c, None
        if i2c is not None:
            i2c.unlock()
            i2c.deinit()

    def readfrom_mem_into(self, addr: int, reg: int, buf: bytearray | memoryview) -> None:
        began_us = self._ask()
        self._register[0] = reg
        try:
            self._i2c.writeto_then_readfrom(addr, self._register, buf)
        except (OSError, RuntimeError) as error:
            self._fail(began_us, error)

    def writeto_mem(self, addr: int, reg: int, buf: bytes | bytearray | memoryview) -> None:
        began_us = self._ask()
        count = len(buf)
        self._out[0] = reg
        self._out[1 : 1 + count] = buf
        try:
            self._i2c.writeto(addr, self._views[1 + count])
        except (OSError, RuntimeError) as error:
            self._fail(began_us, error)

    def _ask(self) -> int:
        now_us = self._clock_us()
        if self._rests_until_us:
            if self.busy or now_us < self._rests_until_us:
                raise OSError(errno.EIO, "the bus rests")
            self._rests_until_us = 0
        if self._i2c is None:
            self.start()
            if self._i2c is None:
                raise OSError(errno.ENODEV, "no I2C bus")
        return now_us

    def _fail(self, began_us: int, error: Exception) -> None:
        if self._clock_us() - began_us > _STALL_US:
            self.stalls += 1
            self._rest()
        raise OSError(errno.EIO, str(error))

    def _rest(self) -> None:
        self._rests_until_us = self._clock_us() + _REST_US


def _limit(i2c: Any) -> None:
    """Only the Linux back-end has a file behind it."""
    smbus = getattr(getattr(i2c, "_i2c", None), "_i2c_bus", None)
    device = getattr(smbus, "_device", None)
    if device is not None:
        try:
            fcntl.ioctl(device.fileno(), _I2C_TIMEOUT, _TIMEOUT_10MS)
            fcntl.ioctl(device.fileno(), _I2C_RETRIES, 0)
        except OSError:
            pass  # an adapter of another kind keeps its own


def _why_not(device: str, error: Exception) -> str:
    from .interfaces import why_not

    return why_not(device) or str(error).splitlines()[0]
