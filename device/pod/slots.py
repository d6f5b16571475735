"""Two places for the pod's program, and which of them runs (docs/update.md).

`/a` and `/b` hold a bundle each, whole where it has a manifest: that is written last. Which one
counts stands in two small files, written in turn, numbered and checksummed, so that whatever a
power cut tears the other is whole. A new bundle is on trial for one start; only its own word, once
it has run and reported, makes it the good one.

Beside the bundle, not in it: `main.py` on a Pico starts with this, whatever lies in the slots.
"""

import os
from binascii import crc32

NAMES = ("a", "b")
MANIFEST = "/manifest.json"
POINTERS = ("/slot-0", "/slot-1")


class Flash:
    """Files below `root`; OSError where they cannot be had."""

    def __init__(self, root=""):
        self.root = root

    def read(self, path):
        with open(self.root + path, "rb") as file:
            return file.read()

    def write(self, path, data, mode="wb"):
        with open(self.root + path, mode) as file:
            file.write(data)

    def pieces(self, path, buffer):
        """Views into `buffer` that make up the file."""
        view = memoryview(buffer)
        with open(self.root + path, "rb") as file:
            while True:
                n = file.readinto(buffer)
                if not n:
                    return
                yield view[:n]

    def size(self, path):
        """Bytes; -1 where there is no such file."""
        try:
            return os.stat(self.root + path)[6]
        except OSError:
            return -1

    def folder(self, path):
        try:
            os.mkdir(self.root + path)
        except OSError:  # it is there
            pass

    def remove(self, path):
        try:
            os.remove(self.root + path)
        except OSError:  # it is not there
            pass

    def names(self, path):
        try:
            return os.listdir(self.root + path)
        except OSError:
            return []


class Slots:
    """`begin` at every start; then `running` is where the program is."""

    def __init__(self, flash):
        self.flash = flash
        self.running = None
        self.rolled_back = False  # at this start: the one on trial had not reported
        self._number = 0
        self.good = None
        self.trial = None
        self._tried = False
        for path in POINTERS:
            self._take(path)
        if self.good is None:  # never written, or both files lost
            whole = [name for name in NAMES if flash.size("/" + name + MANIFEST) > 0]
            self.good = whole[0] if whole else "a"

    def _take(self, path):
        try:
            data = self.flash.read(path)
            text = data[:-9]
            if data[-9:] != b"#%08x" % crc32(text):
                return
            number, good, trial, tried = text.decode().split(" ")
            if int(number) > self._number:
                self._number = int(number)
                self.good, self.trial, self._tried = good, trial.strip("-") or None, tried == "1"
        except (OSError, ValueError):
            pass

    def _point(self, good, trial, tried=False):
        number = self._number + 1
        text = b"%d %s %s %d" % (number, good.encode(), (trial or "-").encode(), tried)
        self.flash.write(POINTERS[number & 1], text + b"#%08x" % crc32(text))
        self._number = number
        self.good, self.trial, self._tried = good, trial, tried

    def begin(self):
        """Which one runs now. One on trial gets this start, and no second one."""
        self.running = self.good
        try:
            if self.trial and self._tried:
                self.rolled_back = True
                self._point(self.good, None)
            elif self.trial:
                self._point(self.good, self.trial, True)
                self.running = self.trial
        except OSError:  # flash fails: what is known to run
            pass
        return self.running

    def on_trial(self):
        return self.running != self.good

    def spare(self):
        """Where a new one may be put; None while one is on trial, since the other is good."""
        if self.trial:
            return None
        return NAMES[1 - NAMES.index(self.running or self.good)]

    def try_next(self, name):
        """At the next start, on trial."""
        self._point(self.good, name)

    def trust(self, name):
        """It is good: it has run and reported, or somebody at the cable has just put it there."""
        self._point(name, None)
