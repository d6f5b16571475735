"""What waits at a pod until its person holds the button for 3 s: a calibration, a pulse to share.

It travels in the pod's desired state, beside what the coordinator has put there, and is taken out
again at the end, confirmed or not: nothing stays behind that a later press could set by mistake.
"""

import time
from collections.abc import Callable

from starlit.calibrate import Calibration
from starlit.desired import TAKEN_S, Bodies, DesiredVisit
from starlit.journal import Journal

WITHDRAWN_S = 2.0
Progress = Callable[[int], None]  # gets the seconds that are left


class ProposalVisit(DesiredVisit):
    def propose(self, calibration: Calibration, timeout_s: float, progress: Progress) -> str | None:
        """None once a hand at the pod has confirmed it, else why not."""
        return self.put({self.pod: {"calibration": calibration}}, timeout_s, progress).get(self.pod)

    def put(self, proposals: Bodies, timeout_s: float, progress: Progress) -> dict[str, str]:
        """Why it was not confirmed, of each pod where it was not."""
        with self.journal() as journal:
            try:
                for pod, proposal in proposals.items():
                    self.publish_desired(journal, pod, {**self.desired[pod], **proposal})
                return self._confirmed(proposals, timeout_s, progress)
            finally:
                self._withdraw(journal, list(proposals))

    def _withdraw(self, journal: Journal, pods: list[str]) -> None:
        versions = {pod: self.publish_desired(journal, pod, self.desired[pod]) for pod in pods}
        known = self.roster.pods  # a pod that has gone meanwhile has nothing that waits

        def gone(pod: str) -> bool:
            return pod not in known or known[pod].desired >= versions[pod]

        self.wait(lambda: all(map(gone, versions)), WITHDRAWN_S)

    def _confirmed(
        self, proposals: Bodies, timeout_s: float, progress: Progress
    ) -> dict[str, str]:
        left = dict(proposals)
        taken: set[str] = set()
        end_s = time.monotonic() + timeout_s

        def taken_by_all() -> bool:
            self._tick_off(left)
            known = self.roster.pods
            taken.update(p for p in left if p in known and known[p].tele.get("pending") is True)
            return left.keys() <= taken

        def confirmed_by_all() -> bool:
            progress(max(0, round(end_s - time.monotonic())))
            self._tick_off(left)
            return not left

        if self.wait(taken_by_all, TAKEN_S):
            self.wait(confirmed_by_all, end_s - time.monotonic())
        else:
            confirmed_by_all()
        nobody = f"nobody held the button for 3 s within {timeout_s:g} s"
        away = "the pod did not take the proposal: is it away?"
        return {pod: nobody if pod in taken else away for pod in left}

    def _tick_off(self, left: Bodies) -> None:
        """Forget the pods whose events say that a hand has agreed."""
        for news in self.news():
            body = news.body
            if news.leaf != "event" or news.retained or news.pod not in left:
                continue
            applied = body.get("event") == "calibration" and body.get("applied") is True
            friend = left[news.pod].get("pulse")
            agreed = body.get("event") == "pulse" and body.get("with") == friend
            if agreed if friend else applied:
                del left[news.pod]
