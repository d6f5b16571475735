"""What the host must not forget: versions, desired state, the sky, unhooks and who owes an answer.

SQLite, because `up` and a command in another terminal write it at the same time.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from starlit.database import Database

# Versions start at the seconds since this instant (2026-01-01), so that they still grow
# when a journal was lost and pods remember newer ones. Below 2**30 until 2060.
VERSION_BASE_S = 1767225600
# Only the newest of each is ever asked for; the others tell an owner what has been.
UNHOOKS_KEPT = 100
SKIES_KEPT = 60

_MIGRATIONS = (
    """
    CREATE TABLE IF NOT EXISTS version (name TEXT PRIMARY KEY, version INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS unhook (
        epoch INTEGER PRIMARY KEY, target TEXT NOT NULL, unix_s INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS owed (pod TEXT PRIMARY KEY, epoch INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS sky (
        epoch INTEGER PRIMARY KEY, seed INTEGER NOT NULL, start_ms INTEGER NOT NULL)
    """,
    """
    CREATE TABLE desired (topic TEXT PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE TABLE clock (boot TEXT PRIMARY KEY, base_us INTEGER NOT NULL);
    CREATE TABLE cottage (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE member (pod TEXT PRIMARY KEY, how TEXT NOT NULL, epoch INTEGER NOT NULL);
    CREATE TABLE friends (pod TEXT PRIMARY KEY, chosen TEXT NOT NULL)
    """,
    "CREATE TABLE IF NOT EXISTS score (pod TEXT PRIMARY KEY, data TEXT NOT NULL)",
    "CREATE TABLE heard (pod TEXT PRIMARY KEY, boot INTEGER NOT NULL, seq INTEGER NOT NULL)",
    """
    ALTER TABLE heard ADD COLUMN was_boot INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE heard ADD COLUMN was_seq INTEGER NOT NULL DEFAULT 0;
    UPDATE heard SET was_boot = boot, was_seq = seq
    """,
)


class Unhook(NamedTuple):
    epoch: int
    target: str


class Heard(NamedTuple):
    """The newest event of a pod, and what that was before it was kept through a reset."""

    boot: int
    seq: int
    was_boot: int
    was_seq: int


@dataclass(frozen=True)
class Sky:
    epoch: int
    seed: int
    start_ms: int  # Unix milliseconds of the host's steady clock


class Standing(NamedTuple):
    """What a retained topic is to say: the text of its body, and the version of that."""

    version: int
    body: str


class Journal(Database):
    named = "the journal"
    instead = "move it away or set STARLIT_HOME"
    migrations = _MIGRATIONS

    def __init__(self, path: Path, now_s: Callable[[], float] = time.time):
        super().__init__(path)
        self._now_s = now_s
        self._seen = -1

    def changed_elsewhere(self) -> bool:
        """Whether another process has written since the last call; true at the first."""
        seen, self._seen = self._seen, self.db.execute("PRAGMA data_version").fetchone()[0]
        return seen != self._seen

    # -- versions and what stands at the broker -----------------------------------------

    def next_version(self, name: str) -> int:
        """A version that was never given for `name` before, on disk before it is used."""
        floor = max(1, int(self._now_s()) - VERSION_BASE_S)
        row = self.db.execute(
            "INSERT INTO version VALUES (?, ?) ON CONFLICT(name) DO UPDATE"
            " SET version = max(version + 1, excluded.version) RETURNING version",
            (name, floor),
        ).fetchone()
        return row[0]

    def desire(self, bodies: dict[str, str]) -> dict[str, Standing]:
        """Have retained topics say this, under a new version; only those that said another."""
        changed = {}
        with self.write() as db:
            known = dict(db.execute("SELECT topic, body FROM desired"))
            for topic, body in bodies.items():
                if known.get(topic) != body:
                    changed[topic] = Standing(self.next_version(topic), body)
                    self._put(topic, changed[topic])
        return changed

    def standing(self) -> dict[str, Standing]:
        """What each retained topic was last made to say, by this process or another."""
        rows = self.db.execute("SELECT topic, version, body FROM desired")
        return {topic: Standing(version, body) for topic, version, body in rows}

    def stands(self, topic: str) -> Standing | None:
        row = self.db.execute(
            "SELECT version, body FROM desired WHERE topic = ?", (topic,)
        ).fetchone()
        return Standing(*row) if row else None

    def adopt(self, topic: str, standing: Standing) -> None:
        """What another computer had a topic say since."""
        with self.write():
            self._reach(topic, standing.version)
            self._put(topic, standing)

    def outrun(self, topic: str, version: int) -> Standing | None:
        """The same words above a version that somebody has seen; None where there are none."""
        with self.write():
            self._reach(topic, version)
            stands = self.stands(topic)
            if stands is not None:
                stands = Standing(self.next_version(topic), stands.body)
                self._put(topic, stands)
        return stands

    def _put(self, topic: str, standing: Standing) -> None:
        self.db.execute("INSERT OR REPLACE INTO desired VALUES (?, ?, ?)", (topic, *standing))

    def reached(self, name: str) -> int:
        """The newest version of `name` that was given or seen; 0 for none."""
        row = self.db.execute("SELECT version FROM version WHERE name = ?", (name,)).fetchone()
        return row[0] if row else 0

    def reach(self, name: str, version: int) -> None:
        with self.write():
            self._reach(name, version)

    def _reach(self, name: str, version: int) -> None:
        self.db.execute(
            "INSERT INTO version VALUES (?, ?) ON CONFLICT(name) DO UPDATE"
            " SET version = max(version, excluded.version)",
            (name, version),
        )

    # -- unhooks --------------------------------------------------------------------------

    def add_unhook(self, target: str, pods: list[str]) -> Unhook:
        """On disk before it is published. `pods` are those that owe an answer to it."""
        with self.write() as db:
            epoch = self.next_version("unhook")
            db.execute("INSERT INTO unhook VALUES (?, ?, ?)", (epoch, target, int(self._now_s())))
            db.executemany(
                "INSERT OR REPLACE INTO owed VALUES (?, ?)", [(pod, epoch) for pod in pods]
            )
            db.execute(
                "DELETE FROM unhook WHERE epoch NOT IN"
                " (SELECT epoch FROM unhook ORDER BY epoch DESC LIMIT ?)",
                (UNHOOKS_KEPT,),
            )
        return Unhook(epoch, target)

    def last_unhook(self) -> Unhook | None:
        row = self.db.execute(
            "SELECT epoch, target FROM unhook ORDER BY epoch DESC LIMIT 1"
        ).fetchone()
        return Unhook(*row) if row else None

    def settle(self, pod: str, epoch: int) -> None:
        """`pod` has obeyed everything up to `epoch`."""
        self.settle_all({pod: epoch})

    def settle_all(self, obeyed: dict[str, int]) -> None:
        """Pods, each with the epoch up to which it has obeyed. Nothing owed, nothing written."""
        owed = self.owed()
        paid = [(pod, epoch) for pod, epoch in obeyed.items() if owed.get(pod, epoch + 1) <= epoch]
        if paid:
            with self.write() as db:
                db.executemany("DELETE FROM owed WHERE pod = ? AND epoch <= ?", paid)

    def owed(self) -> dict[str, int]:
        """Pods that have not answered, each with the epoch they owe."""
        return dict(self.db.execute("SELECT pod, epoch FROM owed"))

    def set_score(self, pod: str, data: str) -> None:
        """The score of the night, as JSON text for a pod."""
        self.db.execute("INSERT OR REPLACE INTO score VALUES (?, ?)", (pod, data))

    def scores(self) -> dict[str, str]:
        """Of each pod that has one of its own."""
        return dict(self.db.execute("SELECT pod, data FROM score"))

    def hear(self, news: dict[str, Heard]) -> None:
        """Events are taken: of each pod the newest."""
        with self.write() as db:
            db.executemany(
                "INSERT OR REPLACE INTO heard VALUES (?, ?, ?, ?, ?)",
                [(pod, *newest) for pod, newest in news.items()],
            )

    def unhear(self, pod: str) -> None:
        self.db.execute("DELETE FROM heard WHERE pod = ?", (pod,))

    def heard(self) -> dict[str, Heard]:
        return {pod: Heard(*newest) for pod, *newest in self.db.execute("SELECT * FROM heard")}

    # -- the sky and its clock ------------------------------------------------------------

    def last_sky(self) -> Sky | None:
        row = self.db.execute(
            "SELECT epoch, seed, start_ms FROM sky ORDER BY epoch DESC LIMIT 1"
        ).fetchone()
        return Sky(*row) if row else None

    def add_sky(self, seed: int, start_ms: int) -> Sky:
        last = self.last_sky()
        return self.keep_sky(Sky(last.epoch + 1 if last else 1, seed, start_ms))

    def keep_sky(self, sky: Sky) -> Sky:
        """Also one that another computer has begun."""
        with self.write() as db:
            db.execute("DELETE FROM sky WHERE epoch >= ?", (sky.epoch,))
            db.execute("INSERT INTO sky VALUES (?, ?, ?)", (sky.epoch, sky.seed, sky.start_ms))
            db.execute(
                "DELETE FROM sky WHERE epoch NOT IN"
                " (SELECT epoch FROM sky ORDER BY epoch DESC LIMIT ?)",
                (SKIES_KEPT,),
            )
        return sky

    def clock_base_us(self, boot: str, base_us: int) -> int:
        """The steady clock's base of this boot: `base_us` where none was kept."""
        with self.write() as db:
            db.execute("DELETE FROM clock WHERE boot != ?", (boot,))
            db.execute("INSERT OR IGNORE INTO clock VALUES (?, ?)", (boot, base_us))
        return self.db.execute("SELECT base_us FROM clock WHERE boot = ?", (boot,)).fetchone()[0]
