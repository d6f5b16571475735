"""RSA-2048 signatures, PKCS#1 v1.5 with SHA-256 (RFC 8017, 8.2.2 and 9.2), verified.

The expected block is built and compared as a whole: nothing of what came is parsed.
"""

from binascii import unhexlify
from hashlib import sha256

_BYTES = 256
_EXPONENT = 65537
# DigestInfo of SHA-256 up to the digest (RFC 8017, 9.2, note 1).
_DIGEST_INFO = unhexlify("3031300d060960864801650304020105000420")


def verifies(modulus, signature, message):
    """`modulus`: whole number; `signature`: 256 bytes; `message`: bytes."""
    number = int.from_bytes(signature, "big")
    if len(signature) != _BYTES or not number < modulus:
        return False
    tail = b"\x00" + _DIGEST_INFO + sha256(message).digest()
    block = b"\x00\x01" + b"\xff" * (_BYTES - 2 - len(tail)) + tail
    return pow(number, _EXPONENT, modulus).to_bytes(_BYTES, "big") == block
