"""Before `main.py`: which of the two programs on flash runs (pod/slots.py, put beside this), and
from where. Nothing else runs yet, and no watchdog."""

import gc
import sys

import vfs


def begin():
    from slots import Flash, Slots

    folder = "/" + Slots(Flash()).begin()
    sys.path.insert(0, folder)
    try:
        from unpack import mount  # of that program; one that is not packed has none
    except ImportError:
        pass
    else:
        mount(folder)
    try:
        if not hasattr(vfs, "rom_ioctl"):
            raise OSError("this firmware has no ROM partition")
        from pod.body.pico.rom import keep

        system = keep(vfs.rom_ioctl(2, 0), folder, sys.path[0])  # 2: a segment, 0: the first
        vfs.mount(vfs.VfsRom(system), "/rom")
        sys.path.insert(0, "/rom")
    except Exception as error:
        print("starlit: the program runs from memory:", error)
    for name in list(sys.modules):  # what is imported from now on comes from where it is now
        if name.split(".")[0] in ("pod", "slots", "unpack"):
            del sys.modules[name]


begin()
del begin
gc.collect()
