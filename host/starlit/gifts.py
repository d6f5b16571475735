"""What one pod's person gives to others, kept until the receiver's next nonce."""

from collections import deque
from typing import Any, NamedTuple

# Topic under pod/<id>/ -> what the receiving pod is asked to do.
GIFTS = {"send/star": "star", "send/shadow": "shadow", "send/pulse": "pulse"}
# What of its body goes along; the receiving pod checks it.
_WITH = {"star": ("start_ms", "farewell"), "shadow": ("start_ms",), "pulse": ("dips_ms",)}
WAITING_MAX = 8  # a pod; the oldest is dropped, and counted
MAX_AGE_MS = 3000  # a late star would surprise


class Gift(NamedTuple):
    do: str
    sender: str
    at_ms: int
    said: dict[str, Any]

    def body(self) -> dict[str, Any]:
        """Of the receiver's `set/play`."""
        return {"do": self.do, "from": self.sender, **self.said}


def passed_on(do: str, body: dict[str, Any], place: int | None) -> dict[str, Any]:
    """What the giver said of it, and from where in the cottage it comes."""
    said = {name: body[name] for name in _WITH[do] if name in body}
    return said if place is None or do == "pulse" else {**said, "place": place}


class Gifts:
    def __init__(self) -> None:
        self.dropped = 0
        self._waiting: dict[str, deque[Gift]] = {}

    def put(self, pods: list[str], gift: Gift) -> None:
        for pod in pods:
            queue = self._waiting.setdefault(pod, deque(maxlen=WAITING_MAX))
            if len(queue) == WAITING_MAX:
                self.dropped += 1
            queue.append(gift)

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
