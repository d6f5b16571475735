"""Questions to a pod's body, one after another: each answered before the next is asked."""

import time
from collections.abc import Callable
from typing import Any

from pod import jsontext
from starlit.errors import UserError
from starlit.heard import printable
from starlit.roster import PodRecord
from starlit.visit import Visit, now_ms

PACE_S = 0.3  # a pod takes four commands a second (pod.link)
ANSWER_S = 3.0
TRIES = 8
AWAY_S = 20.0  # a link that is cut may come back


class Asking:
    """`record`: of the pod that is asked, in a visit that is open."""

    def __init__(self, visit: Visit, record: PodRecord, sleep: Callable[[float], Any] = time.sleep):
        self._visit = visit
        self._record = record
        self._sleep = sleep
        self._number = now_ms() & 0xFFFFFF  # another than an earlier command's
        self._sent_s = 0.0

    def ask(self, body: dict[str, Any]) -> dict[str, Any]:
        """The answer; a UserError where none comes, or where the pod says why not."""
        for _ in range(TRIES):
            self._send(body)
            answer = self._visit.wait(self._answer, ANSWER_S)
            if answer is not None:
                return self._good(answer)
        raise UserError(
            f"{self._record.id} does not answer: ask again, and it goes on where it was"
        )

    def hear(self, timeout_s: float) -> dict[str, Any]:
        """A further answer to the last question."""
        answer = self._visit.wait(self._answer, timeout_s)
        if answer is None:
            raise UserError(f"{self._record.id} has begun and not ended; ask again")
        return self._good(answer)

    def _good(self, answer: dict[str, Any]) -> dict[str, Any]:
        if answer.get("ok") is not True:
            raise UserError(f"{self._record.id}: {printable(str(answer.get('why')))}")
        return answer

    def _send(self, body: dict[str, Any]) -> None:
        pause_s = self._sent_s + PACE_S - time.monotonic()
        if pause_s > 0:
            self._sleep(pause_s)
        visit, record = self._visit, self._record
        nonce = visit.wait(lambda: record.nonce(now_ms()), AWAY_S)
        if nonce is None:
            raise UserError(f"{record.id} is away: see that it has power and Wi-Fi, and ask again")
        self._number = (self._number + 1) & 0xFFFFFF
        topic = visit.topics.pod(record.id, "set/service")
        text = jsontext.dumps({**body, "id": self._number})
        visit.publish(topic, visit.keys.seal(topic, text, nonce=nonce), 1, False)
        self._sent_s = time.monotonic()

    def _answer(self) -> dict[str, Any] | None:
        for news in self._visit.news():
            mine = news.leaf == "service" and news.pod == self._record.id
            if mine and news.body.get("id") == self._number:
                return news.body
        return None
