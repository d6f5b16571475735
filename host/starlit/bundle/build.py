"""`starlit bundle`: join, compile, write; the same bytes from the same source."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from starlit.bundle.atlas import Atlas
from starlit.bundle.compile import ARCHES as ARCHES
from starlit.bundle.compile import find_compiler
from starlit.bundle.join import Joined, join
from starlit.bundle.programs import PROGRAMS, left_out, twins_for
from starlit.bundle.squeeze import squeeze
from starlit.errors import UserError

FORMAT = 1
BUDGET_BYTES = 60 * 1024  # of flash (DESIGN, Budget on the Pico)
MANIFEST = "manifest.json"
NAMES = "names.json"
UNPACKER = "unpack.mpy"


@dataclass
class Bundle:
    """`files`: path -> content. `manifest`: what docs/bundle.md says of it."""

    files: dict[str, bytes]
    manifest: dict[str, Any]
    atlas: Atlas
    unused: list[str]  # functions of the source that nothing on a Pico calls

    @property
    def total_bytes(self) -> int:
        return sum(len(content) for content in self.files.values())

    def write(self, out: Path) -> None:
        """Into an empty folder, or over an older bundle."""
        _clear(out)
        for path, content in self.files.items():
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).write_bytes(content)
        _write_json(out / NAMES, self.atlas.to_dict())
        _write_json(out / MANIFEST, self.manifest)


def build(
    arch: str, packed: bool = False, package: Path | None = None, mpy_cross: str | None = None
) -> Bundle:
    """The pod for machine code of `arch`, or of none where that is `bytecode`; `packed` compresses
    it and adds what unpacks it (device/unpack.py)."""
    if arch not in ARCHES:
        raise UserError(f"--arch {arch}: give one of {', '.join(ARCHES)}")
    compiler = find_compiler(mpy_cross)
    joined = _joined(package or pod_package(), twins_for(arch))
    files = {}
    for module, source in joined.sources.items():
        name = module.rpartition(".")[2]
        files[module.replace(".", "/") + ".mpy"] = compiler.compile(name, source, arch)
    entries = {path: _entry(path, content) for path, content in files.items()}
    if packed:
        files = {path: squeeze(content) for path, content in files.items()}
        entries = {
            path: {**_entry(path, content), "unpacked": entries[path]}
            for path, content in files.items()
        }
        files[UNPACKER] = compiler.compile("unpack", _unpacker(), arch)
        entries[UNPACKER] = _entry(UNPACKER, files[UNPACKER])
    manifest = {
        "format": FORMAT,
        "pod": pod_version(),
        "micropython": compiler.micropython,
        "mpy": compiler.mpy,
        "arch": arch,
        "packed": packed,
        "files": [entries[path] for path in sorted(files)],
        "total_bytes": sum(len(content) for content in files.values()),
    }
    return Bundle(files, manifest, joined.atlas, joined.unused)


@cache
def _joined(package: Path, twins: tuple[str, ...]) -> Joined:
    """The same for all processors that run the same twins."""
    return join(package, PROGRAMS, left_out(package, twins))


def pod_package() -> Path:
    import pod

    return Path(pod.__file__).resolve().parent


def pod_version() -> str:
    import pod

    return pod.__version__


def _unpacker() -> str:
    """Beside the package in a checkout; an installed host has no device to write to yet."""
    path = pod_package().with_name("unpack.py")
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; --packed needs a checkout") from None


def _entry(path: str, content: bytes) -> dict[str, Any]:
    return {
        "path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip


def read_manifest(folder: Path) -> dict[str, Any]:
    return _read_json(folder / MANIFEST)


def read_names(folder: Path) -> dict[str, Any]:
    return _read_json(folder / NAMES)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: {error}; name a folder that `starlit bundle` wrote") from None
    if not isinstance(data, dict):
        raise UserError(f"{path}: no object; name a folder that `starlit bundle` wrote")
    return data


def _write_json(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _clear(out: Path) -> None:
    """Take away the files of an older bundle, and nothing else."""
    if out.exists() and not out.is_dir():
        raise UserError(f"{out}: not a folder; name one for --out")
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).exists():
        raise UserError(f"{out}: holds other things than a bundle; name an empty folder")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{out}: {error.strerror}; name another folder for --out") from None
    if (out / MANIFEST).exists():
        for entry in read_manifest(out).get("files", ()):
            _remove(out, str(entry.get("path")))


def _remove(out: Path, path: str) -> None:
    inside = (out / path).resolve()
    if inside.is_relative_to(out.resolve()) and inside.suffix == ".mpy":
        inside.unlink(missing_ok=True)
