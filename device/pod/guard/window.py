"""The last second in buckets of a tenth: constant memory, no allocation."""

from array import array

_BUCKETS = 11  # of a tenth of the window each, so at least a whole window is always covered

_PART_MS = 100
_NEVER = (1 << 30) - 1


class Spent:
    """How much was spent in the last 1.0 to 1.1 s."""

    def __init__(self):
        self.total = 0
        self._parts = array("i", [0] * _BUCKETS)
        self._at = 0
        self._left_ms = _PART_MS

    def advance(self, dt_ms):
        self._left_ms -= dt_ms
        turned = 0
        while self._left_ms <= 0 and turned < _BUCKETS:
            self._at = (self._at + 1) % _BUCKETS
            self.total -= self._parts[self._at]
            self._parts[self._at] = 0
            self._left_ms += _PART_MS
            turned += 1
        if self._left_ms <= 0:
            self._left_ms = _PART_MS

    def add(self, amount):
        self._parts[self._at] += amount
        self.total += amount


class Window:
    """The lowest and the highest value of the last `window_ms`."""

    def __init__(self, window_ms=1000):
        self._low = array("i", [0] * _BUCKETS)
        self._high = array("i", [0] * _BUCKETS)
        self._fell = array("i", [_NEVER] * _BUCKETS)  # lowest value that a fall ended in
        self._last = 0
        self._at = 0
        self._bucket_ms = self._left_ms = window_ms // 10
        self.low = 0
        self.high = 0

    def fill(self, value):
        """Forget the past: the value stood still for a whole window."""
        for i in range(_BUCKETS):
            self._low[i] = value
            self._high[i] = value
            self._fell[i] = _NEVER
        self.low = self.high = self._last = value

    def advance(self, dt_ms, value):
        """`value` stood for `dt_ms` until now."""
        self._left_ms -= dt_ms
        if self._left_ms > 0:
            return
        turned = 0
        while self._left_ms <= 0 and turned < _BUCKETS:
            self._at = (self._at + 1) % _BUCKETS
            self._low[self._at] = value
            self._high[self._at] = value
            self._fell[self._at] = _NEVER
            self._left_ms += self._bucket_ms
            turned += 1
        if self._left_ms <= 0:
            self._left_ms = self._bucket_ms
        self._scan()

    def put(self, value):
        i = self._at
        if value < self._last and value < self._fell[i]:
            self._fell[i] = value
        self._last = value
        if value < self._low[i]:
            self._low[i] = value
            if value < self.low:
                self.low = value
        if value > self._high[i]:
            self._high[i] = value
            if value > self.high:
                self.high = value

    def after_dip(self, depth):
        """How high the value may return: `depth` over a trough it fell more than `depth` to,
        within the window; -1 for no bound."""
        bound = -1
        high = 0
        for k in range(1, _BUCKETS + 1):
            i = (self._at + k) % _BUCKETS
            if self._high[i] > high:
                high = self._high[i]
            low = self._fell[i]
            if low < _NEVER and high - low > depth and (bound < 0 or low + depth < bound):
                bound = low + depth
        return bound

    def _scan(self):
        low, high = self._low[0], self._high[0]
        for i in range(1, _BUCKETS):
            if self._low[i] < low:
                low = self._low[i]
            if self._high[i] > high:
                high = self._high[i]
        self.low = low
        self.high = high
