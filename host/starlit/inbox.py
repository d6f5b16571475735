"""Each event of a pod once, in order: a pod sends what it is not sure of again, and this knows it.

A pod numbers its events from each start, so (boot, number) names one, and says which is the oldest
that it still holds: one that comes before an older one waits to be sent again. A pong tells the
pod only of what is in the journal, so a restarted host takes nothing twice and misses nothing.

What a pod kept through a reset comes first in its next start, numbered anew; `was` says which it
was. A record may be older than what the host confirmed last, so that is asked of each again.
"""

from typing import Any

from starlit.journal import Heard, Journal

NUMBER_MAX = 1 << 40


class Inbox:
    def __init__(self, journal: Journal):
        self.again = 0  # events that came once more
        self.early = 0  # events that came before an older one
        self._journal = journal
        self._taken: dict[str, Heard] = {}  # newest of each pod
        self._saved: dict[str, Heard] = {}  # and as it stands in the journal
        self._new: set[str] = set()

    def start(self) -> None:
        self._saved = self._journal.heard()
        self._taken = dict(self._saved)

    def take(self, pod: str, body: dict[str, Any]) -> bool:
        """Whether this event is news. One without a number cannot be told apart, and is."""
        boot, seq, oldest = (_number(body.get(key)) for key in ("boot", "seq", "oldest"))
        if boot is None or seq is None:
            return True
        newest = self._taken.get(pod)
        if newest is None or newest.boot > boot:  # new here, or out of the factory again
            newest = Heard(boot, 0, 0, 0)
        last = newest.seq if newest.boot == boot else 0
        if seq <= last:
            self.again += 1
            return False
        if oldest is not None and max(last + 1, oldest) < seq:
            self.early += 1
            return False
        was = _pair(body.get("was"))
        known = was is not None and was <= (newest.was_boot, newest.was_seq)
        origin = newest[2:] if known else was or (boot, seq)
        self._taken[pod] = Heard(boot, seq, *origin)
        self._new.add(pod)
        self.again += known
        return not known

    def forget(self, pod: str) -> None:
        """A pod that left no trace but this."""
        if self._taken.pop(pod, None) is not None:
            self._new.discard(pod)
            self._saved.pop(pod, None)
            self._journal.unhear(pod)

    def save(self) -> None:
        """What was taken, on disk; one write for all pods."""
        if self._new:
            news = {pod: self._taken[pod] for pod in self._new}
            self._journal.hear(news)
            self._saved.update(news)
            self._new.clear()

    def receipt(self, pod: str) -> dict[str, int]:
        """What a pong says: up to which event of which start everything is here."""
        saved = self._saved.get(pod)
        return {"boot": saved.boot, "seq": saved.seq} if saved else {}


def _number(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < NUMBER_MAX else None


def _pair(value: Any) -> tuple[int, int] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    boot, seq = map(_number, value)
    return None if boot is None or seq is None else (boot, seq)
