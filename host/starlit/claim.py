"""One coordinator to a cottage, whatever computer it runs on. Pure: messages and time in and out.

At every connect a coordinator asks on `host/claim` whether somebody is there. Its own question
comes back to it behind everything retained; when nothing retained names another that is online,
the cottage is its own. Else it waits for an answer under its own boot id (`host/alive`): a broker
may keep the state of a computer that has lost its power, but that one does not answer. Where two
meet that both hold the cottage, after a network that was split, the older one goes on.
"""

from dataclasses import dataclass
from typing import Any

from pod import jsontext
from pod.envelope import EnvelopeError, Opened
from starlit.keyring import Keyring, keyring
from starlit.topics import Topics
from starlit.unhooks import Out

ANSWER_MS = 1500  # a holder that is there answers within this
STATE, CLAIM, ALIVE = "state", "claim", "alive"


@dataclass(frozen=True)
class Who:
    """A coordinator: `boot` is drawn anew at each start."""

    boot: str
    since_s: int
    computer: str
    process: int

    def older(self, other: "Who") -> bool:
        return (self.since_s, self.boot) < (other.since_s, other.boot)

    def body(self, **more: Any) -> str:
        return jsontext.dumps({**vars(self), **more})


class Claim:
    def __init__(self, cottage: str, keys: bytes | Keyring, who: Who):
        self.cottage = cottage
        self.who = who
        self.held = False
        self.lost: Who | None = None  # who coordinates this cottage instead
        self._keys = keyring(keys)
        self._topics = Topics(cottage)
        self._other: Who | None = None  # somebody said to be online, who owes an answer
        self._asked_ms: int | None = None
        self._echoed = False

    # -- what is said ---------------------------------------------------------------------

    def connected(self, now_ms: int) -> list[Out]:
        """The link is up (again): everything that follows waits until `held`."""
        self.held = self._echoed = False
        self._asked_ms = now_ms
        return [self._seal(CLAIM, self.who.body(), 1, False, version=self.who.since_s)]

    def state(self, online: bool) -> Out:
        """Retained; with online false it is the will."""
        body = self.who.body(online=online)
        return self._seal(STATE, body, 1, True, version=self.who.since_s)

    def tick(self, now_ms: int) -> list[Out]:
        """Nobody who answers is nobody who is there."""
        if self.held or self.lost or self._asked_ms is None:
            return []
        waited_ms = now_ms - self._asked_ms
        free = self._echoed and self._other is None
        if free or waited_ms >= (ANSWER_MS if self._echoed else 2 * ANSWER_MS):
            self.held = True
            return [self.state(True)]
        return []

    # -- what is heard --------------------------------------------------------------------

    def handle(self, topic: str, payload: bytes, now_ms: int) -> list[Out]:
        leaf = self._topics.parse_host(topic)
        if leaf not in (STATE, CLAIM, ALIVE) or self.lost:
            return []
        try:
            opened = self._keys.open(topic, payload)
            who = _who(opened.body)
        except (EnvelopeError, KeyError, TypeError):
            return []
        if leaf == CLAIM:
            return self._hear_claim(who, now_ms)
        if leaf == STATE:
            return self._hear_state(who, opened.body.get("online") is True)
        return self._hear_alive(who, opened)

    def _hear_claim(self, who: Who, now_ms: int) -> list[Out]:
        if who.boot == self.who.boot:
            self._echoed = True
            return self.tick(now_ms)
        if self.held or self.who.older(who):
            return [self._seal(ALIVE, self.who.body(), 1, False, nonce=who.boot)]
        return []

    def _hear_state(self, who: Who, online: bool) -> list[Out]:
        ours = who.boot == self.who.boot
        if not self.held:
            self._other = who if online and not ours else None
            return []
        if ours and online:
            return []
        if online and who.older(self.who):
            self._yield_to(who)
            return []
        return [self.state(True)]  # the late will of one before us, or one that came later

    def _hear_alive(self, who: Who, opened: Opened) -> list[Out]:
        if opened.nonce == self.who.boot and not self.held:
            self._yield_to(who)
        return []

    def _yield_to(self, who: Who) -> None:
        self.held = False
        self.lost = who

    def refusal(self) -> str:
        """One line for who came second."""
        assert self.lost is not None
        return (
            f"cottage {self.cottage} has a coordinator already, on {self.lost.computer} "
            f"(process {self.lost.process}): stop that one, or name another with --cottage"
        )

    def _seal(self, leaf: str, body: str, qos: int, retain: bool, **stamp: Any) -> Out:
        topic = self._topics.host(leaf)
        return Out(topic, self._keys.seal(topic, body, **stamp), qos, retain)


def _who(body: dict[str, Any]) -> Who:
    """Raises KeyError or TypeError for a body that names no coordinator."""
    who = Who(body["boot"], body["since_s"], body["computer"], body["process"])
    texts, numbers = (who.boot, who.computer), (who.since_s, who.process)
    if not all(type(t) is str for t in texts) or not all(type(n) is int for n in numbers):
        raise TypeError("names no coordinator")
    return who
