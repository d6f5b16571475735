"""The nights that a person chose to keep: what each pod told (SAFETY 10).

Nothing is kept unless `starlit up --keep-nights` says so. A file of its own beside the journal, so
that whoever looks sees what is there and can delete it as one. Heart rates are never in an event.
"""

import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlit.database import Database
from starlit.nightstory import Told
from starlit.roster import News

NIGHTS_KEPT = 60  # of each pod; older ones go
DAYS_KEPT = 90  # and none is kept longer, also of a pod that never comes back
EVENTS_PER_NIGHT = 500  # further ones are not kept: 20 cues and their ends are 40
BODY_MAX = 1000  # characters
AGE_MAX_MS = 12 * 86_400_000
_MIGRATIONS = (
    """
    CREATE TABLE event (
        pod TEXT NOT NULL, night INTEGER NOT NULL, unix_s INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE INDEX event_by_night ON event (pod, night)
    """,
)


class NightBook(Database):
    """Events of the nights in SQLite."""

    named = "the kept nights in"
    migrations = _MIGRATIONS

    def __init__(self, path: Path, now_s: Callable[[], float] = time.time):
        super().__init__(path)
        self.lost = 0  # events that could not be written
        self._now_s = now_s

    def start(self) -> None:
        super().start()
        self.prune()

    def prune(self) -> None:
        """What is too old goes from the disk, too."""
        oldest_s = int(self._now_s()) - DAYS_KEPT * 86_400
        if self.db.execute("DELETE FROM event WHERE unix_s < ?", (oldest_s,)).rowcount:
            self.db.execute("VACUUM")

    def note(self, news: News) -> None:
        """Keeps an event. A full disk costs events, never the night that goes on."""
        if news.leaf != "event" or news.retained:
            return
        try:
            self._keep(news)
        except sqlite3.Error:
            self.lost += 1

    def _keep(self, news: News) -> None:
        text = json.dumps(news.body)
        if len(text) > BODY_MAX:
            return
        night = self._night_of(news.pod, news.body)
        (count,) = self.db.execute(
            "SELECT count(*) FROM event WHERE pod = ? AND night = ?", (news.pod, night)
        ).fetchone()
        if count >= EVENTS_PER_NIGHT:
            return
        age_ms = news.body.get("age_ms")
        late_s = age_ms // 1000 if type(age_ms) is int and 0 <= age_ms <= AGE_MAX_MS else 0
        unix_s = int(self._now_s()) - late_s
        if "was" in news.body:  # before the pod's last start, nobody knows when
            unix_s = self._last_s(news.pod) or unix_s
        self.db.execute("INSERT INTO event VALUES (?, ?, ?, ?)", (news.pod, night, unix_s, text))
        if count == 0:
            self._forget_old(news.pod)
            self.prune()

    def _last_s(self, pod: str) -> int | None:
        sql = "SELECT max(unix_s) FROM event WHERE pod = ?"
        last: int | None = self.db.execute(sql, (pod,)).fetchone()[0]
        return last

    def _night_of(self, pod: str, body: dict[str, Any]) -> int:
        """A ritual says its number; what follows belongs to it."""
        night = body.get("night")
        if body.get("event") == "ritual" and type(night) is int and 0 <= night < 1 << 31:
            return night
        row = self.db.execute(
            "SELECT night FROM event WHERE pod = ? ORDER BY rowid DESC LIMIT 1", (pod,)
        ).fetchone()
        return row[0] if row else 0

    def _forget_old(self, pod: str) -> None:
        self.db.execute(
            "DELETE FROM event WHERE pod = ? AND night NOT IN (SELECT night FROM event"
            " WHERE pod = ? GROUP BY night ORDER BY max(rowid) DESC LIMIT ?)",
            (pod, pod, NIGHTS_KEPT),
        )

    def nights(self) -> dict[str, list[int]]:
        """Of each pod, the newest last."""
        found: dict[str, list[int]] = {}
        rows = self.db.execute(
            "SELECT pod, night FROM event GROUP BY pod, night ORDER BY max(rowid)"
        )
        for pod, night in rows:
            found.setdefault(pod, []).append(night)
        return found

    def night(self, pod: str, night: int) -> list[Told]:
        rows = self.db.execute(
            "SELECT unix_s, body FROM event WHERE pod = ? AND night = ? ORDER BY unix_s, rowid",
            (pod, night),
        )
        return [Told(unix_s, json.loads(body)) for unix_s, body in rows]

    def forget(self) -> int:
        """Every kept night goes; how many events that were."""
        gone = self.db.execute("DELETE FROM event").rowcount
        self.db.execute("VACUUM")  # deleted means gone from the disk
        return gone
