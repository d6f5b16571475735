"""The coordinator at work: its link, its clock, and the loop that carries messages."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from starlit.coordinator import Coordinator
from starlit.link import Link
from starlit.roster import News
from starlit.unhooks import Out

TICK_S = 0.5


class SteadyUnixTime:
    """Unix time that never steps: pods follow it, and a corrected host clock must not jerk them."""

    def __init__(self) -> None:
        self._base_us = (time.time_ns() - time.monotonic_ns()) // 1000

    def us(self, monotonic_ns: int | None = None) -> int:
        ns = time.monotonic_ns() if monotonic_ns is None else monotonic_ns
        return self._base_us + ns // 1000

    def ms(self) -> int:
        return self.us() // 1000


def local_tz_min() -> int:
    offset = datetime.now().astimezone().utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0


class CoordinatorService:
    def __init__(
        self,
        coordinator: Coordinator,
        link: Link,
        clock: SteadyUnixTime,
        on_news: Callable[[News], None] = lambda news: None,
    ):
        self.coordinator = coordinator
        self.link = link
        self.clock = clock
        self._on_news = on_news
        self._connects = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.coordinator.start(self.clock.ms())
        self.coordinator.on_news = self._on_news
        self.link.start()
        self._task = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self._loop = None
        await asyncio.to_thread(self.link.stop)

    def wake(self) -> None:
        """From paho's thread: something came in."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self.serve)

    def serve(self) -> None:
        if self._loop is None:
            return
        if self.link.ready and self.link.connects != self._connects:
            self._connects = self.link.connects
            self._send(self.coordinator.connected())
        for message in self.link.take():
            outs = self.coordinator.handle(
                message.topic,
                message.payload,
                self.clock.us(),
                self.clock.us(message.at_ns),
                message.retained,
            )
            self._send(outs)

    async def _tick(self) -> None:
        while True:
            self.serve()
            if self.link.ready:
                self._send(self.coordinator.tick(self.clock.ms()))
            await asyncio.sleep(TICK_S)

    def _send(self, outs: list[Out]) -> None:
        for out in outs:
            self.link.publish(*out)
