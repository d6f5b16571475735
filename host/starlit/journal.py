"""What the host must not forget: versions, the sky's epoch, unhooks and who still owes an answer.

SQLite, because `up` and a command in another terminal write it at the same time.
"""

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from starlit.errors import UserError

# Versions start at the seconds since this instant (2026-01-01), so that they still grow
# when a journal was lost and pods remember newer ones. Below 2**30 until 2060.
VERSION_BASE_S = 1767225600

_SCHEMA = """
CREATE TABLE IF NOT EXISTS version (name TEXT PRIMARY KEY, version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS unhook (
    epoch INTEGER PRIMARY KEY, target TEXT NOT NULL, unix_s INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS owed (
    pod TEXT PRIMARY KEY, epoch INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sky (
    epoch INTEGER PRIMARY KEY, seed INTEGER NOT NULL, start_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS heard (
    pod TEXT PRIMARY KEY, boot INTEGER NOT NULL, seq INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS score (pod TEXT PRIMARY KEY, data TEXT NOT NULL);
"""


class Unhook(NamedTuple):
    epoch: int
    target: str


@dataclass(frozen=True)
class Sky:
    epoch: int
    seed: int
    start_ms: int  # Unix milliseconds


class Journal:
    def __init__(self, path: Path, now_s: Callable[[], float] = time.time):
        self.path = path
        self._now_s = now_s
        self._db: sqlite3.Connection | None = None

    def start(self) -> None:
        try:
            self._db = sqlite3.connect(self.path, isolation_level=None, timeout=5)
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            self.stop()
            raise UserError(
                f"cannot use the journal {self.path} ({error}): move it away or set STARLIT_HOME"
            ) from error

    def stop(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    @property
    def db(self) -> sqlite3.Connection:
        assert self._db is not None, "journal not started"
        return self._db

    def next_version(self, name: str) -> int:
        """A version that was never given for `name` before, on disk before it is used."""
        floor = max(1, int(self._now_s()) - VERSION_BASE_S)
        row = self.db.execute(
            "INSERT INTO version VALUES (?, ?) ON CONFLICT(name) DO UPDATE"
            " SET version = max(version + 1, excluded.version) RETURNING version",
            (name, floor),
        ).fetchone()
        return row[0]

    def add_unhook(self, target: str, pods: list[str]) -> Unhook:
        """On disk before it is published. `pods` are those that owe an answer to it."""
        epoch = self.next_version("unhook")
        self.db.execute("BEGIN IMMEDIATE")
        self.db.execute("INSERT INTO unhook VALUES (?, ?, ?)", (epoch, target, int(self._now_s())))
        self.db.executemany(
            "INSERT OR REPLACE INTO owed VALUES (?, ?)", [(pod, epoch) for pod in pods]
        )
        self.db.execute("COMMIT")
        return Unhook(epoch, target)

    def last_unhook(self) -> Unhook | None:
        row = self.db.execute(
            "SELECT epoch, target FROM unhook ORDER BY epoch DESC LIMIT 1"
        ).fetchone()
        return Unhook(*row) if row else None

    def settle(self, pod: str, epoch: int) -> None:
        """`pod` has obeyed everything up to `epoch`."""
        self.db.execute("DELETE FROM owed WHERE pod = ? AND epoch <= ?", (pod, epoch))

    def owed(self) -> dict[str, int]:
        """Pods that have not answered, each with the epoch they owe."""
        return dict(self.db.execute("SELECT pod, epoch FROM owed"))

    def hear(self, news: dict[str, tuple[int, int]]) -> None:
        """Events are taken: of each pod the newest, by its boot and its number."""
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany(
            "INSERT OR REPLACE INTO heard VALUES (?, ?, ?)",
            [(pod, *newest) for pod, newest in news.items()],
        )
        self.db.execute("COMMIT")

    def heard(self) -> dict[str, tuple[int, int]]:
        """The newest event of each pod: its boot and its number."""
        return {pod: (boot, seq) for pod, boot, seq in self.db.execute("SELECT * FROM heard")}

    def set_score(self, pod: str, data: str) -> None:
        """The score of the night, as JSON text for a pod."""
        self.db.execute("INSERT OR REPLACE INTO score VALUES (?, ?)", (pod, data))

    def scores(self) -> dict[str, str]:
        """Of each pod that has one of its own."""
        return dict(self.db.execute("SELECT pod, data FROM score"))

    def last_sky(self) -> Sky | None:
        row = self.db.execute(
            "SELECT epoch, seed, start_ms FROM sky ORDER BY epoch DESC LIMIT 1"
        ).fetchone()
        return Sky(*row) if row else None

    def add_sky(self, seed: int, start_ms: int) -> Sky:
        last = self.last_sky()
        sky = Sky(last.epoch + 1 if last else 1, seed, start_ms)
        self.db.execute("INSERT INTO sky VALUES (?, ?, ?)", (sky.epoch, sky.seed, sky.start_ms))
        return sky
