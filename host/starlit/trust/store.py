"""The trust of a cottage on disk: one folder, readable by its owner alone.

`trust.json` is written whole or not at all, and the one before is kept beside it. `up` and commands
change it under one lock, and `up` sees a change by looking at the file.
"""

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from starlit import settings
from starlit.errors import UserError
from starlit.trust.files import private_folder, write_private
from starlit.trust.model import CottageKey, Trust, from_json, to_json
from starlit.trust.passwords import new_password

FILE, BEFORE, LOCK = "trust.json", "trust.json.before", ".lock"
KEY_BYTES = 32
CA_CERT = "ca.pem"


def trust_folder(cottage: str) -> Path:
    return settings.state_dir() / f"trust-{cottage}"


class TrustStore:
    def __init__(self, folder: Path):
        self.folder = folder
        self.path = folder / FILE
        self._seen: tuple[int, int] | None = None

    @property
    def exists(self) -> bool:
        return self.path.exists()

    def create(self, cottage: str) -> Trust:
        """Where there is none yet: an authority, a key, and a password for the host."""
        private_folder(self.folder)
        with self._locked():
            if self.exists:
                return self.load()
            from starlit.trust import certificates  # slow to import, and once in a cottage's life

            certificates.make_ca(self.folder, cottage)
            key = CottageKey(1, secrets.token_bytes(KEY_BYTES))
            trust = Trust(cottage, new_password(), [key], signs=1)
            self._write(trust)
        return trust

    def load(self) -> Trust:
        try:
            trust = from_json(json.loads(self.path.read_text()))
        except FileNotFoundError:
            raise UserError(
                f"no trust of this cottage in {self.folder}: it is on the computer that runs "
                "`starlit up`; copy that folder here, readable by you alone"
            ) from None
        except UserError as error:
            raise UserError(f"{self.path}: {error}") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UserError(
                f"{self.path} cannot be read ({error}): put {BEFORE} beside it in its place"
            ) from None
        self._seen = self._stamp()
        return trust

    @contextmanager
    def changing(self) -> Iterator[Trust]:
        """The trust as it is, and on disk as it was left; unchanged where the block raises."""
        with self._locked():
            trust = self.load()
            before = json.dumps(to_json(trust))
            yield trust
            if json.dumps(to_json(trust)) != before:
                self._write(trust)

    def changed(self) -> bool:
        """Whether the file is another than was last read or written here."""
        return self._stamp() != self._seen

    def _stamp(self) -> tuple[int, int] | None:
        try:
            info = self.path.stat()
        except OSError:
            return None
        return info.st_ino, info.st_mtime_ns

    def _write(self, trust: Trust) -> None:
        before = self.folder / BEFORE
        fresh = before.with_suffix(f".{os.getpid()}")
        with suppress(FileNotFoundError):
            os.link(self.path, fresh)
            fresh.replace(before)
        write_private(self.path, (json.dumps(to_json(trust), indent=1) + "\n").encode())
        self._seen = self._stamp()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self.folder / LOCK, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def open_store(cottage: str) -> TrustStore:
    settings.check_cottage(cottage)
    return TrustStore(trust_folder(cottage))


def now_s() -> int:
    return int(time.time())
