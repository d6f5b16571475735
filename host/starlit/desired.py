"""A command's word in what a pod is asked to be: its desired state, beside what stands there."""

import contextlib
from collections.abc import Iterator
from typing import Any

from pod import jsontext
from pod.envelope import EnvelopeError, open_envelope, seal
from starlit import settings
from starlit.address import Address
from starlit.clock import SteadyClock, offset_min
from starlit.journal import Journal, Standing
from starlit.link import Received
from starlit.visit import Visit

TAKEN_S = 5.0  # a pod acknowledges a version at once


class DesiredVisit(Visit):
    """A visit that also reads what the pod is asked to be."""

    def __init__(self, cottage: str, address: Address, pod: str):
        super().__init__(cottage, address)
        self.pod = pod
        self.topic = self.topics.pod(pod, "set/desired")
        self.link.topics.append((self.topic, 1))
        self.desired: dict[str, Any] = {
            "cottage": cottage,
            "friends": [],
            "score": "default",
            "tz_min": offset_min(None, SteadyClock.wall_s()),
        }
        self._seen = Standing(0, "")  # at the broker

    def take_in(self, message: Received) -> None:
        if message.topic != self.topic:
            super().take_in(message)
            return
        with contextlib.suppress(EnvelopeError):
            opened = open_envelope(self.key, self.topic, message.payload)
            body = opened.body
            self._seen = Standing(opened.version or 0, jsontext.dumps(body))
            self.desired = {name: body[name] for name in body if name != "calibration"}

    @contextlib.contextmanager
    def journal(self) -> Iterator[Journal]:
        """The cottage's own, which the coordinator reads too."""
        settings.ensure_state_dir()
        journal = Journal(settings.journal_path(self.cottage))
        journal.start()
        try:
            yield journal
        finally:
            journal.stop()

    def publish_desired(self, journal: Journal, body: dict[str, Any]) -> int:
        """Under a new version, which it gives. Through the journal, so that a coordinator repeats
        this and nothing older."""
        stands = journal.stands(self.topic)
        if (stands.version if stands else 0) < self._seen.version:
            journal.adopt(self.topic, self._seen)
        journal.desire({self.topic: jsontext.dumps(body)})
        stands = journal.stands(self.topic)
        assert stands is not None
        payload = seal(self.key, self.topic, stands.body, version=stands.version)
        self.publish(self.topic, payload, 1, True)
        return stands.version

    def use_score(self, data: Any) -> str | None:
        """Make `data` (compiled, or "default") the pod's score of the night. None once the pod has
        acknowledged it, else why not; it stands in the journal all the same."""
        record = self.roster.pods[self.pod]
        with self.journal() as journal:
            journal.set_score(self.pod, jsontext.dumps(data))
            version = self.publish_desired(journal, {**self.desired, "score": data})
        if self.wait(lambda: record.desired >= version, TAKEN_S):
            return None
        return "the pod has not acknowledged it: it gets it when it is back"
