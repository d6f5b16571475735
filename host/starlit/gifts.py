"""What one pod's person gives to others, kept until the receiver's next nonce."""

from collections import deque
from typing import NamedTuple

# Topic under pod/<id>/ -> what the receiving pod is asked to do.
GIFTS = {"send/star": "star", "send/shadow": "shadow", "send/pulse": "pulse"}
WAITING_MAX = 8  # a pod; the oldest is dropped, and counted
MAX_AGE_MS = 3000  # a late star would surprise


class Gift(NamedTuple):
    do: str
    sender: str
    at_ms: int


class Gifts:
    def __init__(self) -> None:
        self.dropped = 0
        self._waiting: dict[str, deque[Gift]] = {}

    def put(self, pods: list[str], do: str, sender: str, now_ms: int) -> None:
        for pod in pods:
            queue = self._waiting.setdefault(pod, deque(maxlen=WAITING_MAX))
            if len(queue) == WAITING_MAX:
                self.dropped += 1
            queue.append(Gift(do, sender, now_ms))

    def take(self, pod: str, now_ms: int) -> list[Gift]:
        self._forget(pod, now_ms)
        return list(self._waiting.pop(pod, ()))

    def forget_old(self, now_ms: int) -> None:
        for pod in list(self._waiting):
            self._forget(pod, now_ms)

    def _forget(self, pod: str, now_ms: int) -> None:
        queue = self._waiting.get(pod)
        while queue and now_ms - queue[0].at_ms > MAX_AGE_MS:
            queue.popleft()
            self.dropped += 1
