"""The unplug switch, the rail of LEDs and amplifier, and the hardware dead-man.

The rail is on only while the switch is closed AND the latch is set AND the firmware's enable is
high AND the heartbeat line toggled within the last 500 ms (SAFETY 7 and 8). A press of the
button sets the latch, in hardware. A timed-out line, an open switch and power-up clear it; the
enable, low, holds the timer in reset and leaves the latch. Modelled: the rail is gone at once, and
the time is 500 ms. The circuit in schematics/: 402 to 484 ms, and 13 ms more to below 1 V.
"""

from __future__ import annotations

from starlit.virtual.i2c import Clock

TIMEOUT_US = 500_000


class Rail:
    """Every call brings the state up to the clock first, so a late look misses no cut."""

    def __init__(self, clock_us: Clock) -> None:
        self._clock_us = clock_us
        self.closed = True
        self.sense_wire_broken = False
        self.cuts = 0  # times that the rail fell: what hangs on it has then forgotten everything
        self._latched = False
        self._enabled = False
        self._was_on = False
        self._toggled_us = 0

    @property
    def on(self) -> bool:
        self._update()
        return self._was_on

    @property
    def latched(self) -> bool:
        self._update()
        return self._latched

    @property
    def sense_in(self) -> bool:
        """The switch's second pole as the firmware reads it: a broken wire reads unplugged."""
        return self.closed and not self.sense_wire_broken

    @property
    def timed_out(self) -> bool:
        return self._enabled and self._clock_us() - self._toggled_us >= TIMEOUT_US

    @property
    def cut_due_us(self) -> int | None:
        """When the dead-man will cut if nothing toggles; None while the rail is off."""
        return self._toggled_us + TIMEOUT_US if self.on else None

    def switch(self, closed: bool) -> None:
        self._update()
        self.closed = closed
        self._update()

    def press(self) -> None:
        """The button's contact closes."""
        self._update()
        self._latched = True
        self._update()

    def enable(self, high: bool) -> None:
        self._update()
        if high and not self._enabled:
            self._toggled_us = self._clock_us()
        self._enabled = high
        self._update()

    def toggle(self) -> None:
        """An edge on the heartbeat line."""
        self._update()
        self._toggled_us = self._clock_us()
        self._update()

    def power_up(self) -> None:
        """Power to the pod came back: latch clear, enable low."""
        self._enabled = self._latched = False
        self._update()

    def _update(self) -> None:
        if not self.closed or self.timed_out:
            self._latched = False
        on = self._latched and self._enabled
        if self._was_on and not on:
            self.cuts += 1
        self._was_on = on
