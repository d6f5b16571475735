"""Each event of a pod once, in order: a pod sends what it is not sure of again, and this knows it.

A pod numbers its events from each start, so (boot, number) names one. What is taken is in the
journal before the pod hears of it in a pong, so a restarted host takes nothing twice either.
"""

from typing import Any

from starlit.journal import Journal


class Inbox:
    def __init__(self, journal: Journal):
        self.again = 0  # events that came once more
        self._journal = journal
        self._heard: dict[str, tuple[int, int]] | None = None

    def take(self, pod: str, body: dict[str, Any]) -> bool:
        """Whether this event is news. One without a number cannot be told apart, and is."""
        boot, seq = body.get("boot"), body.get("seq")
        if type(boot) is not int or type(seq) is not int:
            return True
        last = self._known().get(pod)
        if last is not None and boot == last[0] and seq <= last[1]:
            self.again += 1
            return False
        self._known()[pod] = boot, seq
        self._journal.hear(pod, boot, seq)
        return True

    def receipt(self, pod: str) -> dict[str, int]:
        """What a pong says: up to which event of which start everything is here."""
        last = self._known().get(pod)
        return {"boot": last[0], "seq": last[1]} if last else {}

    def _known(self) -> dict[str, tuple[int, int]]:
        if self._heard is None:
            self._heard = self._journal.heard()
        return self._heard
