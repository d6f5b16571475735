"""Safe mode: dark; of what the link brings only a new program, or a restart, is listened to.

Nothing of the core is loaded: what went wrong there does not go wrong here. Nothing is lit, so a
night that may be under way is no reason to wait (`pod.service` waits for one elsewhere).
"""

import asyncio
import gc
import time
from os import urandom

from pod.io import Inputs, Outputs
from pod.jsontext import dumps
from pod.link import Link, Refused
from pod.ticks import diff

from ...compat import const

_LOOK_MS = const(50)
_TELE_MS = const(1000)


class Safe:
    """Stands in for the pod where `pod.service` asks it something."""

    uptime_ms = 0  # no program on trial becomes the good one here

    def __init__(self, config, stored):
        self.config = config
        # By chance: a nonce of an earlier safe mode is worth nothing in this one.
        self.link = Link(config, int.from_bytes(urandom(4), "big"), stored)

    def night_runs(self):
        return False

    def will(self):
        return self._sealed("state", {"online": False, "boot": 0})

    def _sealed(self, leaf, body):
        topic = self.link.own + leaf
        return topic, self.link.keys.seal(topic, dumps(body), version=0)

    def _state(self):
        body = {"online": True, "state": "safe", "mode": "idle", "boot": 0}
        body["firmware"] = self.config.firmware
        return self._sealed("state", body) + (1, True)

    def _tele(self, now_ms):
        gc.collect()
        nonce = self.link.issue_nonce(now_ms)
        body = {"nonce": nonce, "state": "safe", "mode": "idle", "mem_free": gc.mem_free()}
        body["bad_rx"] = self.link.refused
        return self._sealed("tele", body) + (0, False)

    async def run(self, wire, service):
        """For ever. `service`: pod.service.Service."""
        inputs, outputs = Inputs(), Outputs()
        up, told_ms = False, 0
        while True:
            inputs.now_ms = now_ms = time.ticks_ms()
            if wire.up:
                if not up:
                    wire.send([self._state()])
                if not up or diff(now_ms, told_ms) >= _TELE_MS:
                    told_ms = now_ms
                    wire.send([self._tele(now_ms)])
            up = wire.up
            wire.inbox.give(inputs, time.ticks_us())
            while inputs.messages:
                self._hear(inputs, outputs)
            service.step(self, inputs, outputs)
            wire.send([self._sealed("service", body) + (1, False) for body in inputs.served])
            inputs.served.clear()
            await asyncio.sleep_ms(_LOOK_MS)

    def _hear(self, inputs, outputs):
        topic, payload, _ = inputs.messages.pop(0)
        try:
            kind, opened = self.link.take(topic, payload, inputs.now_ms, 0)
        except Refused:
            self.link.refused += 1
            return
        if kind == "service" and type(opened.body.get("id")) is int:
            outputs.service.append(opened.body)
