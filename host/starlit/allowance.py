"""How much of each writer an edge takes: a token bucket a key (RFC 2697's, of one rate).

A pod says some three messages a second, and thirty-two events and twenty pings when its link comes
back. What is beyond is dropped unread, so one pod that shouts costs the others nothing.
"""

RATE_PER_S = 60
BURST = 300
KEYS_MAX = 16384  # further keys share one bucket


class Allowance:
    def __init__(self, rate_per_s: float = RATE_PER_S, burst: int = BURST, keys: int = KEYS_MAX):
        self.dropped = 0
        self._rate = rate_per_s
        self._burst = burst
        self._keys = keys
        self._left: dict[str, tuple[float, int]] = {}  # tokens, and when they were counted

    def admits(self, key: str, now_ns: int) -> bool:
        if key not in self._left and len(self._left) >= self._keys:
            self._forget_idle(now_ns)
            if len(self._left) >= self._keys:
                key = ""
        left, at_ns = self._left.get(key, (self._burst, now_ns))
        left = min(self._burst, left + (now_ns - at_ns) / 1e9 * self._rate)
        admitted = left >= 1
        self._left[key] = (left - admitted, now_ns)
        self.dropped += not admitted
        return admitted

    def _forget_idle(self, now_ns: int) -> None:
        """Buckets that are full again say nothing."""
        full_ns = self._burst / self._rate * 1e9
        self._left = {k: v for k, v in self._left.items() if now_ns - v[1] < full_ns}


def writer_of(topic: str) -> str:
    """Whose messages a topic's are: `pod/<id>` of the cottage, or what stands in its place."""
    parts = topic.split("/", 4)
    return "/".join(parts[2:4]) if len(parts) > 3 and parts[2] == "pod" else topic[:64]
