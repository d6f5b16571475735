"""All hardware of one pod on a Raspberry Pi and none of its decisions: fill an `Inputs`, apply an
`Outputs`. What is missing is named once, and the rest works.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pod.drivers.sensors import Sensors
from pod.io import FAULT_HOT, Inputs, Outputs
from pod.ticks import PERIOD

from .boards import BCM, Board
from .bus import Bus
from .interfaces import gpio_chip, why_not
from .problem import Log
from .ring import Ring
from .speaker import Speaker

FREE_US = 600_000  # RAIL_ENABLE is left alone after a start: the dead-man clears the latch
_BOUNCE_US = 20_000
_MEMORY_US = 10_000_000
_INPUTS = ("switch_sense", "button", "hot")
_OUTPUTS = ("heartbeat", "rail_enable", "amp_enable")
PART = "GPIO (switch, button, rail)"


class Hardware:
    """`clock_us`: microseconds that never fall. `ticks_offset_ms` moves the pod's clock only."""

    def __init__(
        self,
        board: Board,
        clock_us: Callable[[], int],
        log: Log,
        backend: str = "spi",
        sound: str = "auto",
    ) -> None:
        self.board = board
        self.log = log
        self.ticks_offset_ms = 0
        self.bus = Bus(log, clock_us, board.i2c)
        self.sensors = Sensors(self.bus)
        self.ring = Ring(log, board, backend)
        self.speaker = Speaker(log, sound)
        self.fault = 0  # what the loop found broken
        self.rail = False
        self._clock_us = clock_us
        self._pins: dict[str, Any] = {}
        self._alive = 0
        self._beat = False
        self._down = False
        self._moved_us = 0
        self._memory_us = -_MEMORY_US
        self._mem_free = 0
        self._asked = False
        self._seen: tuple[bool, bool, int] = (False, False, 0)

    # -- lifecycle ---------------------------------------------------------------------------

    def start(self, wait_us: Callable[[int], None]) -> None:
        """Dark, silent, off. Takes 600 ms at least: a start clears the latch by leaving the rail
        alone. `speaker.start` is the caller's, later: PortAudio is slow to look around."""
        began_us = self._clock_us()
        self._open_pins()
        self.ring.start()
        self.bus.start()
        wait_us(max(began_us + FREE_US - self._clock_us(), 0))
        self._drive("rail_enable", False, first=True)
        self._moved_us = self._clock_us()
        self.sensors.start(self.ticks_ms())

    def stop(self) -> None:
        """Dark, whatever state it is in; the lines are let go, and the latch waits for a hand."""
        self.dark()
        self.ring.stop()
        self.bus.stop()
        for pin in self._pins.values():
            try:
                pin.deinit()
            except (OSError, RuntimeError, ValueError):
                pass
        self._pins.clear()

    def dark(self) -> None:
        """Off, without another thought."""
        self._drive("rail_enable", False)
        self._drive("amp_enable", False)
        self.rail = False
        self.speaker.stop()

    def ticks_ms(self) -> int:
        return (self._clock_us() // 1000 + self.ticks_offset_ms) % PERIOD

    # -- the loop's side ---------------------------------------------------------------------

    def fill(self, inputs: Inputs) -> bool:
        """Fills everything but messages, wall, link and setup; polls what is due. True where
        something in it is new to the pod."""
        now_us = self._clock_us()
        inputs.now_ms = (now_us // 1000 + self.ticks_offset_ms) % PERIOD
        inputs.now_us = now_us % 1000
        news = self.sensors.poll(inputs.now_ms, inputs)
        faults = inputs.faults & ~FAULT_HOT | self.fault
        # Low when hot; a line that cannot be read is no reason to trust it.
        inputs.faults = faults if self._read("hot") else faults | FAULT_HOT
        inputs.switch_in = self._read("switch_sense")
        inputs.button = self._debounce(now_us)
        inputs.mem_free = self._memory(now_us)
        self._asked = self.speaker.due(now_us)
        inputs.sound_due = 1 if self._asked else 0
        seen = (inputs.switch_in, inputs.button, inputs.faults)
        changed, self._seen = seen != self._seen, seen
        return changed or news or self._asked

    def apply(self, outputs: Outputs) -> None:
        """Carries a step's outputs to the hardware."""
        now_us = self._clock_us()
        now_ms = now_us // 1000
        if outputs.rail != self.rail:
            self._switch_rail(outputs.rail, now_ms)
        if outputs.alive != self._alive:
            self._alive = outputs.alive
            self._beat = not self._beat
            self._drive("heartbeat", self._beat)
        if outputs.leds_changed:
            self.ring.write(outputs.leds, now_ms)
        if self._asked:
            self._asked = False
            self.speaker.play(outputs.sound if outputs.sound_ready else None, now_us)
        sounding = outputs.sound_wanted and self.rail
        self.speaker.want(sounding, now_us)
        self._drive("amp_enable", sounding)
        self.bus.busy = sounding

    def next_us(self) -> int:
        """When `fill` is due at the latest."""
        now_us = self._clock_us()
        to_sensors = (self.sensors.due_ms - self.ticks_ms() + (PERIOD >> 1)) % PERIOD
        due_us = (now_us // 1000 + to_sensors - (PERIOD >> 1)) * 1000
        ring_ms = self.ring.due_ms(now_us // 1000)
        if ring_ms is not None:
            due_us = min(due_us, ring_ms * 1000)
        return due_us

    def _switch_rail(self, on: bool, now_ms: int) -> None:
        if not on:
            self.speaker.stop()
        self._drive("rail_enable", on)
        self.rail = on
        self.ring.power(on, now_ms)

    def _debounce(self, now_us: int) -> bool:
        down = "button" in self._pins and not self._read("button")
        if down != self._down and now_us - self._moved_us >= _BOUNCE_US:
            self._down = down
            self._moved_us = now_us
        return self._down

    def _memory(self, now_us: int) -> int:
        if now_us - self._memory_us >= _MEMORY_US:
            self._memory_us = now_us
            self._mem_free = mem_free()
        return self._mem_free

    # -- pins --------------------------------------------------------------------------------

    def _open_pins(self) -> None:
        try:
            import board
            import digitalio

            self._levels: dict[str, bool] = {}
            for name in (*_INPUTS, "heartbeat", "rail_enable", "amp_enable"):
                # An input with no pull, as it comes: the circuit has its own.
                self._pins[name] = digitalio.DigitalInOut(getattr(board, f"D{BCM[name]}"))
            self._drive("heartbeat", False, first=True)
            self._drive("amp_enable", False, first=True)
        except Exception as error:  # no board, no gpiod, no permission
            self._pins.clear()
            why = why_not(gpio_chip()) or str(error).splitlines()[0]
            self.log.missing(PART, f"{why}; the pod stays dark, as if unplugged")

    def _read(self, name: str) -> bool:
        """False for what cannot be read: unplugged, or hot."""
        pin = self._pins.get(name)
        if pin is None:
            return name == "hot" and not self._pins
        try:
            return bool(pin.value)
        except (OSError, RuntimeError, ValueError) as error:
            self.log.missing(PART, error)
            return False

    def _drive(self, name: str, high: bool, first: bool = False) -> None:
        pin = self._pins.get(name)
        if pin is None or not first and self._levels.get(name) == high:
            return
        try:
            if first:
                pin.switch_to_output(value=high)
            else:
                pin.value = high
            self._levels[name] = high
        except (OSError, RuntimeError, ValueError, AttributeError) as error:
            self.log.missing(PART, error)


def mem_free(path: str = "/proc/meminfo") -> int:
    """Bytes that Linux could still give, below 2**30 as telemetry wants it; 0 if unknown."""
    try:
        for line in Path(path).read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return min(int(line.split()[1]) * 1024, (1 << 30) - 1)
    except (OSError, ValueError):
        pass
    return 0
