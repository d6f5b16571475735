"""A cottage, up and running: broker, coordinator, virtual pods, and what is seen of them."""

import asyncio
import contextlib
import os
import platform
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from starlit import __version__, settings, traces_known
from starlit.address import Address
from starlit.allowance import Allowance
from starlit.background import background, on_end_signals
from starlit.broker import Broker, choose_broker
from starlit.claim import Claim, Who
from starlit.clock import SteadyClock, boot_id, wall_base_us
from starlit.coordinator import Coordinator
from starlit.errors import UserError
from starlit.far_service import FarService
from starlit.hands import HandsServer
from starlit.hints import next_hint
from starlit.hub import Hub
from starlit.journal import Journal
from starlit.keeper import keep_broker
from starlit.link import Link
from starlit.losses import Losses
from starlit.membership import Membership
from starlit.nightbook import NightBook
from starlit.roster import News
from starlit.service import CoordinatorService
from starlit.sound.recordings import read_recordings
from starlit.topics import Topics
from starlit.trust.changeover import Changeover
from starlit.trust.gate import Gate, access_of
from starlit.trust.opening import admit_virtual, dismiss_virtual, open_door
from starlit.trust.store import TrustStore, open_store
from starlit.up_options import UpOptions
from starlit.views.lines import event_line
from starlit.views.live import FRAMES_PER_S, Screen, Stage, can_draw
from starlit.views.scene import Scene
from starlit.virtual_hands import VirtualHands
from starlit.welcome import welcome

LINKS_TIMEOUT_S = 4.0
VILLAGE_MAX = 16384  # messages that may wait: a thousand pods that come back have several each


