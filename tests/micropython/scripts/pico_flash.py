"""The Pico's records on the real littlefs, on flash that can lose power at any of its operations.

First a year of nights, counting erases of each block; then power is cut at every single program
and erase of a write in turn, and what comes up must be the records before or after it. Prints
what it found; an assertion is a failure.
"""

import gc

import vfs

from pod.body.pico.store import Store

BLOCK, BLOCKS, PAGE = 4096, 212, 256  # a Pico W's file system: 848 KB
FILES = ("/flash/pod-a", "/flash/pod-b")


class PowerCut(Exception):
    pass


class Flash:
    """NOR flash as ports/rp2 gives it to littlefs: erase to ones, program pages."""

    def __init__(self, blocks):
        self.blocks = blocks
        self.data = {}
        self.erases = [0] * blocks
        self.cut_after = None

    def _operation(self):
        if self.cut_after is not None:
            if self.cut_after == 0:
                raise OSError(5)
            self.cut_after -= 1

    def readblocks(self, block, buf, at=0):
        page = self.data.get(block)
        for i in range(len(buf)):
            buf[i] = 255
        if page is not None:
            buf[:] = page[at : at + len(buf)]

    def writeblocks(self, block, buf, at=0):
        self._operation()
        page = self.data.get(block)
        if page is None:
            page = self.data[block] = bytearray(b"\xff" * BLOCK)
        page[at : at + len(buf)] = buf

    def ioctl(self, op, arg):
        if op == 4:
            return self.blocks
        if op == 5:
            return BLOCK
        if op == 6:
            self._operation()
            self.erases[arg] += 1
            self.data.pop(arg, None)
            return 0

    def mount(self):
        vfs.mount(vfs.VfsLfs2(self, progsize=PAGE, readsize=PAGE, lookahead=32), "/flash")


def records(n):
    """About what a provisioned pod keeps, 3.5 KB, with one number that moves and as many events as
    a record takes (pod.reporter)."""
    dark = '{"age_ms":null,"boot":%d,"event":"dark","oldest":1,"seq":3,"was":[%d,3],"why":"%s"}'
    events = ",".join([dark % (n, n, "unhooked by " + "w" * 32)] * 6)
    return [
        ("boot", b"%d" % n), ("config", b"c" * 1600), ("dose", b"d" * 150 + b"%d" % n),
        ("events", ("[%s]" % events).encode()),
    ] + [(key, key.encode() * 20) for key in ("settings", "sky", "unhook", "learned")]  # fmt: skip


def a_year():
    flash = Flash(BLOCKS)
    vfs.VfsLfs2.mkfs(flash, progsize=PAGE, readsize=PAGE, lookahead=32)
    flash.mount()
    store = Store(FILES)
    store.load()
    nights, writes = 365, 25  # a goodnight, twenty cues, and four for a day's hands
    for n in range(nights * writes):
        assert store.keep(records(n))
        if n % 50 == 0:
            gc.collect()
    vfs.umount("/flash")
    worst, whole = max(flash.erases), sum(flash.erases)
    print("writes", store.writes, "erases", whole, "worst block", worst)


def cuts():
    """Power lost at the first, second, ... operation of one write."""
    old = new = tried = 0
    cut_after = 0
    while True:
        flash = Flash(16)
        vfs.VfsLfs2.mkfs(flash, progsize=PAGE, readsize=PAGE, lookahead=32)
        flash.mount()
        store = Store(FILES)
        store.load()
        for n in range(3):
            store.keep(records(n))
        flash.cut_after = cut_after
        done = store.keep(records(3))
        flash.cut_after = None
        try:
            vfs.umount("/flash")
        except OSError:
            pass
        flash.mount()
        again = Store(FILES)
        found = again.load()
        vfs.umount("/flash")
        assert again.damaged == 0, "littlefs keeps the old content until the new one is whole"
        assert found["boot"] in (b"2", b"3"), found
        assert found["config"] == b"c" * 1600
        assert b'"boot":' + found["boot"] in found["events"], "its events are of the same write"
        old += found["boot"] == b"2"
        new += found["boot"] == b"3"
        tried += 1
        cut_after += 1
        if done:
            break
        assert tried < 200
        gc.collect()
    print("cuts", tried, "old", old, "new", new)


a_year()
cuts()
