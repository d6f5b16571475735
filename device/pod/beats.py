"""Heartbeats from a stream of light readings. (v2 in progress)

BeatDetector(inverted=False)
    push(sample)  one reading at 100 Hz, 18-bit counts; returns -1 or the index
                  of a beat in sixteenths of a sample, which wraps at 2^30
    quality       0 to 100, of the beat that push() just returned
    gap(samples)  tells how many readings were lost before the next one
    contact       True while a finger with a pulse's light level is there
"""
from array import array

try:
    from micropython import const
except ImportError:
    def const(value):
        return value

_BOX = const(10)
_AHEAD = const(40)
_BEHIND = const(50)
_RING = const(127)
_QUEUE = const(15)
_WRAP = const(0x3FFFFFF)
_INDEX = const(0x3FFFFFFF)
_MAX = const(262143)
_DARK = const(5000)
_FULL = const(260000)
_SETTLE = const(25)
_LEARN = const(120)
_WINDOW = const(130)
_FILL = const(40)
_NEAREST = const(25)
_LONG_AGO = const(400)


class BeatDetector:

    def __init__(self, inverted=False):
        self.inverted = inverted
        self.quality = 0
        self.contact = False
        self._box = array('i', [0] * _BOX)
        self._sums = array('i', [0] * (_RING + 1))
        self._at = array('i', [0] * (_QUEUE + 1))
        self._fine = array('i', [0] * (_QUEUE + 1))
        self._rise = array('i', [0] * (_QUEUE + 1))
        self._n = -1
        self._lost = 1000
        self._vote = 60
        self._height = 0
        self._usual = 0
        self._beat_at = 0
        self._rr = 80
        self._restart(0)

    def gap(self, samples):
        """Readings were lost: time goes on, and a short hole is bridged."""
        if samples > 0:
            self._n = (self._n + samples) & _WRAP
            lost = self._lost + samples
            self._lost = lost if lost < 1000 else 1000

    def push(self, sample):
        if -_DARK < sample < _DARK or sample > _FULL:
            self.contact = False
            self.quality = 0
            self.gap(1)
            return -1
        if self._lost:
            return self._resume(sample)
        n = (self._n + 1) & _WRAP
        self._n = n
        x = _MAX - sample if self.inverted else sample
        return self._step(n, x)

    def _resume(self, sample):
        x = _MAX - sample if self.inverted else sample
        lost = self._lost
        self._lost = 0
        n = (self._n + 1) & _WRAP
        self._n = n
        if lost > _FILL or not self.contact and self._height == 0:
            if lost >= 100:
                self._height = 0
                self._usual = 0
            self._restart(x)
            return self._step(n, x)
        found = -1
        last = self._last
        for i in range(lost + 1):
            r = self._step((n - lost + i) & _WRAP, last + (x - last) * (i + 1) // (lost + 1))
            if r >= 0:
                found = r
        self.contact = self._height > 0
        return found

    def _restart(self, x):
        self._last = x
        self._level = 0
        self._sum = 0
        self._b1 = 0
        self._b2 = 0
        self._d1 = 0
        self._slew = 0
        self._limit = 1 << 20
        self._rough = 0
        self._noise = 0
        self._i = 0
        self._head = 0
        self._tail = 0
        self._start = self._n
        self._peak = 0
        self._peak0 = 0
        self._peak_at = self._n
        self._idle = 1
        self._high = 0
        self._low = 0
        self._poll_at = self._n
        self._steps = 0
        self._rival = 0
        self._bump = 0
        self._warm = 0
        self._mean = 0
        for i in range(_BOX):
            self._box[i] = 0
        for i in range(_RING + 1):
            self._sums[i] = 0

    def _step(self, n, x):
        d = x - self._last
        self._last = x
        a = d if d >= 0 else -d
        if a > self._limit:
            self._steps += 1
            self._slew += self._limit >> 3
            d = 0
        else:
            self._slew += a
        r = d - self._d1
        self._d1 = d
        self._rough += r if r >= 0 else -r
        level = self._level + d
        self._level = level
        i = self._i
        box = self._box
        s = self._sum + level - box[i]
        self._sum = s
        box[i] = level
        self._i = i + 1 if i < 9 else 0
        sums = self._sums
        b = s - sums[(n - _BOX) & _RING]
        sums[n & _RING] = s
        b1 = self._b1
        if b1 >= b and b1 > self._b2:
            self._candidate(n - 1, b)
        elif b < self._low:
            self._low = b
        self._b2 = b1
        self._b1 = b
        if not n & 15:
            self._housekeeping()
        head = self._head
        if head != self._tail and (n - self._at[head]) & _WRAP >= _AHEAD:
            self._head = (head + 1) & _QUEUE
            return self._decide(head)
        return -1

    def _housekeeping(self):
        """every 16 samples"""
        # means in 1/16 counts with time constant of 5 s, 1.3 s
        warm = self._warm
        if warm < 31:
            self._warm = warm + 1
        k = warm + 1
        if warm < 6:
            self._mean += (self._slew - self._mean) // k
            self._noise += (self._rough - self._noise) // k
        else:
            self._mean += (self._slew - self._mean) // k
            self._noise += (self._rough - self._noise) // 8
            self._limit = (self._mean * 10 >> 4) + 8
        self._slew = 0
        self._rough = 0
        level = self._level
        if level > 1000000 or level < -1000000:
            self._rebase(level)
        if (self._n - self._poll_at) & _WRAP > 300:
            self._poll()

    def _poll(self):
        self._poll_at = self._n
        swing = self._high - self._low
        if swing > 0 and self.contact:
            v = (self._high + self._low) * 128 // swing * 2
            if v > 128: v = 128
            if v < -128: v = -128
            vote = self._vote + v
            if vote > 320: vote = 320
            if vote < -120:
                self.inverted = not self.inverted
                vote = 60
                self._lost = 50
                self._height = 0
                self._usual = 0
            self._vote = vote
        self._high = 0
        self._low = 0

    def _candidate(self, at, b):
        b1 = self._b1
        if b1 > self._high:
            self._high = b1
        if (at - self._start) & _WRAP < _SETTLE:
            return
        bend = self._b2 - b1 - b1 + b
        tail = self._tail
        self._at[tail] = at
        self._fine[tail] = 8 * (self._b2 - b) // bend if bend else 0
        self._rise[tail] = b1
        self._tail = (tail + 1) & _QUEUE

    def _decide(self, c):
        at = self._at[c] & _WRAP
        trend = self._sums[(at + _AHEAD) & _RING] - self._sums[(at - _BEHIND) & _RING]
        h = self._rise[c] * 9 - trend
        noise = (self._noise >> 4) * 90
        if h > self._peak:
            self._peak = h
        if not self._height or (at - self._peak_at) & _WRAP > _WINDOW:
            if (at - self._start) & _WRAP < _LEARN:
                return -1
            self._window(at, noise)
        L = self._height
        if L * 7 < noise * 8:
            return -1
        self.contact = True
        dt = (at - self._beat_at) & _WRAP
        if dt > _LONG_AGO:
            dt = _LONG_AGO
        late = dt - 150
        while late > 0:
            L -= L >> 2
            late -= 50
        brisk = dt
        if self._rr < 64:
            brisk = dt * 64 // (self._rr if self._rr > 45 else 45)
        need = 32 - (((brisk - 25) * 28) >> 5)
        if need < 10:
            need = 10 if brisk < 55 else 7
        U = L if L > self._usual else self._usual
        if dt * 5 > self._rr * 6:
            need = 4
        off = dt - self._rr
        if off < 0:
            off = -off
        low = noise if off * 5 > self._rr else noise >> 1
        if h < low:
            return -1
        low = (L >> 4) * need >> 2
        if dt < _NEAREST or h < low or h > 5 * U or self._outdone(c, at, h, trend):
            if h > self._rival:
                self._rival = h
            return -1
        return self._accept(c, at, h, dt, noise)

    def _outdone(self, c, at, h, trend):
        c = (c + 1) & _QUEUE
        while c != self._tail:
            apart = (self._at[c] - at) & _WRAP
            if apart < 30:
                other = self._rise[c] * 9 - trend
                if other > h + h or apart < 20 and other > h:
                    return True
            c = (c + 1) & _QUEUE
        return False

    def _window(self, at, noise):
        peak = self._peak
        self._peak_at = at
        if self._height == 0:
            self._height = peak
            self._usual = peak
        elif self._idle > 1:
            self._height = peak if peak < self._peak0 or not self._peak0 else self._peak0
            u = self._usual - (self._usual >> 2)
            self._usual = u
            if self._height < u >> 4:
                self._height = u >> 4
        if self._idle > 3 or self._height * 7 < noise * 8:
            self.contact = False
        if self._idle < 100:
            self._idle += 1
        self._peak0 = peak
        self._peak = 0

    def _accept(self, c, at, h, dt, noise):
        L = self._height
        U = L if L > self._usual else self._usual
        q = 100
        if h < L >> 1:
            q = 200 * (h >> 4) // ((L >> 4) + 1)
        elif h > U + U:
            q = 200 * (U >> 4) // ((h >> 4) + 1)
        if h < 3 * noise:
            q2 = 33 * h // noise if h < 10000000 else 100
            if q2 < q: q = q2
        rr = self._rr
        e = dt - rr
        if self._idle == 0:
            e2 = (e if e > 0 else -e) * 100 // rr
            if e2 > 25:
                q -= (e2 - 25)
        if self._steps:
            q -= 50
        if self._rival * 2 > h:
            q -= 30
        self.quality = q if q > 0 else 0
        hc = h if h < 2 * U else 2 * U
        if hc > 2 * L:
            L += (hc - L) >> 1
        else:
            L += (hc - L) >> (3 if hc > L else 4)
        self._height = L
        self._usual += (L - self._usual) >> 5
        self._beat_at = at
        lim = rr >> 2
        if e > lim: e = lim
        elif e < -lim: e = -lim
        if dt < 200:
            self._rr = rr + (e >> 2)
        self._idle = 0
        self._steps = 0
        self._rival = 0
        return (at * 16 - 152 + self._fine[c]) & _INDEX

    def _rebase(self, level):
        self._level = 0
        for i in range(_BOX):
            self._box[i] -= level
        level *= _BOX
        self._sum -= level
        for i in range(_RING + 1):
            self._sums[i] -= level
