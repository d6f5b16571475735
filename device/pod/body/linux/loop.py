"""The main loop: one turn fills the inputs, steps the pod where something is new or due, and
carries its outputs out. It alone moves the heartbeat: a loop that hangs loses light and sound.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pod.core import Pod
from pod.io import FAULT_CONFIG, Inputs, Outputs

from .files import Records
from .hardware import Hardware

_SLICE_US = 20_000  # the longest sleep while power may be on: switch and button are polled
_REST_SLICE_US = 30_000  # a tap of the button takes 50 ms and more


class Loop:
    """`wire`: pod.body.linux.wire.Wire or None for a pod that is alone."""

    def __init__(
        self,
        hardware: Hardware,
        pod: Pod,
        records: Records,
        clock_us: Callable[[], int],
        wire: Any = None,
    ) -> None:
        self.hardware = hardware
        self.pod = pod
        self.inputs = Inputs()
        self.outputs = Outputs()
        self.setup: dict[str, Any] | None = None
        self.turns = 0
        self.steps = 0
        self.opened = False  # a hand has asked for the set-up window
        self.forgotten = False  # a factory reset: end, and start anew
        self.observe: Callable[[Loop], None] | None = None  # after each step
        self._records = records
        self._clock_us = clock_us
        self._wire = wire
        self._linked = False
        self._due_us = 0

    def start(self, cause: int) -> None:
        """The pod begins: dark. `cause`: pod.io.RESET_*."""
        self.inputs.link_expected = self._wire is not None
        self.pod.start(self.hardware.ticks_ms(), cause, self.outputs)
        self._carry_out()
        self._due_us = self._clock_us()

    def turn(self) -> int:
        """Does what is due now; microseconds to the next turn."""
        self.turns += 1
        hardware, wire = self.hardware, self._wire
        news = hardware.fill(self.inputs)
        if wire is not None:
            news = news or wire.up != self._linked or wire.waiting()
        if news or self.setup is not None or self._clock_us() >= self._due_us:
            self._step()
        hardware.ring.flush(self._clock_us() // 1000)
        return self._wait_us()

    def calm(self) -> bool:
        """Whether nothing shows and nothing is about to: a restart disturbs nobody."""
        state = self.pod.state()
        return not self.hardware.rail and state in ("idle", "unplugged", "unhooked", "failed")

    def _step(self) -> None:
        inputs, outputs = self.inputs, self.outputs
        now_us = self._clock_us()
        inputs.setup, self.setup = self.setup, None
        if self._wire is not None:
            inputs.link_up = self._linked = self._wire.up
            self._wire.give(inputs, now_us)
        wait_ms = (self.pod.step(inputs, outputs) - inputs.now_ms) & (1 << 30) - 1
        wait_ms = 1 if wait_ms >= 1 << 29 else max(wait_ms, 1)
        self._due_us = (now_us // 1000 + wait_ms) * 1000
        self.steps += 1
        self._carry_out()
        inputs.messages.clear()

    def _carry_out(self) -> None:
        """Light and sound first, then what is kept, then what is sent."""
        outputs = self.outputs
        self.hardware.apply(outputs)
        if self.observe is not None:
            self.observe(self)
        outputs.leds_changed = False
        outputs.notes.clear()
        if outputs.store:
            self._keep()
        if outputs.messages:
            if self._wire is not None:
                self._wire.send(outputs.messages)
            outputs.messages.clear()
        if outputs.set_up:
            outputs.set_up = False
            self.opened = True
        if outputs.forget:
            outputs.forget = False
            self.forgotten = True

    def _keep(self) -> None:
        """What the disk refuses fails the pod dark, and no unhook is acknowledged that is not
        written."""
        outputs, records = self.outputs, self._records
        if not records.keep(outputs.store):
            outputs.messages[:] = [m for m in outputs.messages if not m[0].endswith("/ack")]
        self.hardware.fault = FAULT_CONFIG if records.failing else 0
        outputs.store.clear()

    def _wait_us(self) -> int:
        now_us = self._clock_us()
        due_us = min(self._due_us, self.hardware.next_us())
        slice_us = _SLICE_US if self.hardware.rail or self.inputs.button else _REST_SLICE_US
        if self.outputs.sound_wanted:
            slice_us = self.hardware.speaker.wait_ms * 1000
        return max(min(due_us - now_us, slice_us), 500)
