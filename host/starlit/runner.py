"""One pod in its virtual body on any clock: steps it when something is due, and records it.

The caller owns the clock. On a virtual one: set it to `next_us()`, call `advance()`, again.
On a real one: call `advance()` whenever `next_us()` has come, or earlier.
"""

from __future__ import annotations

import copy
import secrets
import zlib
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pod import ticks
from pod.config import Config, ConfigError
from pod.core import Pod
from pod.inbox import Inbox
from pod.io import (
    KEPT_AT_RESET,
    RESET_BROWNOUT,
    RESET_POWER,
    RESET_SOFT,
    RESET_WATCHDOG,
    Inputs,
    Outputs,
)
from pod.service import Service
from starlit.calibration import to_config
from starlit.recorder import Recorder
from starlit.signer import Signer
from starlit.trace import TraceWriter, make_header
from starlit.virtual.body import VirtualBody

Publish = Callable[["PodRunner", str, bytes, int, bool], None]
SERVICE_US = 20_000  # between steps while it is busy
_RESETS = {"watchdog": RESET_WATCHDOG, "brownout": RESET_BROWNOUT}


class VirtualClock:
    """Microseconds that pass when told to."""

    def __init__(self) -> None:
        self.now_us = 0

    def __call__(self) -> int:
        return self.now_us


def ticks_at_start(pod_id: str) -> int:
    """15 to 105 s before the wrap, another for each pod, so that every run meets it."""
    return ticks.PERIOD - 15_000 - zlib.crc32(pod_id.encode()) % 90_000


