"""What the host knows of each pod, from the pods' own messages. Pure: no clock, no socket."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pod.envelope import EnvelopeError
from starlit.heard import VERSION_MAX
from starlit.keyring import Keyring, keyring
from starlit.topics import Topics

# Telemetry comes once a second; presence never depends on the last will alone.
SILENT_AFTER_MS = 5000
NONCE_FRESH_MS = 1700  # a pod takes a nonce for 2 s; the way there needs some of it
PODS_MAX = 10000
STRANGERS_MAX = 64  # pods that do not belong; the first that came stay


def natural_key(name: str) -> list[tuple[int, int | str]]:
    """pod-2 before pod-10."""
    return [(0, int(p)) if p.isdigit() else (1, p) for p in re.split(r"(\d+)", name) if p]


@dataclass
class PodRecord:
    id: str
    state: dict[str, Any] = field(default_factory=dict)
    tele: dict[str, Any] = field(default_factory=dict)
    unhooks: dict[str, int] = field(default_factory=dict)
    desired: int = 0
    keys: list[int] = field(default_factory=list)  # ids of those it keeps
    seen_ms: int | None = None  # last message that was not retained
    tele_ms: int = 0

    def online(self, now_ms: int) -> bool:
        if self.seen_ms is None or now_ms - self.seen_ms > SILENT_AFTER_MS:
            return False
        return self.state.get("online") is not False

    def nonce(self, now_ms: int) -> str | None:
        """The newest nonce, while the pod still takes it."""
        nonce = self.tele.get("nonce")
        fresh = nonce is not None and now_ms - self.tele_ms <= NONCE_FRESH_MS
        return str(nonce) if fresh else None

    def get(self, key: str, default: Any = None) -> Any:
        """From telemetry, which is newer, else from the retained state."""
        value = self.tele.get(key)
        return self.state.get(key, default) if value is None else value


@dataclass(frozen=True)
class News:
    """One valid message of a pod."""

    pod: str
    leaf: str
    body: dict[str, Any]
    retained: bool


class Roster:
    def __init__(
        self,
        cottage: str,
        keys: bytes | Keyring,
        belongs: Callable[[str], bool] = lambda pod: False,
        strangers_max: int = PODS_MAX,
    ):
        """Of pods that do not `belong`, only so many are known."""
        self.topics = Topics(cottage)
        self.keys = keyring(keys)
        self.pods: dict[str, PodRecord] = {}
        self._belongs = belongs
        self._strangers_max = strangers_max
        self.bad = 0  # messages that did not validate
        self.last_bad = ""

    def handle(self, topic: str, payload: bytes, now_ms: int, retained: bool) -> News | None:
        parsed = self.topics.parse_pod(topic)
        if parsed is None:
            return None
        pod, leaf = parsed
        if not payload:
            if leaf == "state":  # an emptied retained state takes the pod off the list
                self.pods.pop(pod, None)
            return None
        try:
            body = self.keys.open(topic, payload).body
        except EnvelopeError as error:
            self._reject(topic, str(error))
            return None
        return self._note(News(pod, leaf, body, retained), now_ms)

    def _reject(self, topic: str, why: str) -> None:
        self.bad += 1
        self.last_bad = f"{topic}: {why}"

    def _note(self, news: News, now_ms: int) -> News | None:
        record = self.pods.get(news.pod)
        if record is None:
            if not self._room(news.pod):
                self._reject(news.pod, "more pods than this host takes")
                return None
            record = self.pods[news.pod] = PodRecord(news.pod)
        if not news.retained:
            record.seen_ms = now_ms
        if news.leaf == "state":
            self._note_state(record, news.body)
        elif news.leaf == "tele":
            record.tele, record.tele_ms = news.body, now_ms
        elif news.leaf == "ack":
            self._note_ack(record, news.body)
        return news

    def _room(self, pod: str) -> bool:
        if len(self.pods) >= PODS_MAX:
            return False
        strangers = len(self.pods) >= self._strangers_max and not self._belongs(pod)
        return not strangers or self._strangers() < self._strangers_max

    def _strangers(self) -> int:
        return sum(not self._belongs(pod) for pod in self.pods)

    @staticmethod
    def _note_state(record: PodRecord, body: dict[str, Any]) -> None:
        """The will says only that the pod has gone; the rest of its state stays known."""
        if body.get("online") is False:
            record.state = {**record.state, **body}
            record.tele = {}
        else:
            record.state = body

    @staticmethod
    def _note_ack(record: PodRecord, body: dict[str, Any]) -> None:
        unhooks = body.get("unhooks")
        if isinstance(unhooks, dict):
            record.unhooks = {k: v for k, v in unhooks.items() if _version(v)}
        if _version(body.get("desired")):
            record.desired = body["desired"]
        keys = body.get("keys")
        if isinstance(keys, list):
            record.keys = [number for number in keys if type(number) is int]

    def ids(self) -> list[str]:
        return sorted(self.pods, key=natural_key)

    def records(self) -> list[PodRecord]:
        return [self.pods[pod] for pod in self.ids()]


def _version(value: Any) -> bool:
    return type(value) is int and 0 <= value < VERSION_MAX
