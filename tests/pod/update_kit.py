"""A signed bundle for tests, and sending it to an updater."""

import base64
import hashlib
import json
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from pod.update import PIECE


@cache
def private_key():
    return rsa.generate_private_key(65537, 2048)


def modulus():
    return private_key().public_key().public_numbers().n


def signed(text, key=None):
    return (key or private_key()).sign(text, padding.PKCS1v15(), hashes.SHA256())


FILES = {"pod/core.mpy": bytes(range(256)) * 9, "pod/base0.mpy": b"x" * 100}


def offer_of(files=FILES, version="0.2.0", key=None, **changes):
    """The body of an offer."""
    manifest = {
        "format": 1, "pod": version, "micropython": "1.28.0", "mpy": "6.3", "arch": "armv6m",
        "files": [
            {"path": p, "bytes": len(d), "sha256": hashlib.sha256(d).hexdigest()}
            for p, d in files.items()
        ],
        **changes,
    }  # fmt: skip
    text = json.dumps(manifest, separators=(",", ":"))
    return {"step": "offer", "manifest": text, "signature": signed(text.encode(), key).hex()}


def piece_of(files, want):
    at, offset = want
    data = list(files.values())[at][offset : offset + PIECE]
    return {
        "step": "piece", "file": at, "at": offset, "data": base64.b64encode(data).decode(),
    }  # fmt: skip


def send(updater, offer, files=FILES):
    """All of it, as the host does; the last answer."""
    answer = updater.take(offer)
    while answer["ok"] and answer["want"] is not None:
        answer = updater.take(piece_of(files, answer["want"]))
    return updater.take({"step": "switch"}) if answer["ok"] else answer
