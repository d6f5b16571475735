"""Heartbeats from a stream of light readings, one reading at a time.

BeatDetector(inverted=False, dark=2500)
    push(sample)  one reading at 100 Hz, 18-bit counts; returns -1, or the index of
                  a beat in sixteenths of a sample, which wraps at 2^30. The first
                  reading has index 0; the beat is the steepest point of the upstroke,
                  reported 0.50 s after it
    quality       0 to 100, of the beat that push() just returned; below 50 the beat
                  should not be used for an interval
    gap(samples)  how many readings were lost before the next one
    contact       True while there is light enough, and a pulse in it
    inverted      True where systole is a dip, as in raw reflectance. Said wrongly, it
                  is put right after 10 to 20 s: a pulse rises faster than it falls

How it works
    1. A jump that no pulse can make (a step of the LED current, a loose finger) is
       taken out of the signal; what is left is added up again as a level.
    2. The slope: the difference of two neighbouring box sums of ten samples. Slopes
       say when a pulse wave arrives better than peaks do, and a wandering baseline
       hardly has any. Every local maximum of the slope is a candidate.
    3. 0.4 s later, when enough of the future is known, the mean slope of the 0.9 s
       around a candidate is taken from its own: its height. What remains of
       wandering goes with it (the event and the beat average of Elgendi 2013).
    4. A candidate is a beat when it is high enough among the beats before it. How high
       depends on the time since the last one: much where a dicrotic wave is expected,
       little where a beat is overdue (the falling threshold and the search back of
       Pan and Tompkins 1985), and nothing below the noise, which is measured by
       the second difference of the readings.
    5. When no beat comes for 2.6 s, the heights are learnt again.

State: a ring of 128 box sums, a ring of ten levels, up to 16 candidates and some
forty integers, about 1.5 kB on a Pico. All values stay below 2^30; push() allocates
nothing. The constants are times of the circulation or ratios to the pulse itself, so
there is no gain to set: pulses from 40 to 20,000 counts are treated alike.

Elgendi et al. 2013, doi 10.1371/journal.pone.0076585
Pan and Tompkins 1985, doi 10.1109/TBME.1985.325532
"""
from array import array

from .compat import const

_INDEX = const(0x3FFFFFFF)
_CLOCK = const(0x3FFFFFF)       # sample numbers; sixteen of them make an index
_TOP = const(262143)
_FULL = const(260000)           # above this the converter is as good as saturated
_DARK = const(2500)             # an uncovered sensor reads about 800

_BOX = const(10)                # the slope averages 0.2 s, about one upstroke
_WAIT = const(40)               # from a candidate to its decision, in samples
_BACK = const(50)               # the sums 40 ahead and 50 back lie 0.9 s apart,
_SPAN = const(9)                # nine boxes, with the steepest point midway
_MIDDLE16 = const(152)          # from there back to the steepest point: 9.5 samples
_SUMS = const(127)
_QUEUE = const(15)

_BLOCK = const(15)              # housekeeping every 16 samples
_LEARN = const(10)              # blocks before the first height: 1.6 s
_WINDOW = const(8)              # blocks in which a heart above 47 bpm beats
_POLL = const(24)               # blocks between two looks at the polarity
_SETTLED = const(2)             # blocks before a slope is worth anything
_BRIDGE = const(64)             # a longer hole may hide a whole beat
_FORGET = const(100)            # after a hole of 1 s the finger may lie elsewhere

_NEAREST = const(25)            # 240 bpm
_RECENT = const(150)            # a height is believed this long, then it fades
_AGES_AGO = const(400)
_MEAN_RR = const(64)            # the pace that _need() is written for, 94 bpm


