"""The Pico's link with the real mqtt_as, in real time: `SETTINGS SECONDS`, a file.

Prints `up` and `down` as they happen, `got TOPIC PAYLOAD`, `longest MS`, the longest that the main
loop was kept waiting; while up it publishes numbered events and telemetry.
"""

import asyncio
import json
import sys
from time import ticks_diff, ticks_ms

import network
from simboard import board

from pod.body.pico.settings import Settings
from pod.body.pico.wire import Wire
from pod.config import Config
from pod.io import Inputs
from pod.link import Link

network.JOIN_US = network.START_US = 0
with open(sys.argv[1]) as file:
    settings = Settings(json.load(file))
seconds = int(sys.argv[2])
link = Link(Config(settings.pod), 1)
wlan = network.WLAN()
wire = Wire(settings, link, lambda: (link.own + "state", b"gone"), wlan)
wire.calm = lambda: True
inputs = Inputs()


async def main():
    loop = asyncio.get_event_loop()
    loop.set_exception_handler(lambda _, context: wire.stumbled(context["exception"]))
    asyncio.create_task(wire.run())
    began_ms = last_ms = ticks_ms()
    was_up, n, longest = False, 0, 0
    while ticks_diff(ticks_ms(), began_ms) < seconds * 1000:
        await asyncio.sleep_ms(20)
        longest = max(longest, ticks_diff(ticks_ms(), last_ms))
        last_ms = ticks_ms()
        if wire.up != was_up:
            was_up = wire.up
            print("up" if was_up else "down")
        wire.inbox.give(inputs, 0)
        for topic, payload, _ in inputs.messages:
            print("got", topic, payload.decode())
        inputs.messages.clear()
        if wire.up and n % 5 == 0:
            wire.send([(link.own + "event", b"%d" % n, 1, False)])
            wire.send([(link.own + "tele", b"%d" % n, 0, False)])
        n += 1
    print("longest", longest)
    print("why", wire.why)


board.now_us = 0
asyncio.run(main())
