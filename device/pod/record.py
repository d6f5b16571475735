"""What must outlive a reboot and a torn write: JSON with a version, a checksum, and a copy before.

The copy before is written first, so whichever write the power fails in, one of the two is whole.
"""

import json

from . import jsontext
from .hash import mix

VERSION = 1
NONE, NEWEST, OLDER, LOST = 0, 1, 2, 3


class Record:
    """`take(body, older)` gets the newest whole copy and raises for what it cannot use; `give()`
    is what stands now. `found` says what was read; LOST: something is there, none of it whole."""

    def __init__(self, key, stored, take, give):
        self._key = key
        self._give = give
        self.found = NONE
        self._load(stored.get(key), take, False)
        if self.found != NEWEST:
            self._load(stored.get(key + "_old"), take, True)
        self._kept = _seal(give())

    def _load(self, record, take, older):
        if record is None:
            return
        try:
            text, check = record.decode().rsplit("#", 1)
            body = json.loads(text)
            if check != _checksum(text) or body.pop("version") != VERSION:
                raise ValueError
            take(body, older)
            self.found = OLDER if older else NEWEST
        except Exception:  # torn, truncated, foreign, or of a version that is not known yet
            self.found = LOST

    def keep(self, teller):
        """Two writes."""
        teller.keep((self._key + "_old", self._kept))
        self._kept = _seal(self._give())
        teller.keep((self._key, self._kept))


def _seal(body):
    body["version"] = VERSION
    text = jsontext.dumps(body)
    return (text + "#" + _checksum(text)).encode()


def _checksum(text):
    h = 1
    for byte in text.encode():
        h = mix(h, byte)
    return str(h)
