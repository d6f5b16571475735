"""Records in flash: all of them in each of two files, written in turn, numbered and checksummed.

One write for each set of records that the pod gives out, and none where nothing changed. The file
system keeps a file's old content until the new one is whole (littlefs), so a checksum that is
wrong means flash that has failed, not a power cut.
"""

import json
import os
from binascii import crc32

FILES = ("pod-a", "pod-b")
# Records that are read as "lost" where nothing can be read at all: each then takes its safe side.
_GUARDED = ("settings", "dose", "unhook", "learned", "sky")


class Store:
    """`load` once, then `keep`. `records`: key -> bytes."""

    def __init__(self, files=FILES, room=1 << 22, feed=lambda: None):
        self._files = files
        self._room = room  # bytes, more than the file system has
        self.feed = feed  # called while it takes long
        self._number = 0
        self.records = {}
        self.writes = 0
        self.failures = 0
        self.failing = False  # the last write failed: something is kept in memory only
        self.damaged = 0  # files that had to be given up

    def load(self):
        """What was kept; where the newest is damaged, records say so in their own words."""
        copies = []
        for name in self._files:
            try:
                with open(name, "rb") as file:
                    copies.append(_parse(file.read()))
            except OSError:  # not there: a new pod, or its first write
                pass
            except Exception:  # torn, foreign, or a flash that failed
                self.damaged += 1
        copies.sort(key=lambda copy: copy[0])
        if copies:
            self._number, self.records = copies[-1]
        if self.damaged:
            self._distrust(bool(copies))
        return self.records

    def _distrust(self, have_one):
        # `pod.record.Record` reads its newest copy first: an empty one is no longer whole, and
        # what is left counts as the copy before.
        records = self.records
        for key in _GUARDED:
            if have_one and key in records:
                records[key + "_old"] = records[key]
            if key in records or not have_one:
                records[key] = b""

    def keep(self, records):
        """(key, bytes) each. False where flash refused: they are kept in memory and tried again."""
        changed = False
        for key, value in records:
            if self.records.get(key) != value:
                self.records[key] = bytes(value)
                changed = True
        return self.flush() if changed or self.failing else True

    def flush(self):
        """Writes all records into the older file; takes up to 400 ms, so only in the dark."""
        number = self._number + 1
        try:
            self._write(self._files[number & 1], _seal(number, self.records))
        except OSError:
            self.failures += 1
            self.failing = True
            return False
        self._number = number
        self.writes += 1
        self.failing = False
        return True

    def _write(self, name, data):
        with open(name, "wb") as file:
            file.write(data)

    def wipe(self, left, mark):
        """Forgets all records but those in `left`, and `mark` last, so that a power cut in between
        is gone on with. What lies in freed blocks is written over: that takes half a minute."""
        records = self.records
        self.records = {key: records[key] for key in left if key in records}
        self.records[mark] = b"1"
        if not self.flush():
            return False
        self._fill()
        del self.records[mark]
        if not self.flush():
            return False
        self._fill()
        return True

    def _fill(self):
        name = self._files[0] + "-fill"
        block = bytes(512)
        try:
            with open(name, "wb") as file:
                for _ in range(self._room // len(block)):
                    file.write(block)
                    self.feed()
        except OSError:  # full, as it should be
            pass
        try:
            os.remove(name)
        except OSError:
            pass


def _seal(number, records):
    body = {key: records[key].decode() for key in records}
    text = json.dumps([number, body]).encode()
    return text + b"#%08x" % crc32(text)


def _parse(data):
    text = data[:-9]
    if data[-9:] != b"#%08x" % crc32(text):
        raise ValueError
    number, body = json.loads(text)
    return number, {key: body[key].encode() for key in body}
