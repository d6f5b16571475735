"""The signed envelope around every message: HMAC-SHA256 (RFC 2104, FIPS 180-4) over what it says.

Wire: `{"nonce": str | "version": int, "expiry_s": int, "body": "<JSON text>", "mac": "<64 hex>"}`.
The MAC covers topic, nonce or version, expiry and the body's text as it stands, so neither side
ever has to agree on a canonical form of JSON.
"""

import hashlib
import json
from binascii import hexlify

from . import jsontext

# Of simulated pods, which have no network. A pod that meets anybody has a key of its cottage's.
TEST_KEY = b"starlit-cottage test key, not a secret"
MAX_PAYLOAD = 4096

_BLOCK = 64
_INNER = int.from_bytes(b"\x36" * _BLOCK, "big")
_OUTER = int.from_bytes(b"\x5c" * _BLOCK, "big")


class EnvelopeError(ValueError):
    """The payload is no valid envelope; `args[0]` is a short reason."""


class Opened:
    def __init__(self, key, nonce, version, expiry_s, body, mac):
        self.key = key  # which of the keys has verified it
        self.nonce = nonce
        self.version = version
        self.expiry_s = expiry_s
        self.body = body
        self.mac = mac


def hmac_sha256(key, message):
    """32 bytes. MicroPython ships hashlib, not hmac."""
    if len(key) > _BLOCK:
        key = hashlib.sha256(key).digest()
    # Padded as one whole number, with no loop over its bytes.
    pad = int.from_bytes(key + b"\0" * (_BLOCK - len(key)), "big")
    inner = hashlib.sha256((pad ^ _INNER).to_bytes(_BLOCK, "big") + message).digest()
    return hashlib.sha256((pad ^ _OUTER).to_bytes(_BLOCK, "big") + inner).digest()


def _mac(key, topic, stamp, expiry_s, body):
    text = topic + "\n" + str(stamp) + "\n" + str(expiry_s) + "\n" + body
    return hexlify(hmac_sha256(key, text.encode())).decode()


def same(a, b):
    """Whether two texts are equal, in a time that does not tell where they differ."""
    if len(a) != len(b):
        return False
    differ = 0
    for x, y in zip(a, b):
        differ |= ord(x) ^ ord(y)
    return differ == 0


def seal(key, topic, body, nonce=None, version=None, expiry_s=0):
    """The payload (bytes) that carries `body` (JSON text) under a nonce or a version."""
    name, stamp = ("version", version) if nonce is None else ("nonce", nonce)
    fields = {"body": body, "expiry_s": expiry_s, name: stamp}
    fields["mac"] = _mac(key, topic, stamp, expiry_s, body)
    return jsontext.dumps(fields).encode()


def _whole(value):
    return type(value) is int and 0 <= value < 1 << 40


def _fields(payload):
    if len(payload) > MAX_PAYLOAD:
        raise EnvelopeError("too long")
    try:
        outer = json.loads(bytes(payload).decode())
    except Exception:  # each interpreter raises its own for bad UTF-8, bad JSON, deep nesting
        raise EnvelopeError("not JSON") from None
    if not isinstance(outer, dict):
        raise EnvelopeError("not an object")
    return outer


def _stamp(outer):
    if ("nonce" in outer) == ("version" in outer):
        raise EnvelopeError("needs a nonce or a version")
    nonce, version = outer.get("nonce"), outer.get("version")
    if nonce is None and not _whole(version):
        raise EnvelopeError("bad version")
    if version is None and not isinstance(nonce, str):
        raise EnvelopeError("bad nonce")
    return nonce, version


def _verifies(keys, mac, topic, stamp, expiry_s, text):
    """Which of `keys` has made `mac`; EnvelopeError where none has."""
    for n in range(len(keys)):
        try:
            expected = _mac(keys[n], topic, stamp, expiry_s, text)
        except Exception:  # text that does not encode (lone surrogates)
            raise EnvelopeError("bad text") from None
        if same(expected, mac):
            return n
    raise EnvelopeError("bad mac")


def open_envelope(keys, topic, payload):
    """An `Opened` whose body is a dict; raises EnvelopeError for anything else. `keys`: the key, or
    several of which one must have signed it; nothing in the envelope says which."""
    outer = _fields(payload)
    nonce, version = _stamp(outer)
    expiry_s, text, mac = outer.get("expiry_s"), outer.get("body"), outer.get("mac")
    if not _whole(expiry_s) or not isinstance(text, str) or not isinstance(mac, str):
        raise EnvelopeError("bad fields")
    keys = (keys,) if isinstance(keys, bytes) else keys
    key = _verifies(keys, mac, topic, version if nonce is None else nonce, expiry_s, text)
    try:
        body = json.loads(text)
    except Exception:
        raise EnvelopeError("body is not JSON") from None
    if not isinstance(body, dict):
        raise EnvelopeError("body is not an object")
    return Opened(key, nonce, version, expiry_s, body, mac)
