"""A command's visit to a running cottage: reads what the pods say, asks, waits for the answer."""

import os
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

from pod import jsontext
from starlit import settings
from starlit.address import Address, parse_address
from starlit.broker_outside import check_broker
from starlit.clock import steady_ns
from starlit.errors import UserError
from starlit.keyring import Keyring
from starlit.link import Link, Received
from starlit.roster import News, PodRecord, Roster
from starlit.trust import rotation
from starlit.trust.model import HOST
from starlit.trust.store import CA_CERT, open_store

FIRST_LOOK_S = 2.5  # telemetry comes once a second
ALONE_S = 1.2  # nobody has spoken until then: nobody is there
ANSWER_S = 2.5
TRIES = 2  # a nonce that came too late, or that another command used, is worth a second one
LOOK_KEYS_S = 0.5
HINT_UP = "start one with `starlit up --virtual 3`, or name one with --cottage or --broker URL"


@dataclass(frozen=True)
class Answer:
    pod: str
    ok: bool
    why: str


def find_broker(cottage: str, url: str | None) -> Address:
    """The broker of the running `up` of this cottage, or the one named."""
    settings.check_cottage(cottage)
    if url is not None:
        address = _ours(cottage, parse_address(url))
        check_broker(address)
        return address
    run = settings.find_run(cottage)
    if run is None:
        raise UserError(f"no cottage {cottage} is up (looked in {settings.state_dir()}): {HINT_UP}")
    return parse_address(run.broker)


def _ours(cottage: str, address: Address) -> Address:
    """Where an address names nobody, it is the cottage's own broker: with the host's login and the
    cottage's authority, if they are here. Never in clear to another computer."""
    store = open_store(cottage)
    if address.user is not None or not store.exists:
        return address
    if not address.tls and address.host not in ("127.0.0.1", "localhost", "::1"):
        return address
    ca = (address.ca or store.folder / CA_CERT) if address.tls else None
    return replace(address, user=HOST, password=store.load().password, ca=ca)


def now_ms() -> int:
    return steady_ns() // 1_000_000


class Visit:
    """Use as a context manager; everything happens in the caller's thread."""

    def __init__(self, cottage: str, address: Address, keys: Keyring | None = None):
        """`keys`: without them, those that this computer has of the cottage."""
        self.cottage = cottage
        self._store = open_store(cottage) if keys is None else None
        self._looked_s = time.monotonic()
        self.keys = keys or rotation.keyring_of(open_store(cottage).load())
        self.roster = Roster(cottage, self.keys)
        self.topics = self.roster.topics
        client_id = f"starlit-cli-{os.getpid()}-{secrets.token_hex(3)}"
        self.link = Link(address, client_id, self.topics.for_watcher())
        self._news: deque[News] = deque(maxlen=512)  # the oldest is dropped: nobody waited for it

    def __enter__(self) -> Self:
        self.link.start()
        if not self.link.wait_ready(4):
            self.link.stop()
            raise UserError(
                f"broker {self.link.address.shown} does not answer: is `starlit up` still running?"
            )
        return self

    def __exit__(self, *_: object) -> None:
        self.link.stop()

    # -- reading ------------------------------------------------------------------

    def pump(self) -> None:
        """Takes in what has arrived."""
        self._follow_keys()
        for message in self.link.take():
            self.take_in(message)

    def _follow_keys(self) -> None:
        """A view may outlast a change of keys."""
        if self._store is None or time.monotonic() - self._looked_s < LOOK_KEYS_S:
            return
        self._looked_s = time.monotonic()
        if self._store.changed():
            rotation.use(self.keys, self._store.load())

    def take_in(self, message: Received) -> None:
        at_ms = message.at_ns // 1_000_000
        news = self.roster.handle(message.topic, message.payload, at_ms, message.retained)
        if news is not None:
            self._news.append(news)

    def wait(self, done: Callable[[], Any], timeout_s: float) -> Any:
        """The first true value of `done()`, else its last."""
        end_s = time.monotonic() + timeout_s
        while True:
            self.pump()
            value = done()
            if value or time.monotonic() >= end_s:
                return value
            time.sleep(0.01)

    def news(self) -> Iterator[News]:
        """What was not yet read, oldest first."""
        while self._news:
            yield self._news.popleft()

    def look_around(self) -> list[PodRecord]:
        """All pods, each with fresh telemetry unless it is away."""
        self.wait(lambda: bool(self.roster.pods), ALONE_S)
        self.wait(self._all_spoke, FIRST_LOOK_S)
        return self.roster.records()

    def _all_spoke(self) -> bool:
        return all(r.tele or r.state.get("online") is False for r in self.roster.pods.values())

    def choose(self, pod: str | None) -> list[PodRecord]:
        """The named pod, or all that are there; a UserError names those that are known."""
        records = self.look_around()
        if pod is not None:
            if pod not in self.roster.pods:
                raise UserError(f"unknown pod {pod}: {known(self.cottage, self.roster.ids())}")
            return [self.roster.pods[pod]]
        if not records:
            raise UserError(
                f"cottage {self.cottage} has no pods: start some with `starlit up --virtual 3`"
            )
        return records

    # -- asking -------------------------------------------------------------------

    def ask(self, records: list[PodRecord], body: dict[str, Any]) -> list[Answer]:
        """Puts one question to several pods at once; an answer of each, in their order."""
        answers: dict[str, Answer] = {}
        for _ in range(TRIES):
            waiting = [r for r in records if r.id not in answers]
            asked = self._send(waiting, body)
            self.wait(partial(self._collect, asked, body, answers), ANSWER_S if asked else 0)
        for record in records:
            answers.setdefault(record.id, Answer(record.id, False, self._silence(record)))
        return [answers[record.id] for record in records]

    def _send(self, records: list[PodRecord], body: dict[str, Any]) -> set[str]:
        """Each under its pod's newest nonce, as soon as that comes."""
        left = {r.id: r for r in records if r.online(now_ms())}
        sent: set[str] = set()

        def serve() -> bool:
            for pod, record in left.items():
                nonce = record.nonce(now_ms())
                if pod not in sent and nonce is not None:
                    self._play(pod, nonce, body)
                    sent.add(pod)
            return len(sent) == len(left)

        self.wait(serve, FIRST_LOOK_S)
        return sent

    def _play(self, pod: str, nonce: str, body: dict[str, Any]) -> None:
        topic = self.topics.pod(pod, "set/play")
        self.link.publish(topic, self.keys.seal(topic, jsontext.dumps(body), nonce=nonce), 1)

    def _collect(self, asked: set[str], body: dict, answers: dict[str, Answer]) -> bool:
        for news in self.news():
            event = news.body
            if news.leaf != "event" or news.pod not in asked or news.retained:
                continue
            if event.get("event") == "command" and event.get("do") == body["do"]:
                why = event.get("why")
                ok = event.get("ok") is True
                answers[news.pod] = Answer(news.pod, ok, why if isinstance(why, str) else "")
        return asked <= answers.keys()

    def _silence(self, record: PodRecord) -> str:
        if not record.online(now_ms()):
            return "is away"
        return "did not answer"

    def publish(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        self.link.publish(topic, payload, qos, retain)


def known(cottage: str, pods: list[str]) -> str:
    if not pods:
        return f"cottage {cottage} has no pods"
    return f"cottage {cottage} has {', '.join(pods)}"
