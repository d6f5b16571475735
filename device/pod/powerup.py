"""What a hand asks by holding the button while power comes: safe mode, or a factory reset (DESIGN).

It is asked by letting go: after 3 s safe mode, after 15 s the reset. Whoever holds on for 30 s has
changed his mind, and a button that is stuck asks nothing. Light counts along: from 3 s on one more
LED each second, all twelve where the reset is reached, none from 30 s on.
"""

from .compat import const

_SAFE_MS = const(3000)
_RESET_MS = const(15000)
_NOTHING_MS = const(30000)
NONE, SAFE, RESET = 0, 1, 2


class PowerUp:
    def __init__(self, power):
        self.holding = power  # since power came, without a break
        self._held_ms = 0

    def step(self, down, dt_ms):
        """What was asked, at the step that sees the button let go."""
        if not self.holding:
            return NONE
        self._held_ms = min(self._held_ms + dt_ms, _NOTHING_MS)
        if down:
            return NONE
        self.holding = False
        if not _SAFE_MS <= self._held_ms < _NOTHING_MS:
            return NONE
        return RESET if self._held_ms >= _RESET_MS else SAFE

    def forget(self):
        """The switch has moved, or nobody looked: what is held counts for nothing. (At the first
        step it has only been seen for the first time.)"""
        if self._held_ms:
            self.holding = False

    def lights(self):
        """How many LEDs tell it."""
        if not self.holding or self._held_ms >= _NOTHING_MS:
            return 0
        return min(max((self._held_ms - _SAFE_MS) // 1000 + 1, 0), 12)
