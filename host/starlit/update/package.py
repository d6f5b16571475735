"""A bundle as pods are offered it: a manifest that fits one message, its signature, its pieces."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pod.envelope import MAX_PAYLOAD
from pod.update import BYTES_MAX, PIECE
from starlit.bundle.build import Bundle, build, read_manifest
from starlit.errors import UserError
from starlit.update.keys import sign

_ENVELOPE = 400  # of a payload: nonce, MAC, names, topic's request


@dataclass(frozen=True)
class Package:
    """`manifest`: the text that is signed. `files`: path -> content, in the manifest's order."""

    manifest: str
    signature: bytes
    files: Mapping[str, bytes]

    @property
    def version(self) -> str:
        return str(json.loads(self.manifest)["pod"])

    @property
    def total_bytes(self) -> int:
        return sum(len(content) for content in self.files.values())

    def offer(self) -> dict[str, Any]:
        return {"step": "offer", "manifest": self.manifest, "signature": self.signature.hex()}

    def piece(self, file: int, at: int) -> dict[str, Any]:
        data = list(self.files.values())[file][at : at + PIECE]
        return {"step": "piece", "file": file, "at": at, "data": base64.b64encode(data).decode()}

    def done_bytes(self, want: list[int] | None) -> int:
        """How much of it a pod has that wants this next."""
        if want is None:
            return self.total_bytes
        before = list(self.files.values())[: want[0]]
        return sum(len(content) for content in before) + want[1]


def pack(bundle: Path | None, arch: str, key: Path) -> Package:
    """The bundle in a folder, or the one of this source; signed."""
    manifest, files = read(bundle, arch)
    text = compact(manifest)
    package = Package(text, sign(key, text.encode()), files)
    _check(package)
    return package


def read(bundle: Path | None, arch: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Manifest and files of the bundle in a folder, or of this source."""
    return _from_folder(bundle) if bundle else _of(build(arch, packed=True))


def compact(manifest: dict[str, Any]) -> str:
    """What a pod has to know of a bundle, and what is signed."""
    kept = {name: manifest[name] for name in ("format", "pod", "arch", "mpy")}
    names = ("path", "bytes", "sha256")
    kept["files"] = [{name: entry[name] for name in names} for entry in manifest["files"]]
    return json.dumps(kept, separators=(",", ":"), sort_keys=True)


def _check(package: Package) -> None:
    if package.total_bytes > BYTES_MAX:
        raise UserError(
            f"the bundle has {package.total_bytes:,} bytes; a pod takes {BYTES_MAX:,} at most"
        )
    size = len(json.dumps(json.dumps(package.offer()))) + _ENVELOPE
    if size > MAX_PAYLOAD:
        raise UserError("the bundle has too many files for one message; flash it by USB instead")


def _of(bundle: Bundle) -> tuple[dict[str, Any], dict[str, bytes]]:
    order = [entry["path"] for entry in bundle.manifest["files"]]
    return bundle.manifest, {path: bundle.files[path] for path in order}


def _from_folder(folder: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    manifest = read_manifest(folder)
    files: dict[str, bytes] = {}
    try:
        for entry in manifest["files"]:
            files[entry["path"]] = content = (folder / entry["path"]).read_bytes()
            if hashlib.sha256(content).hexdigest() != entry["sha256"]:
                raise UserError(f"{folder / entry['path']}: not what the manifest says; make the "
                                "bundle anew with `starlit bundle`")  # fmt: skip
    except (OSError, KeyError, TypeError) as error:
        raise UserError(f"{folder}: {error}; make it anew with `starlit bundle`") from None
    return manifest, files
