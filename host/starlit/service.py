"""The coordinator at work: its link, its clock, and the loop that carries messages."""

import asyncio
import sys
from collections.abc import Callable

from starlit.claim import Claim
from starlit.clock import SteadyClock
from starlit.coordinator import Coordinator
from starlit.link import Link, Received, Will
from starlit.roster import News
from starlit.unhooks import Out

TICK_S = 0.5
# Python's 5 ms would let paho's thread take in 200 messages a second while this one is busy, and
# every ping would seem to have been on its way for so much longer.
SWITCH_S = 0.0002


class CoordinatorService:
    def __init__(
        self,
        coordinator: Coordinator,
        link: Link,
        clock: SteadyClock,
        claim: Claim,
        on_news: Callable[[News], None] = lambda news: None,
        on_lost: Callable[[], None] = lambda: None,
    ):
        """`on_lost`: another coordinator has the cottage, and this one says nothing more."""
        self.coordinator = coordinator
        self.link = link
        self.clock = clock
        self.claim = claim
        self._on_news = on_news
        self._on_lost = on_lost
        self._connects = 0
        self._greeted = 0  # the connect at which everything was said anew
        self._woken = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        sys.setswitchinterval(SWITCH_S)
        self._loop = asyncio.get_running_loop()
        self.coordinator.start(self.clock.ms())
        self.coordinator.on_news = self._on_news
        self.link.will = Will(*self.claim.state(False)[:2])
        self.link.start()
        self._task = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self._loop = None
        last = [self.claim.state(False)[:2], *self._emptied()] if self.claim.held else []
        await asyncio.to_thread(self.link.stop, last)

    def _emptied(self) -> list[tuple[str, bytes]]:
        """Pods that were there only while we were leave nothing at the broker."""
        present = self.coordinator.membership.present
        return [(self.coordinator.topics.pod(pod, "set/desired"), b"") for pod in present]

    @property
    def ready(self) -> bool:
        """The cottage is ours, and the pods were told what stands."""
        return self.link.ready and self._greeted == self.link.connects > 0

    def wake(self) -> None:
        """From paho's thread: something came in. One wake serves all that has come until then."""
        loop = self._loop
        if loop is not None and not loop.is_closed() and not self._woken:
            self._woken = True
            loop.call_soon_threadsafe(self.serve)

    def serve(self) -> None:
        self._woken = False
        if self._loop is None or self.claim.lost:
            return
        if self.link.ready and self.link.connects != self._connects:
            self._connects = self.link.connects
            self.coordinator.connecting()
            self._send(self.claim.connected(self.clock.ms()))
        for message in self.link.take():
            self._take(message)

    def _take(self, message: Received) -> None:
        leaf = self.coordinator.topics.parse_host(message.topic)
        now_us, rx_us, wall_s = self.clock.us(), self.clock.us(message.at_ns), self.clock.wall_s()
        if leaf == "ping":
            outs = self.coordinator.handle_ask(message.payload, now_us, rx_us, wall_s)
        elif leaf is not None:
            self._send(self.claim.handle(message.topic, message.payload, now_us // 1000))
            self._greet()
            return
        else:
            outs = self.coordinator.handle(
                message.topic, message.payload, now_us, rx_us, message.retained, wall_s
            )
        if self.claim.held:
            self._send(outs)

    def _greet(self) -> None:
        """Once for each connect, when the cottage is ours."""
        if self.claim.lost:
            self._on_lost()
        elif self.claim.held and self._greeted != self._connects:
            self._send(self.coordinator.connected())
            self._greeted = self._connects

    async def _tick(self) -> None:
        while True:
            self.serve()
            if self.link.ready and not self.claim.lost:
                self._send(self.claim.tick(self.clock.ms()))
                self._greet()
                if self.claim.held:
                    self._work()
            await asyncio.sleep(TICK_S)

    def _work(self) -> None:
        signed = self.coordinator.keys.signs
        self._send(self.coordinator.tick(self.clock.ms()))
        if self.coordinator.keys.signs != signed:
            self._send([self.claim.state(True)])  # for a coordinator that has the new key only

    def send(self, outs: list[Out]) -> None:
        """From beside the cottage; nothing while another coordinates it."""
        if self.claim.held:
            self._send(outs)

    def _send(self, outs: list[Out]) -> None:
        for out in outs:
            self.link.publish(*out)
