"""An in-memory broker and an ideal coordinator for simulated pods: no delay, nothing lost."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pod import jsontext
from pod.envelope import seal
from starlit.coordinator import Coordinator, Out
from starlit.journal import Journal
from starlit.roster import News
from starlit.runner import PodRunner, VirtualClock
from starlit.topics import Topics

HOST_LEAVES = ("state", "tele", "event", "ack", "send", "ping")


class IdealCoordinator(Coordinator):
    """Answers at once, and knows wall time for a pod only where the scenario gives it."""

    walls: dict[str, int | None] = {}

    def _seal(
        self, topic: str, body: dict, qos: int = 0, retain: bool = False, **stamp: Any
    ) -> Out:
        if topic.endswith("/set/pong"):
            pod = topic.split("/")[3]
            body = {**body, "unix_s": self.walls.get(pod) or 0}
        return super()._seal(topic, body, qos, retain, **stamp)

    def _overtake(self, topic: str, version: int) -> list[Out]:
        """What a scenario says in our name stands: it may be what is tried."""
        return []


class Bus:
    """Routes between runners and coordinator; keeps what is retained. `touched` collects the
    pods that got something."""

    def __init__(
        self,
        cottage: str,
        key: bytes,
        seed: int,
        clock: VirtualClock,
        members: list[str],
        base_s: int,
    ):
        self.clock = clock
        self._key = key
        self.base_us = base_s * 1_000_000
        self.topics = Topics(cottage)
        self.runners: dict[str, PodRunner] = {}
        self.touched: set[str] = set()
        self._retained: dict[str, bytes] = {}
        self._journal = Journal(Path(":memory:"), lambda: self._now_us() / 1e6)
        self._make = partial(IdealCoordinator, cottage, key, seed, self._journal, members)
        self._host: IdealCoordinator | None = None
        self.on_news: Callable[[News], None] = lambda news: None  # what the host takes for news

    def start(self) -> None:
        self._journal.start()
        self.set_host(True)

    def stop(self) -> None:
        self._journal.stop()

    def add(self, runner: PodRunner) -> None:
        runner.publish = self.publish
        self.runners[runner.config.pod] = runner

    def set_host(self, up: bool) -> None:
        """It goes, or comes as another process with the same journal."""
        self._host = None
        if up:
            self._host = self._make()
            self._host.walls = {}
            self._host.on_news = lambda news: self.on_news(news)
            self._host.start(self._now_us() // 1000)
            self._send(self._host.connected())

    def use_score(self, pod: str, data: Any) -> None:
        """What `starlit score use` does."""
        self._journal.set_score(pod, jsontext.dumps(data))
        self.propose(pod, {"score": data})

    def propose(self, pod: str, proposal: dict[str, Any]) -> None:
        """What a command puts into a pod's desired state, through the host's journal."""
        topic = self.topics.pod(pod, "set/desired")
        stands = self._journal.stands(topic)
        body = json.loads(stands.body) if stands is not None else {}
        changed = self._journal.desire({topic: jsontext.dumps({**body, **proposal})})
        for standing in changed.values():
            sealed = seal(self._key, topic, standing.body, version=standing.version)
            self._route(Out(topic, sealed, 1, True))

    def tick(self) -> None:
        """About once a second."""
        if self._host is not None:
            self._send(self._host.tick(self._now_us() // 1000))

    def set_link(self, runner: PodRunner, up: bool) -> None:
        """Coming up, a pod gets everything retained that it subscribes to."""
        runner.set_link(up)
        self.touched.add(runner.config.pod)
        if up:
            for topic, payload in self._retained.items():
                if self._subscribed(topic, runner.config.pod):
                    runner.deliver(topic, payload)

    def publish(
        self, runner: PodRunner, topic: str, payload: bytes, qos: int, retain: bool
    ) -> None:
        """A pod's message. It may write its own topics and its own unhook only (DESIGN, Link)."""
        pod = runner.config.pod
        parsed = self.topics.parse_pod(topic)
        own = parsed is not None and parsed[0] == pod and not parsed[1].startswith("set")
        if not own and topic != self.topics.unhook(pod):
            return
        self._route(Out(topic, payload, qos, retain))
        if own and self._host and parsed and parsed[1].split("/")[0] in HOST_LEAVES:
            self._host.walls[pod] = runner.unix_s
            self._send(self._host.handle(topic, payload, self._now_us()))

    def _send(self, outs: list[Out]) -> None:
        for out in outs:
            self._route(out)

    def _route(self, out: Out) -> None:
        if out.retain:
            if out.payload:
                self._retained[out.topic] = out.payload
            else:
                self._retained.pop(out.topic, None)
        parsed = self.topics.parse_pod(out.topic)
        for pod in self.runners if parsed is None else (parsed[0],):
            runner = self.runners.get(pod)
            if runner and runner.link_up and self._subscribed(out.topic, pod):
                runner.deliver(out.topic, out.payload)
                self.touched.add(pod)

    def _subscribed(self, topic: str, pod: str) -> bool:
        root = self.topics.root
        return topic.startswith((root + "unhook/", root + "all/", self.topics.pod(pod, "set/")))

    def _now_us(self) -> int:
        return self.base_us + self.clock.now_us
