"""A command's word in what a pod is asked to be: its desired state, beside what stands there."""

import contextlib
from collections.abc import Iterator
from typing import Any

from pod import jsontext
from pod.envelope import EnvelopeError
from starlit import settings
from starlit.address import Address
from starlit.clock import SteadyClock
from starlit.journal import Journal, Standing
from starlit.keyring import Keyring
from starlit.link import Received
from starlit.morning import morning_offset_min
from starlit.visit import Visit

TAKEN_S = 5.0  # a pod acknowledges a version at once, and says once a second what is pending
PROPOSED = ("calibration", "pulse")  # for the hand at the pod; no command keeps another's
Bodies = dict[str, dict[str, Any]]  # pod -> its desired state, or a part of it


class DesiredVisit(Visit):
    """A visit that also reads what pods are asked to be; `pod` is the first of them."""

    def __init__(self, cottage: str, address: Address, *pods: str, keys: Keyring | None = None):
        super().__init__(cottage, address, keys)
        self.pod = pods[0]
        self.desired: Bodies = {}
        self._seen: dict[str, Standing] = {}  # at the broker
        for pod in pods:
            self.link.topics.append((self._desired_topic(pod), 1))
            self.desired[pod] = {
                "cottage": cottage,
                "friends": [],
                "score": "default",
                "tz_min": morning_offset_min(None, SteadyClock.wall_s()),
            }

    def _desired_topic(self, pod: str) -> str:
        return self.topics.pod(pod, "set/desired")

    def take_in(self, message: Received) -> None:
        for pod in self.desired:
            if message.topic == self._desired_topic(pod):
                with contextlib.suppress(EnvelopeError):
                    opened = self.keys.open(message.topic, message.payload)
                    body = opened.body
                    self._seen[pod] = Standing(opened.version or 0, jsontext.dumps(body))
                    kept = {name: body[name] for name in body if name not in PROPOSED}
                    self.desired[pod] = kept
                return
        super().take_in(message)

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

    def publish_desired(self, journal: Journal, pod: str, body: dict[str, Any]) -> int:
        """Under a new version, which it gives. Through the journal, so that a coordinator repeats
        this and nothing older."""
        topic = self._desired_topic(pod)
        stands, seen = journal.stands(topic), self._seen.get(pod)
        if seen is not None and (stands.version if stands else 0) < seen.version:
            journal.adopt(topic, seen)
        journal.desire({topic: jsontext.dumps(body)})
        stands = journal.stands(topic)
        assert stands is not None
        payload = self.keys.seal(topic, stands.body, version=stands.version)
        self.publish(topic, payload, 1, True)
        return stands.version

    def use_score(self, data: Any) -> str | None:
        """Make `data` (compiled, or "default") the pod's score of the night. None once the pod has
        acknowledged it, else why not; it stands in the journal all the same."""
        record = self.roster.pods[self.pod]
        with self.journal() as journal:
            journal.set_score(self.pod, jsontext.dumps(data))
            body = {**self.desired[self.pod], "score": data}
            version = self.publish_desired(journal, self.pod, body)
        if self.wait(lambda: record.desired >= version, TAKEN_S):
            return None
        return "the pod has not acknowledged it: it gets it when it is back"
