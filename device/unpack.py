"""Imports from a bundle whose .mpy files lie compressed in flash (docs/bundle.md).

Each is one raw DEFLATE stream with a window of 8 KB, which `deflate` unpacks as the import reads
it; nothing is kept of that. On MicroPython 1.27 and newer, as it is on a Pico.
"""

import os
import sys

import deflate
import vfs

WINDOW_BITS = 13


class _Packed:
    """A file system that shows what lies in `folder`, unpacked. A packed file is not loaded by
    mistake: without this MicroPython says that it is incompatible."""

    def __init__(self, folder):
        self._folder = folder

    def mount(self, readonly, mkfs):
        pass

    def umount(self):
        pass

    def stat(self, path):
        return os.stat(self._folder + path)

    def open(self, path, mode):
        file = open(self._folder + path, "rb")
        return deflate.DeflateIO(file, deflate.RAW, WINDOW_BITS, True)


def mount(folder, at="/packed"):
    """Let imports look into `folder` first."""
    vfs.mount(_Packed(folder), at)
    sys.path.insert(0, at)
