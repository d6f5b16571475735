"""The edges that face a network or a socket, each behind one call: bytes in, and nothing raised.

Only the socket itself is missing: what `link.py`, `service.py` and `hands.py` would call is called,
with what a client library hands over, on a clock that the run moves.
"""

import asyncio
import contextlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Protocol

from rich.console import Console

from pod import jsontext
from pod.config import Config
from pod.envelope import TEST_KEY, seal
from starlit.address import Address
from starlit.claim import Claim, Who
from starlit.coordinator import Coordinator
from starlit.desired import DesiredVisit
from starlit.errors import UserError
from starlit.far import Far
from starlit.fuzz import seeds
from starlit.fuzz.entry import Entry
from starlit.fuzz.messages import POD
from starlit.hands import HandsServer
from starlit.heard import parse_json
from starlit.hub import Hub, VirtualPod
from starlit.journal import Journal
from starlit.keyring import Keyring
from starlit.link import Link, Received
from starlit.nightbook import NightBook
from starlit.nightstory import tell
from starlit.roster import News
from starlit.runner import PodRunner, VirtualClock
from starlit.shared_time import TimedVisit
from starlit.views.lines import event_line, pod_line
from starlit.views.live import Stage
from starlit.views.model import view_of
from starlit.views.scene import paint
from starlit.views.svg import svg_text
from starlit.views.table import dose_lines, status_table
from starlit.virtual_hands import VirtualHands
from starlit.visit import Visit

COTTAGE = "home"
START_US = 1_790_000_000_000_000
NOWHERE = Address("127.0.0.1", 1)
MEMORY = Path(":memory:")


class Edge(Protocol):
    def give(self, entry: Entry) -> None:
        """Raises nothing, whatever it is given."""

    def stop(self) -> None: ...


class _Sealing:
    """Versions that grow, for entries that are to be sealed."""

    def __init__(self) -> None:
        self.version = 1000

    def payload(self, entry: Entry, nonce: str) -> bytes:
        if not entry.stamp:
            return entry.data
        self.version += 1
        stamp: dict[str, Any] = {"version": _epoch(entry) or self.version}
        if entry.stamp == "nonce":
            stamp = {"nonce": nonce}
        try:
            return seal(TEST_KEY, entry.full_topic, entry.data.decode(), **stamp)
        except UnicodeError:  # it names a topic or a body that no writer can seal
            return entry.data


def _epoch(entry: Entry) -> int | None:
    """An unhook's version is its epoch."""
    try:
        epoch = parse_json(entry.data)["epoch"] if "unhook/" in entry.topic else None
    except (ValueError, TypeError, KeyError):
        return None
    return epoch if type(epoch) is int and 0 <= epoch < 1 << 40 else None


