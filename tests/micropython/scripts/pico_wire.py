"""The contract of the Pico's link, against a client that misbehaves as mqtt_as is known to, in
simulated time. Prints `ok` and what holds, one line a scenario; an assertion is a failure.
"""

import asyncio
import gc

import network
from simboard import board

from pod.body.pico.settings import Settings
from pod.body.pico.wire import LATER, NOW, Wire
from pod.config import Config
from pod.link import Link

GIVEN = {
    "version": 1, "pod": "pod-1", "cottage": "home", "host": "10.0.0.2", "port": 1883,
    "user": "pod-1", "password": "secret", "key": "aa" * 32, "seed": 1,
    "ssid": "home", "wifi_password": "sesame-street",
}  # fmt: skip
OWN = "starlit/home/pod/pod-1/"


class Broker:
    """What all clients of a test see. `does`: how the next calls behave."""

    def __init__(self):
        self.up = True
        self.connect_takes_ms = 50
        self.puback = True
        self.raises = None  # at the next connect
        self.dies = None  # an exception that the client's reader ends by
        self.clients = []
        self.sent = []


class Client:
    """As mqtt_as 0.8.3: `connect` raises whatever went wrong; `publish` and `subscribe` wait for
    ever while the link is down; a reader that meets what it does not know ends without a word."""

    def __init__(self, broker, config):
        self.broker, self.config = broker, config
        self.topics = []
        self._on = False
        self.closed = False
        self.made_us = board.now_us
        broker.clients.append(self)

    async def connect(self, quick=False):
        broker = self.broker
        if broker.raises is not None:
            error, broker.raises = broker.raises, None
            raise error
        await asyncio.sleep_ms(broker.connect_takes_ms)
        if not broker.up:
            raise OSError(-1, "CONNACK not received")
        self._on = True
        asyncio.create_task(self._read())

    async def _read(self):
        while self.isconnected():
            if self.broker.dies is not None:
                error, self.broker.dies = self.broker.dies, None
                raise error
            await asyncio.sleep_ms(50)

    def isconnected(self):
        return self._on and self.broker.up and network.WLAN().isconnected()

    async def _connection(self):
        while not self.isconnected():
            await asyncio.sleep_ms(1000)

    async def subscribe(self, topic, qos):
        await self._connection()
        self.topics.append(topic)

    async def publish(self, topic, payload, retain, qos):
        await self._connection()
        while qos and not self.broker.puback:
            await asyncio.sleep_ms(100)
        self.broker.sent.append((topic, payload, retain, qos))

    async def disconnect(self):
        self._on = False
        self.closed = True


