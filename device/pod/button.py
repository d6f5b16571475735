"""One button, told apart by how long it is held."""

from . import ticks
from .compat import const

_SHORT_MS = const(600)
_PLUG_IN_MS = const(1000)
_CONSENT_MS = const(3000)
_SET_UP_MS = const(6000)

NONE, SHORT, PLUG_IN, CONSENT, SET_UP = 0, 1, 2, 3, 4


class Button:
    def __init__(self):
        self.down = False
        self.held_ms = 0
        self._since_ms = 0
        self._plugged = False
        self._void = False

    def step(self, now_ms, down):
        """What the hand has asked for at this step. Plugging in counts at 1 s, while still held;
        the others when the button is let go."""
        was = self.down
        self.down = down
        if down and not was:
            self._since_ms = now_ms
            self.held_ms = 0
            self._plugged = self._void = False
            return NONE
        if self._void:
            return NONE
        if down or was:
            self.held_ms = ticks.diff(now_ms, self._since_ms)
        if down and self.held_ms >= _PLUG_IN_MS and not self._plugged:
            self._plugged = True
            return PLUG_IN
        if was and not down:
            return self._let_go()
        return NONE

    def forget(self):
        """What is held now counts for nothing: the switch has moved, or nobody looked."""
        self._void = True

    def _let_go(self):
        if self.held_ms >= _SET_UP_MS:
            return SET_UP
        if self.held_ms >= _CONSENT_MS:
            return CONSENT
        if self.held_ms >= _PLUG_IN_MS and not self._plugged:
            self._plugged = True
            return PLUG_IN
        return SHORT if self.held_ms < _SHORT_MS else NONE
