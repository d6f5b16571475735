"""The push button: a hand that presses now and lets go by itself."""

from __future__ import annotations

from starlit.virtual.i2c import Clock


class Button:
    def __init__(self, clock_us: Clock) -> None:
        self._clock_us = clock_us
        self._down = False
        self._release_us: int | None = None

    @property
    def down(self) -> bool:
        if self._release_us is not None and self._clock_us() >= self._release_us:
            self._down = False
            self._release_us = None
        return self._down

    @property
    def release_us(self) -> int | None:
        """When a timed press will end."""
        return self._release_us if self.down else None

    def press(self, ms: int) -> None:
        self._down = True
        self._release_us = self._clock_us() + ms * 1000

    def hold(self, down: bool) -> None:
        self._down = down
        self._release_us = None