class Case:
    def __init__(self, **given):
        for name in ("wlan0", "wlan1", "house"):
            if hasattr(board, name):
                delattr(board, name)
        whole = dict(GIVEN)
        whole.update(given)
        self.broker = Broker()
        self.calm = True
        self.rail = False
        self.stalls = []
        wlan = network.WLAN()
        self.wlan = wlan
        self.wire = Wire(
            Settings(whole), Link(Config(), 1), lambda: (OWN + "state", b"will"), wlan,
            lambda config: Client(self.broker, config),
        )  # fmt: skip
        self.wire.calm = lambda: self.calm
        self.tasks = []

    async def run(self, seconds):
        if not self.tasks:
            self.tasks.append(asyncio.create_task(self.wire.run()))
        step_ms = 20 if seconds < 10 else 500
        for _ in range(int(seconds * 1000) // step_ms):
            await asyncio.sleep_ms(step_ms)

    async def until_up(self, seconds=60):
        for _ in range(int(seconds * 10)):
            await self.run(0.1)
            if self.wire.up:
                return
        raise AssertionError("not up after %d s: %s" % (seconds, self.wire.why))


def send(wire, n, qos=0, kind="tele"):
    wire.send([(OWN + kind, b"%d" % n, qos, False)])


async def first_boot_with_no_router_joins_when_it_comes(case):
    board.house.up = False
    await case.run(300)
    assert not case.wire.up and case.wire.failures > 3, (case.wire.failures, case.wire.why)
    assert "-2" in case.wire.why
    board.house.up = True
    await case.until_up(150)


async def a_wrong_password_is_named_and_tried_seldom(case):
    case.wire._settings.wifi_password = "wrong-password"
    await case.run(600)
    assert "-3" in case.wire.why and 5 < len(case.wlan.asked) < 20
    case.wire._settings.wifi_password = "sesame-street"
    await case.until_up(150)


async def it_subscribes_to_unhooks_before_it_counts_as_up(case):
    await case.until_up()
    topics = case.broker.clients[-1].topics
    assert topics == ["starlit/home/unhook/#", "starlit/home/all/#", OWN + "set/#"]


async def a_client_that_raises_at_its_first_connect_is_replaced(case):
    for error in (OSError(-1, "no"), ValueError("bad"), IndexError(), MemoryError(), KeyError("x")):
        case.broker.raises = error
        before = case.wire.failures
        while case.wire.failures == before:
            await case.run(0.1)
    await case.until_up(150)
    assert case.wire.failures == 5


async def a_connect_that_never_ends_is_given_up(case):
    case.broker.connect_takes_ms = 10000000
    await case.run(60)
    assert case.wire.failures >= 1 and "given up" in case.wire.why
    case.broker.connect_takes_ms = 50
    await case.until_up(150)


async def a_broker_that_goes_costs_nothing_and_all_is_subscribed_again(case):
    await case.until_up()
    case.broker.up = False
    await case.run(1)
    assert not case.wire.up
    await case.run(30)
    case.broker.up = True
    await case.until_up(150)
    assert len(case.broker.clients[-1].topics) == 3 and case.broker.clients[0].closed


async def the_pause_doubles_to_a_minute_and_is_drawn_anew_each_time(case):
    case.broker.up = False
    await case.run(1200)
    at_ms = [client.made_us // 1000 for client in case.broker.clients]
    pauses = [b - a for a, b in zip(at_ms, at_ms[1:])]
    assert 2000 <= pauses[0] < 5000 and max(pauses) > 64000
    for before, after in zip(pauses[:5], pauses[1:6]):
        assert after > before
    for pause in pauses[5:]:
        assert 64000 <= pause < 129000
    assert len(set(pauses)) == len(pauses)


async def publishing_never_blocks_the_loop_and_the_oldest_is_dropped(case):
    await case.until_up()
    case.broker.puback = False
    began_us = board.now_us
    for n in range(100):
        send(case.wire, n, qos=1, kind="event")
        send(case.wire, n)
    assert board.now_us == began_us, "send takes no time"
    assert len(case.wire._now) == NOW and len(case.wire._later) == LATER
    assert case.wire.dropped == 200 - NOW - LATER
    await case.run(2)
    now = [payload for _, payload, _, qos in case.broker.sent if not qos]
    assert now == [b"%d" % n for n in range(100 - NOW, 100)], "QoS 0 overtakes a stuck QoS 1"


async def what_a_dead_link_did_not_send_is_dropped_and_not_sent_late(case):
    await case.until_up()
    case.broker.puback = False
    for n in range(10):
        send(case.wire, n, qos=1, kind="event")
    await case.run(1)
    case.broker.up = False
    await case.run(5)
    send(case.wire, 99)
    case.broker.up = case.broker.puback = True
    await case.until_up(150)
    await case.run(3)
    assert case.broker.sent == []


async def a_reader_that_ends_without_a_word_is_noticed(case):
    loop = asyncio.get_event_loop()
    loop.set_exception_handler(lambda _, context: case.wire.stumbled(context["exception"]))
    for error in (AssertionError("Empty response"), MemoryError(), IndexError()):
        await case.until_up(150)
        connects = case.wire.connects
        case.broker.dies = error
        await case.run(1)
        assert not case.wire.up
        await case.until_up(150)
        assert case.wire.connects == connects + 1


async def what_cannot_be_a_topic_is_dropped(case):
    case.wire.heard(b"\xff\xfe", b"x", False)
    case.wire.heard(b"starlit/home/unhook/host", b"stop", True)
    assert len(case.wire.inbox) == 1 and case.wire.inbox.dropped == 1


async def light_is_never_kept_waiting_by_a_handshake(case):
    case.calm = False
    await case.run(120)
    assert case.broker.clients == [] and case.wlan.starts == 0, "not even the radio starts"
    assert case.wire.asks_rest
    case.calm = True
    case.broker.connect_takes_ms = 3000
    while not case.broker.clients:
        await case.run(0.1)
    await case.run(0.5)
    case.calm = False  # a hand begins the ritual in the middle of it
    await case.run(0.1)
    assert case.wire._client is None and not case.wire.up
    clients = len(case.broker.clients)
    await case.run(600)
    assert len(case.broker.clients) == clients, "and none begins while it is lit"
    case.calm = True
    await case.until_up(150)
    assert not case.wire.asks_rest


async def a_plain_broker_by_its_number_is_reached_while_lit(case):
    await case.until_up()
    case.calm = False
    case.broker.up = False
    await case.run(5)
    case.broker.up = True
    await case.until_up(150)


async def the_radio_goes_off_and_on_as_wished(case):
    await case.until_up()
    case.wire.wanted = False
    await case.run(2)
    assert not case.wire.up and not case.wlan.active() and case.broker.clients[-1].closed
    assert case.wire.failures == 0
    await case.run(3600)
    assert case.wlan.starts == 1
    case.wire.wanted = True
    await case.until_up(150)
    assert case.wlan.starts == 2


async def days_of_a_bad_link_leave_memory_flat(case):
    await case.until_up()
    marks = []
    for day in range(12):  # ten hours each: asyncio's own queue allows six days in all
        for _ in range(3):
            case.broker.up = False
            await case.run(3)
            case.broker.up = True
            while not case.wire.up:
                await case.run(0.4)
            for _ in range(10):
                send(case.wire, day)
                send(case.wire, day, 1, "event")
                await case.run(0.1)
            del case.broker.clients[:-1]
            case.broker.sent.clear()
            case.wlan.asked.clear()
        board.run_to(board.now_us + 36000000000)
        gc.collect()
        marks.append(gc.mem_alloc())
    assert max(marks[2:]) - min(marks[2:]) < 3000, marks
    assert case.wire.connects > 35


CASES = (
    (first_boot_with_no_router_joins_when_it_comes, {}),
    (a_wrong_password_is_named_and_tried_seldom, {}),
    (it_subscribes_to_unhooks_before_it_counts_as_up, {}),
    (a_client_that_raises_at_its_first_connect_is_replaced, {}),
    (a_connect_that_never_ends_is_given_up, {}),
    (a_broker_that_goes_costs_nothing_and_all_is_subscribed_again, {}),
    (the_pause_doubles_to_a_minute_and_is_drawn_anew_each_time, {}),
    (publishing_never_blocks_the_loop_and_the_oldest_is_dropped, {}),
    (what_a_dead_link_did_not_send_is_dropped_and_not_sent_late, {}),
    (a_reader_that_ends_without_a_word_is_noticed, {}),
    (what_cannot_be_a_topic_is_dropped, {}),
    (light_is_never_kept_waiting_by_a_handshake, {"host": "cottage.example"}),
    (a_plain_broker_by_its_number_is_reached_while_lit, {}),
    (the_radio_goes_off_and_on_as_wished, {}),
    (days_of_a_bad_link_leave_memory_flat, {}),
)


async def main():
    for function, given in CASES:
        case = Case(**given)
        await function(case)
        case.broker.up = False
        for task in case.tasks:
            task.cancel()
        await asyncio.sleep_ms(2000)
        asyncio.get_event_loop().set_exception_handler(None)
        print("ok", function.__name__)


asyncio.run(main())
