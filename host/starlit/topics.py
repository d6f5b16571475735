"""Topics of a cottage, as in DESIGN."""

import re


class Topics:
    def __init__(self, cottage: str):
        self.root = f"starlit/{cottage}/"
        self.sky = self.root + "all/sky"
        self.cue = self.root + "all/cue"
        self._pod = re.compile(re.escape(self.root) + r"pod/([a-z0-9_-]{1,32})/(.+)")

    def pod(self, pod: str, leaf: str) -> str:
        return f"{self.root}pod/{pod}/{leaf}"

    def host(self, leaf: str) -> str:
        """Between coordinators and commands; no pod reads it."""
        return f"{self.root}host/{leaf}"

    def unhook(self, writer: str) -> str:
        return f"{self.root}unhook/{writer}"

    def parse_pod(self, topic: str) -> tuple[str, str] | None:
        """(pod, what follows), or None for a topic that is no pod's."""
        match = self._pod.fullmatch(topic)
        return (match[1], match[2]) if match else None

    def parse_host(self, topic: str) -> str | None:
        """What follows `host/`, or None for another topic."""
        start = self.root + "host/"
        return topic[len(start) :] if topic.startswith(start) else None

    def for_pod(self, pod: str) -> list[tuple[str, int]]:
        """What a pod subscribes to."""
        return [
            (self.root + "unhook/#", 1),
            (self.pod(pod, "set/#"), 1),
            (self.root + "all/#", 1),
        ]

    def for_watcher(self) -> list[tuple[str, int]]:
        """What the commands read."""
        leaves = [("state", 1), ("tele", 0), ("event", 1), ("ack", 1), ("send/+", 1)]
        leaves.append(("service", 1))
        return [(self.pod("+", leaf), qos) for leaf, qos in leaves]

    def for_host(self) -> list[tuple[str, int]]:
        """What the coordinator reads: also what it says itself, lest somebody else has."""
        return [
            (self.host("+"), 1),
            (self.sky, 1),
            (self.pod("+", "set/desired"), 1),
            (self.pod("+", "ping"), 0),
            *self.for_watcher(),
        ]
