"""Sleep state, first form: awake, asleep or unknown, from light, time and a heart's fall.

Causal: an epoch of 30 s is judged when it ends, by what came before. `judge` is what a trained
classifier replaces: features of an epoch in, (state, confidence in percent) out. Whatever it says,
light and time have the first word, and a heart can only take 'asleep' back (SAFETY 9): it drops
slots and never brings one.
"""

from array import array

from . import ticks
from .compat import const

UNKNOWN, AWAKE, ASLEEP = "unknown", "awake", "asleep"

# Features of an epoch, whole numbers. Rates are tenths of a beat a minute, 0 where unknown.
_QUIET_MIN = const(0)  # minutes since the goodnight, or since the room was last lit
_LIGHT = const(1)  # 0 dark or dim, 1 lit, -1 no sensor
_RATE = const(2)  # mean of the last two epochs
_RECENT = const(3)  # this heart's own of late: a mean that follows in about a quarter of an hour
_EVENING = const(4)  # its mean over the first ten minutes of it after the goodnight

_EPOCH_MS = const(30000)
_FALL_ASLEEP_MIN = const(20)  # before that nobody can know
_MUST_FALL_MIN = const(40)  # until then a heart that has not fallen leaves it unknown
_FALLEN_PERCENT = const(97)  # of the evening's rate
_AWAKE_PERCENT = const(115)  # of the recent rate: the quiet rule's own share
_UNSURE_PERCENT = const(108)
_EVENING_EPOCHS = const(20)
_RECENT_EPOCHS = const(32)


def by_light(f):
    """What light and time say without a heart."""
    if f[_LIGHT] > 0:
        return AWAKE, 95
    if f[_LIGHT] < 0 or f[_QUIET_MIN] < _FALL_ASLEEP_MIN:
        return UNKNOWN, 0
    return ASLEEP, 90


def judge(f):
    """What a heart adds in a dark room, once there was time to fall asleep."""
    rate, recent = f[_RATE], f[_RECENT]
    if rate * 100 >= recent * _AWAKE_PERCENT:
        return AWAKE, 30
    unfallen = rate * 100 > f[_EVENING] * _FALLEN_PERCENT
    if rate * 100 >= recent * _UNSURE_PERCENT or unfallen and f[_QUIET_MIN] < _MUST_FALL_MIN:
        return UNKNOWN, 0
    return ASLEEP, 92


class Sleep:
    def __init__(self):
        self.features = array("i", [0, -1, 0, 0, 0])
        self.end()

    def begin(self, now_ms):
        """A goodnight."""
        self.end()
        self._running = True
        self._dark_ms = self._epoch_ms = self._second_ms = now_ms
        self._sum = self._n = self._last = self._known = 0
        self.features[_EVENING] = self.features[_RECENT] = 0

    def end(self):
        self._running = False
        self.state, self.confidence = UNKNOWN, 0  # of the last epoch; in percent

    def step(self, now_ms, room, bpm_x10):
        """As often as the pod steps; `bpm_x10` 0 is unknown, or a heart that shall say nothing."""
        if not self._running or ticks.diff(now_ms, self._second_ms) < 1000:
            return
        self._second_ms = now_ms
        if room.lit:
            self._dark_ms = now_ms
        if bpm_x10:
            self._sum += bpm_x10
            self._n += 1
        if ticks.diff(now_ms, self._epoch_ms) >= _EPOCH_MS:
            self._epoch_ms = now_ms
            self._epoch(now_ms, room)

    def _epoch(self, now_ms, room):
        f, last = self.features, self._last
        f[_QUIET_MIN] = ticks.diff(now_ms, self._dark_ms) // 60000
        f[_LIGHT] = 1 if room.lit else -1 if room.mlx < 0 else 0
        mean = self._sum // self._n if self._n else 0
        f[_RATE] = (mean + last) // 2 if mean and last else mean or last
        self._last = mean
        self._sum = self._n = 0
        if mean:
            self._known = min(self._known + 1, _RECENT_EPOCHS)
            f[_RECENT] += (mean - f[_RECENT]) // self._known
            if self._known <= _EVENING_EPOCHS:
                f[_EVENING] = f[_RECENT]
        self.state, self.confidence = by_light(f)
        if self.state == ASLEEP and f[_RATE]:
            self.state, self.confidence = judge(f)
