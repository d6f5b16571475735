"""Heart rate from beats, or 'unknown': never a stale or an invented number.

Heart
    beat(index16, quality)  one beat, at an index in sixteenths of a 100 Hz sample
    tick(index16)           the newest sample's index; call it at least once a second
    gap(), lost()           readings were lost; the finger left
    bpm, bpm_x10            beats a minute, and tenths of it; 0 while unknown
    quality                 0 to 100, of the beats behind those numbers
    median_bpm              this person's own median of the last 120 s; 0 while unknown

An interval is valid when both of its beats are good, no gap lies between them and
it lasts 250 to 2000 ms (30 to 240 bpm). The rate is a mean of the middle half of the
valid intervals of the last 12 s: one missed or doubled beat cannot move it. Their
variability is measured by `variability.py`, where somebody asks for it.

Everything is an integer below 2^30, in fixed memory (under 2 kB); indices wrap at
2^30 as the detector's do. Nothing here allocates.
"""
from array import array

from .compat import const

_WRAP = const(0x3FFFFFFF)
_SECOND = const(1600)           # sixteenths of a sample
_SHORTEST = const(400)          # 250 ms
_LONGEST = const(3200)          # 2000 ms
_GOOD = const(50)
_RATE_SPAN = const(19200)       # 12 s: a few breaths, so breathing averages out
_STALE = const(8000)            # 5 s without a valid interval is 'unknown'
_FEWEST = const(3)              # intervals; two cannot outvote a wrong one
_INTERVALS = const(64)          # 12 s at 200 bpm are 40
_MEMORY_S = const(120)
_FEWEST_S = const(30)           # seconds of known rate before a median means anything


class Heart:
    """Turns beats into numbers; see the module's description."""

    def __init__(self):
        self._interval = array('i', [0] * _INTERVALS)
        self._interval_at = array('i', [0] * _INTERVALS)
        self._sorted = array('i', [0] * _INTERVALS)
        self._second = bytearray(_MEMORY_S)
        self._tally = bytearray(256)
        self._second_i = 0
        self._known_s = 0
        self._median = 0
        self._below = 0
        self._next_s = -1
        self.lost()

    def lost(self):
        """The finger left: all but the 120 s memory is forgotten."""
        self._newest = 0
        self._forget()
        self.gap()

    def gap(self):
        """Readings were lost: the next interval and its pair would be guesses."""
        self._beat_at = -1
        self._before = 0

    @property
    def bpm(self):
        """Beats a minute, rounded; 0 while unknown."""
        return (self.bpm_x10 + 5) // 10

    @property
    def median_bpm(self):
        """Median of the last 120 s, from at least 30 s of known rate; else 0."""
        return self._median if self._known_s >= _FEWEST_S else 0

    def beat(self, index16, quality):
        """Takes one beat; a poor one ends the chain of valid intervals."""
        if quality < _GOOD:
            self.gap()
            return
        last = self._beat_at
        self._beat_at = index16
        if last < 0:
            return
        interval = (index16 - last) & _WRAP
        if _SHORTEST <= interval <= _LONGEST:
            self._valid(interval, index16, quality)
        else:
            self._before = 0

    def tick(self, index16):
        """Ages the numbers up to this sample and keeps the 120 s memory."""
        if self._count and self._since(self._interval_at[self._newest], index16) > _STALE:
            self._forget()
        if self._next_s < 0:
            self._next_s = index16
        if (index16 - self._next_s) & _WRAP < _WRAP >> 1:
            self._catch_up(index16)

    def _since(self, then, now):
        passed = (now - then) & _WRAP
        return 0 if passed > _WRAP >> 1 else passed     # a beat may be newer than a tick

    def _forget(self):
        self._count = 0
        self._before = 0
        self.bpm_x10 = 0
        self.quality = 0

    def _valid(self, interval, at, quality):
        self._before = interval
        i = (self._newest + 1) % _INTERVALS
        self._newest = i
        self._interval[i] = interval
        self._interval_at[i] = at
        if self._count < _INTERVALS:
            self._count += 1
        self.quality += (quality - self.quality) >> 2 if self.quality else quality
        self._rate(at)

    def _rate(self, now):
        n = self._sort_recent(now)
        if n < _FEWEST:
            self.bpm_x10 = 0
            return
        cut = n >> 2
        total = 0
        for i in range(cut, n - cut):
            total += self._sorted[i]
        kept = n - cut - cut
        self.bpm_x10 = (600 * _SECOND * kept + (total >> 1)) // total

    def _sort_recent(self, now):
        """Insertion into a second array: at most 40 intervals, nearly sorted."""
        out = self._sorted
        n = 0
        i = self._newest
        while n < self._count and self._since(self._interval_at[i], now) <= _RATE_SPAN:
            value = self._interval[i]
            j = n
            while j and out[j - 1] > value:
                out[j] = out[j - 1]
                j -= 1
            out[j] = value
            n += 1
            i = i - 1 if i else _INTERVALS - 1
        self._count = n
        return n

    def _catch_up(self, now):
        """One entry a second of sample time; a long silence fills with unknown."""
        if self._since(self._next_s, now) > _MEMORY_S * _SECOND:
            self._next_s = (now - _MEMORY_S * _SECOND) & _WRAP
        while (now - self._next_s) & _WRAP < _WRAP >> 1:
            self._remember(self.bpm)
            self._next_s = (self._next_s + _SECOND) & _WRAP

    def _remember(self, bpm):
        i = self._second_i
        self._second_i = (i + 1) % _MEMORY_S
        self._drop(self._second[i])
        self._second[i] = bpm
        if bpm:
            self._tally[bpm] += 1
            self._known_s += 1
            if bpm < self._median:
                self._below += 1
        self._settle()

    def _drop(self, bpm):
        if bpm:
            self._tally[bpm] -= 1
            self._known_s -= 1
            if bpm < self._median:
                self._below -= 1

    def _settle(self):
        """Walks the median to where half of the tally lies below; a step or two a second."""
        half = self._known_s >> 1
        if not self._known_s:
            return
        while self._below > half:
            self._median -= 1
            self._below -= self._tally[self._median]
        while self._below + self._tally[self._median] <= half:
            self._below += self._tally[self._median]
            self._median += 1