class BeatDetector:
    """Finds beats in one light signal; see the module's description."""

    def __init__(self, inverted=False, dark=_DARK):
        self.inverted = inverted
        self.quality = 0
        self.contact = False
        self._dark = dark
        self._sums = array('i', [0] * (_SUMS + 1))
        self._box = array('i', [0] * _BOX)
        self._at = array('i', [0] * (_QUEUE + 1))
        self._fine = array('i', [0] * (_QUEUE + 1))
        self._rise = array('i', [0] * (_QUEUE + 1))
        self._n = -1
        self._lost = _FORGET    # nothing is known yet: as after a hole
        self._rr = 80
        self._vote = 60
        self._height = 0
        self._usual = 0
        self._restart(0)

    def gap(self, samples):
        """Readings were lost: time goes on without them."""
        if samples > 0:
            self._n = (self._n + samples) & _CLOCK
            lost = self._lost + samples
            self._lost = lost if lost < _FORGET else _FORGET

    def push(self, sample):
        """Takes one reading; returns the index of a beat, or -1."""
        if sample < self._dark and sample > -self._dark or sample > _FULL:
            self.contact = False
            self.quality = 0
            self.gap(1)
            return -1
        n = (self._n + 1) & _CLOCK
        self._n = n
        if self.inverted:
            sample = _TOP - sample
        if self._lost:
            return self._resume(n, sample)
        return self._step(n, sample)

    def _resume(self, n, x):
        lost = self._lost
        self._lost = 0
        if lost <= _BRIDGE:
            return self._bridge(n, x, lost)
        if lost == _FORGET:
            self._height = 0
            self._usual = 0
        self._restart(x)
        return self._step(n, x)

    def _bridge(self, n, x, lost):
        """Draws a straight line across a short hole, so that the filters keep time."""
        self.contact = self._height > 0
        found = -1
        last = self._last
        parts = lost + 1
        part = 1
        while part <= parts:
            beat = self._step((n - parts + part) & _CLOCK, last + (x - last) * part // parts)
            if beat >= 0:
                found = beat
            part += 1
        self._steps += 1
        return found

    def _restart(self, x):
        """As if x had stood there for ever; heights and the rhythm are kept."""
        self._last = x
        self._level = 0
        self._difference = 0
        self._box_i = 0
        self._sum = 0
        self._slope = 0
        self._slope_before = 0
        self._head = 0
        self._tail = 0
        self._moved = 0
        self._rough = 0
        self._mean_moved = 0
        self._noise = 0
        self._limit = _TOP
        self._blocks = 0
        self._until_window = _LEARN
        self._until_poll = _POLL
        self._highest = 0
        self._lowest = 0
        self._peak = 0
        self._peak_before = 0
        self._idle = 1
        self._steps = 0
        self._rival = 0
        self._fresh = True
        self._beat_at = self._n
        for i in range(_BOX):
            self._box[i] = 0
        for i in range(_SUMS + 1):
            self._sums[i] = 0

    def _step(self, n, x):
        """One sample through the filters; one function, because calls cost most here."""
        d = x - self._last
        self._last = x
        move = d if d >= 0 else -d
        if move > self._limit:
            self._steps += 1
            move = self._limit >> 3     # lets the limit grow, but slowly
            d = 0
        self._moved += move
        rough = d - self._difference
        self._difference = d
        self._rough += rough if rough >= 0 else -rough

        level = self._level + d
        self._level = level
        i = self._box_i
        box = self._box
        total = self._sum + level - box[i]
        self._sum = total
        box[i] = level
        self._box_i = i + 1 if i < 9 else 0
        sums = self._sums
        slope = total - sums[(n - _BOX) & _SUMS]
        sums[n & _SUMS] = total

        before = self._slope
        if before >= slope and before > self._slope_before:
            self._candidate(n - 1, before, slope)
        elif slope < self._lowest:
            self._lowest = slope
        self._slope_before = before
        self._slope = slope

        if not n & _BLOCK:
            self._keep_house()
        head = self._head
        if head != self._tail and (n - self._at[head]) & _CLOCK >= _WAIT:
            self._head = (head + 1) & _QUEUE
            return self._decide(head)
        return -1

    def _candidate(self, at, slope, after):
        """Notes a local maximum, refined to sixteenths by a parabola."""
        if slope > self._highest:
            self._highest = slope
        if self._blocks < _SETTLED:
            return
        before = self._slope_before
        bend = before - slope - slope + after
        tail = self._tail
        self._at[tail] = at & _CLOCK
        self._fine[tail] = 8 * (before - after) // bend if bend else 0
        self._rise[tail] = slope
        self._tail = (tail + 1) & _QUEUE

    def _keep_house(self):
        """Every 16 samples: what moves how much, and the slower clocks."""
        blocks = self._blocks
        if blocks < 31:
            blocks += 1
            self._blocks = blocks
        self._mean_moved += (self._moved - self._mean_moved) // blocks
        self._noise += (self._rough - self._noise) // (blocks if blocks < 8 else 8)
        self._moved = 0
        self._rough = 0
        if blocks > 6:
            self._limit = self._steepest()
        level = self._level
        if level > 1000000 or level < -1000000:
            self._rebase(level)
        self._until_window -= 1
        if not self._until_window:
            self._window()
        self._until_poll -= 1
        if not self._until_poll:
            self._poll()

    def _steepest(self):
        """The largest honest move: 8 times the mean one, 3.5 times a usual upstroke's."""
        by_mean = (self._mean_moved >> 1) + 8
        by_pulse = self._usual >> 8
        return by_mean if by_mean > by_pulse else by_pulse

    def _rebase(self, level):
        """Only differences count, so a level far from zero can be brought back."""
        self._level = 0
        for i in range(_BOX):
            self._box[i] -= level
        level *= _BOX
        self._sum -= level
        for i in range(_SUMS + 1):
            self._sums[i] -= level

    def _window(self):
        """Every 1.3 s: learns heights where there are none, or no beat for two windows."""
        self._until_window = _WINDOW
        peak = self._peak
        if not self._height:
            self._height = peak
            self._usual = peak
            self.contact = peak > 0 and not self._drowned()
        elif self._idle > 1 or self._dwarfed(peak):
            self._learn_again(peak)
        if self._idle > 3 or self._drowned():
            self.contact = False
        if self._idle < 9:
            self._idle += 1
        self._peak_before = peak
        self._peak = 0

    def _dwarfed(self, peak):
        """Two windows far above the usual height: it was learnt from something smaller."""
        far = 4 * self._best()
        return peak > far and self._peak_before > far

    def _learn_again(self, peak):
        """The lower of two windows, so that one jolt does not set the height."""
        if self._peak_before and self._peak_before < peak:
            peak = self._peak_before
        self._usual -= self._usual >> 2
        least = self._usual >> 4
        self._height = peak if peak > least else least

    def _gate(self):
        """The height that noise alone reaches: 4.5 standard deviations of white noise."""
        return (self._noise >> 4) * 90

    def _drowned(self):
        """A finger's pulse stands above its noise; an uncovered sensor has only noise."""
        return self._height * 7 < self._gate() * 8

    def _poll(self):
        """Votes on the polarity by the steepest rise and fall of some 4 s."""
        self._until_poll = _POLL
        swing = self._highest - self._lowest
        if swing > 0 and self.contact:
            vote = (self._highest + self._lowest) * 128 // swing
            vote = self._vote + (64 if vote > 64 else -64 if vote < -64 else vote) * 2
            self._vote = vote if vote < 320 else 320
            if vote < -120:
                self._turn_over()
        self._highest = 0
        self._lowest = 0

    def _turn_over(self):
        self.inverted = not self.inverted
        self._vote = 60
        self._lost = _FORGET

    def _decide(self, c):
        """Is candidate c a beat?"""
        at = self._at[c]
        sums = self._sums
        trend = sums[(at + _WAIT) & _SUMS] - sums[(at - _BACK) & _SUMS]
        height = self._rise[c] * _SPAN - trend
        if height > self._peak:
            self._peak = height
        if not self._height or self._drowned():
            return -1
        since = (at - self._beat_at) & _CLOCK
        if since > _AGES_AGO:
            since = _AGES_AGO
        if self._is_beat(c, height, since, trend):
            return self._accept(c, height, since)
        if height > self._rival:
            self._rival = height
        return -1

    def _is_beat(self, c, height, since, trend):
        if since < _NEAREST or height < self._least(since) or height > 5 * self._best():
            return False
        return not self._outdone(c, height, trend)

    def _best(self):
        return self._height if self._height > self._usual else self._usual

    def _least(self, since):
        """The lowest height that counts as a beat, so long after the last one."""
        gate = self._gate()
        off = since - self._rr
        on_time = -self._rr <= off * 5 <= self._rr
        if on_time:
            gate >>= 1
        least = (self._faded(since) >> 4) * self._need(since) >> 2
        if self._steps and not on_time:
            least *= 3
        least += gate >> 2
        return least if least > gate else gate

    def _faded(self, since):
        height = self._height
        since -= _RECENT
        while since > 0:
            height -= height >> 2
            since -= 50
        return height

    def _need(self, since):
        """In 64ths of a usual height: 32 at 0.25 s, 10 from 0.5 s, 7 and 3 when overdue.

        The dicrotic wave follows the heart's pace, but only half as much when it is slow.
        """
        rr = self._rr
        if self._fresh:
            return 32
        if since * 5 > rr * 6:
            return 3
        if rr > _MEAN_RR:
            rr = (rr + _MEAN_RR) >> 1
        since = since * _MEAN_RR // (45 if rr < 45 else 80 if rr > 80 else rr)
        if since >= 55:
            return 7
        need = 32 + _NEAREST - since
        return need if need > 10 else 10

    def _outdone(self, c, height, trend):
        """Does something much steeper follow at once? Then c is only its foot."""
        at = self._at[c]
        c = (c + 1) & _QUEUE
        while c != self._tail:
            apart = (self._at[c] - at) & _CLOCK
            if apart < 30:
                other = self._rise[c] * _SPAN - trend
                if other > height + height or apart < 20 and other > height:
                    return True
            c = (c + 1) & _QUEUE
        return False

    def _accept(self, c, height, since):
        at = self._at[c]
        quality = 100 - self._doubt(height, since)
        self.quality = quality if quality > 0 else 0
        self.contact = True
        self._follow_height(height)
        if not self._fresh:
            self._follow_rhythm(since)
        self._fresh = False
        self._beat_at = at
        self._idle = 0
        self._steps = 0
        self._rival = 0
        return (at * 16 - _MIDDLE16 + self._fine[c]) & _INDEX

    def _doubt(self, height, since):
        """Reasons not to trust a beat, added up; 50 is too much."""
        doubt = 0
        half = (self._height >> 1) + 1
        twice = 2 * self._best()
        gate = self._gate()
        if height < half:
            doubt = (half - height) // (half // 100 + 1)
        elif height > twice:
            doubt = (height - twice) // (height // 100 + 1)
        if height < 2 * gate:
            doubt += (2 * gate - height) // (gate // 50 + 1)
        if not self._idle:
            doubt += self._off_beat(since)
        if self._steps:
            doubt += 80
        if self._rival * 2 > height:
            doubt += 50
        return doubt

    def _off_beat(self, since):
        """An interval a quarter off the rhythm hints at a beat missed or invented."""
        off = since - self._rr
        percent = (off if off >= 0 else -off) * 100 // self._rr
        return (percent - 25) * 5 // 3 if percent > 25 else 0

    def _follow_height(self, height):
        """Up in 8 beats, down in 16: a run of weak beats must not let bumps in."""
        best = 2 * self._best()
        if height > best:
            height = best
        now = self._height
        if height > 2 * now:
            now += (height - now) >> 1
        else:
            now += (height - now) >> (3 if height > now else 4)
        self._height = now
        self._usual += (now - self._usual) >> 5

    def _follow_rhythm(self, since):
        rr = self._rr
        most = rr >> 2
        off = since - rr
        if since < 200:
            self._rr = rr + ((most if off > most else -most if off < -most else off) >> 2)
