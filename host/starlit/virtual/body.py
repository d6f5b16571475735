"""The virtual body: simulated chips behind the real drivers, and hands to use it by.

It owns all hardware of one pod and none of its decisions: `fill` an `Inputs`, step the pod,
`apply` the `Outputs`. Time is one callable in microseconds, virtual or real; nothing sleeps.
"""

from __future__ import annotations

from array import array

from pod.drivers.sensors import Sensors
from pod.io import (
    FAULT_BUS,
    FAULT_CONFIG,
    FAULT_FIFO,
    FAULT_HOT,
    FAULT_IDENTITY,
    FAULT_SENSOR,
    FAULT_TASK,
    Inputs,
    Outputs,
)
from pod.ticks import PERIOD
from starlit.virtual.amplifier import Amplifier
from starlit.virtual.beats import BeatFeed
from starlit.virtual.hands import FAULTS as FAULTS
from starlit.virtual.hands import Hands
from starlit.virtual.i2c import Clock

_DIRECT = {"task": FAULT_TASK, "config": FAULT_CONFIG, "hot": FAULT_HOT}
# Where beats come without a chip that could show it.
_NO_CHIP = {
    "sensor": FAULT_SENSOR,
    "fifo": FAULT_FIFO,
    "bus": FAULT_BUS,
    "identity": FAULT_IDENTITY,
}
_DIRECT_BITS = FAULT_TASK | FAULT_CONFIG | FAULT_HOT
HOT_C = 50
MEM_FREE = 120_000  # bytes, about what a Pico W has left


