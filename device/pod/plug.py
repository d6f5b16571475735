"""Whether the pod may show anything at all: the unplug switch, unhooks, and the plug-in press.

Three latches, all cleared only by a hand at the pod: closing the switch and then holding the
button for 1 s. After every start the pod is unplugged in effect, because the hardware keeps the
rail off until the button (SAFETY 7 and "Electrical"). Nothing here ever plugs in by itself.
"""

import json

from . import jsontext

WRITERS = 16  # remembered; beyond that an unhook stops the pod without a flash write


class Plug:
    def __init__(self, stored):
        self.switch_in = False
        self.plugged = False  # a plug-in press since start, since the switch and since unhooks
        self.unplugged = stored.get("unplugged") == b"1"
        self.unhooked = False
        self.epochs = {}  # writer -> newest epoch, kept through a reboot
        self._kept = False  # that it is unhooked stands in the store
        self._last = {}  # writer -> epoch seen last, however old: it stops the pod only once
        self._load(stored.get("unhook"))

    def _load(self, record):
        if record is None:
            return
        try:
            kept = json.loads(record.decode())
            self.unhooked = bool(kept["unhooked"])
            for writer in kept["epochs"]:
                self.epochs[writer] = int(kept["epochs"][writer])
        except Exception:  # a record that a torn write left: the safe reading is "unhooked"
            self.unhooked = True
        self._kept = self.unhooked

    def record(self):
        self._kept = self.unhooked
        text = jsontext.dumps({"unhooked": self.unhooked, "epochs": self.epochs})
        return ("unhook", text.encode())

    def may_show(self):
        return self.plugged and self.switch_in and not (self.unplugged or self.unhooked)

    def set_switch(self, closed):
        """True if the switch has just opened."""
        opened = self.switch_in and not closed
        self.switch_in = closed
        if not closed:
            self.plugged = False
            if not self.unplugged:
                self.unplugged = True
                return True
        return opened

    def press(self):
        """The plug-in press. True if it plugged the pod in; an open switch refuses it."""
        if not self.switch_in or self.may_show():
            return False
        self.plugged = True
        self.unplugged = False
        self.unhooked = self._kept = False
        return True

    def unhook(self, writer, epoch):
        """A verified unhook: (it is new and stops the pod, it is to be written to flash).

        Once a pod's store says that it is unhooked, further epochs say nothing that a reboot could
        lose: they are written with the next plug-in press. So however many a writer sends, flash
        is written once for each press of a hand.
        """
        known = self.epochs.get(writer)
        if epoch in (known, self._last.get(writer)):
            return False, False
        self.stop()
        if known is None and len(self.epochs) >= WRITERS:
            return True, False
        self._last[writer] = epoch
        if known is not None and epoch < known:
            return True, False
        self.epochs[writer] = epoch
        return True, not self._kept

    def stop(self):
        self.unhooked = True
        self.plugged = False
