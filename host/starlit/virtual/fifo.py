"""The FIFO of a simulated MAX30102: 32 samples of 1 to 4 channels, 3 bytes each.

Source: Maxim data sheet 19-7740, rev 1, section 'FIFO (0x04-0x07)' and 'FIFO Configuration'.
Assumed, since it is not said there: with rollover a full FIFO pushes the read pointer along.
"""

from __future__ import annotations

DEPTH = 32
OVERFLOW_MAX = 31
_WRITE, _OVERFLOW = 0, 1


class Fifo:
    def __init__(self) -> None:
        self.pushes_read_pointer = True
        self.unread = 0
        self._write = 0
        self._overflow = 0
        self._read = 0
        self._offset = 0  # byte within the sample under the read pointer
        self._width = 3
        self._bytes = bytearray(DEPTH * 12)

    def set_channels(self, count: int) -> None:
        self._width = 3 * count

    def pointers(self) -> bytes:
        """Registers 0x04 to 0x06."""
        return bytes((self._write, self._overflow, self._read))

    def set_pointer(self, which: int, value: int) -> None:
        """Writes register 0x04 + `which`. Equal pointers mean empty."""
        self._offset = 0
        if which == _OVERFLOW:
            self._overflow = value
            return
        if which == _WRITE:
            self._write = value
        else:
            self._read = value
        self.unread = (self._write - self._read) & 31

    def share(self, due: int, rollover: bool) -> tuple[int, int]:
        """(to skip, then to keep) of `due` new samples."""
        if rollover:
            keep = min(due, DEPTH)
            return due - keep, keep
        return 0, min(due, DEPTH - self.unread)

    def push(self, data: bytes, due: int, skipped: int, rollover: bool) -> None:
        """Stores the bytes of the samples that `share` keeps, and counts the lost ones."""
        self._write = (self._write + skipped) & 31
        self._store(data)
        self._write = (self._write + len(data) // self._width) & 31
        lost = max(0, self.unread + due - DEPTH)
        self.unread = min(DEPTH, self.unread + due)
        if lost:
            self._overflow = min(OVERFLOW_MAX, self._overflow + lost)
            if rollover and self.pushes_read_pointer:
                self._read = self._write
                self._offset = 0

    def read(self, buf: bytearray | memoryview, start: int) -> None:
        """Pops bytes into buf[start:]; an empty FIFO reads zero."""
        at = self._read * self._width + self._offset
        take = min(len(buf) - start, self.unread * self._width - self._offset)
        first = min(take, DEPTH * self._width - at)
        buf[start : start + first] = self._bytes[at : at + first]
        if take > first:
            buf[start + first : start + take] = self._bytes[: take - first]
        for i in range(start + take, len(buf)):
            buf[i] = 0
        samples, self._offset = divmod(self._offset + take, self._width)
        self._read = (self._read + samples) & 31
        self.unread -= samples
        if samples:
            self._overflow = 0  # 'when the read pointer advances, OVF_COUNTER is reset'

    def _store(self, data: bytes) -> None:
        at = self._write * self._width
        room = DEPTH * self._width - at
        self._bytes[at : at + min(room, len(data))] = data[:room]
        if len(data) > room:
            self._bytes[: len(data) - room] = data[room:]
