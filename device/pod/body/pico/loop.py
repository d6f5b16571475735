"""The main loop: one turn fills the inputs, steps the pod where something is new or due, and
carries its outputs out. It alone moves the heartbeat: a loop that hangs loses light and sound.
"""

import asyncio
import gc
import time

from pod.io import FAULT_CONFIG, KEPT_AT_RESET, Inputs, Outputs
from pod.night import NIGHT
from pod.ticks import add, diff

from ...compat import const
from . import marks

_SLICE_MS = const(20)  # the longest sleep: flags of interrupts and the link are seen at its end
_SOUND_MS = const(5)
_COLLECT_MS = const(5000)
_COLLECT_MAX_MS = const(15000)
_ROOM_MS = const(17)  # a collection takes 15 ms (DESIGN, budget)
_CALM_MS = const(5000)  # nothing due for so long: what may stall the loop is harmless


class Loop:
    """`pod`: pod.core.Pod; `store` keeps its records, `wire` is its link or None."""

    def __init__(self, hardware, pod, store, wire=None):
        self.hardware = hardware
        self.pod = pod
        self.inputs = Inputs()
        self.outputs = Outputs()
        self.setup = None  # from the set-up page
        self.portal = None
        self.service = None  # pod.service.Service
        self._again = False  # a restart is wanted
        self.turns = self.stumbles = 0
        self._store = store
        self._wire = wire
        self._due_ms = 0
        self._collect_ms = 0
        self._linked = False
        self._now_ms = self._past_us = self._last_us = 0

    def start(self, cause):
        """The pod begins: dark. `cause`: pod.io.RESET_*."""
        self._now_ms = now_ms = time.ticks_ms()
        self._last_us = time.ticks_us()
        self.inputs.link_expected = self._wire is not None
        self.pod.start(now_ms, cause, self.outputs)
        self._carry_out(now_ms)
        self._due_ms = self._collect_ms = now_ms
        self.collect(now_ms)

    def turn(self):
        """Does what is due now; milliseconds to the next turn."""
        now_ms = self._tick()
        self.turns += 1
        hardware, wire = self.hardware, self._wire
        news = hardware.fill(self.inputs, now_ms, self._past_us)
        if wire is not None:
            news = news or wire.up != self._linked or len(wire.inbox) > 0
        news = news or self._rest() != self.inputs.rest
        if news or self.setup is not None or diff(now_ms, self._due_ms) >= 0:
            self._step(now_ms)
        hardware.ring.flush(time.ticks_us())
        wait_ms = self._wait_ms(now_ms)
        since_ms = diff(now_ms, self._collect_ms)
        if since_ms > _COLLECT_MS and wait_ms >= _ROOM_MS or since_ms > _COLLECT_MAX_MS:
            self.collect(now_ms)
            if self._store.failing and not hardware.rail:
                self._store.flush()
            wait_ms = 1
        return wait_ms

    async def run(self, watchdog, good_ms):
        """Until a restart is wanted, or for ever. `good_ms`: then the start was a good one."""
        began_ms, good = time.ticks_ms(), False
        while True:
            wait_ms = self.turn()
            watchdog.feed()
            if not good and time.ticks_diff(time.ticks_ms(), began_ms) > good_ms:
                good = True
                marks.good()
            if self._again and not self.hardware.rail:
                marks.restart()
            await asyncio.sleep_ms(wait_ms)

    def restart(self):
        """As soon as it is dark."""
        self._again = True

    def stumbled(self, context):
        """A task beside this one has ended by an exception: the link's client, as a rule. The
        night goes on; the link begins anew."""
        self.stumbles += 1
        if self._wire is not None:
            self._wire.stumbled(context["exception"])

    def collect(self, now_ms):
        """Garbage: between two frames and right after a block of sound, or when it must be."""
        self._collect_ms = now_ms
        gc.collect()
        self.hardware.mem_free = gc.mem_free()

    def calm(self):
        """Whether the loop may stall for seconds: rail off and nothing due."""
        return not self.hardware.rail and diff(self._due_ms, time.ticks_ms()) >= _CALM_MS

    def _step(self, now_ms):
        inputs = self.inputs
        inputs.setup, self.setup = self.setup, None
        inputs.rest = self._rest()
        if self._wire is not None:
            self._take_messages(inputs)
        self._due_ms = self.pod.step(inputs, self.outputs)
        if diff(self._due_ms, now_ms) < 1:
            self._due_ms = add(now_ms, 1)
        self._carry_out(now_ms)
        if inputs.messages:
            inputs.messages.clear()
        if self.service is not None:
            self._serve(now_ms)

    def _serve(self, now_ms):
        inputs, outputs, service = self.inputs, self.outputs, self.service
        service.step(self.pod, inputs, outputs)
        if outputs.service:
            outputs.service.clear()
        if inputs.served or service.busy and diff(self._due_ms, now_ms) > _SLICE_MS:
            self._due_ms = add(now_ms, 1 if inputs.served else _SLICE_MS)

    def _take_messages(self, inputs):
        wire = self._wire
        inputs.link_up = self._linked = wire.up
        wire.inbox.give(inputs, time.ticks_us())

    def _carry_out(self, now_ms):
        """Light and sound first, then what is kept, then what is sent."""
        outputs = self.outputs
        self.hardware.apply(outputs, now_ms)
        outputs.leds_changed = False
        if outputs.store:
            self._keep(outputs)
        if outputs.notes:
            outputs.notes.clear()
        if outputs.set_up:
            outputs.set_up = False
            if self.portal is not None:
                self.portal.begin()
        if outputs.forget:
            outputs.forget = False
            self._forget()
        if outputs.messages:
            if self._wire is not None:
                self._wire.send(outputs.messages)
            outputs.messages.clear()

    def _keep(self, outputs):
        """In the dark, with the rail off: the pod sees to that. What flash refuses fails the pod
        dark, and no unhook is acknowledged that is not written."""
        store = self._store
        if not store.keep(outputs.store):
            outputs.messages[:] = [m for m in outputs.messages if not m[0].endswith("/ack")]
        self.hardware.fault = FAULT_CONFIG if store.failing else 0
        outputs.store.clear()

    def _rest(self):
        """Whether anybody asks for the rail to rest, to be able to stall the loop."""
        wire, portal = self._wire, self.portal
        if wire is not None:
            night_off = wire.night_off and self.pod.director.night.state == NIGHT
            wire.wanted = not (
                night_off or portal is not None and (portal.open or portal.asks_rest)
            )
            if wire.asks_rest:
                return True
        return portal is not None and portal.asks_rest

    def _forget(self):
        """A factory reset: nothing is left but what tonight's dose is."""
        self._store.wipe(KEPT_AT_RESET, "forgetting")
        marks.restart()

    def _tick(self):
        """Milliseconds, with microseconds past them: `ticks_us` wraps where no millisecond ends,
        so both are counted from its differences."""
        us = time.ticks_us()
        past_us = self._past_us + time.ticks_diff(us, self._last_us)
        self._last_us = us
        self._now_ms = add(self._now_ms, past_us // 1000)
        self._past_us = past_us % 1000
        return self._now_ms

    def _wait_ms(self, now_ms):
        wait_ms = min(diff(self._due_ms, now_ms), diff(self.hardware.sensors.due_ms, now_ms))
        wait_ms = min(wait_ms, _SOUND_MS if self.outputs.sound_wanted else _SLICE_MS)
        return max(wait_ms, 1)
