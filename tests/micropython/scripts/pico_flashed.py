"""One start of a Pico from what lies on its flash: `boot.py`, then `main.py`, on a simulated board,
with a host behind a stand-in for mqtt_as. Names nothing of the pod: it runs any bundle.

`pico_flashed.py FOLDER PLAN`: the flash, and JSON with `scratch` (registers that a watchdog's reset
keeps, null after power), `seconds`, `key` (hex) and `asks` (bodies for set/service, sent one after
another; where one has `sealed`, that payload is sent), and `rom` (null, or a partition's file).
Prints what happened as JSON.
"""

import asyncio
import hashlib
import json
import os
import sys
from binascii import hexlify, unhexlify

import machine
import network
import rp2
import vfs
from simboard import Reset, board
from wiring import RAIL, at_rest

OWN = "starlit/house/pod/attic/"
folder = sys.argv[1]
with open(sys.argv[2]) as file:
    plan = json.load(file)
key = unhexlify(plan["key"])
assert machine and network and rp2  # loaded while their folder can still be seen
if plan["rom"]:
    import rom_flash

    rom_flash.plug_in(rom_flash.Flash(plan["rom"]))


def mac(text):
    def padded(byte):
        return bytes([b ^ byte for b in key + bytes(64 - len(key))])

    inner = hashlib.sha256(padded(0x36) + text.encode()).digest()
    return hexlify(hashlib.sha256(padded(0x5C) + inner).digest()).decode()


def sealed(topic, body, nonce):
    text = json.dumps(body)
    sign = mac("%s\n%s\n0\n%s" % (topic, nonce, text))
    return json.dumps({"body": text, "expiry_s": 0, "nonce": nonce, "mac": sign}).encode()


class Host:
    """Answers pings, and asks one thing after another."""

    asks = list(plan["asks"])
    answers = []
    states = []
    bad_rx = 0
    number = 0
    waits = False
    payloads = []  # of what was asked

    def hear(self, client, topic, payload):
        body = json.loads(json.loads(payload)["body"])
        leaf = topic[len(OWN) :]
        if leaf == "state":
            self.states.append(body["state"])
        elif leaf == "service":
            self.answers.append(body)
            self.waits = False
        elif leaf == "ping":
            self._pong(client, body["n"])
        elif leaf == "tele":
            self.bad_rx = body["bad_rx"]
            if self.asks and not self.waits:
                self._ask(client, self.asks.pop(0), body["nonce"])

    def _ask(self, client, body, nonce):
        topic = OWN + "set/service"
        if "sealed" in body:
            payload = body["sealed"].encode()
        elif "again" in body:
            payload = self.payloads[-1]
        else:
            self.number += 1
            body["id"] = self.number
            self.waits = True
            payload = sealed(topic, body, nonce)
            self.payloads.append(payload)
        client.subs_cb(topic.encode(), payload, False)

    def _pong(self, client, number):
        ms = board.now_us // 1000
        topic = OWN + "set/pong"
        body = {"n": number, "epoch": 1, "unix_s": 1767297600, "rx_us": 0, "tx_us": 0}
        body["rx_ms"] = body["tx_ms"] = ms + 1000
        client.subs_cb(topic.encode(), sealed(topic, body, str(number)), False)


host = Host()


class MQTTClient:
    def __init__(self, config):
        self.subs_cb = config["subs_cb"]

    async def connect(self, quick=False):
        pass

    async def subscribe(self, topic, qos):
        pass

    async def publish(self, topic, payload, retain, qos):
        asyncio.create_task(self._soon(topic.decode(), payload))

    async def _soon(self, topic, payload):
        await asyncio.sleep_ms(20)
        host.hear(self, topic, payload)

    async def disconnect(self):
        pass

    def isconnected(self):
        return True


class mqtt_as:  # noqa: N801 (a module's name)
    pass


mqtt_as.MQTTClient, mqtt_as.config = MQTTClient, {}
sys.modules["mqtt_as"] = mqtt_as
vfs.mount(vfs.VfsPosix(folder), "/flash")
os.chdir("/flash")
vfs.umount("/")
vfs.mount(vfs.VfsPosix(folder), "/")
os.chdir("/")
sys.path[:] = ["", ".frozen", "/lib"]

rises = []
if plan["scratch"] is not None:
    board.reset()
    board.scratch = {int(at): value for at, value in plan["scratch"].items()}
board.watch[RAIL] = lambda level: rises.append(level) if level else None
at_rest()


def console():
    raise KeyboardInterrupt


board.at(board.now_us + plan["seconds"] * 1000000, console)
ended = "console"
try:
    with open("/boot.py") as file:
        exec(file.read(), {"__name__": "boot"})
    with open("/main.py") as file:
        exec(file.read(), {"__name__": "__main__"})
except Reset as reset:
    ended = reset.args[0]
print(json.dumps({
    "ended": ended, "scratch": board.scratch, "answers": host.answers, "states": host.states,
    "bad_rx": host.bad_rx, "frames": len(board.frames), "rises": len(rises),
    "core": "pod.core" in sys.modules, "path": sys.path,
}))  # fmt: skip
