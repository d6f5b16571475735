"""A calibration proposed to a pod: it waits there until its person holds the button for 3 s.

It travels in the pod's desired state, beside what the coordinator has put there, and is taken out
again at the end, confirmed or not: nothing stays behind that a later press could set by mistake.
"""

import time
from collections.abc import Callable

from starlit.calibrate import Calibration
from starlit.desired import DesiredVisit
from starlit.journal import Journal

TAKEN_S = 5.0  # telemetry says once a second that something is pending
WITHDRAWN_S = 2.0
Progress = Callable[[int], None]  # gets the seconds that are left


class ProposalVisit(DesiredVisit):
    # -- proposing ----------------------------------------------------------------

    def propose(self, calibration: Calibration, timeout_s: float, progress: Progress) -> str | None:
        """None once a hand at the pod has confirmed it, else why not."""
        with self.journal() as journal:
            try:
                self.publish_desired(journal, {**self.desired, "calibration": calibration})
                return self._confirmed(timeout_s, progress)
            finally:
                self._withdraw(journal)

    def _withdraw(self, journal: Journal) -> None:
        version = self.publish_desired(journal, self.desired)
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
