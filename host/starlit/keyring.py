"""The cottage's keys at the host: one signs, and others are verified while pods change over."""

from collections.abc import Mapping
from typing import Any

from pod.envelope import Opened, seal
from starlit.heard import open_heard


class Keyring:
    """Shared by all that speak for the host, so that a new key counts for all at once.

    `behind`: pods that have not got the key that signs, each with the key by which it is told.
    """

    def __init__(self, signs: bytes, *others: bytes, behind: Mapping[str, bytes] | None = None):
        self.use(signs, *others, behind=behind)

    def use(
        self, signs: bytes, *others: bytes, behind: Mapping[str, bytes] | None = None
    ) -> None:
        self._keys = [signs, *others]
        self._behind = dict(behind or {})

    @property
    def signs(self) -> bytes:
        return self._keys[0]

    def seal(self, topic: str, body: str, **stamp: Any) -> bytes:
        """The payload of `body` (JSON text) under a nonce or a version."""
        return seal(self._for(topic), topic, body, **stamp)

    def open(self, topic: str, payload: bytes) -> Opened:
        """Raises EnvelopeError for what none of the keys has signed."""
        return open_heard(self._keys, topic, payload)

    def current(self, topic: str, opened: Opened) -> bool:
        """Whether `opened` is signed as it would be signed now."""
        return self._keys[opened.key] == self._for(topic)

    def _for(self, topic: str) -> bytes:
        if self._behind and "/set/" in topic:
            return self._behind.get(topic.split("/")[3], self._keys[0])
        return self._keys[0]


def keyring(key: "bytes | Keyring") -> Keyring:
    """Of one key, where there is no more."""
    return Keyring(key) if isinstance(key, bytes) else key
