"""Polls both sensors when due, fills a step's inputs, and says what is broken (SAFETY 8).

Every body with an I2C bus uses this one. An error is tried again soon (the FIFO holds 320 ms),
then with growing pauses: an absent chip stalls a real bus for 50 ms a try.
"""

from pod.drivers import WrongChip
from pod.drivers.max30102 import Max30102
from pod.drivers.veml7700 import Veml7700
from pod.io import FAULT_BUS, FAULT_FIFO, FAULT_IDENTITY, FAULT_SENSOR, PPG_MAX
from pod.ticks import add, diff

from ..compat import const

TOUCHED_MS = 120  # 12 samples a poll
REST_MS = 250
LIGHT_MS = 200  # never more often than this
CHECK_MS = 700  # a chip may be swapped or lose power while it runs; the guard's second counts
STILL_MS = 1000  # a FIFO without a new sample for this long is stuck
BLIND_MS = 2000  # a photodiode that reads exactly zero for this long is broken
_RETRY_MS = const(50)
_RETRY_MAX_MS = const(2000)
_LOST_MAX = const(1 << 26)

SENSOR_FAULTS = FAULT_BUS | FAULT_FIFO | FAULT_IDENTITY | FAULT_SENSOR


class Retry:
    """When a chip is due, and how long to wait after an error."""

    def __init__(self):
        self.begin(0)

    def begin(self, now_ms):
        self.up = False
        self.due_ms = now_ms
        self.faults = 0
        self._errors = 0

    def at(self, due_ms):
        self.due_ms = due_ms
        self._errors = 0

    def failed(self, fault, now_ms):
        """One error is retried in silence; a second is a fault and calls for a new start."""
        self._errors += 1
        if self._errors > 1 or fault != FAULT_BUS:
            self.faults = fault
            self.up = False
        wait_ms = _RETRY_MS << min(self._errors - 1, 6)
        self.due_ms = add(now_ms, min(wait_ms, _RETRY_MAX_MS))


class Sensors:
    """`start` once, then `poll` at `due_ms` at the latest; earlier polls cost nothing."""

    def __init__(self, i2c):
        self.pulse = Max30102(i2c)
        self.light = Veml7700(i2c)
        self.lux_mlx = -1
        self.samples = 0  # that the pulse sensor's FIFO gave since the start, kept back or not
        self.age_ms = 0  # for how long at least the chip has given nothing
        self.due_ms = 0
        self._has_pulse = True
        self._pulse = Retry()
        self._light = Retry()
        self._check_ms = 0
        self._moved_ms = 0  # when the FIFO last gave a sample
        self._seen_ms = 0  # when a sample was last above zero
        self._paused_ms = 0  # since the last samples handed on
        self._resting = True  # since then the FIFO did not run, or nobody read it at 100 Hz
        self._last_ms = 0

    def start(self, now_ms):
        self._pulse.begin(now_ms)
        self._light.begin(now_ms)
        self.due_ms = now_ms
        self._check_ms = self._moved_ms = self._seen_ms = self._last_ms = now_ms
        self._paused_ms = 0
        self._resting = True

    def without_pulse(self):
        """For a body whose beats come from elsewhere: only the light sensor is polled."""
        self._has_pulse = False

    def poll(self, now_ms, inputs):
        """Fills `ppg`, `ppg_count`, `ppg_lost`, `lux_mlx` and the sensors' bits of `faults`.

        Returns True when anything of it is new. Never raises for a bus or a chip.
        """
        faults = self.faults()
        inputs.ppg_count = 0
        inputs.ppg_lost = 0
        self.age_ms = 0
        news = False
        if self._has_pulse and diff(now_ms, self._pulse.due_ms) >= 0:
            self._poll_pulse(now_ms, inputs)
            news = inputs.ppg_count > 0
        if diff(now_ms, self._light.due_ms) >= 0:
            lux_mlx = self.lux_mlx
            self._poll_light(now_ms)
            news = news or lux_mlx != self.lux_mlx
        first, second = self._pulse.due_ms, self._light.due_ms
        self.due_ms = first if self._has_pulse and diff(second, first) > 0 else second
        inputs.lux_mlx = self.lux_mlx
        now_faults = self.faults()
        inputs.fault_age_ms = self.age_ms
        inputs.faults = (inputs.faults & ~SENSOR_FAULTS) | now_faults
        return news or now_faults != faults

    def faults(self):
        return self._pulse.faults | self._light.faults

    def _poll_pulse(self, now_ms, inputs):
        pulse = self.pulse
        retry = self._pulse
        self._paused_ms = min(self._paused_ms + diff(now_ms, self._last_ms), _LOST_MAX)
        self._last_ms = now_ms
        try:
            if not retry.up:
                self._resting = True
                pulse.start()
                retry.up = True
                self._check_ms = self._moved_ms = self._seen_ms = now_ms
            elif diff(now_ms, self._check_ms) >= CHECK_MS:
                self._check_ms = now_ms
                pulse.check()
            self._read_pulse(now_ms, inputs)
            if retry.up:
                retry.at(add(now_ms, TOUCHED_MS if pulse.touched else REST_MS))
        except WrongChip:
            retry.failed(FAULT_IDENTITY, now_ms)
        except OSError:
            retry.failed(FAULT_BUS, now_ms)

    def _read_pulse(self, now_ms, inputs):
        pulse = self.pulse
        count = pulse.read(inputs.ppg, 0, PPG_MAX)
        if count:
            self._hand_on(inputs, count)
        if not pulse.touched:
            self._resting = True
        if pulse.arrived:
            self.samples = (self.samples + pulse.arrived) & _LOST_MAX - 1
            self._moved_ms = now_ms
            if pulse.peak:
                self._seen_ms = now_ms
            blind = self._since(self._seen_ms, now_ms) > BLIND_MS
            self._pulse.faults = FAULT_SENSOR if blind else 0
        elif self._since(self._moved_ms, now_ms) > STILL_MS:
            self._pulse.failed(FAULT_FIFO, now_ms)

    def _since(self, at_ms, now_ms):
        """For how long; what was good then may have been so until just before the next poll."""
        since_ms = diff(now_ms, at_ms)
        self.age_ms = max(since_ms - REST_MS, 0)
        return since_ms

    def _hand_on(self, inputs, count):
        # After a rest, a restart or a counter that stopped at 31 only the clock knows how much
        # is missing; otherwise the chip's own count is the better one.
        pulse = self.pulse
        lost = pulse.lost
        if pulse.saturated or self._resting:
            lost = max(lost, self._paused_ms // 10 - count)
        inputs.ppg_count = count
        inputs.ppg_lost = lost
        self._paused_ms = 0
        self._resting = False

    def _poll_light(self, now_ms):
        light = self.light
        retry = self._light
        try:
            if not retry.up:
                light.start(now_ms)
                retry.up = True
            lux_mlx = light.read_mlx(now_ms)
            if lux_mlx >= 0:
                self.lux_mlx = lux_mlx
                retry.faults = 0
            retry.at(add(now_ms, max(light.wait_ms, LIGHT_MS)))
        except WrongChip:
            self._light_lost(FAULT_IDENTITY, now_ms)
        except OSError:
            self._light_lost(FAULT_BUS, now_ms)

    def _light_lost(self, fault, now_ms):
        self._light.failed(fault, now_ms)
        if not self._light.up:
            self.lux_mlx = -1