class PodRunner:
    """`publish` gets what the pod sends while its link is up."""

    def __init__(
        self,
        config: Config,
        clock: Callable[[], int],
        *,
        seed: int = 1,
        sensor: str = "ppg",
        sound: bool = True,
        trace_path: Path | None = None,
        wav_path: Path | None = None,
        publish: Publish | None = None,
        stored: dict[str, bytes] | None = None,
        link_expected: bool = True,
        recordings: tuple[array[int], ...] = (),
    ):
        self.config = config
        self._factory = copy.copy(config)
        self.clock = clock
        self.publish = publish
        self.stored = dict(stored or {})
        self.inputs = Inputs()
        self.outputs = Outputs()
        self.inputs.link_expected = link_expected
        self.body = VirtualBody(
            config.pod,
            clock,
            seed,
            sensor=sensor,
            sound=sound,
            wav_path=str(wav_path) if wav_path else None,
            recordings=recordings,
        )
        self.service: Service | None = None  # what a host may ask of this body
        self.signer = Signer(config.key)
        self.recorder: Recorder | None = None
        if trace_path is not None:
            self.recorder = Recorder(TraceWriter(trace_path, make_header(config)), self.body)
        self.observe: Callable[[PodRunner], None] | None = None  # after each step
        self.rebooted: Callable[[PodRunner], None] | None = None  # its link is down then
        self.booting: Callable[[], None] | None = None  # before a new start: what runs then
        self.forgot: Callable[[PodRunner], None] | None = None  # its credential is gone then
        self.due_ms = 0  # the pod's ticks at which it wants its next step
        self.steps = 0
        self.link_up = False
        self._inbox = Inbox(f"starlit/{config.cottage}/")
        self._wall_base_s: int | None = None  # Unix time at clock 0
        self._setup: dict[str, Any] | None = None
        self._pod: Pod | None = None
        self._due_us = 0
        self._start_us = 0
        self._urgent = False  # something for the pod that the body does not see

    # -- lifecycle ------------------------------------------------------------------

    def start(self) -> None:
        """Power comes up."""
        self._start_us = self.clock()
        first_ms = ticks_at_start(self.config.pod)
        self.body.ticks_offset_ms = (first_ms - self._start_us // 1000) % ticks.PERIOD
        self.body.start()
        if self.recorder:
            self.recorder.start()
        self._boot(RESET_POWER)

    def stop(self) -> None:
        self.body.stop()
        if self.recorder:
            self.recorder.stop()

    def reboot(self, cause: int = RESET_SOFT) -> None:
        """A reset: what was stored is kept, ticks begin anew, the link must come up again."""
        self.body.reboot()
        if cause in (RESET_BROWNOUT, RESET_POWER):
            self.body.rail.power_up()
        self.body.ticks_offset_ms = (-(self.clock() // 1000)) % ticks.PERIOD
        self._inbox = Inbox(f"starlit/{self.config.cottage}/")
        self._setup = None
        self.link_up = False
        if self.recorder:
            self.recorder.boot(self.t_ms)
        if self.booting:
            self.booting()
        self._boot(cause)
        if self.rebooted:
            self.rebooted(self)

    def _boot(self, cause: int) -> None:
        outputs = self.outputs
        for bounded in (outputs.messages, outputs.notes, outputs.store, outputs.service):
            bounded.clear()
        # What a hand has set comes back out of the store, or it is gone.
        vars(self.config).update(vars(self._factory))
        self._pod = Pod(self.config, dict(self.stored))
        self._pod.start(self._now_ticks(), cause, outputs)
        self._carry_out()
        self._urgent = True

    # -- time -------------------------------------------------------------------------

    @property
    def t_ms(self) -> int:
        return (self.clock() - self._start_us) // 1000

    def next_us(self) -> int:
        """When `advance` has something to do at the latest."""
        if self.hung:
            cut_us = self.body.rail.cut_due_us
            return self.clock() + 3_600_000_000 if cut_us is None else cut_us
        if self._urgent or self._inbox:
            return self.clock()
        poll_us = self.body.next_poll_us()
        return poll_us if poll_us < self._due_us else self._due_us

    def advance(self) -> None:
        """Does what is due now."""
        if self.hung:
            self.look()
            return
        news = self.body.fill(self.inputs)
        if news or self._urgent or self._inbox or self.clock() >= self._due_us:
            self._step()
        else:
            self.look()

    def _step(self) -> None:
        inputs, outputs = self.inputs, self.outputs
        now_us = self.clock()
        self._inbox.give(inputs, now_us)
        inputs.link_up = self.link_up
        inputs.wall_s = self.unix_s or 0
        inputs.setup, self._setup = self._setup, None
        self._urgent = False
        self.due_ms = self.pod.step(inputs, outputs)
        wait_ms = max(1, ticks.diff(self.due_ms, inputs.now_ms))
        self._due_us = (now_us // 1000 + wait_ms) * 1000
        self.steps += 1
        self._carry_out()
        inputs.messages.clear()
        if self.service:
            self.service.step(self.pod, inputs, outputs)
            if self.service.busy:
                self._due_us = min(self._due_us, now_us + SERVICE_US)
            if inputs.served:
                self._urgent = True
        outputs.service.clear()

    def _carry_out(self) -> None:
        """Light and sound first, then the record, then what is sent and kept."""
        outputs = self.outputs
        self.body.apply(outputs)
        for key, value in outputs.store:
            self.stored[key] = bytes(value)
        if self.recorder:
            self.recorder.step(self.t_ms, outputs)
        if self.observe:
            self.observe(self)
        outputs.store.clear()
        outputs.notes.clear()
        outputs.leds_changed = False
        if outputs.messages:
            self._send()
        if outputs.forget:
            outputs.forget = False
            self._forget()

    def _forget(self) -> None:
        """A factory reset: what pod.io says of it, and a pod that nobody has provisioned."""
        self.stored = {name: self.stored[name] for name in KEPT_AT_RESET if name in self.stored}
        bare = Config(self.config.pod, self.config.cottage, secrets.token_bytes(32))
        bare.seed = self.config.seed
        self.provision(bare)
        if self.forgot:
            self.forgot(self)

    def set_firmware(self, version: str) -> None:
        """Of the program that the next start runs."""
        self._factory.firmware = version

    def provision(self, config: Config) -> None:
        """What the pod is from its next start on, which is now."""
        self._factory = copy.copy(config)
        self.reboot()

    def _send(self) -> None:
        messages = list(self.outputs.messages)
        self.outputs.messages.clear()
        if not self.link_up:
            return
        for topic, payload, qos, retain in messages:
            self.signer.sent(self.t_ms, topic, payload)
            if self.recorder:
                self.recorder.sent(self.t_ms, topic, payload)
            if self.publish:
                self.publish(self, topic, payload, qos, retain)

    def look(self) -> None:
        """Records what a hand has changed at once, without a step."""
        if self.recorder:
            self.recorder.look(self.t_ms)

    def _now_ticks(self) -> int:
        return (self.clock() // 1000 + self.body.ticks_offset_ms) % ticks.PERIOD

    # -- the world around it ------------------------------------------------------------

    @property
    def pod(self) -> Pod:
        assert self._pod is not None, "runner not started"
        return self._pod

    @property
    def hung(self) -> bool:
        return "hang" in self.body.faults

    @property
    def unix_s(self) -> int | None:
        """Wall time as the body has it authenticated, or None."""
        if self._wall_base_s is None:
            return None
        return self._wall_base_s + self.clock() // 1_000_000

    def wake(self) -> None:
        """An edge of the switch or the button is an interrupt: the pod is stepped at once."""
        self._urgent = True

    def set_wall(self, unix_s: int | None) -> None:
        self._wall_base_s = None if unix_s is None else unix_s - self.clock() // 1_000_000
        self._urgent = True

    def set_link(self, up: bool) -> None:
        """The caller delivers what is retained after it comes up."""
        self.link_up = up
        self._urgent = True
        if not up:
            self._inbox.clear()

    def deliver(self, topic: str, payload: bytes, arrived_us: int | None = None) -> None:
        """A message from the broker; lost while the link is down or the controller hangs.

        `arrived_us` is when it came off the wire, on the same clock; now if not given.
        """
        if not self.link_up or self.hung:
            return
        self.signer.delivered(topic, payload)
        self._inbox.put(topic, payload, self.clock() if arrived_us is None else arrived_us)

    def set_up(self, settings: dict[str, Any]) -> None:
        """A hand in the pod's set-up window, in docs/trace.md's words; the window checks it."""
        try:
            given = to_config(settings)
        except ConfigError as error:
            if self.recorder:
                self.recorder.trace.put(self.t_ms, why=f"set-up window refused: {error}")
            return
        self._setup = {**(self._setup or {}), **given}
        self._urgent = True

    def fault(self, name: str, step_ms: int = 0) -> None:
        """One of the scenario's faults, or `none`."""
        if name in _RESETS:
            self.reboot(_RESETS[name])
        elif name == "clock":
            self.body.ticks_offset_ms = (self.body.ticks_offset_ms + step_ms) % ticks.PERIOD
        else:
            self.body.fault(None if name == "none" else name)
        self._urgent = True
