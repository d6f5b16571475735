"""Who belongs to a cottage, and who is whose friend. Kept in the journal; commands write it too.

A pod belongs once somebody has let it join (`starlit pod add` does), or once it was heard: whoever
gets past the broker and speaks with the cottage's key is of the cottage. One that has left, or was
revoked, does not come back by being heard.

A gift passes between two pods when each counts the other among its friends. A pod for which nobody
has chosen friends counts everyone.
"""

import json
from bisect import insort
from collections.abc import Iterator

from starlit.journal import Journal
from starlit.roster import natural_key

JOINED, HEARD, LEFT = "joined", "heard", "left"
HEARD_MAX = 64  # pods that belong by being heard alone; any number may join
SKIES_UNHEARD = 3  # a pod that was only heard, and not under so many skies, is forgotten


class Membership:
    """`present` belong while this process runs, and leave nothing behind: virtual pods."""

    def __init__(self, journal: Journal, present: list[str] | None = None):
        self._journal = journal
        self._present = list(present or [])
        self._how: dict[str, str] = {}
        self._epochs: dict[str, int] = {}
        self._chosen: dict[str, list[str]] = {}
        self._zone: str | None = None
        self._pods: list[str] = []
        self._here: set[str] = set()
        self._unsaved: list[tuple[str, str, int]] = []

    # -- reading --------------------------------------------------------------------------

    def load(self) -> None:
        """As the journal has it now."""
        self.save()
        db = self._journal.db
        rows = db.execute("SELECT pod, how, epoch FROM member").fetchall()
        self._how = {pod: how for pod, how, _ in rows}
        self._epochs = {pod: epoch for pod, _, epoch in rows}
        chosen = db.execute("SELECT pod, chosen FROM friends").fetchall()
        self._chosen = {pod: json.loads(text) for pod, text in chosen}
        zone = db.execute("SELECT value FROM cottage WHERE name = 'tz'").fetchone()
        self._zone = zone[0] if zone else None
        self._sort()

    def _sort(self) -> None:
        self._here = {pod for pod, how in self._how.items() if how != LEFT}
        self._here.update(pod for pod in self._present if self._how.get(pod) != LEFT)
        self._pods = sorted(self._here, key=natural_key)

    @property
    def pods(self) -> list[str]:
        """In the order of their places."""
        return self._pods

    @property
    def present(self) -> list[str]:
        """Those that leave nothing behind."""
        return list(self._present)

    def belongs(self, pod: str) -> bool:
        return pod in self._here

    @property
    def zone(self) -> str | None:
        return self._zone

    def gone(self) -> list[str]:
        return sorted((p for p, how in self._how.items() if how == LEFT), key=natural_key)

    def chosen(self, pod: str) -> list[str] | None:
        """The friends chosen for a pod, or None where everyone is one."""
        return self._chosen.get(pod)

    def friends(self, pod: str) -> Iterator[str]:
        """Members with whom gifts pass, in the order of their places."""
        mine = self._chosen.get(pod)
        for other in self._pods:
            if other == pod or mine is not None and other not in mine:
                continue
            theirs = self._chosen.get(other)
            if theirs is None or pod in theirs:
                yield other

    # -- writing --------------------------------------------------------------------------

    def join(self, *pods: str) -> None:
        self._put(pods, JOINED)

    def leave(self, *pods: str) -> None:
        """Their friends go too: who comes back later is met anew."""
        self._put(pods, LEFT)
        for pod in pods:
            self.choose(pod, None)

    def hear(self, pod: str, epoch: int) -> None:
        """A pod has spoken under the sky of this epoch."""
        if pod in self._present or self._epochs.get(pod) == epoch or self._how.get(pod) == LEFT:
            return
        if pod not in self._how and self._heard() >= HEARD_MAX:
            return
        how = self._how.setdefault(pod, HEARD)
        self._epochs[pod] = epoch
        self._unsaved.append((pod, how, epoch))
        if how == HEARD and pod not in self._here:
            self._here.add(pod)
            insort(self._pods, pod, key=natural_key)  # a village is heard one by one

    def _heard(self) -> int:
        return sum(how == HEARD for how in self._how.values())

    def save(self) -> None:
        """What is news, all at once: a village that comes back is one write."""
        if self._unsaved:
            with self._journal.write() as db:
                db.executemany("INSERT OR REPLACE INTO member VALUES (?, ?, ?)", self._unsaved)
            self._unsaved.clear()

    def vanish(self, pod: str) -> None:
        """It has emptied its state: one that was only heard leaves no trace."""
        if self._how.get(pod) == HEARD:
            self.save()
            self._forget([pod])

    def new_sky(self, epoch: int) -> None:
        """A new evening: who was only heard, long ago, no longer keeps a place."""
        oldest = epoch - SKIES_UNHEARD
        self._forget(
            [p for p, how in self._how.items() if how == HEARD and self._epochs[p] < oldest]
        )

    def choose(self, pod: str, friends: list[str] | None) -> None:
        """A pod's friends; None for everyone."""
        db = self._journal.db
        if friends is None:
            self._chosen.pop(pod, None)
            db.execute("DELETE FROM friends WHERE pod = ?", (pod,))
            return
        self._chosen[pod] = sorted(set(friends), key=natural_key)
        text = json.dumps(self._chosen[pod])
        db.execute("INSERT OR REPLACE INTO friends VALUES (?, ?)", (pod, text))

    def set_zone(self, zone: str | None) -> None:
        self._zone = zone
        db = self._journal.db
        if zone is None:
            db.execute("DELETE FROM cottage WHERE name = 'tz'")
        else:
            db.execute("INSERT OR REPLACE INTO cottage VALUES ('tz', ?)", (zone,))

    def _put(self, pods: tuple[str, ...], how: str) -> None:
        for pod in pods:
            self._how[pod] = how
            self._epochs.setdefault(pod, 0)
            self._unsaved.append((pod, how, self._epochs[pod]))
        self.save()
        self._sort()

    def _forget(self, pods: list[str]) -> None:
        for pod in pods:
            del self._how[pod], self._epochs[pod]
            self._journal.db.execute("DELETE FROM member WHERE pod = ?", (pod,))
        if pods:
            self._sort()
