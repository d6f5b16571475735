"""The Pico's set-up window with real sockets, in real time: `PORT DNS_PORT OPEN_MS SECONDS`.

Prints `open`, `closed` and `restart` as they happen, and at the end what was set, as JSON.
"""

import asyncio
import json
import sys
from time import ticks_diff, ticks_ms

import network

from pod.body.pico.portal import Portal
from pod.body.pico.settings import Settings
from pod.config import Config

network.START_US = 0
port, dns_port, open_ms, seconds = [int(word) for word in sys.argv[1:]]


class Store:
    records = {}

    def keep(self, records):
        self.records.update(dict(records))
        return True


class Pod:
    config = Config()


class Loop:
    pod = Pod()
    setup = None
    lit = True

    def calm(self):
        return not self.lit

    def restart(self):
        print("restart")


async def main():
    given = {"version": 1, "pod": "attic", "setup_password": "0123456789", "ssid": "old"}
    loop, store, access_point = Loop(), Store(), network.WLAN(network.AP_IF)
    portal = Portal(Settings(given), store, loop, access_point, port, dns_port, open_ms)
    asyncio.create_task(portal.run())
    await asyncio.sleep_ms(500)
    assert not portal.open and not access_point.active(), "nobody has asked for it"
    portal.begin()
    await asyncio.sleep_ms(500)
    assert not portal.open and portal.asks_rest, "not while anything is lit"
    loop.lit = False
    began_ms, was_open = ticks_ms(), False
    while ticks_diff(ticks_ms(), began_ms) < seconds * 1000:
        await asyncio.sleep_ms(20)
        if portal.open != was_open:
            was_open = portal.open
            assert access_point.active() == was_open
            print("open" if was_open else "closed")
            if was_open:
                assert access_point.options["ssid"] == "starlit-attic"
                assert access_point.options["password"] == "0123456789"
    kept = json.loads(store.records.get("config", b"{}"))
    print(json.dumps({"setup": loop.setup, "kept": kept, "refused": portal.refused}))


asyncio.run(main())
