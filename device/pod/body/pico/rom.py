"""The running slot's program, put where its code takes no heap (docs/bundle.md). `boot.py` calls
this before anything else runs, and nothing else ever writes there.

Some firmware maps a ROM partition of the flash into memory (docs/pico.md): what is imported from
there stays there. The partition is a cache: at each start one SHA-256 over the manifest,
mqtt_as and all of it says whether it is this program, whole; if not it is written anew.

Block 0: how many blocks, the hash, then the file system's directory, which points to the files in
the blocks behind. It is written last.
"""

import os
from hashlib import sha256

from ...compat import const

_LIBRARY = "/lib/mqtt_as"
_BLOCK = const(4096)  # bytes that are erased at once
_HASHED = const(33)  # from here on: the count and the hash stand before
# So that no firmware takes it for a file system that may be used unlooked at.
_SYSTEM = const(64)
_CONTENT = const(70)  # of the file system, after its header
_FOLDER = const(0x4000)  # of `os.ilistdir`


def keep(flash, slot, files):
    """The file system in `flash` (an rp2.Flash), with the program of `slot`. `files`: below which
    the slot's files are read. An exception where that cannot be."""
    memory = memoryview(flash)
    key = _key(slot)
    if not _holds(memory, key):
        print("starlit: writing the program into ROM", end="")
        _Image(flash, len(memory) // _BLOCK, key).write(slot, files)
        print()
        if not _holds(memory, key):
            raise OSError("ROM does not keep what is written")
    return memory[_SYSTEM:]


def _key(slot):
    """What the program is made from. Without a manifest nobody knows, and it runs from memory."""
    digest = sha256(_read(slot + "/manifest.json"))
    try:
        digest.update(_read(_LIBRARY + "/__init__.mpy"))
    except OSError:  # there is none, or its source
        pass
    return digest.digest()


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def _holds(memory, key):
    digest = sha256(key)
    digest.update(memory[_BLOCK : _BLOCK * memory[0]])
    digest.update(memory[_HASHED:_BLOCK])
    return bytes(memory[1:_HASHED]) == digest.digest()


# Records of MicroPython's ROMFS (extmod/vfs_rom.c): kind, length, content. Numbers have seven bits
# to a byte; here they always have three bytes.


def _number(n):
    return bytes((n >> 14 | 128, n >> 7 & 127 | 128, n & 127))


def _record(kind, content):
    return kind + _number(len(content)) + content


def _named(kind, name, content):
    return _record(kind, _number(len(name)) + name.encode() + content)


class _Image:
    """Files, one behind the other. Twice: first without writing, so that what is torn or too large
    wears no flash."""

    def __init__(self, flash, blocks, key):
        self._flash = flash
        self._blocks = blocks
        self._key = key
        self._block = bytearray(_BLOCK)

    def write(self, slot, files):
        for self._dry in (True, False):
            self._n, self._at = 1, 0
            self._digest = sha256(self._key)
            found = self._folder(slot, files)
            try:
                library = self._folder(_LIBRARY, _LIBRARY)
            except OSError:
                library = b""
            if library:  # an empty folder would be found first, and import as nothing
                found += _named(b"\4", "mqtt_as", library)
            self._next()
            self._finish(found)

    def _folder(self, path, files):
        found = b""
        for name, kind, *_ in os.ilistdir(path):
            inside = files + "/" + name
            if kind == _FOLDER:
                found += _named(b"\4", name, self._folder(path + "/" + name, inside))
            elif name.endswith(".mpy") and name != "unpack.mpy":
                found += _named(b"\5", name, self._file(inside))
        return found

    def _file(self, path):
        """Where it begins and how long it is: a pointer."""
        start = end = self._n * _BLOCK + self._at - _CONTENT
        with open(path, "rb") as file:
            while True:
                n = file.readinto(memoryview(self._block)[self._at :])
                if not n:
                    break
                end += n
                self._at += n
                if self._at == _BLOCK:
                    self._next()
        return _record(b"\3", _number(end - start) + _number(start))

    def _next(self):
        if self._n >= self._blocks:
            raise OSError("the ROM is too small")
        self._put(self._n)
        print(".", end="")  # whoever waits at the cable gives up after ten silent seconds
        self._digest.update(self._block)
        self._n += 1
        self._at = 0

    def _finish(self, found):
        block, rest = self._block, self._n * _BLOCK - _CONTENT
        head = b"\xd2\xcd\x31" + _number(rest) + found  # the file system
        head += b"\1" + _number(rest - len(found) - 4)  # to be skipped: the rest
        block[_SYSTEM : _SYSTEM + len(head)] = head
        self._digest.update(memoryview(block)[_HASHED:])
        block[0] = self._n
        block[1:_HASHED] = self._digest.digest()
        self._put(0)

    def _put(self, n):
        if not self._dry:
            self._flash.writeblocks(n, self._block)
