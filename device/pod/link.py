"""The one edge where messages become commands: whatever does not validate is counted and dropped.

`Link.take` turns (topic, payload) into (kind, Opened) or raises `Refused` with a short reason. It
keeps what freshness needs: nonces issued, versions reached (SAFETY 10).
"""

from binascii import hexlify

from . import ticks
from .config import is_name
from .envelope import EnvelopeError, hmac_sha256
from .keys import Keys

NONCE_MS = 2000
_NONCES = 4
_USED = 16


class Refused(Exception):
    """`args[0]`: why a message was dropped."""


class Link:
    def __init__(self, config, boot, stored=()):
        self.prefix = "starlit/" + config.cottage + "/"
        self.own = self.prefix + "pod/" + config.pod + "/"
        self.nonce = ""
        self.refused = 0
        self.dropped = 0  # unread: a step takes only so many
        self.versions = {"sky": -1, "desired": -1, "cue": -1}
        self.keys = Keys(config, stored)
        self._boot = boot
        self._serial = 0
        self._nonces = []  # (nonce, issued_ms), newest last
        self._used = []  # (MAC, when) of the last output commands

    def issue_nonce(self, now_ms):
        """A nonce that nobody without the key can foresee, fresh at every telemetry."""
        self._serial += 1
        seed = "nonce %d %d" % (self._boot, self._serial)
        self.nonce = hexlify(hmac_sha256(self.keys.key(), seed.encode())[:6]).decode()
        self._nonces.append((self.nonce, now_ms))
        if len(self._nonces) > _NONCES:
            self._nonces.pop(0)
        return self.nonce

    def take(self, topic, payload, now_ms, wall_s):
        """(kind, Opened); kind is play, service, desired, pong, sky, cue or unhook; None is old
        news."""
        kind = self._kind(topic)
        if kind is None:
            raise Refused("topic is not for this pod")
        try:
            opened = self.keys.open(topic, payload)
        except EnvelopeError as error:
            raise Refused(error.args[0]) from None
        if opened.expiry_s and wall_s and wall_s > opened.expiry_s:
            raise Refused("expired")
        if kind in self.versions and opened.version == self.versions[kind]:
            return None, opened  # delivered again, as retained messages are at every reconnect
        self._check_fresh(kind, opened, now_ms)
        return kind, opened

    def writer(self, topic):
        """The writer of an unhook topic, or None for any other topic."""
        start = self.prefix + "unhook/"
        return topic[len(start):] if topic.startswith(start) else None

    def _kind(self, topic):
        if topic.startswith(self.own + "set/"):
            kind = topic[len(self.own) + 4:]
            return kind if kind in ("play", "service", "desired", "pong") else None
        if topic == self.prefix + "all/sky":
            return "sky"
        if topic == self.prefix + "all/cue":
            return "cue"
        writer = self.writer(topic)
        return "unhook" if writer is not None and is_name(writer) else None

    def _check_fresh(self, kind, opened, now_ms):
        if kind == "play" or kind == "service":
            self._check_nonce(opened, now_ms)
        elif kind == "pong":
            if opened.nonce is None:
                raise Refused("needs a nonce")
        elif opened.version is None:
            raise Refused("needs a version")
        elif kind in self.versions:
            self._check_version(kind, opened.version)

    def _check_version(self, kind, version):
        if version <= self.versions[kind]:
            raise Refused("old version")
        self.versions[kind] = version

    def _check_nonce(self, opened, now_ms):
        if opened.nonce is None:
            raise Refused("needs a nonce")
        for mac, _ in self._used:
            if mac == opened.mac:
                raise Refused("replayed")
        for nonce, issued_ms in self._nonces:
            if nonce == opened.nonce and 0 <= ticks.diff(now_ms, issued_ms) <= NONCE_MS:
                self._remember(opened.mac, now_ms)
                return
        raise Refused("stale nonce")

    def _remember(self, mac, now_ms):
        """Every command of the last nonces is remembered; more of them than fit are refused."""
        if len(self._used) == _USED:
            if 0 <= ticks.diff(now_ms, self._used[0][1]) <= 2 * NONCE_MS:
                raise Refused("too many commands")
            self._used.pop(0)
        self._used.append((mac, now_ms))
