"""A file of SQLite with numbered migrations, which several programs may open at the same time."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlit.errors import UserError


class Database:
    """`start` and `stop` own the connection; `named` and `instead` are words for its errors."""

    named = "the database"
    instead = "move it away"
    # Number n of this list brings a file from version n to n + 1. Only ever append.
    migrations: tuple[str, ...] = ()

    def __init__(self, path: Path):
        self.path = path
        self._db: sqlite3.Connection | None = None

    def start(self) -> None:
        try:
            self._db = sqlite3.connect(self.path, isolation_level=None, timeout=5)
            self._db.execute("PRAGMA synchronous=FULL")
            self._migrate()
        except sqlite3.Error as error:
            self.stop()
            raise UserError(
                f"cannot use {self.named} {self.path} ({error}): {self.instead}"
            ) from error

    def stop(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    @property
    def db(self) -> sqlite3.Connection:
        assert self._db is not None, f"{self.named}: not started"
        return self._db

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """All of it on disk, or nothing."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def _migrate(self) -> None:
        if self._version() == len(self.migrations):
            return
        with self.write() as db:
            version = self._version()
            if version > len(self.migrations):
                raise UserError(
                    f"{self.named} {self.path}: written by a newer starlit; "
                    f"update this one, or {self.instead}"
                )
            for migration in self.migrations[version:]:
                for statement in migration.split(";"):
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {len(self.migrations)}")

    def _version(self) -> int:
        return self.db.execute("PRAGMA user_version").fetchone()[0]