class VirtualBody(Hands):
    """One pod's hardware.

    `sensor="beats"` leaves out the pulse chip: `beats.feed()` or a `Pulse` gives beat instants.
    `sound=False` never asks for sound (a run that only measures). `ticks_offset_ms` moves the
    pod's own clock only: a wrap or a jump of it can be met. `recordings`: what it can play of its
    own (starlit.sound.recordings).
    """

    def __init__(
        self,
        pod_id: str,
        clock_us: Clock,
        pulse_seed: int = 1,
        *,
        sensor: str = "ppg",
        sound: bool = True,
        wav_path: str | None = None,
        ticks_offset_ms: int = 0,
        recordings: tuple[array[int], ...] = (),
    ) -> None:
        if sensor not in ("ppg", "beats"):
            raise ValueError(f"sensor {sensor!r}: 'ppg' or 'beats'")
        self.pod_id = pod_id
        self.ticks_offset_ms = ticks_offset_ms
        super().__init__(clock_us, pulse_seed, BeatFeed() if sensor == "beats" else None)
        self.sensors = Sensors(self.bus)
        self.amplifier = Amplifier(clock_us, self.rail, wav_path)
        self.recordings = recordings
        self._sound = sound
        self._alive = 0
        self._asked = False  # the last `fill` asked for a block of sound
        self._seen: tuple[object, ...] = ()

    def start(self) -> None:
        """Power comes up: the rail is off, drivers begin at the next `fill`."""
        self.rail.power_up()
        self._begin()
        self.amplifier.start()

    def stop(self) -> None:
        self.rail.enable(False)
        self.amplifier.stop()

    def reboot(self, *, power: bool = False) -> None:
        """The controller starts anew (make a new `Pod`): enable low, a hang is over.

        The latch stays as it is, as in the hardware, unless `power` was lost too.
        """
        self._faults.discard("hang")
        self._opened = False
        self.rail.enable(False)
        self.amplifier.want(False)
        if power:
            self.rail.power_up()
            self.pulse_chip.power_cycle()
            self.light_chip.power_cycle()
        self._begin()

    # The controller's side

    def fill(self, inputs: Inputs) -> bool:
        """Fills everything but messages, wall, link and setup; polls sensors that are due.

        Returns True when something in it is new to the pod (samples, an edge, light, a fault, a
        block due); the pod's own due time is the caller's.
        """
        ms, us = divmod(self._clock_us(), 1000)
        inputs.now_ms = (ms + self.ticks_offset_ms) % PERIOD
        inputs.now_us = us
        inputs.beats_count = 0
        inputs.faults &= ~_DIRECT_BITS
        for name in self._faults:
            inputs.faults |= _DIRECT.get(name, 0)
        self._shine()
        news = self.sensors.poll(ms % PERIOD, inputs)
        if self.beats:
            news = self._fill_beats(ms * 1000 + us, inputs) or news
        inputs.switch_in = self.rail.sense_in and not self._opened
        self._opened = False
        inputs.button = self.button_contact.down
        inputs.case_temp_c = HOT_C if "hot" in self._faults else self.room.case_temp_c
        inputs.mem_free = MEM_FREE
        inputs.recordings = self.recordings  # type: ignore[assignment]
        due_us = self.amplifier.due_us
        self._asked = due_us is not None and ms * 1000 + us >= due_us
        inputs.sound_due = 1 if self._asked else 0
        seen = (inputs.switch_in, inputs.button, inputs.faults, inputs.beats_contact)
        news = news or seen != self._seen or inputs.sound_due > 0
        self._seen = seen
        return news

    def apply(self, outputs: Outputs) -> None:
        """Carries a step's outputs to the hardware. A hung controller moves nothing."""
        if self.hung:
            return
        self.rail.enable(outputs.rail)
        if outputs.alive != self._alive:
            self._alive = outputs.alive
            self.rail.toggle()
        if outputs.leds_changed:
            self.ring.write(outputs.leds)
        self._shine()
        if self._sound:
            if outputs.sound_ready:
                self.amplifier.play(outputs.sound)
            elif self._asked:
                self.amplifier.miss()
            self._asked = False
            self.amplifier.want(outputs.sound_wanted)

    def next_poll_us(self) -> int:
        """When `fill` is due at the latest: sensors, a hand's release, sound, a dead-man's cut."""
        now_us = self._clock_us()
        due_us = now_us + 1_000_000
        if self._seen and self._seen[0] != self.rail.sense_in:
            due_us = now_us  # out and in between two looks: what was seen last was the edge
        if not self.hung:
            due_us = _sooner(due_us, self._us_of(self.sensors.due_ms))
            due_us = _sooner(due_us, self.amplifier.due_us)
            due_us = _sooner(due_us, self.beats.next_us if self.beats else None)
        due_us = _sooner(due_us, self.button_contact.release_us)
        return max(_sooner(due_us, self.rail.cut_due_us), now_us)

    # What an onlooker sees

    def leds_shown(self) -> bytes:
        """36 bytes r, g, b: what the LEDs really show."""
        return self.ring.shown()

    @property
    def rail_on(self) -> bool:
        return self.rail.on

    @property
    def heartbeat_line(self) -> str:
        """'stuck' while the controller hangs or the dead-man has timed out, else 'toggling'."""
        return "stuck" if self.hung or self.rail.timed_out else "toggling"

    @property
    def hung(self) -> bool:
        """The controller hangs: the runner steps no pod; `apply` would move nothing."""
        return "hang" in self._faults

    def _fill_beats(self, now_us: int, inputs: Inputs) -> bool:
        assert self.beats
        news = self.beats.fill(now_us, inputs)
        for name in self._faults & _NO_CHIP.keys():
            inputs.faults |= _NO_CHIP[name]
            inputs.beats_count = 0
            inputs.beats_contact = False
        return news

    def _begin(self) -> None:
        self.sensors.start(self._ms())
        if self.beats:
            self.sensors.without_pulse()

    def _ms(self) -> int:
        return self._clock_us() // 1000 % PERIOD

    def _us_of(self, ticks_ms: int) -> int:
        """The instant nearest to now that these ticks stand for."""
        now_ms = self._clock_us() // 1000
        half = PERIOD >> 1
        return (now_ms + (ticks_ms - now_ms + half) % PERIOD - half) * 1000


def _sooner(due_us: int, other_us: int | None) -> int:
    return due_us if other_us is None or due_us <= other_us else other_us
