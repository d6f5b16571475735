"""A pod's credential: made once, handed to the pod as one file, and kept here only as a hash."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pod.config import is_name
from starlit.errors import UserError
from starlit.trust.files import write_private
from starlit.trust.model import HOST, PodTrust, Trust
from starlit.trust.passwords import hashed, new_password
from starlit.trust.store import KEY_BYTES

VERSION = 1


@dataclass(frozen=True)
class Credential:
    """What one pod knows and nobody else but the host. Never printed."""

    pod: str
    password: str
    pod_key: bytes
    key: bytes
    key_id: int

    def __repr__(self) -> str:
        return f"Credential({self.pod})"


@dataclass(frozen=True)
class Provision:
    """The file's fields, in words that the pod reads (docs/security-setup.md)."""

    version: int
    cottage: str
    pod: str
    host: str
    port: int
    user: str
    password: str
    ca_der: str  # base64
    key: str  # hex
    key_id: int
    pod_key: str  # hex


def add_pod(trust: Trust, pod: str, now_s: int, virtual: bool = False) -> Credential:
    """A new credential for `pod`; one that it had before is gone."""
    if not is_name(pod) or pod == HOST:
        raise UserError(f"pod name {pod!r}: use 1 to 32 of a-z, 0-9, '-' and '_', and not {HOST}")
    key = trust.key(trust.signs)
    assert key is not None
    password, pod_key = new_password(), secrets.token_bytes(KEY_BYTES)
    trust.pods[pod] = PodTrust(hashed(password), pod_key, now_s, [trust.signs], virtual)
    return Credential(pod, password, pod_key, key, trust.signs)


def provision(
    trust: Trust, credential: Credential, host: str, port: int, ca_der: bytes
) -> Provision:
    return Provision(
        VERSION,
        trust.cottage,
        credential.pod,
        host,
        port,
        credential.pod,
        credential.password,
        base64.b64encode(ca_der).decode(),
        credential.key.hex(),
        credential.key_id,
        credential.pod_key.hex(),
    )


def write_provision(path: Path, given: Provision) -> None:
    if not path.parent.is_dir():
        raise UserError(f"{path}: there is no folder {path.parent}; name another with --out")
    write_private(path, (json.dumps(asdict(given), indent=1) + "\n").encode())


def read_provision(path: Path) -> Provision:
    try:
        data: dict[str, Any] = json.loads(path.read_text())
        if data["version"] != VERSION:
            raise UserError(f"{path}: written by another version of starlit; make it anew")
        return Provision(**data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = getattr(error, "strerror", None) or "not a provisioning file"
        raise UserError(f"{path}: {why}; make one with `starlit pod add NAME`") from None
