"""Run kicad-cli 9: the system's own, or the one that tools/get_kicad.sh unpacked beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
WANTED = "9."
TIMEOUT_S = 120


class KicadError(Exception):
    """kicad-cli said no; the message is what it printed."""


@dataclass(frozen=True)
class Kicad:
    """`root` is the file system that kicad-cli lives in: / or an unpacked Debian."""

    root: Path

    @contextmanager
    def workshop(self, files: list[Path]) -> Iterator[Bench]:
        """A folder that kicad-cli can see, with copies of the files."""
        place = self.root / "tmp"
        place.mkdir(exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="starlit-", dir=place))
        try:
            for file in files:
                shutil.copy(file, folder)
            home = folder / "home" / ".config" / "kicad" / "9.0"
            home.mkdir(parents=True)
            template = self.root / "usr/share/kicad/template"
            for table in ("sym-lib-table", "fp-lib-table"):
                if (template / table).exists():
                    shutil.copy(template / table, home)
            yield Bench(self, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Bench:
    kicad: Kicad
    folder: Path

    def run(self, *args: str, ok: tuple[int, ...] = (0,)) -> str:
        inside = "/" + str(self.folder.relative_to(self.kicad.root))
        env = {
            "HOME": f"{inside}/home",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "KICAD9_SYMBOL_DIR": "/usr/share/kicad/symbols",
            "KICAD9_FOOTPRINT_DIR": "/usr/share/kicad/footprints",
        }
        settings = [f"{name}={value}" for name, value in env.items()]
        script = ["env", "-i", *settings, "sh", "-c", f'cd {inside} && exec kicad-cli "$@"', "sh"]
        done = subprocess.run(
            [*_enter(self.kicad.root), *script, *args],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
        )
        if done.returncode not in ok:
            raise KicadError(f"kicad-cli {' '.join(args)}: {done.stdout}{done.stderr}".strip())
        return done.stdout + done.stderr


def _enter(root: Path) -> list[str]:
    if root == Path("/"):
        return []
    if os.geteuid() == 0:
        return ["chroot", str(root)]
    return ["unshare", "--user", "--map-root-user", "chroot", str(root)]


def _version(root: Path) -> str:
    command = [*_enter(root), "kicad-cli", "version"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def places() -> list[Path]:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return [Path("/"), REPO / ".cache/kicad/root", cache / "starlit/kicad/root"]


def find() -> Kicad | None:
    """The first kicad-cli of version 9, or None."""
    for root in places():
        if root.is_dir() and _version(root).startswith(WANTED):
            return Kicad(root)
    return None