class HostEdge:
    """The coordinator, its claim, its inbox, the nights it keeps, and the lines it prints."""

    def __init__(self, seed: int):
        self._journal = Journal(MEMORY, lambda: START_US / 1e6)
        self._journal.start()
        self._book = NightBook(MEMORY, lambda: START_US / 1e6)
        self._book.start()
        self.coordinator = Coordinator(COTTAGE, TEST_KEY, None, self._journal, [POD], tz_min=None)
        self.coordinator.on_news = self._on_news
        self.claim = Claim(COTTAGE, TEST_KEY, Who("0011aabb", 5, "cottage", 1))
        self._us = START_US
        self._sealing = _Sealing()
        self._given = 0
        self.coordinator.start(self._us // 1000)
        self._begin()

    def _begin(self) -> None:
        self.coordinator.connecting()
        self.claim.connected(self._us // 1000)
        self.coordinator.connected()

    def stop(self) -> None:
        self._journal.stop()
        self._book.stop()

    def _on_news(self, news: News) -> None:
        self._book.note(news)
        line = event_line(news)
        if line is not None:
            line.encode()  # as a log takes it

    def _tell_nights(self) -> None:
        for pod, nights in list(self._book.nights().items())[:3]:
            for line in tell(self._book.night(pod, nights[-1])):
                f"{line.kind} {line.text}".encode()

    def give(self, entry: Entry) -> None:
        self._given += 1
        self._us += 1500
        payload = self._sealing.payload(entry, str(self._given))
        topic = entry.full_topic
        leaf = self.coordinator.topics.parse_host(topic)
        if leaf == "ping":
            self.coordinator.handle_ask(payload, self._us, self._us - 200, self._us // 1_000_000)
        elif leaf is not None:
            self.claim.handle(topic, payload, self._us // 1000)
        else:
            self.coordinator.handle(topic, payload, self._us, self._us - 90, entry.retained)
        if self._given % 100 == 0:
            self._us += 500_000
            self.claim.tick(self._us // 1000)
            self.coordinator.tick(self._us // 1000)
        if self._given % 500 == 0:
            self._tell_nights()
        if self._given % 2500 == 0:
            self.claim = Claim(COTTAGE, TEST_KEY, Who("0011aabb", 5, "cottage", 1))
            self._begin()


class CommandEdge:
    """What `status`, `watch`, `cue`, `pulse` and the others read at the broker, and show."""

    def __init__(self, seed: int):
        self.visit = Visit(COTTAGE, NOWHERE, Keyring(TEST_KEY))
        self.timed = TimedVisit(COTTAGE, NOWHERE, Keyring(TEST_KEY))
        self.desired = DesiredVisit(COTTAGE, NOWHERE, POD, "pod-2", keys=Keyring(TEST_KEY))
        self._stage = Stage(COTTAGE)
        # As strict about what can be encoded as a terminal is.
        self._terminal = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        self._console = Console(file=self._terminal, width=120)
        self._sealing = _Sealing()
        self._given = 0

    def stop(self) -> None:
        self._terminal.close()

    def give(self, entry: Entry) -> None:
        self._given += 1
        at_ns = self._given * 1_500_000
        payload = self._sealing.payload(entry, str(self._given))
        self.timed.expect(1 << 20, at_ns // 1000)
        message = Received(entry.full_topic, payload, at_ns, entry.retained)
        for visit in (self.visit, self.timed, self.desired):
            visit.take_in(message)
        for news in self.visit.news():
            self._stage.news = event_line(news) or ""
            self._stage.news.encode()
        if self._given % 200 == 0:
            self._show(at_ns // 1_000_000)

    def _show(self, now_ms: int) -> None:
        views = [view_of(record, now_ms) for record in self.visit.roster.records()][:12]
        for view in views:
            json.dumps(view.as_status())
            pod_line(view).encode()
        self._console.print(status_table(views))
        self._terminal.seek(0)
        for line in dose_lines(views):
            line.encode()
        records = self.visit.roster.records()[:12]
        svg_text(paint(self._stage.scene(records, {}, now_ms), 80, 20)).encode()


class PodEdge:
    """A virtual pod, on a clock that the run moves; a hand plugs it in again and again."""

    SPELL = 3000  # inputs; every other spell brings no unhook, so that its sky is lit

    def __init__(self, seed: int):
        self._clock = VirtualClock()
        config = Config(pod=POD, cottage=COTTAGE, key=TEST_KEY, seed=seed)
        config.pod_key = seeds.POD_KEY
        self.runner = PodRunner(config, self._clock, seed=seed, sound=False)
        self.runner.start()
        self.runner.set_link(True)
        self._sealing = _Sealing()
        self._given = 0

    def stop(self) -> None:
        self.runner.stop()

    def give(self, entry: Entry) -> None:
        self._given += 1
        spell, at = divmod(self._given, self.SPELL)
        if at % 1000 == 1:
            self._hand(at)
        if spell % 2 == 0 and "unhook/" in entry.topic:
            return
        payload = self._sealing.payload(entry, self.runner.pod.link.nonce)
        self.runner.deliver(entry.full_topic, payload)
        if at % 8 == 0:
            self.pass_time(33_000)

    def pass_time(self, us: int) -> None:
        end_us = self._clock.now_us + us
        while self.runner.next_us() <= end_us:
            self._clock.now_us = max(self._clock.now_us, self.runner.next_us())
            self.runner.advance()
        self._clock.now_us = end_us

    def _hand(self, at: int) -> None:
        body = self.runner.body
        body.switch("in")
        body.press(1200)
        self.pass_time(12_000_000)
        body.press(300)
        self.pass_time(3_000_000)


class _ShutHub(Hub):
    """Virtual pods without a link."""

    async def reconnect(self, pod: VirtualPod) -> None:
        pass


class HandsEdge:
    """The line parser of the local socket, with hands that wait for nothing."""

    def __init__(self, seed: int):
        self._pod = PodEdge(seed)
        hub = _ShutHub(COTTAGE, NOWHERE, 1, {})
        hub.pods[POD] = VirtualPod(self._pod.runner, Link(NOWHERE, "fuzz", []))
        self._server = HandsServer(Path("/nowhere"), VirtualHands(hub, sleep=_no_time).handle)
        self._loop = asyncio.new_event_loop()
        self._given = 0

    def stop(self) -> None:
        self._loop.close()
        self._pod.stop()

    def give(self, entry: Entry) -> None:
        self._given += 1
        line = entry.data.replace(b"\n", b" ")
        answer = self._loop.run_until_complete(self._server.answer(line))
        jsontext.dumps(answer).encode()
        if self._given % 50 == 0:
            self._pod.pass_time(33_000)


async def _no_time(seconds: float) -> None:
    pass


class AddressEdge:
    """A broker's address as a person or a file gives it."""

    def __init__(self, seed: int):
        pass

    def stop(self) -> None:
        pass

    def give(self, entry: Entry) -> None:
        from starlit.address import parse_address

        with contextlib.suppress(UserError):
            parse_address(entry.data.decode(errors="replace"))


class FarEdge:
    """What a far cottage, or whoever runs the broker between, says."""

    def __init__(self, seed: int):
        self._journal = Journal(MEMORY, lambda: START_US / 1e6)
        self._journal.start()
        self._far = Far(seeds.PAIR, "b", TEST_KEY, self._journal)
        self._ms = START_US // 1000
        self._sealing = _Sealing()

    def stop(self) -> None:
        self._journal.stop()

    def give(self, entry: Entry) -> None:
        self._ms += 700
        self._far.hear(entry.full_topic, self._sealing.payload(entry, "1"), self._ms)


_URLS = ("mqtt://u:p@host:1883", "mqtts://broker.example:8883/", "mqtt://[::1]:1", "x")
Seeds = Callable[[Random], list[Entry]]
EDGES: dict[str, tuple[Callable[[int], Edge], Seeds, int]] = {
    # name -> how to make one, what is really said to it, its share of the inputs
    "host": (HostEdge, lambda chance: seeds.for_host(), 40),
    "pod": (PodEdge, seeds.for_pod, 40),
    "command": (CommandEdge, lambda chance: seeds.for_command(), 12),
    "hands": (HandsEdge, lambda chance: seeds.for_hands(), 7),
    "far": (FarEdge, lambda chance: seeds.for_far(), 3),
    "address": (
        AddressEdge,
        lambda chance: [Entry("address", "", url.encode()) for url in _URLS],
        1,
    ),
}
