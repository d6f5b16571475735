"""A night with `radio_at_night` off, with a host whose clock drifts from the pod's, simulated.

Prints `name number`, one a line. What is left out from goodnight to morning: turns of the loop in
which nothing is due, and all but four frames of each second of the ritual.
"""

import asyncio
import json

import network
from chips import Chips
from simboard import board
from wiring import BUTTON, at_rest

from pod.body.pico.hardware import Hardware
from pod.body.pico.loop import Loop
from pod.body.pico.settings import Settings
from pod.body.pico.wire import Wire
from pod.core import Pod
from pod.envelope import seal
from pod.ticks import diff

KEY = b"\xaa" * 32
GIVEN = {
    "version": 1, "pod": "pod-1", "cottage": "home", "host": "cottage.example", "port": 8883,
    "ca_der": "AA==", "key": "aa" * 32, "seed": 1, "ssid": "home",
    "wifi_password": "sesame-street", "radio_at_night": False,
}  # fmt: skip
DRIFT_PPM = 40  # two crystals of 20 ppm at their worst
NIGHT_S = 9 * 3600


def host_us():
    return 3600000000 + board.now_us + board.now_us * DRIFT_PPM // 1000000


class Client:
    """As mqtt_as has it, with the host behind."""

    def __init__(self, config):
        self._hear = config["subs_cb"]
        self._on = False

    async def connect(self, quick=False):
        await asyncio.sleep_ms(300)
        self._on = True

    async def subscribe(self, topic, qos):
        pass

    async def publish(self, topic, payload, retain, qos):
        topic = topic.decode()
        if topic.endswith("/ping"):
            asyncio.create_task(self._pong(topic, json.loads(json.loads(payload)["body"])["n"]))

    async def _pong(self, topic, number):
        topic = topic[:-4] + "set/pong"
        await asyncio.sleep_ms(2)
        ms, us = host_us() // 1000, host_us() % 1000
        body = {"n": number, "rx_ms": ms, "rx_us": us, "tx_ms": ms, "tx_us": us}
        body["epoch"], body["unix_s"] = 1, 1767297600 + board.now_us // 1000000
        payload = seal(KEY, topic, json.dumps(body), nonce=str(number))
        await asyncio.sleep_ms(2)
        if self.isconnected():
            self._hear(topic.encode(), payload, False)

    def isconnected(self):
        return self._on and network.WLAN().isconnected()

    async def disconnect(self):
        self._on = False


class Radio:
    """How long the pod's radio has been on."""

    def __init__(self, wlan):
        self._active, self._wlan = wlan.active, wlan
        self._since_us = None
        self._on_us = 0
        wlan.active = self._switch

    def _switch(self, on=None):
        if on is None:
            return self._active()
        self._on_us = self.on_us()
        self._active(on)
        self._since_us = board.now_us if on else None

    def on_us(self):
        since_us = board.now_us - self._since_us if self._since_us is not None else 0
        return self._on_us + since_us


class Store:
    failing = False

    def keep(self, records):
        return True


board.power_up()
board.keep_sound = False
board.i2c = Chips(300, 0)  # no finger
at_rest()
hardware = Hardware()
hardware.start()
settings = Settings(GIVEN)
pod = Pod(settings.config(bytes), {})
wlan = network.WLAN()
radio = Radio(wlan)
wire = Wire(settings, pod.link, pod.report.will, wlan, Client)
loop = Loop(hardware, pod, Store(), wire)
wire.calm = loop.calm
wire.night_off = not settings.radio_at_night
longest_ms = 0


def off_us():
    """By how much the pod's shared time is wrong, to the millisecond."""
    loop.turn()
    return pod.time.shared_ms(loop._now_ms) * 1000 - host_us()


async def run(seconds, until=None, rests=False):
    end_us = board.now_us + seconds * 1000000
    while board.now_us < end_us and not (until and until()):
        wait_ms = loop.turn()
        if rests:
            wait_ms = 250 if hardware.rail else max(diff(loop._due_ms, loop._now_ms), 1)
        await asyncio.sleep_ms(min(wait_ms, (end_us - board.now_us) // 1000 + 1))
    return board.now_us


async def press(ms):
    board.put(BUTTON, 0)
    for _ in range(ms // 50):
        loop.turn()
        await asyncio.sleep_ms(50)
    board.put(BUTTON, 1)
    await run(1)


async def main():
    asyncio.create_task(wire.run())
    loop.start(0)
    await run(120, lambda: pod.time.in_step())
    await run(180)
    assert wire.up and pod.time.in_step()
    await press(1100)
    await press(200)
    assert pod.state() == "ritual", pod.state()
    faded_us = await run(3600, lambda: pod.state() == "night", True)
    lit_us, starts = radio.on_us(), wlan.starts
    await run(60)
    print("fading_ms", (radio.on_us() - lit_us) // 1000)
    lit_us = radio.on_us()
    await run(NIGHT_S - 60, None, True)
    print("night_s", (board.now_us - faded_us) // 1000000)
    print("radio_ms", (radio.on_us() - lit_us) // 1000)
    print("starts", wlan.starts - starts)
    assert pod.state() == "night" and pod.time.coasting(loop._now_ms) and not wire.up
    print("off_ms", abs(off_us()) // 1000)
    print("stated_ms", pod.time.error_us(loop._now_ms) // 1000)
    await press(1100)
    began_us = board.now_us
    up_us = await run(900, lambda: wire.up)
    assert wire.up, wire.why
    print("back_s", (up_us - began_us) // 1000000)
    await run(60)
    assert pod.time.in_step() and not pod.time.coasting(loop._now_ms)
    print("after_ms", abs(off_us()) // 1000)


asyncio.run(main())
