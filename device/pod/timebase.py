"""Shared time from four timestamps: the sky's clock in a pod.

A message is never late by less than nothing. So each exchange with the host (t1 sent, rx and tx at
the host, t4 received) bounds the host's lead over local time: tx - t4 <= lead <= rx - t1. Of each
10 s the tightest bound of either side is kept, for 120 s. Between the two rows lies a line, lead
and drift: the one that leaves the widest gap to both (the skew estimate of Moon, Skelly and
Towsley, INFOCOM 1999, for both directions at once). The gap's half is the error that is stated. A
bound that contradicts the others means that a clock has jumped. What is applied is slewed while
anything shows. Whole numbers within 31 bits, but for the timestamps of an exchange.
"""

from array import array

from . import ticks
from .compat import const

BUCKETS = 12
BUCKET_MS = 10000
DRIFT_MAX_PPM = 200
SLEW_PPM = 5000  # 5 ms a second, while anything shows
STALE_MS = 30000  # without an exchange the pod coasts
FAR_US = 5000000  # a lead that 17 min of slewing would not close waits for the dark
JUMP_US = 1000  # a contradiction by more is no wander of a crystal
_WANDER_PPM = const(5)  # a bound loosens by this with its age
_RIDGE = const(2)  # a drift of d ppm has to widen the gap by d * d >> _RIDGE us
_ANCHOR_MS = const(3600000)
_LONGEST_US = const(1 << 29)


