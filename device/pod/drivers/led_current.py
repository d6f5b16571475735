"""How much infrared a finger gets: keeps the reading in range, rests when nobody touches.

Levels in counts of 18 bit, currents in steps of 0.2 mA (MAX30102 data sheet, LED Pulse
Amplitude). The thresholds are this project's choice.
"""

from ..compat import const

NOMINAL = const(36)  # 7.2 mA: a finger reads about 100,000
REST = const(4)  # 0.8 mA at 2 % duty while nobody touches
LOWEST = const(4)
HIGHEST = const(127)  # 25.4 mA

_TARGET = const(100000)
_LOW = const(50000)
_HIGH = const(180000)
_NEAR_TOP = const(250000)
_OFF_RANGE_SAMPLES = const(50)  # out of range this long before the current moves
_TOUCH = const(18000)  # this and the next at NOMINAL current
_RELEASE = const(12000)
_RELEASE_SAMPLES = const(100)


class LedCurrent:
    """`led` is the current in use; `steer` says what it should be."""

    def __init__(self):
        self.led = REST
        self._away = 0
        self._off_range = 0

    def set(self, led):
        self.led = led
        self._away = 0
        self._off_range = 0

    def is_touch(self, value):
        return value * NOMINAL // self.led > _TOUCH

    def steer(self, mean, peak, count):
        """The current after `count` samples of this mean and peak; 0 when the finger left."""
        if mean * NOMINAL // self.led < _RELEASE:
            self._away += count
            return 0 if self._away >= _RELEASE_SAMPLES else self.led
        self._away = 0
        if peak >= _NEAR_TOP:
            return self._bounded(self.led // 2)  # clipped: the true level is unknown
        if _LOW <= mean <= _HIGH:
            self._off_range = 0
            return self.led
        self._off_range += count
        if self._off_range < _OFF_RANGE_SAMPLES:
            return self.led
        self._off_range = 0
        return self._bounded(self.led * _TARGET // mean)

    def _bounded(self, led):
        return max(LOWEST, min(HIGHEST, led))
