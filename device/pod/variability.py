"""RMSSD beside the rate: how much neighbouring intervals of a heart differ. No Pico loads it yet.

It takes neighbouring valid intervals of the last minute that differ by less than 30 %, so an early
beat and its pause do not count as variability (Task Force 1996, 'normal to normal'; Malik's filter
is 20 %, children's breathing alone can exceed that).
"""

from array import array

from .compat import const
from .heart import Heart

_SPAN = const(96000)  # 60 s in sixteenths of a sample, the shortest span in common use for RMSSD
_PAIRS = const(128)
_FEWEST = const(10)


class VariableHeart(Heart):
    """`rmssd_ms`: variability between neighbouring intervals; -1 while unknown."""

    def __init__(self):
        self._pair = array("i", [0] * _PAIRS)
        self._pair_at = array("i", [0] * _PAIRS)
        self._newest_pair = 0
        Heart.__init__(self)

    def _forget(self):
        Heart._forget(self)
        self._pairs = 0
        self.rmssd_ms = -1

    def _valid(self, interval, at, quality):
        before = self._before
        Heart._valid(self, interval, at, quality)
        if before:
            self._neighbours(before, interval, at)

    def _neighbours(self, before, interval, at):
        change = abs(interval - before)
        if change * 10 < before * 3:
            ms = (change * 5 + 4) >> 3  # 1600 sixteenths are 1000 ms
            i = (self._newest_pair + 1) % _PAIRS
            self._newest_pair = i
            self._pair[i] = ms * ms
            self._pair_at[i] = at
            if self._pairs < _PAIRS:
                self._pairs += 1
        self._rmssd(at)

    def _rmssd(self, now):
        n = 0
        total = 0
        i = self._newest_pair
        while n < self._pairs and self._since(self._pair_at[i], now) <= _SPAN:
            total += self._pair[i]
            n += 1
            i = i - 1 if i else _PAIRS - 1
        self._pairs = n
        self.rmssd_ms = _root(total // n) if n >= _FEWEST else -1


def _root(value):
    """Integer square root by Newton's steps; value is below 2^22 here."""
    if value < 2:
        return value
    x = 2048
    while True:
        y = (x + value // x) >> 1
        if y >= x:
            return x
        x = y
