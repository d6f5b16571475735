"""pod.toml, and the provisioning file that it names: checked once, here.

provision = "/var/lib/starlit-pod/provision.json"   # from `starlit pod add` on the host
profile = "child"                                   # or "adult"

[body]
board = "auto"                    # or one of pod.body.linux.boards
state = "/var/lib/starlit-pod"    # what outlives a restart

[leds]
backend = "auto"                  # or "spi", "neopixel", "none"

[sound]
device = "auto"                   # the I2S amplifier; or a device's name, or "none"
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pod.config import Config, ConfigError
from pod.io import KEPT_AT_RESET

from .files import Records
from .problem import Problem

VERSION = 1  # of the provisioning file (host/starlit/trust/provision.py)
STATE = "/var/lib/starlit-pod"
CONFIG = "/etc/starlit-pod/pod.toml"
DEVICE = "device"  # the record of what this pod is: seed, credential's digest
BACKENDS = ("auto", "spi", "neopixel", "none")
# What belonged to a cottage, and goes with its credential.
_OF_COTTAGE = ("keys", "keys_old", "sky", "sky_old", "score", "score_old", "unhook")
_KNOWN: dict[str, dict[str, tuple[type, Any]]] = {
    "": {
        "provision": (str, f"{STATE}/provision.json"),
        "profile": (str, "child"),
        "tz_min": (int, 0),
        "area_mm2": (int, 2827),
    },
    "body": {"board": (str, "auto"), "state": (str, STATE)},
    "leds": {"backend": (str, "auto")},
    "sound": {"device": (str, "auto")},
}
EXAMPLE = "\n".join(
    line.removeprefix("    ") for line in (__doc__ or "").split("\n\n", 1)[1].rstrip().split("\n")
)


@dataclass(frozen=True)
class Broker:
    """Where the cottage's messages go; only over TLS, and only to whom `ca_der` vouches for."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    ca_der: bytes


@dataclass(frozen=True)
class Settings:
    provision: Path
    profile: str
    tz_min: int
    area_mm2: int
    board: str
    state: Path
    backend: str
    device: str


def read(path: Path) -> Settings:
    """What pod.toml says. Problem for whatever in it is wrong."""
    try:
        given = tomllib.loads(path.read_text())
    except FileNotFoundError:
        raise Problem(f"{path}: no such file; make one with: sudo starlit-pod install") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    except tomllib.TOMLDecodeError as error:
        raise Problem(f"{path}: {error}") from None
    flat = _checked(path, given)
    settings = Settings(
        # Beside pod.toml, where it is no absolute path.
        path.parent / flat["provision"],
        flat["profile"],
        flat["tz_min"],
        flat["area_mm2"],
        flat["body.board"],
        path.parent / flat["body.state"],
        flat["leds.backend"],
        flat["sound.device"],
    )
    if settings.backend not in BACKENDS:
        raise Problem(f"{path}: leds.backend is one of {', '.join(BACKENDS)}")
    return settings


def _checked(path: Path, given: dict[str, Any]) -> dict[str, Any]:
    flat = {}
    for section, known in _KNOWN.items():
        found = given if not section else given.get(section, {})
        if not isinstance(found, dict):
            raise Problem(f"{path}: [{section}] is a section")
        dot = section + "." if section else ""
        for name in found:
            if name not in known and not (not section and name in _KNOWN):
                raise Problem(f"{path}: {dot}{name} is not known; {_choice(dot, known)}")
        for name, (kind, default) in known.items():
            flat[dot + name] = found.get(name, default)
            if type(flat[dot + name]) is not kind:
                word = "a text in quotes" if kind is str else "a whole number"
                raise Problem(f"{path}: {dot}{name} is {word}")
    return flat


def _choice(dot: str, known: dict[str, Any]) -> str:
    return "there is " + ", ".join(dot + name for name in known)


def identity(settings: Settings, records: Records) -> tuple[Config, Broker | None]:
    """What this pod is, and its broker; without a credential, a pod that is alone.

    A credential that is new takes what belonged to the old one's cottage out of `records`; one
    that a factory reset has forgotten is not taken again.
    """
    device = _device(records)
    given, digest = _provisioned(settings.provision)
    if digest is not None and digest == device.get("forgotten"):
        given, digest = None, None
    if digest != device.get("credential"):
        for key in _OF_COTTAGE:
            records.records.pop(key, None)
    device["credential"] = digest
    device.setdefault("seed", secrets.randbits(30))
    records.keep([(DEVICE, json.dumps(device, sort_keys=True).encode())])
    config = _config(settings, given, device["seed"])
    try:
        config.check()
    except ConfigError as error:
        raise Problem(f"{error.args[0]}: correct it in pod.toml or {settings.provision}") from None
    return config, _broker(given)


def forget(settings: Settings, records: Records) -> None:
    """A factory reset, the record `forgetting` last: power that fails before does it again."""
    _, digest = _provisioned(settings.provision)
    try:
        settings.provision.unlink(missing_ok=True)
    except OSError:
        pass  # on a read-only disk: its digest is remembered instead
    records.keep([(DEVICE, json.dumps({"forgotten": digest}).encode())])
    records.forget((*KEPT_AT_RESET, DEVICE))


def _device(records: Records) -> dict[str, Any]:
    try:
        return dict(json.loads(records.records[DEVICE]))
    except (KeyError, ValueError, TypeError):
        return {}


def _provisioned(path: Path) -> tuple[dict[str, Any] | None, str | None]:
    """The file's content and digest, or (None, None) where there is none."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None, None
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}; it belongs to the user starlit-pod") from None
    try:
        given = json.loads(data)
        if given["version"] != VERSION:
            raise Problem(f"{path}: written by another version of starlit; make it anew")
        bytes.fromhex(given["key"] + given["pod_key"])
        _broker(given)
    except (ValueError, KeyError, TypeError):
        raise Problem(
            f"{path}: not a provisioning file; make one on the host with `starlit pod add NAME`"
        ) from None
    return given, hashlib.sha256(data).hexdigest()


def _config(settings: Settings, given: dict[str, Any] | None, seed: int) -> Config:
    # Without a cottage's key nothing that comes over a link verifies.
    config = Config("pod-1", "home", secrets.token_bytes(32), settings.profile, seed)
    config.body = "linux"
    config.tz_min = settings.tz_min
    config.area_mm2 = settings.area_mm2
    if given is not None:
        config.pod, config.cottage = given["pod"], given["cottage"]
        config.key, config.key_id = bytes.fromhex(given["key"]), given["key_id"]
        config.pod_key = bytes.fromhex(given["pod_key"])
    return config


def _broker(given: dict[str, Any] | None) -> Broker | None:
    if given is None:
        return None
    ca = base64.b64decode(given["ca_der"], validate=True)
    return Broker(str(given["host"]), int(given["port"]), given["user"], given["password"], ca)


def check_provision(path: Path) -> None:
    """Problem unless a provisioning file lies there."""
    given, _ = _provisioned(path)
    if given is None:
        raise Problem(f"{path}: no such file; make one on the host with `starlit pod add NAME`")
