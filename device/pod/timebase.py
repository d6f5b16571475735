"""Shared time from four timestamps: the sky's clock in a pod.

Each exchange gives an offset and a round trip (NTP, RFC 5905 section 8). The exchange with the
lowest round trip of each 10 s bucket is kept for 120 s; a line through them, weighted by how
little they waited, gives offset and drift (clamped to 200 ppm). With less than 8 s of data the
lowest round trip alone counts. The result is slewed while anything shows. Whole numbers; this
runs once a second, so some exceed 31 bits.
"""

from array import array

from . import ticks

BUCKETS = 12
BUCKET_MS = 10000
FIT_MIN_MS = 8000
DRIFT_MAX_PPM = 200
SLEW_PPM = 5000  # 5 ms a second, while anything shows
STALE_MS = 30000  # without an exchange the pod coasts
_ANCHOR_MS = 3600000
_RIDGE_MS2 = 4000000  # drift is believed only as far as the span of the data supports it


class Timebase:
    """`shared_ms(now)` once `synced`; offsets are in microseconds from a first reference."""

    def __init__(self):
        self.synced = False
        self.epoch = None
        self.error_us = -1  # of the estimate: half the best round trip; -1 unknown
        self.unix_s = 0  # at `unix_at_ms`
        self.unix_at_ms = 0
        self._base_ms = 0  # shared = local + base + offset
        self._zero_ms = 0  # local ticks where the fit's own time begins
        self._offset_us = 0  # of the fit, at `_zero_ms`
        self._drift_ppm = 0
        self._shown_us = 0  # what is applied now, slewed towards the fit
        self._shown_at_ms = 0
        self._last_ms = 0
        self._at_ms = array("i", [0] * BUCKETS)
        self._off_us = array("i", [0] * BUCKETS)
        self._trip_us = array("i", [-1] * BUCKETS)
        self._bucket = 0
        self._bucket_since_ms = 0

    def exchange(self, t1_us, rx_us, tx_us, t4_us, epoch):
        """One ping: sent and received locally at t1, t4; received and sent by the host at rx, tx.

        Local times are microseconds of wrapping ticks (2**30 ms), the host's since the epoch.
        False if the exchange cannot be (time running backwards).
        """
        trip_us = (t4_us - t1_us) % (ticks.PERIOD * 1000) - (tx_us - rx_us)
        if not 0 <= trip_us < 5000000:
            return False
        local_ms = (t4_us - trip_us // 2) // 1000
        offset_us = (rx_us + tx_us - 2 * t1_us - trip_us - (tx_us - rx_us)) // 2
        if not self.synced or epoch != self.epoch:
            self._restart(local_ms, offset_us, epoch)
        relative_us = self._relative(offset_us)
        if not -(1 << 29) < relative_us < 1 << 29:
            self._restart(local_ms, offset_us, epoch)
            relative_us = self._relative(offset_us)
        self._keep(local_ms & (ticks.PERIOD - 1), relative_us, trip_us)
        self._fit()
        return True

    def _relative(self, offset_us):
        """Microseconds from the base; local ticks may have wrapped since."""
        period_us = ticks.PERIOD * 1000
        return (offset_us - self._base_ms * 1000 + period_us // 2) % period_us - period_us // 2

    def _restart(self, local_ms, offset_us, epoch):
        """A first host, a new one, or one whose clock jumped: begin again from this exchange."""
        self._base_ms = offset_us // 1000
        for i in range(BUCKETS):
            self._trip_us[i] = -1
        self._zero_ms = self._shown_at_ms = self._bucket_since_ms = local_ms & (ticks.PERIOD - 1)
        self._offset_us = self._shown_us = offset_us % 1000
        self._drift_ppm = 0
        self.epoch = epoch
        self.synced = True

    def _keep(self, at_ms, offset_us, trip_us):
        self._last_ms = at_ms
        if ticks.diff(at_ms, self._bucket_since_ms) >= BUCKET_MS:
            self._bucket = (self._bucket + 1) % BUCKETS
            self._bucket_since_ms = at_ms
            self._trip_us[self._bucket] = -1
        b = self._bucket
        if self._trip_us[b] < 0 or trip_us <= self._trip_us[b]:
            self._at_ms[b] = at_ms
            self._off_us[b] = offset_us
            self._trip_us[b] = trip_us

    def _best(self):
        best = -1
        for b in range(BUCKETS):
            if self._trip_us[b] >= 0 and (best < 0 or self._trip_us[b] < self._trip_us[best]):
                best = b
        return best

    def _fit(self):
        best = self._best()
        self._zero_ms = self._at_ms[best]
        self.error_us = self._trip_us[best] // 2
        total = sum_t = sum_o = 0
        low = high = 0
        for b in range(BUCKETS):
            if self._trip_us[b] >= 0:
                t = ticks.diff(self._at_ms[b], self._zero_ms)
                weight = self._weight(b, best)
                total += weight
                sum_t += weight * t
                sum_o += weight * self._off_us[b]
                low, high = min(low, t), max(high, t)
        if high - low < FIT_MIN_MS:
            self._offset_us, self._drift_ppm = self._off_us[best], 0
            return
        self._line(best, total, sum_t // total, sum_o // total)

    def _weight(self, b, best):
        """1000 for the shortest round trip, falling with the square of the time waited more."""
        more = (self._trip_us[b] - self._trip_us[best]) // 250
        return max(4000 // (4 + more * more), 1)

    def _line(self, best, total, mean_t, mean_o):
        over = 0
        under = total * _RIDGE_MS2
        for b in range(BUCKETS):
            if self._trip_us[b] >= 0:
                t = ticks.diff(self._at_ms[b], self._zero_ms) - mean_t
                weight = self._weight(b, best)
                over += weight * t * (self._off_us[b] - mean_o)
                under += weight * t * t
        drift_ppm = over * 1000 // under  # us per ms is 1000 ppm
        self._drift_ppm = min(max(drift_ppm, -DRIFT_MAX_PPM), DRIFT_MAX_PPM)
        self._offset_us = mean_o - self._drift_ppm * mean_t // 1000

    def _fitted_us(self, now_ms):
        return self._offset_us + self._drift_ppm * ticks.diff(now_ms, self._zero_ms) // 1000

    def step(self, now_ms, showing):
        """Slew what is applied towards the fit; at once where nothing shows."""
        if ticks.diff(now_ms, self.unix_at_ms) >= _ANCHOR_MS and self.unix_s:
            self.unix_s += _ANCHOR_MS // 1000  # long before the ticks' difference turns over
            self.unix_at_ms = ticks.add(self.unix_at_ms, _ANCHOR_MS)
        if not self.synced:
            return
        wanted = self._fitted_us(now_ms)
        room = SLEW_PPM * ticks.diff(now_ms, self._shown_at_ms) // 1000 if showing else 1 << 30
        change = min(max(wanted - self._shown_us, -room), room)
        self._shown_us += change
        self._shown_at_ms = now_ms

    def shared_ms(self, now_ms):
        """Milliseconds since the sky's epoch, below 2**30."""
        return (now_ms + self._base_ms + self._shown_us // 1000) & (ticks.PERIOD - 1)

    def coasting(self, now_ms):
        return self.synced and ticks.diff(now_ms, self._last_ms) > STALE_MS

    def set_unix(self, unix_s, now_ms):
        self.unix_s = unix_s
        self.unix_at_ms = now_ms

    def wall_s(self, now_ms):
        """Unix seconds, or 0 where no authenticated time has come since the start."""
        if not self.unix_s:
            return 0
        return self.unix_s + ticks.diff(now_ms, self.unix_at_ms) // 1000
