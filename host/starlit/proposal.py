"""A calibration proposed to a pod: it waits there until its person holds the button for 3 s.

It travels in the pod's desired state, beside what the coordinator has put there, and is taken out
again at the end, confirmed or not: nothing stays behind that a later press could set by mistake.
"""

import contextlib
import time
from collections.abc import Callable
from typing import Any

from pod import jsontext
from pod.envelope import EnvelopeError, open_envelope, seal
from starlit import settings
from starlit.address import Address
from starlit.calibrate import Calibration
from starlit.clock import SteadyClock, offset_min
from starlit.journal import Journal, Standing
from starlit.link import Received
from starlit.visit import Visit

TAKEN_S = 5.0  # telemetry says once a second that something is pending
WITHDRAWN_S = 2.0
Progress = Callable[[int], None]  # gets the seconds that are left


class ProposalVisit(Visit):
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

    # -- proposing ----------------------------------------------------------------

    def propose(self, calibration: Calibration, timeout_s: float, progress: Progress) -> str | None:
        """None once a hand at the pod has confirmed it, else why not."""
        settings.ensure_state_dir()
        journal = Journal(settings.journal_path(self.cottage))
        journal.start()
        try:
            self._publish(journal, {**self.desired, "calibration": calibration})
            return self._confirmed(timeout_s, progress)
        finally:
            self._withdraw(journal)
            journal.stop()

    def _publish(self, journal: Journal, body: dict[str, Any]) -> int:
        """Through the journal, so that a coordinator repeats this and nothing older."""
        stands = journal.stands(self.topic)
        if (stands.version if stands else 0) < self._seen.version:
            journal.adopt(self.topic, self._seen)
        journal.desire({self.topic: jsontext.dumps(body)})
        stands = journal.stands(self.topic)
        assert stands is not None
        payload = seal(self.key, self.topic, stands.body, version=stands.version)
        self.publish(self.topic, payload, 1, True)
        return stands.version

    def _withdraw(self, journal: Journal) -> None:
        version = self._publish(journal, self.desired)
        record = self.roster.pods[self.pod]
        self.wait(lambda: record.desired >= version, WITHDRAWN_S)

    def _confirmed(self, timeout_s: float, progress: Progress) -> str | None:
        record = self.roster.pods[self.pod]
        end_s = time.monotonic() + timeout_s
        self.wait(lambda: record.tele.get("pending") is True or self._applied(), TAKEN_S)
        if record.tele.get("pending") is not True:
            return "the pod did not take the proposal: is it away?"

        def done() -> bool:
            progress(max(0, round(end_s - time.monotonic())))
            return self._applied()

        if self.wait(done, end_s - time.monotonic()):
            return None
        return f"nobody held the button for 3 s within {timeout_s:g} s"

    def _applied(self) -> bool:
        return any(
            news.leaf == "event" and news.pod == self.pod and not news.retained
            and news.body.get("event") == "calibration" and news.body.get("applied") is True
            for news in self.news()
        )  # fmt: skip
