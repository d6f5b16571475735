"""The simulated ring: 12 WS2812B that hold their last frame while they have power.

Source: Worldsemi WS2812B data sheet: LEDs latch a frame after the reset code and start dark.
A frame's 0.7 ms on the wire is not modelled.
"""

from __future__ import annotations

from starlit.virtual.rail import Rail

FRAME_BYTES = 36
DARK = bytes(FRAME_BYTES)


class Ring:
    def __init__(self, rail: Rail) -> None:
        self._rail = rail
        self._held = DARK
        self._held_since_cut = 0
        self.frames = 0
        self.frames_lost = 0  # sent while there was no power

    def write(self, frame: bytes | bytearray) -> None:
        """Sends r, g, b of 12 LEDs, as in `Outputs.leds`."""
        if self._rail.on:
            self.frames += 1
            self._held = bytes(frame)
            self._held_since_cut = self._rail.cuts
        else:
            self.frames_lost += 1

    def shown(self) -> bytes:
        """36 bytes of what the LEDs really show now."""
        rail = self._rail
        if not rail.on or rail.cuts != self._held_since_cut:
            return DARK
        return self._held
