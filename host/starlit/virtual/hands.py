"""Hands at a virtual pod: button, switch, finger, light, and things that break."""

from __future__ import annotations

from starlit.virtual.beats import BeatFeed
from starlit.virtual.button import Button
from starlit.virtual.i2c import Clock, I2CBus
from starlit.virtual.max30102 import Max30102Chip, Source
from starlit.virtual.pulse import NoFinger, Pulse
from starlit.virtual.rail import Rail
from starlit.virtual.ring import Ring
from starlit.virtual.room import Room
from starlit.virtual.veml7700 import ID_WORD, Veml7700Chip

FAULTS = ("sensor", "bus", "identity", "fifo", "task", "hot", "config", "hang")


class Hands:
    """What a person can do to the hardware. The body mixes it in; it owns no decision either."""

    def __init__(self, clock_us: Clock, pulse_seed: int, beats: BeatFeed | None) -> None:
        self.room = Room()
        self.bus = I2CBus()
        self.no_finger = NoFinger(pulse_seed)
        self.pulse_chip = Max30102Chip(clock_us, self.no_finger)
        self.light_chip = Veml7700Chip(clock_us, self.room.lx)
        self.rail = Rail(clock_us)
        self.ring = Ring(self.rail)
        self.button_contact = Button(clock_us)
        self.beats = beats
        self._clock_us = clock_us
        self._pulse_seed = pulse_seed
        self._faults: set[str] = set()
        self._opened = False  # an edge of the switch, until the controller has seen it
        self.bus.attach(0x10, self.light_chip)
        if beats is None:
            self.bus.attach(0x57, self.pulse_chip)

    def press(self, ms: int) -> None:
        """Presses the button now and lets go after `ms`."""
        self.rail.press()
        self.button_contact.press(ms)

    def button(self, down: bool) -> None:
        if down:
            self.rail.press()
        self.button_contact.hold(down)

    def switch(self, position: str) -> None:
        """'in' closes the unplug switch, 'out' opens it."""
        if position not in ("in", "out"):
            raise ValueError(f"switch {position!r}: 'in' or 'out'")
        self.rail.switch(position == "in")
        self._opened = self._opened or position == "out"
        self._shine()

    def finger(self, source: Source | float | None) -> None:
        """Lays a finger on the window: a source of light, a heart rate in bpm, or None."""
        if isinstance(source, (int, float)):
            now = self.pulse_chip.source
            if self.beats:
                now = self.beats.pulse or now
            if isinstance(now, Pulse):
                now.bpm = float(source)
                return
            source = Pulse(self._pulse_seed, float(source))
        if self.beats:
            self.beats.finger(source if isinstance(source, Pulse) else None, self._clock_us())
        else:
            self.pulse_chip.settle()
            self.pulse_chip.source = source or self.no_finger

    def feed_beats(self, t_ms: list[int]) -> None:
        """Beat instants on this body's clock, ascending, for `sensor="beats"`."""
        if not self.beats:
            raise ValueError('feed_beats needs sensor="beats"')
        self.beats.feed(t_ms)

    def room_lx(self, lx: float) -> None:
        self.room.lx = max(0.0, lx)
        self._shine()

    def fault(self, name: str | None) -> None:
        """Breaks one thing more; None mends everything."""
        if name is None:
            self._faults.clear()
        elif name in FAULTS:
            self._faults.add(name)
        else:
            raise ValueError(f"fault {name!r}: one of {', '.join(FAULTS)}")
        self.pulse_chip.settle()
        self.bus.dead = "bus" in self._faults
        self.pulse_chip.blind = "sensor" in self._faults
        self.pulse_chip.stuck = "fifo" in self._faults
        self.pulse_chip.part_id = 0x11 if "identity" in self._faults else 0x15
        wrong_light = "identity" in self._faults and self.beats is not None
        self.light_chip.id_word = 0 if wrong_light else ID_WORD

    @property
    def faults(self) -> frozenset[str]:
        """What hands broke."""
        return frozenset(self._faults)

    def _shine(self) -> None:
        self.light_chip.expose(self.room.at_sensor_lx(self.ring.shown()))