class Timebase:
    """`shared_ms(now)`; in step with a host once `synced`, from the pod's own start before."""

    def __init__(self):
        self.synced = False
        self.epoch = None
        self.jumps = 0  # of the host's clock or of ours, noticed
        self.apart = False  # the host's time is too far to slew to: it waits for the dark
        self.unix_s = 0  # at `unix_at_ms`
        self.unix_at_ms = 0
        self._base_ms = 0  # the lead is `_base_ms` and `_lead_us`, at `_fit_ms`
        self._lead_us = 0
        self._half_us = 0  # of the gap
        self._drift_ppm = 0
        self._loose_ppm = 0  # by which the error grows without a word of the host
        self._fit_ms = 0
        self.shown_ms = 0  # what is applied: shared time is local time and these two
        self.shown_us = 0  # slewed towards the lead
        self._shown_at_ms = 0
        self._ahead_us = 0  # of what is shown: still to be slewed
        self._last_ms = 0
        self._high_us = array("i", [0] * BUCKETS)
        self._high_ms = array("i", [0] * BUCKETS)
        self._low_us = array("i", [0] * BUCKETS)
        self._low_ms = array("i", [0] * BUCKETS)
        self._since_ms = 0  # of the newest bucket
        self._count = 0  # of exchanges since the last start
        self._buckets = 0

    def start(self, now_ms):
        """Shared time begins here, until a host says otherwise."""
        self.shown_ms = -now_ms
        self._shown_at_ms = now_ms

    # -- what an exchange says -----------------------------------------------------------------

    def exchange(self, t1_us, rx_us, tx_us, t4_us, epoch):
        """One ping: sent and received locally at t1, t4; received and sent by the host at rx, tx.

        Local times are microseconds of wrapping ticks (2**30 ms), the host's since the epoch.
        False if the exchange cannot be (time running backwards).
        """
        trip_us = (t4_us - t1_us) % (ticks.PERIOD * 1000) - (tx_us - rx_us)
        if not 0 <= trip_us < 5000000:
            return False
        t1_ms, t4_ms = t1_us // 1000, t4_us // 1000
        low_us = self._relative(tx_us - t4_us)
        high_us = low_us + trip_us
        if epoch != self.epoch or self._contradicts(high_us, low_us, t4_ms):
            self.jumps += self.synced
            self._restart(tx_us - t4_us, t4_ms, epoch)
            low_us = self._relative(tx_us - t4_us)
            high_us = low_us + trip_us
        self._keep(high_us, t1_ms, low_us, t4_ms)
        self._fit(t4_ms)
        return True

    def _relative(self, lead_us):
        """Microseconds from the base; local ticks may have wrapped since."""
        period_us = ticks.PERIOD * 1000
        return (lead_us - self._base_ms * 1000 + period_us // 2) % period_us - period_us // 2

    def _contradicts(self, high_us, low_us, now_ms):
        slack_us = self._bound_us(now_ms) + JUMP_US
        fit_us = self._fitted_us(now_ms)
        return high_us < fit_us - slack_us or low_us > fit_us + slack_us

    def _restart(self, lead_us, now_ms, epoch):
        """A first host, a new one, or a clock that jumped: begin again from this exchange."""
        self._base_ms = lead_us // 1000
        self._count = self._buckets = 0
        self._since_ms = now_ms
        self.epoch = epoch
        self.synced = True

    def _keep(self, high_us, t1_ms, low_us, t4_ms):
        self._last_ms = t4_ms
        at = self._buckets - 1
        if at < 0 or ticks.diff(t4_ms, self._since_ms) >= BUCKET_MS:
            self._since_ms = t4_ms
            at = self._room()
        else:
            drift = self._drift_ppm
            if high_us > self._high_us[at] + drift * ticks.diff(t1_ms, self._high_ms[at]) // 1000:
                high_us = None
            if low_us < self._low_us[at] + drift * ticks.diff(t4_ms, self._low_ms[at]) // 1000:
                low_us = None
        if high_us is not None:
            self._high_us[at], self._high_ms[at] = high_us, t1_ms
        if low_us is not None:
            self._low_us[at], self._low_ms[at] = low_us, t4_ms

    def _room(self):
        """Of a new bucket; the oldest leaves."""
        if self._buckets < BUCKETS:
            self._buckets += 1
        else:
            for row in (self._high_us, self._high_ms, self._low_us, self._low_ms):
                for i in range(1, BUCKETS):
                    row[i - 1] = row[i]
        return self._buckets - 1

    # -- the line between the bounds ---------------------------------------------------------

    def _fit(self, now_ms):
        """A step of the search for the drift at each exchange, of 16, 4 and 1 ppm in turn: the
        gap is concave in it."""
        step = (1, 16, 4)[self._count % 3]
        self._count += 1
        drift = self._drift_ppm
        widest_us = self._gap(drift, now_ms)
        for other in (drift - step, drift + step):
            if abs(other) <= DRIFT_MAX_PPM:
                gap_us = self._gap(other, now_ms)
                if gap_us > widest_us:
                    drift, widest_us = other, gap_us
        self._drift_ppm = drift
        self._gap(drift, now_ms)
        span_ms = max(ticks.diff(now_ms, self._low_ms[0]), 1)
        self._loose_ppm = _WANDER_PPM + min(self._half_us * 1000 // span_ms, DRIFT_MAX_PPM)
        self._fit_ms = now_ms

    def _gap(self, drift_ppm, now_ms):
        """Between the bounds, brought to now; the lead lies in its middle."""
        high_us, low_us = _LONGEST_US, -_LONGEST_US
        for i in range(self._buckets):
            age_ms = ticks.diff(now_ms, self._high_ms[i])
            high_us = min(high_us, self._high_us[i] + (drift_ppm + _WANDER_PPM) * age_ms // 1000)
            age_ms = ticks.diff(now_ms, self._low_ms[i])
            low_us = max(low_us, self._low_us[i] + (drift_ppm - _WANDER_PPM) * age_ms // 1000)
        self._half_us = max(high_us - low_us, 0) >> 1
        self._lead_us = low_us + (high_us - low_us >> 1)
        return high_us - low_us - (drift_ppm * drift_ppm >> _RIDGE)

    def _fitted_us(self, now_ms):
        return self._lead_us + self._drift_ppm * ticks.diff(now_ms, self._fit_ms) // 1000

    # -- what is shown -------------------------------------------------------------------------

    def step(self, now_ms, showing):
        """Slew what is applied towards the fit; at once where nothing shows."""
        if ticks.diff(now_ms, self.unix_at_ms) >= _ANCHOR_MS and self.unix_s:
            self.unix_s += _ANCHOR_MS // 1000  # long before the ticks' difference turns over
            self.unix_at_ms = ticks.add(self.unix_at_ms, _ANCHOR_MS)
        if not self.synced:
            return
        if ticks.diff(now_ms, self._fit_ms) >= _ANCHOR_MS:
            self._lead_us, self._half_us = self._fitted_us(now_ms), self._bound_us(now_ms)
            self._fit_ms = now_ms
        self._apply(now_ms, showing)

    def _apply(self, now_ms, showing):
        since_ms = ticks.diff(now_ms, self._shown_at_ms)
        self._shown_at_ms = now_ms
        wanted_us = self._fitted_us(now_ms)
        if not showing:
            self.shown_ms, self.shown_us = self._base_ms, wanted_us
        gap_ms = ticks.diff(self._base_ms, self.shown_ms)
        self.apart = abs(gap_ms) >= FAR_US // 1000
        ahead_us = 0 if self.apart else gap_ms * 1000 + wanted_us - self.shown_us
        room_us = SLEW_PPM * min(since_ms, 60000) // 1000
        change_us = min(max(ahead_us, -room_us), room_us)
        self.shown_us += change_us
        self._ahead_us = abs(ahead_us - change_us)

    def shared_ms(self, now_ms):
        """Milliseconds since the sky's epoch, below 2**30."""
        return (now_ms + self.shown_ms + self.shown_us // 1000) & (ticks.PERIOD - 1)

    def in_step(self):
        return self.synced and not self.apart

    def error_us(self, now_ms):
        """By how much what is shown can differ from the host's time, whatever the network did."""
        return self._bound_us(now_ms) + self._ahead_us

    def _bound_us(self, now_ms):
        return self._half_us + self._loose_ppm * ticks.diff(now_ms, self._fit_ms) // 1000

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
