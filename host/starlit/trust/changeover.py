"""The coordinator's side of the trust: who has which key, and what that means for what is said."""

import time
from collections.abc import Callable

from starlit.errors import UserError
from starlit.keyring import Keyring
from starlit.trust import rotation
from starlit.trust.model import REVOKED, Trust
from starlit.trust.store import TrustStore


class Changeover:
    """Holds the one ring that everything of the host signs and verifies with. Commands change the
    same file; `tick` sees it."""

    def __init__(self, store: TrustStore, now_s: Callable[[], float] = time.time):
        self.store = store
        self.trust: Trust = store.load()
        self.keys: Keyring = rotation.keyring_of(self.trust)
        self._now_s = now_s
        self._heard: dict[str, list[int]] = {}
        self._said: object = None

    def took(self, pod: str, numbers: list[int]) -> None:
        """What a pod says that it keeps; on disk at the next tick, a village at once."""
        one = self.trust.active().get(pod)
        if one is not None and numbers and one.keys != sorted(numbers):
            self._heard[pod] = numbers

    def tick(self) -> bool:
        """Whether pods are to be told something else of keys, or by another one. Where the file
        cannot be read, all goes on as it was (the gate says so)."""
        now_s = int(self._now_s())
        try:
            if self.store.changed():
                self.trust = self.store.load()
            if self._heard or self._due(now_s):
                self._write(now_s)
        except UserError:
            return False
        rotation.use(self.keys, self.trust)
        said = (self.trust, rotation.may_drop(self.trust, now_s))
        news, self._said = said != self._said, said
        return news

    def _due(self, now_s: int) -> bool:
        """Only a key that is given out is waited for."""
        trust = self.trust
        return rotation.pending(trust) is not None and now_s - trust.since_s >= trust.grace_s

    def _write(self, now_s: int) -> None:
        with self.store.changing() as trust:
            for pod, numbers in self._heard.items():
                rotation.took(trust, pod, numbers)
            rotation.advance(trust, now_s)
        self.trust = trust
        self._heard.clear()

    def revoked(self, pod: str) -> bool:
        one = self.trust.pods.get(pod)
        return one is not None and one.state == REVOKED

    def told(self, pod: str) -> dict[str, int | str] | None:
        return rotation.told(self.trust, pod, int(self._now_s()))
