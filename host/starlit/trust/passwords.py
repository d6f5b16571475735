"""Passwords of MQTT users: 192 random bits, never chosen by anybody; and how mosquitto keeps them.

Because nobody could guess one, the number of rounds guards nothing here. Fewer of them let a flood
of wrong passwords cost the broker less; 101 is mosquitto's own (mosquitto_passwd, 2.0).
"""

import base64
import binascii
import hashlib
import hmac
import secrets

ROUNDS = 101
_SALT_BYTES = 12


def new_password() -> str:
    return secrets.token_urlsafe(24)


def hashed(password: str) -> str:
    """`$7$rounds$salt$hash`: PBKDF2 with SHA-512, as in mosquitto's password file."""
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ROUNDS)
    return f"$7${ROUNDS}${_text(salt)}${_text(digest)}"


def matches(password: str, kept: str) -> bool:
    try:
        _, kind, rounds, salt, digest = kept.split("$")
        if kind != "7":
            return False
        expected = base64.b64decode(digest, validate=True)
        got = hashlib.pbkdf2_hmac(
            "sha512", password.encode(), base64.b64decode(salt, validate=True), int(rounds)
        )
    except (ValueError, binascii.Error):
        return False
    return hmac.compare_digest(got, expected)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
