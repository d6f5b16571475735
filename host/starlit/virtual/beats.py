"""Beat instants instead of a waveform: for whole nights, where PPG would cost too much."""

from __future__ import annotations

from pod.io import Inputs
from starlit.virtual.pulse import Pulse

_WRAP = (1 << 30) - 1
_ROOM = 16  # `Inputs.beats`
_LOOK_US = 500_000  # how often a generated pulse is asked for its beats


def sample_index(t_us: int) -> int:
    """An instant in sixteenths of a sample at 100 Hz, wrapping at 2**30."""
    return t_us * 16 // 10_000 & _WRAP


class BeatFeed:
    """Beats from a list (`feed`) or from a generated finger. Unread beats wait; none is lost."""

    def __init__(self) -> None:
        self.pulse: Pulse | None = None
        self._list: list[int] = []
        self._at = 0
        self._contact = False
        self._since_us = 0

    def feed(self, t_ms: list[int]) -> None:
        """Appends instants in ms. A finger is there from now on."""
        self._list = self._list[self._at :] + [t * 1000 for t in t_ms]
        self._at = 0
        self._contact = True

    def finger(self, pulse: Pulse | None, now_us: int) -> None:
        self.pulse = pulse
        self._since_us = now_us
        self._contact = pulse is not None
        if pulse is None:
            self._list = []
            self._at = 0

    @property
    def next_us(self) -> int | None:
        if self._at < len(self._list):
            return self._list[self._at]
        return self._since_us + _LOOK_US if self.pulse else None

    def fill(self, now_us: int, inputs: Inputs) -> bool:
        if self.pulse and now_us - self._since_us >= _LOOK_US:
            self._list = self._list[self._at :] + self.pulse.dips_between(self._since_us, now_us)
            self._at = 0
            self._since_us = now_us
        inputs.beats_given = True
        inputs.beats_now = sample_index(now_us)
        inputs.beats_contact = self._contact
        count = 0
        while count < _ROOM and self._at < len(self._list) and self._list[self._at] <= now_us:
            inputs.beats[count] = sample_index(self._list[self._at])
            self._at += 1
            count += 1
        inputs.beats_count = count
        return count > 0
