"""A simulated I2C bus with the interface of `machine.I2C`, and what can go wrong on it."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Protocol

Clock = Callable[[], int]  # microseconds, never falling


class Chip(Protocol):
    """What sits at an address. Register access never fails once the address was answered."""

    def read(self, register: int, buf: bytearray | memoryview) -> None: ...

    def write(self, register: int, data: bytes | bytearray | memoryview) -> None: ...


class I2CBus:
    """`readfrom_mem_into` and `writeto_mem` as in MicroPython's `machine.I2C`.

    Raises OSError: ENODEV where no chip answers, EIO on a dead bus or a broken transfer.
    """

    def __init__(self) -> None:
        self.dead = False
        self.transfers = 0
        self._chips: dict[int, Chip] = {}
        self._break_after: int | None = None

    def attach(self, address: int, chip: Chip) -> None:
        self._chips[address] = chip

    def detach(self, address: int) -> None:
        self._chips.pop(address, None)

    def break_next_read(self, after_bytes: int) -> None:
        """The next read of more bytes than this breaks off there, as when a wire wobbles."""
        self._break_after = after_bytes

    def scan(self) -> list[int]:
        return [] if self.dead else sorted(self._chips)

    def readfrom_mem_into(self, addr: int, memaddr: int, buf: bytearray | memoryview) -> None:
        chip = self._answer(addr)
        if self._break_after is not None and len(buf) > self._break_after:
            chip.read(memaddr, memoryview(buf)[: self._break_after])
            self._break_after = None
            raise OSError(errno.EIO, "transfer broken off")
        chip.read(memaddr, buf)

    def writeto_mem(self, addr: int, memaddr: int, buf: bytes | bytearray | memoryview) -> None:
        self._answer(addr).write(memaddr, buf)

    def _answer(self, addr: int) -> Chip:
        self.transfers += 1
        if self.dead:
            raise OSError(errno.EIO, "bus dead")
        chip = self._chips.get(addr)
        if chip is None:
            raise OSError(errno.ENODEV, f"no chip at 0x{addr:02x}")
        return chip
