"""The host's unhooks: one retained message, repeated until every pod has answered."""

from typing import NamedTuple

from pod import jsontext
from starlit.journal import Journal
from starlit.keyring import Keyring, keyring
from starlit.roster import Roster

REPEAT_MS = 5000


class Out(NamedTuple):
    """A message to publish."""

    topic: str
    payload: bytes
    qos: int
    retain: bool


class Unhooks:
    def __init__(self, cottage: str, keys: bytes | Keyring, journal: Journal):
        self._cottage = cottage
        self._keys = keyring(keys)
        self._journal = journal
        self._repeated_ms: int | None = None

    def current(self) -> list[Out]:
        last = self._journal.last_unhook()
        return [] if last is None else [unhook_message(self._cottage, self._keys, *last)]

    def repeat(self, roster: Roster, now_ms: int) -> list[Out]:
        """To pods that are there and owe an answer.

        One retained message holds one target, so a pod that a newer unhook has pushed out is
        named by a fresh epoch, journaled first.
        """
        if self._repeated_ms is not None and now_ms - self._repeated_ms < REPEAT_MS:
            return []
        self._repeated_ms = now_ms
        last = self._journal.last_unhook()
        owed = self._journal.owed() if last else {}
        here = [p for p in owed if (r := roster.pods.get(p)) and r.online(now_ms)]
        if last is None or not here:
            return []
        missed = [p for p in here if last.target not in ("all", p)]
        if missed:
            self._journal.add_unhook(missed[0], [missed[0]])
        return self.current()


def unhook_message(cottage: str, keys: Keyring, epoch: int, target: str) -> Out:
    topic = f"starlit/{cottage}/unhook/host"
    body = jsontext.dumps({"epoch": epoch, "target": target})
    return Out(topic, keys.seal(topic, body, version=epoch), 1, True)
