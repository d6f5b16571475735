"""A ROM partition as `rp2.Flash` gives one, on MicroPython's unix port: a file that is mapped into
memory, outside of the heap. What stands in it stays from one process to the next. An erase makes
ones, programming only clears bits, and power can go at any byte of either.
"""

# MicroPython's grammar and modules:
# mypy: ignore-errors
# ruff: noqa: SIM, UP
import builtins
import os
import random
import sys

import ffi
import uctypes
import vfs

BLOCK = 4096
_memoryview = memoryview
_READ_WRITE, _SHARED = 3, 1


class PowerCut(BaseException):
    """No `except Exception` of the pod survives it either."""


class Flash:
    """`path`: a file that is as long as the partition."""

    def __init__(self, path):
        blocks = os.stat(path)[6] // BLOCK
        mmap = ffi.open(None).func("p", "mmap", "pLiiil")
        size = blocks * BLOCK
        with open(path, "rb+") as file:
            at = mmap(None, size, _READ_WRITE, _SHARED, file.fileno(), 0)
        self.memory = uctypes.bytearray_at(at, size)
        self.erased = [0] * blocks
        self.written = 0  # bytes, counting those erased
        self.cut_at = None  # of `written`

    def writeblocks(self, n, data):
        assert len(data) == BLOCK and 0 <= n < len(self.erased), "what lies beyond is the files"
        self.erased[n] += 1
        at = n * BLOCK
        # Half erased, bits are what they happen to be.
        whole = self._power(BLOCK)
        for i in range(at, at + whole):
            self.memory[i] = 255 if whole == BLOCK else self.memory[i] | random.getrandbits(8)
        self._cut(whole)
        whole = self._power(BLOCK)
        for i in range(whole):
            self.memory[at + i] &= data[i]
        self._cut(whole)

    def _power(self, size):
        """How many of these bytes power lasts for."""
        whole = size if self.cut_at is None else min(size, self.cut_at - self.written)
        self.written += whole
        return whole

    def _cut(self, whole):
        if whole < BLOCK:
            raise PowerCut


class _Vfs:
    """The module, with a segment of ROM in it."""

    def __init__(self, flash):
        self._flash = flash

    def rom_ioctl(self, command, segment):
        assert (command, segment) == (2, 0)
        return self._flash

    def __getattr__(self, name):
        return getattr(vfs, name)


def plug_in(flash):
    """From now on this interpreter's firmware has that partition."""
    sys.modules["vfs"] = _Vfs(flash)
    # An object of Python's cannot be a buffer.
    builtins.memoryview = lambda it: _memoryview(it.memory if isinstance(it, Flash) else it)


def unload(*names):
    """What is imported from now on comes from where it is now."""
    for name in list(sys.modules):
        if name.split(".")[0] in names:
            del sys.modules[name]


def run_from_rom(folder, files):
    """As device/boot.py does it, for a bundle in `folder` whose files are read below `files`."""
    from pod.body.pico.rom import keep

    system = keep(sys.modules["vfs"].rom_ioctl(2, 0), folder, files)
    vfs.mount(vfs.VfsRom(system), "/rom")
    sys.path.insert(0, "/rom")
    unload("pod")
