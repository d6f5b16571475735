"""What the host had to drop, said at most once a minute: counted is not yet shown."""

import asyncio
from collections.abc import Callable

from starlit.service import CoordinatorService

EVERY_S = 60.0
Say = Callable[[str], None]


class Losses:
    def __init__(self, service: CoordinatorService, say: Say):
        self._service = service
        self._say = say
        self._told: dict[str, int] = {}

    def counts(self) -> dict[str, int]:
        link, coordinator = self._service.link, self._service.coordinator
        return {
            "messages dropped unread": link.dropped_in,
            "messages dropped while the broker was away": link.dropped_out,
            "messages refused": coordinator.roster.bad,
            "gifts too late": coordinator.gifts.dropped,
        }

    def tell(self) -> None:
        now = self.counts()
        news = [
            f"{count - self._told.get(what, 0)} {what}"
            for what, count in now.items()
            if count > self._told.get(what, 0)
        ]
        self._told = now
        if news:
            last = self._service.coordinator.roster.last_bad
            self._say(f"in the last minute: {', '.join(news)}" + (f"; last {last}" if last else ""))

    async def keep_telling(self, every_s: float = EVERY_S) -> None:
        while True:
            await asyncio.sleep(every_s)
            self.tell()
