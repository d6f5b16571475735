"""A small littlefs in memory as the current folder, as the Pico's flash is."""

import os

import vfs


class Ram:
    def __init__(self, blocks=32, size=4096):
        self._size = size
        self._data = bytearray(blocks * size)

    def readblocks(self, block, buf, at=0):
        at += block * self._size
        buf[:] = self._data[at : at + len(buf)]

    def writeblocks(self, block, buf, at=0):
        at += block * self._size
        self._data[at : at + len(buf)] = buf

    def ioctl(self, op, arg):
        if op == 4:
            return len(self._data) // self._size
        if op == 5:
            return self._size
        if op == 6:
            return 0

    def holds(self, text):
        return text in self._data


def mount():
    ram = Ram()
    vfs.VfsLfs2.mkfs(ram)
    vfs.mount(vfs.VfsLfs2(ram), "/flash")
    os.chdir("/flash")
    return ram
