"""What must outlive a reboot and a torn write: JSON with a version, a checksum, and a copy before.

The copy before is written first, so whichever write the power fails in, one of the two is whole.
"""

import json

from . import jsontext
from .hash import mix

VERSION = 1


class Record:
    """`fields` of `owner`, stored as `key` and `key`_old. `take` gets the newest whole copy as a
    dict and raises for what it cannot use. `older`: it was not the newest that was written;
    `lost`: something is stored, and no copy of it is whole."""

    def __init__(self, key, stored, owner, fields, take):
        self._key = key
        self._owner = owner
        self._fields = fields
        self.lost = self.older = False
        for name in (key, key + "_old"):
            if name in stored:
                self.lost = not _read(stored[name], take)
                if not self.lost:
                    self.older = name != key
                    break
        self._kept = self._seal()

    def keep(self, teller):
        """Two writes."""
        teller.keep((self._key + "_old", self._kept))
        self._kept = self._seal()
        teller.keep((self._key, self._kept))

    def _seal(self):
        body = {name: getattr(self._owner, name) for name in self._fields}
        body["version"] = VERSION
        text = jsontext.dumps(body)
        return (text + "#" + _checksum(text)).encode()


def _read(record, take):
    """Whether `take` has it."""
    try:
        text, check = record.decode().rsplit("#", 1)
        body = json.loads(text)
        if check != _checksum(text) or body.pop("version") != VERSION:
            return False
        take(body)
        return True
    except Exception:  # torn, truncated or foreign
        return False


def _checksum(text):
    h = 1
    for byte in text.encode():
        h = mix(h, byte)
    return str(h)
