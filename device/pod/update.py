"""A new program for the pod, taken in piece by piece: offered, sent, verified, put on trial.

Nothing is kept in memory but the manifest: how far it has come is the size of what lies in the
spare slot, so a cut of the link or of power is gone on from. What a cut has torn is found by the
hash of its file, and that file is sent again.
"""

import json
from binascii import a2b_base64, unhexlify
from hashlib import sha256

from .signature import verifies
from .slots import MANIFEST

FORMAT = 1
PIECE = 1024  # bytes in a message: 1.6 KB of payload, where 4 KB are allowed
FILES_MAX = 16
BYTES_MAX = 98304  # in all: two of them and the records fit the 848 KB that a Pico W has for files
BEGINNINGS = 12  # of a start: a host that begins over and over wears no flash
_OFFER = "/offer"
_NAME = "abcdefghijklmnopqrstuvwxyz0123456789_/."


class Bad(ValueError):
    """`args[0]`: why it is refused."""


def version_of(text):
    """(0, 1, 0) of "0.1.0"."""
    return tuple([int(part) for part in text.split(".")])


class Updater:
    """`key`: the modulus of who may sign, or None. `version`: of the program that runs. `runs`:
    (arch, mpy) pairs of bundles that this interpreter loads, or None for any."""

    def __init__(self, slots, key, version, runs=None):
        self._slots = slots
        self._flash = slots.flash
        self._key = key
        self._version = version
        self._runs = runs
        self._left = BEGINNINGS
        self._where = None  # "/b"
        self._manifest = None
        self._text = b""
        self._at = 0  # file that comes next
        self._got = 0  # bytes of it

    def take(self, body):
        """The answer to one message: `want` is [file, offset] of the next piece, None when all is
        there; or `why` it is refused."""
        try:
            do = body.get("step")
            if do == "offer":
                self._offer(body)
            elif do == "piece":
                self._piece(body)
            elif do == "switch":
                return self._switch()
            elif do == "status":
                return self._status()
            else:
                raise Bad("unknown step")
        except Bad as why:
            return {"ok": False, "why": why.args[0]}
        except (OSError, ValueError, TypeError, KeyError) as error:
            return {"ok": False, "why": "update failed: " + repr(error)}
        return {"ok": True, "want": self._want()}

    def _status(self):
        slots = self._slots
        return {
            "ok": True, "pod": self._version, "running": slots.running, "good": slots.good,
            "rolled_back": slots.rolled_back,
        }

    # -- what is offered -------------------------------------------------------------------

    def _offer(self, body):
        text = body["manifest"].encode()
        self._check(text, unhexlify(body["signature"]))
        spare = self._slots.spare()
        if spare is None:
            raise Bad("the last update is still on trial")
        self._where = where = "/" + spare
        self._manifest, self._text = json.loads(text), text
        try:
            known = self._flash.read(where + _OFFER) == text
        except OSError:
            known = False
        if not known:
            self._begin()
            self._clear(where)
            self._flash.write(where + _OFFER, text)
        self._resume()

    def _check(self, text, signature):
        if not self._key:
            raise Bad("this pod has no update key: give it one with `starlit flash`")
        if not verifies(self._key, signature, text):
            raise Bad("the signature is not by this pod's update key")
        manifest = json.loads(text)
        files = manifest["files"]
        if manifest["format"] != FORMAT or not 0 < len(files) <= FILES_MAX:
            raise Bad("a manifest of another format")
        if version_of(manifest["pod"]) < version_of(self._version):
            raise Bad("%s is older than %s, which runs" % (manifest["pod"], self._version))
        if self._runs is not None and (manifest["arch"], manifest["mpy"]) not in self._runs:
            raise Bad("made for %s, mpy %s" % (manifest["arch"], manifest["mpy"]))
        total = 0
        for entry in files:
            path, size = entry["path"], entry["bytes"]
            if [c for c in path if c not in _NAME] or ".." in path or path[-4:] != ".mpy":
                raise Bad("a file with a bad name")
            if not 0 < size <= BYTES_MAX:
                raise Bad("a file of a bad size")
            total += size
        if total > BYTES_MAX:
            raise Bad("too big")

    def _clear(self, path):
        """The manifest first: from then on the slot counts as empty."""
        self._flash.remove(path + MANIFEST)
        for name in self._flash.names(path):
            inside = path + "/" + name
            if self._flash.names(inside):
                self._clear(inside)
            else:
                self._flash.remove(inside)
        self._flash.folder(path)

    def _resume(self):
        self._at = self._got = 0
        while self._at < len(self._manifest["files"]):
            entry = self._manifest["files"][self._at]
            size = self._flash.size(self._path(entry))
            if size < entry["bytes"]:
                # Whole pieces only: a torn one is sent again from its beginning.
                self._got = 0 if size % PIECE or size < 0 else size
                return
            if not self._good(entry):
                return
            self._at += 1

    # -- pieces ----------------------------------------------------------------------------

    def _piece(self, body):
        if self._manifest is None:
            raise Bad("offer it first")
        if [body["file"], body["at"]] != self._want():
            return  # one that came twice: what is wanted stands in the answer
        entry = self._manifest["files"][self._at]
        data = a2b_base64(body["data"])
        if len(data) != min(PIECE, entry["bytes"] - self._got):
            raise Bad("a piece of a wrong length")
        path = self._path(entry)
        for at in range(1, len(path)):
            if path[at] == "/":
                self._flash.folder(path[:at])
        self._flash.write(path, data, "ab" if self._got else "wb")
        self._got += len(data)
        if self._got == entry["bytes"]:
            self._got = 0
            if self._good(entry):
                self._at += 1
            else:
                self._flash.remove(path)
                self._begin()

    def _begin(self):
        """Something is written that may be written again and again."""
        if not self._left:
            self._manifest = None
            raise Bad("begun too often since the pod started: take its power away and give it back")
        self._left -= 1

    def _want(self):
        if self._at == len(self._manifest["files"]):
            return None
        return [self._at, self._got]

    def _path(self, entry):
        return self._where + "/" + entry["path"]

    def _good(self, entry):
        """Whether the file on flash is what the manifest says."""
        path = self._path(entry)
        if self._flash.size(path) != entry["bytes"]:
            return False
        digest = sha256()
        for piece in self._flash.pieces(path, bytearray(512)):
            digest.update(piece)
        return digest.digest() == unhexlify(entry["sha256"])

    # -- the switch ------------------------------------------------------------------------

    def _switch(self):
        if self._manifest is None or self._want() is not None:
            raise Bad("not all of it is there")
        for entry in self._manifest["files"]:
            if not self._good(entry):
                self._manifest = None
                raise Bad("a file has changed on flash: offer it again")
        self._flash.write(self._where + MANIFEST, self._text)
        if self._flash.read(self._where + MANIFEST) != self._text:
            raise Bad("flash does not keep what is written")
        self._slots.try_next(self._where[1:])
        self._manifest = None
        return {"ok": True, "restart": True}