class Up:
    def __init__(self, options: UpOptions):
        self.options = options
        self.stopping = asyncio.Event()
        self.draws = can_draw() and not options.plain
        self.stage = Stage(
            options.cottage, next_hint(options.cottage, options.virtual, options.welcome)
        )
        self.broker: Broker | None = None
        self.hub: Hub | None = None
        self.service: CoordinatorService | None = None
        self.certificate = ""  # what was done about the broker's
        self.book: NightBook | None = None

    async def run(self) -> None:
        on_end_signals(self.stopping.set)
        async with AsyncExitStack() as stack:
            await self._start(stack)
            assert self.broker
            stack.enter_context(background(keep_broker(self.broker, self.say)))
            assert self.service
            stack.enter_context(background(Losses(self.service, self.say).keep_telling()))
            if self.options.welcome:
                stack.enter_context(background(self._welcome()))
            if self.options.duration_s is not None:
                loop = asyncio.get_running_loop()
                loop.call_later(self.options.duration_s, self.stopping.set)
            await (self._draw() if self.draws else self.stopping.wait())
            self._refuse_if_second()
        self.say("good night")

    # -- starting: each thing that starts is stopped in reverse, also when a later one fails ----

    async def _start(self, stack: AsyncExitStack) -> None:
        options = self.options
        stack.enter_context(settings.claimed(options.cottage))
        folder = settings.ensure_state_dir()
        journal = Journal(settings.journal_path(options.cottage))
        journal.start()
        stack.callback(journal.stop)
        members = Membership(journal)
        members.load()
        store = open_store(options.cottage)
        trust = store.create(options.cottage)
        access = access_of(store, trust)
        broker = choose_broker(
            options.broker,
            options.port,
            folder / f"broker-{options.cottage}",
            access,
            len(members.pods) + options.virtual,
            options.listen,
        )
        self.broker = broker
        hub = self._make_hub(broker)
        hub.check()
        hub.credentials.update(admit_virtual(store, hub.ids))
        stack.callback(dismiss_virtual, store)
        if options.listen is not None:
            self.certificate = open_door(store, options.listen)
        access.hashes = access_of(store, store.load()).hashes
        gate = Gate(TrustStore(store.folder), access, broker)
        broker.start()
        stack.callback(broker.stop)
        hub.address = broker.address
        stack.enter_context(background(gate.keep(self.say)))
        self._boot_lines(broker)
        if options.trace_dir is not None:
            traces_known.remember(options.cottage, options.trace_dir)
        if options.keep_nights:
            self.book = NightBook(settings.nights_path(options.cottage))
            self.book.start()
            stack.callback(self.book.stop)
            self.say(f"what pods tell of their nights is kept in {self.book.path}")
        await stack.enter_async_context(self._coordinator(journal, store, broker.address, hub.ids))
        await self._cottage_ours()
        await stack.enter_async_context(self._pods(hub))
        hands = HandsServer(settings.socket_path(options.cottage), VirtualHands(hub).handle)
        await hands.start()
        stack.push_async_callback(hands.stop)
        await self._links_ready()
        self._announce(stack, broker, hands)

    def _make_hub(self, broker: Broker) -> Hub:
        options = self.options
        hub = Hub(
            options.cottage,
            broker.address,
            options.virtual,
            credentials={},
            profile=options.profile,
            replay=options.replay,
            rate_hz=options.rate_hz,
            trace_dir=options.trace_dir,
            finger=options.finger,
            recordings=read_recordings(options.recordings),
        )
        hub.own_users = broker.kind != "outside"
        return hub

    @asynccontextmanager
    async def _pods(self, hub: Hub) -> AsyncIterator[None]:
        self.hub = hub
        try:
            await hub.start()
            yield
        finally:
            await hub.stop()

    @asynccontextmanager
    async def _coordinator(
        self, journal: Journal, store: TrustStore, address: Address, members: list[str]
    ) -> AsyncIterator[None]:
        cottage = self.options.cottage
        clock = SteadyClock(journal.clock_base_us(boot_id(), wall_base_us()))
        boot = secrets.token_hex(4)
        changeover = Changeover(store)
        claim = Claim(
            cottage,
            changeover.keys,
            Who(boot, clock.ms() // 1000, platform.node(), os.getpid()),
        )
        link = Link(
            address,
            f"starlit-{cottage}-host-{boot}",
            Topics(cottage).for_host(),
            wake=lambda: service.wake(),
            inbox_max=VILLAGE_MAX,
            outbox_max=VILLAGE_MAX,
            allowance=Allowance(),
        )
        coordinator = Coordinator(
            cottage, changeover.keys, None, journal, members, tz_min=None, changeover=changeover
        )
        service = CoordinatorService(
            coordinator, link, clock, claim, self._on_news, on_lost=self.stopping.set
        )
        self.service = service
        far = FarService(cottage, coordinator, journal, clock, service.send, self.say)
        try:
            await service.start()
            with background(far.keep()):
                yield
        finally:
            await service.stop()

    async def _cottage_ours(self) -> None:
        """Before a pod of ours is seen: its name may be in use at the other coordinator's."""
        assert self.service
        service = self.service
        await self._wait(lambda: service.ready or bool(service.claim.lost), [service.link])
        self._refuse_if_second()

    def _refuse_if_second(self) -> None:
        if self.service is not None and self.service.claim.lost:
            raise UserError(self.service.claim.refusal())

    async def _links_ready(self) -> None:
        assert self.hub
        links = [pod.link for pod in self.hub.pods.values()]
        await self._wait(lambda: all(link.ready for link in links), links)

    async def _wait(self, done: Callable[[], bool], links: list[Link]) -> None:
        end_s = time.monotonic() + LINKS_TIMEOUT_S
        while not done() and time.monotonic() < end_s:
            for link in links:
                if link.refused:
                    raise UserError(link.refusal())
            await asyncio.sleep(0.01)

    def _announce(self, stack: AsyncExitStack, broker: Broker, hands: HandsServer) -> None:
        cottage = self.options.cottage
        run = settings.Run(
            cottage,
            os.getpid(),
            broker.address.url,
            str(hands.path),
            self.hub.ids if self.hub else [],
        )
        settings.write_run(run)
        stack.callback(settings.remove_run, cottage)

    def _boot_lines(self, broker: Broker) -> None:
        options = self.options
        self.say(f"starlit {__version__}, host, state in {settings.state_dir()}")
        self.say(f"broker {broker.kind} at {broker.address.shown}, cottage {options.cottage}")
        if options.listen is not None:
            door = Address(options.listen.told(), options.listen.port, tls=True)
            self.say(f"pods come in from the network at {door.shown}; {self.certificate}")
        if not options.virtual:
            return
        heart = f"replayed from {options.replay}" if options.replay else "generated"
        self.say(
            f"{options.virtual} virtual pods, profile {options.profile}, hearts {heart}; "
            "shared, since these fingers are simulated"
        )

    # -- while it is up -----------------------------------------------------------------

    async def _welcome(self) -> None:
        assert self.hub
        await welcome(self.hub)
        if not self.draws:
            self.say(self.stage.hint)

    def _on_news(self, news: News) -> None:
        if self.book is not None:
            self.book.note(news)
        line = event_line(news)
        if line is not None:
            self.stage.news = line
            self.say(line)

    async def _draw(self) -> None:
        assert self.hub and self.service
        screen = Screen()
        screen.start()
        try:
            while not self.stopping.is_set():
                screen.show(self._scene)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.stopping.wait(), 1 / FRAMES_PER_S)
        finally:
            screen.stop()

    def _scene(self, stars: bool) -> Scene:
        assert self.hub and self.service
        records = self.service.coordinator.roster.records()
        return self.stage.scene(records, self.hub.frames(), self.service.clock.ms(), stars)

    def say(self, text: str) -> None:
        """A log line; under the picture there is no place for it."""
        if self.draws:
            return
        try:
            print(f"{datetime.now():%H:%M:%S} {text}", flush=True)
        except BrokenPipeError:
            self.draws = True  # nobody reads any more: say nothing more, and end
            self.stopping.set()
