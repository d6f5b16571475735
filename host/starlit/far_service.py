"""The far cottage at work: a link of its own, and what passes between it and the coordinator.

The pair's file is looked at twice a second, so that inviting, joining and leaving need no restart.
An outage of the far broker changes nothing here: the cottage goes on with the sky that it has.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable

from starlit import far_pair
from starlit.clock import SteadyClock
from starlit.coordinator import Coordinator
from starlit.errors import UserError
from starlit.far import Far, FarSky, FarStar
from starlit.far_pair import Pair
from starlit.journal import Journal, Sky
from starlit.link import Link
from starlit.unhooks import Out

LOOK_S = 0.5
INBOX_MAX = 32
OUTBOX_MAX = 8


class FarService:
    def __init__(
        self,
        cottage: str,
        coordinator: Coordinator,
        journal: Journal,
        clock: SteadyClock,
        send: Callable[[list[Out]], None],
        say: Callable[[str], None],
        wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ):
        """`send`: to the cottage's own broker; `wall_ms`: Unix time as two computers share it."""
        self._cottage = cottage
        self._coordinator = coordinator
        self._journal = journal
        self._clock = clock
        self._send = send
        self._say = say
        self._wall_ms = wall_ms
        self._pair: Pair | None = None
        self._far: Far | None = None
        self._link: Link | None = None
        self._connects = 0
        self._told: Sky | None = None
        self._complained = ""

    async def keep(self) -> None:
        self._coordinator.on_star = self._star
        try:
            while True:
                await self._look()
                self._work()
                await asyncio.sleep(LOOK_S)
        finally:
            self._coordinator.on_star = lambda start_ms: None
            await asyncio.to_thread(self._stop_link, [])

    # -- the pair -------------------------------------------------------------------------

    async def _look(self) -> None:
        try:
            pair = far_pair.find(self._cottage)
        except UserError as error:
            self._complain(str(error))
            return
        if pair == self._pair:
            return
        if self._far is not None:  # left: what stands at the broker is taken back
            await asyncio.to_thread(self._stop_link, [(self._far.sky_topic, b"")])
            self._say("far cottage: left")
        self._pair, self._far = pair, None
        self._coordinator.set_far(pair is not None)
        if pair is not None:
            self._start(pair)

    def _start(self, pair: Pair) -> None:
        self._far = Far(pair.pair, pair.side, bytes.fromhex(pair.key), self._journal)
        address = far_pair.address_of(self._cottage, pair)
        self._link = Link(
            address,
            f"starlit-far-{pair.pair}-{pair.side}",
            self._far.topics,
            inbox_max=INBOX_MAX,
            outbox_max=OUTBOX_MAX,
        )
        self._connects, self._told = 0, None
        with contextlib.suppress(UserError):
            self._link.start()
        self._say(f"far cottage: through {address.shown}")

    def _stop_link(self, last: list[tuple[str, bytes]]) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.stop(last)

    # -- what passes ----------------------------------------------------------------------

    def _work(self) -> None:
        link, far = self._link, self._far
        if link is None or far is None:
            return
        if link.refused:
            self._complain(f"far cottage: {link.refusal()}")
        if link.ready and link.connects != self._connects:
            self._connects, self._told = link.connects, None
            self._say("far cottage: connected")
            self._complained = ""
        for message in link.take():
            self._hear(far, message.topic, message.payload)
        self._tell_sky(far)
        while far.outs and link.ready:
            link.publish(*far.outs.popleft())
        if not link.ready:
            far.outs.clear()  # the sky is told again at the next connect, a star is late then

    def _complain(self, text: str) -> None:
        if text != self._complained:
            self._complained = text
            self._say(text)

    def _tell_sky(self, far: Far) -> None:
        sky = self._coordinator.sky
        if sky is not None and sky != self._told:
            self._told = sky
            far.tell_sky(FarSky(sky.seed, sky.start_ms + self._ahead_ms()))

    def _ahead_ms(self) -> int:
        """Of Unix time over the host's steady clock, which began with what it then took for it."""
        return self._wall_ms() - self._clock.ms()

    def _hear(self, far: Far, topic: str, payload: bytes) -> None:
        now_ms = self._clock.ms()
        said = far.hear(topic, payload, now_ms)
        if isinstance(said, FarStar):
            self._send(self._coordinator.hear_far_star(said.start_ms, now_ms))
        elif isinstance(said, FarSky):
            sky = Sky(0, said.seed, max(0, said.start_ms - self._ahead_ms()))
            self._hear_sky(far, sky, now_ms)

    def _hear_sky(self, far: Far, theirs: Sky, now_ms: int) -> None:
        ours = self._coordinator.sky
        if ours is None or not self._coordinator.fits(theirs, now_ms):
            return
        if far.leads(theirs, ours, now_ms):
            self._coordinator.follow(theirs)
            self._say("far cottage: its sky is older, and leads")

    def _star(self, start_ms: int) -> None:
        if self._far is not None:
            self._far.tell_star(FarStar(start_ms), self._clock.ms())
