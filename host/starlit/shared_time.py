"""The cottage's shared time as a command gets it: from its coordinator, as a pod does."""

import secrets
import time

from pod import jsontext
from pod.envelope import EnvelopeError
from starlit.address import Address
from starlit.clock import steady_ns
from starlit.keyring import Keyring
from starlit.link import Received
from starlit.visit import Visit

ASK_EVERY_S = 0.1
PINGS = 8
_PONG = ("n", "rx_ms", "rx_us", "tx_ms", "tx_us", "epoch")


class TimedVisit(Visit):
    """A visit that can also tell the shared time."""

    def __init__(self, cottage: str, address: Address, keys: Keyring | None = None):
        super().__init__(cottage, address, keys)
        self._topic = self.topics.host("pong")
        self.link.topics.append((self._topic, 0))
        self._asked: dict[int, int] = {}  # ping -> when, in us of the steady clock
        self._best: tuple[int, int] | None = None  # round trip, lead over the steady clock
        self.epoch = -1

    def take_in(self, message: Received) -> None:
        if message.topic != self._topic:
            super().take_in(message)
            return
        try:
            body = self.keys.open(self._topic, message.payload).body
            if not all(type(body[name]) is int for name in _PONG):
                return
            asked_us = self._asked.pop(body["n"])
        except (EnvelopeError, KeyError):
            return
        rx_us = body["rx_ms"] * 1000 + body["rx_us"]
        tx_us = body["tx_ms"] * 1000 + body["tx_us"]
        self.epoch = body["epoch"]
        got_us = message.at_ns // 1000
        trip_us = got_us - asked_us - (tx_us - rx_us)
        lead_us = (rx_us - asked_us + tx_us - got_us) // 2
        if self._best is None or trip_us < self._best[0]:
            self._best = trip_us, lead_us

    def lead_us(self, timeout_s: float = 2.0) -> int | None:
        """Shared time is this far ahead of the steady clock; None where nobody answers."""
        end_s = time.monotonic() + timeout_s
        self._best = None
        for _ in range(PINGS):
            self._ask()
            self.wait(lambda: not self._asked, ASK_EVERY_S)
            if time.monotonic() > end_s:
                break
        self.wait(lambda: self._best is not None, end_s - time.monotonic())
        return self._best[1] if self._best else None

    def expect(self, n: int, asked_us: int) -> None:
        """Ping `n` goes out at this instant."""
        self._asked[n] = asked_us

    def _ask(self) -> None:
        n = secrets.randbits(30)
        topic = self.topics.host("ping")
        payload = self.keys.seal(topic, jsontext.dumps({"n": n}), nonce=str(n))
        self.expect(n, steady_ns() // 1000)
        self.link.publish(topic, payload)
