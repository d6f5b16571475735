"""Where the pod keeps what must outlive it: records, and which start this is.

The records are the Pico's store (two numbered, checksummed files, written in turn), on a file
system that has to be told to write.
"""

from __future__ import annotations

import os
from pathlib import Path

from pod.body.pico.store import Store
from pod.io import KEPT_AT_RESET, RESET_POWER, RESET_SOFT, RESET_WATCHDOG

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Records(Store):
    """`folder` must exist. A write is on the disk before `flush` returns."""

    def __init__(self, folder: Path) -> None:
        super().__init__((str(folder / "pod-a"), str(folder / "pod-b")))

    def _write(self, name: str, data: bytes) -> None:
        write_private(Path(name), data)

    def forget(self, kept: tuple[str, ...] = KEPT_AT_RESET) -> bool:
        """A factory reset: all but `kept`, in both files."""
        self.records = {key: self.records[key] for key in kept if key in self.records}
        return self.flush() and self.flush()


def write_private(path: Path, data: bytes) -> None:
    """Mode 0600 from the first byte, and whole or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class RunMark:
    """Tells a start after power from one after a clean stop and one after a crash.

    A process that Linux or the watchdog has ended is what a watchdog's reset is on a Pico: the pod
    then stays dark for the night (SAFETY 8).
    """

    def __init__(self, folder: Path, boot_id: Path = _BOOT_ID) -> None:
        self._path = folder / "running"
        try:
            self._boot = boot_id.read_text().strip()
        except OSError:
            self._boot = "unknown"

    def begin(self) -> int:
        """pod.io.RESET_*, and from now on this run counts as crashed until `end`."""
        try:
            boot, _, word = self._path.read_text().strip().partition(" ")
        except (OSError, UnicodeDecodeError):
            boot = word = ""
        self._write("running")
        if boot != self._boot:
            return RESET_POWER
        return RESET_SOFT if word == "stopped" else RESET_WATCHDOG

    def end(self) -> None:
        self._write("stopped")

    def _write(self, word: str) -> None:
        try:
            write_private(self._path, f"{self._boot} {word}\n".encode())
        except OSError:
            pass  # a disk that fails: the records say so
