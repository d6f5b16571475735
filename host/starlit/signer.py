"""Puts a scenario's message in a valid envelope, as a coordinator with the pod's trust would."""

from collections import deque

from pod.envelope import MAX_PAYLOAD, EnvelopeError, open_envelope, seal
from starlit.heard import parse_json
from starlit.scenario import Message

KEPT = 128  # telemetry of about two minutes
EXPIRY_S = 30
NOMINAL_UNIX_S = 1767225600 + 20 * 3600  # an explicit expiry needs some wall time
NO_NONCE = "none-issued"


def by_nonce(topic: str) -> bool:
    """Whether messages of this topic name a nonce (contract: play and pong)."""
    return topic.endswith(("/set/play", "/set/pong"))


class Signer:
    """Knows one pod's nonces by its telemetry and the newest version of each topic."""

    def __init__(self, key: bytes):
        self.key = key
        self._tele: deque[tuple[int, str, bytes]] = deque(maxlen=KEPT)
        self._versions: dict[str, int] = {}

    def sent(self, t_ms: int, topic: str, payload: bytes) -> None:
        """A message of the pod; telemetry holds its nonce."""
        if topic.endswith("/tele"):
            self._tele.append((t_ms, topic, payload))

    def delivered(self, topic: str, payload: bytes) -> None:
        """A message to the pod; its version is used up."""
        if len(payload) <= MAX_PAYLOAD and not by_nonce(topic) and b'"version"' in payload:
            try:
                version = parse_json(payload).get("version")
            except (ValueError, AttributeError):
                return
            if type(version) is int:
                self._versions[topic] = max(version, self._versions.get(topic, 0))

    def nonce(self, t_ms: int, age_ms: int = 0) -> str:
        """The newest nonce that is at least `age_ms` old."""
        for sent_ms, topic, payload in reversed(self._tele):
            if t_ms - sent_ms >= age_ms:
                try:
                    return str(open_envelope(self.key, topic, payload).body.get("nonce"))
                except EnvelopeError:
                    continue
        return NO_NONCE

    def seal(self, message: Message, topic: str, t_ms: int, unix_s: int | None) -> bytes:
        """`unix_s` is the wall time that the pod knows; without it nothing expires by default."""
        body = message.data.decode("utf-8", "replace")
        expiry_s = 0 if unix_s is None else unix_s + EXPIRY_S
        if message.expiry_ms is not None:
            now_s = NOMINAL_UNIX_S + t_ms // 1000 if unix_s is None else unix_s
            expiry_s = max(1, now_s + message.expiry_ms // 1000)
        if message.version is None and by_nonce(topic):
            nonce = self.nonce(t_ms, message.nonce_age_ms or 0)
            return seal(self.key, topic, body, nonce=nonce, expiry_s=expiry_s)
        version = message.version
        if version is None:
            version = self._next_version(topic, body)
        return seal(self.key, topic, body, version=version, expiry_s=expiry_s)

    def _next_version(self, topic: str, body: str) -> int:
        """An unhook's version is its epoch."""
        if "/unhook/" in topic:
            try:
                epoch = parse_json(body).get("epoch")
            except (ValueError, AttributeError):
                epoch = None
            if type(epoch) is int:
                return epoch
        return self._versions.get(topic, 0) + 1
