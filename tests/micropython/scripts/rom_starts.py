"""Starts of a pod whose firmware has a ROM partition, by its own `boot.py`.

`rom_starts.py ROOT PARTITION ACTION...`: ROOT is the pod's flash. Prints a line per action.
"""

import gc
import os
import sys
from hashlib import sha256

import rom_flash
import vfs

root, partition, *actions = sys.argv[1:]
flash = rom_flash.Flash(partition)
rom_flash.plug_in(flash)


def begin():
    """What a reset makes of this interpreter, then the start. Nothing is imported out of ROM here:
    its names would go on pointing there."""
    for at in ("/rom", "/packed"):
        try:
            vfs.umount(at)
        except OSError:
            pass
    sys.path[:] = ["", ".frozen", "/lib"]
    rom_flash.unload("pod", "slots", "unpack", "mqtt_as")
    with open("/boot.py") as file:
        exec(file.read(), {"__name__": "__main__"})


def digest_of(path):
    with open(path, "rb") as file:
        return sha256(file.read()).digest()


def tree(path, inside=""):
    for name, kind, *_ in os.ilistdir(path):
        if kind == 0x4000:
            yield from tree(path + "/" + name, inside + name + "/")
        elif name.endswith(".mpy") and name != "unpack.mpy":
            yield inside + name


def where():
    return sys.path[0]


def same(slot):
    """Whether ROM has each file of the slot, as it is imported otherwise."""
    files = sorted(tree("/" + slot))
    below = "/packed/" if "/packed" in sys.path else "/" + slot + "/"
    assert files and [name for name in sorted(tree("/rom")) if name[:7] != "mqtt_as"] == files
    for name in files:
        assert digest_of("/rom/" + name) == digest_of(below + name), name
    return digest_of("/rom/mqtt_as/__init__.mpy") == digest_of("/lib/mqtt_as/__init__.mpy")


def start(_):
    before = sum(flash.erased)
    begin()
    print("start", where(), sum(flash.erased) - before)


def content(slot):
    print("content", same(slot))


def cuts(step):
    """Power goes after each `step`-th byte of a whole writing, over what another program left."""
    done = at = 0
    other = bytes(range(256))
    while True:
        for byte in range(0, len(flash.memory), 256):
            flash.memory[byte : byte + 256] = other
        flash.written, flash.cut_at = 0, at
        try:
            begin()
            break
        except rom_flash.PowerCut:
            done += 1
        flash.cut_at = None
        begin()
        assert where() == "/rom" and same("a"), at
        before = flash.written
        begin()
        assert where() == "/rom" and flash.written == before, at
        at += int(step)
    assert where() == "/rom" and at > flash.written
    print("cuts", done, flash.written)


def flip(at):
    """A bit of the partition turns."""
    flash.memory[int(at)] ^= 1
    print("flip", at)


def stuck(_):
    """A block that no longer takes what is written."""
    flash.writeblocks = lambda n, data: None
    print("stuck")


def stock(_):
    """MicroPython as it comes for a Pico."""
    sys.modules["vfs"] = vfs
    print("stock")


def point(name):
    """The other slot's program is the good one."""
    sys.path[:] = [""]
    from slots import Flash, Slots

    Slots(Flash()).trust(name)
    print("point", name)


def heap(_):
    gc.collect()
    before = gc.mem_free()
    import pod.core

    gc.collect()
    print("heap", before - gc.mem_free())
    assert pod.core.__file__.startswith(where()), pod.core.__file__


def library(_):
    import mqtt_as

    print("library", mqtt_as.__file__)


ACTIONS = (start, stock, content, cuts, flip, stuck, point, heap, library)
vfs.mount(vfs.VfsPosix(root), "/flash")
os.chdir("/flash")
vfs.umount("/")
vfs.mount(vfs.VfsPosix(root), "/")
os.chdir("/")
for action in actions:
    name, _, argument = action.partition(":")
    {one.__name__: one for one in ACTIONS}[name](argument)
