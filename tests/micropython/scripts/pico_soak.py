"""Weeks of a Pico pod in simulated time. Prints `name number`, one a line.

It rests as long as it asks to, up to 60 s a step, is linked a minute each day, and shines every
fifth evening.

Between two steps at rest the real loop only looks at flags and at the light, each 20 ms, collects
garbage each 5 s, and computes a sky that nobody sees: that is left out. All else is the body as it
runs, with its records on littlefs.
"""

import gc
import json
import sys
from time import ticks_us

import ramdisk
from chips import Chips
from simboard import board
from wiring import at_rest, press

from pod.body.pico.hardware import Hardware
from pod.body.pico.loop import Loop
from pod.body.pico.store import Store
from pod.config import Config
from pod.core import Pod
from pod.envelope import TEST_KEY, seal
from pod.inbox import Inbox
from pod.ticks import diff

DAYS = int(sys.argv[1])
DAY_MS = 86400000


class Wire:
    """With a host behind it that answers pings, and has every event at once."""

    up = asks_rest = night_off = False
    wanted = True
    pongs = seq = 0

    def __init__(self):
        self.inbox = Inbox("starlit/home/")

    def send(self, messages):
        for topic, payload, _, _ in messages:
            body = json.loads(json.loads(payload)["body"])
            if topic.endswith("/event"):
                self.seq = body["seq"]
            elif topic.endswith("/ping"):
                self._pong(body["n"])

    def _pong(self, number):
        topic = "starlit/home/pod/pod-1/set/pong"
        ms = board.now_us // 1000 % 1000000000  # of the sky's epoch: below 2^30
        body = {"n": number, "rx_ms": ms, "rx_us": 0, "tx_ms": ms, "tx_us": 0}
        body["epoch"] = 1 + board.now_us // 1000000000000
        body["unix_s"] = 1767297600 + board.now_us // 1000000
        body["boot"], body["seq"] = pod.boot, self.seq
        payload = seal(TEST_KEY, topic, json.dumps(body), nonce=str(number))
        self.inbox.put(topic, payload, ticks_us())
        self.pongs += 1


ramdisk.mount()
board.power_up()
board.keep_sound = False
board.i2c = Chips(300, 0)  # no finger
at_rest()
hardware = Hardware()
hardware.start()
store = Store()
wire = Wire()
loop = Loop(hardware, Pod(Config(), {}), store, wire)
loop.start(0)
pod = loop.pod
turns = wraps = longest_ms = 0


def run(ms, rests=False):
    """As the loop asks for it; `rests`: as the pod does."""
    global turns, wraps, longest_ms
    end_us = board.now_us + ms * 1000
    while board.now_us < end_us:
        was_ms = loop._now_ms
        if rests and turns % 64:
            loop._collect_ms = was_ms
        wait_ms = loop.turn()
        turns += 1
        wraps += loop._now_ms < was_ms
        if rests:
            wait_ms = max(diff(loop._due_ms, loop._now_ms), 1)
            longest_ms = max(longest_ms, wait_ms)
        board.run_to(min(board.now_us + wait_ms * 1000, end_us))
        if len(board.frames) > 50:
            board.frames.clear()


def evening():
    press(1100, run)
    press(200, run)
    run(10000)
    assert pod.director.night.state == "ritual" and hardware.rail, pod.state()
    press(1100, run)
    while hardware.rail:  # ten minutes after a hand
        run(1000, True)


def link(seconds):
    wire.up = True
    run(seconds * 1000, True)
    assert pod.time.in_step() and not pod.report._events
    wire.up = False


marks = []
lit = 0
for day in range(DAYS):
    began_us = board.now_us
    link(60)
    if day % 5 == 0:
        evening()
        lit += 1
    pod.voice._hash_sky = lambda outputs: None
    run(DAY_MS - (board.now_us - began_us) // 1000, True)
    del pod.voice._hash_sky
    assert pod.failed is None and not hardware.rail, pod.failed
    if day % 5 == 4:
        gc.collect()
        marks.append(gc.mem_alloc())
print("turns", turns)
print("wraps", wraps)
print("longest", longest_ms)
print("pongs", wire.pongs)
print("writes", store.writes)
print("evenings", lit)
print("grown", max(marks[1:]) - marks[0])
