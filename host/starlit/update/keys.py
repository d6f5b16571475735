"""The key that signs updates: RSA-2048, made once, kept by whoever makes updates.

Pods know its public half, a whole number. The private one is written where its owner says, never
into the state folder: whoever takes over the coordinator can sign no program for a pod.
"""

from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from starlit.errors import UserError
from starlit.trust.files import write_private

BITS = 2048
EXPONENT = 65537
PUBLIC = ".pub"
_WORD = "starlit-update-key"


def make_key(path: Path) -> Path:
    """Writes the private key (PEM, mode 0600) and, beside it, what pods are given; its path."""
    public = path.with_name(path.name + PUBLIC)
    for one in (path, public):
        if one.exists():
            raise UserError(f"{one} is there already: name another with --out; pods know that one")
    if not path.parent.is_dir():
        raise UserError(f"{path}: there is no folder {path.parent}; name another with --out")
    key = rsa.generate_private_key(EXPONENT, BITS)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_private(path, pem)
    public.write_text(f"{_WORD} {key.public_key().public_numbers().n:x}\n")
    return public


def read_public(path: Path) -> int:
    """The modulus that pods verify with."""
    try:
        word, number = path.read_text(encoding="ascii").split()
        modulus = int(number, 16)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no update key"
        raise UserError(f"{path}: {why}; name the .pub file of `starlit update key`") from None
    if word != _WORD or modulus.bit_length() != BITS:
        raise UserError(f"{path}: no update key; name the .pub file of `starlit update key`")
    return modulus


def sign(path: Path, message: bytes) -> bytes:
    """256 bytes: PKCS#1 v1.5 with SHA-256 (RFC 8017)."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        why = getattr(error, "strerror", None) or "no private key"
        raise UserError(f"{path}: {why}; make one with `starlit update key`") from None
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size != BITS:
        raise UserError(f"{path}: no RSA-{BITS} key; make one with `starlit update key`")
    return key.sign(message, padding.PKCS1v15(), hashes.SHA256())
