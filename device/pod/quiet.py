"""The quiet rule (SAFETY 9): what a heart does can only silence, never add, move or postpone."""

from . import ticks

AROUSAL_BPM_X10 = 100  # +10 bpm over the personal 120 s median ...
AROUSAL_PERCENT = 15  # ... or +15 %, whichever comes first
AROUSAL_FOR_MS = 5000
DROP_FOR_MS = 600000
SURGE_PERCENT = 30
SURGE_FOR_MS = 10000
LEAP_PERCENT = 50
LEAP_WITHIN_MS = 30000

CALM, AROUSED, SURGED = 0, 1, 2


class QuietRule:
    """`step` with the heart rate (0 unknown) and its median; `verdict` is the night's mood."""

    def __init__(self):
        self.verdict = CALM
        self._high_ms = -1  # since when the rate is aroused, -1 not
        self._surge_ms = -1
        self._until_ms = 0
        self._low_bpm_x10 = 0  # lowest of the current and the last 30 s
        self._low_before_x10 = 0
        self._low_since_ms = 0

    def new_night(self):
        """A surge was for the night before; the ten minutes after an arousal go on."""
        self.verdict = min(self.verdict, AROUSED)

    def step(self, now_ms, bpm_x10, median_x10):
        """The verdict now. Unknown rates change nothing but the passing of time."""
        if self.verdict != CALM and ticks.diff(now_ms, self._until_ms) >= 0:
            self._until_ms = now_ms  # a surge waits for its night's end, however long
            if self.verdict == AROUSED:
                self.verdict = CALM
        if bpm_x10 and median_x10:
            self._watch(now_ms, bpm_x10, median_x10)
        else:
            self._high_ms = self._surge_ms = -1
            if ticks.diff(now_ms, self._low_since_ms) >= LEAP_WITHIN_MS:
                self._low_bpm_x10 = self._low_before_x10 = 0
        return self.verdict

    def _watch(self, now_ms, bpm_x10, median_x10):
        over = bpm_x10 - median_x10
        aroused = over >= AROUSAL_BPM_X10 or over * 100 >= AROUSAL_PERCENT * median_x10
        surging = over * 100 >= SURGE_PERCENT * median_x10
        self._high_ms = _since(self._high_ms, aroused, now_ms)
        self._surge_ms = _since(self._surge_ms, surging, now_ms)
        verdict = CALM
        if _lasted(self._surge_ms, now_ms, SURGE_FOR_MS) or self._leapt(now_ms, bpm_x10):
            verdict = SURGED
        elif _lasted(self._high_ms, now_ms, AROUSAL_FOR_MS):
            verdict = AROUSED
        if verdict != CALM:
            self.verdict = max(self.verdict, verdict)
            self._until_ms = ticks.add(now_ms, DROP_FOR_MS)

    def _leapt(self, now_ms, bpm_x10):
        """+50 % over the lowest rate of the last 30 to 60 s: never later than the rule asks."""
        if not self._low_bpm_x10 or ticks.diff(now_ms, self._low_since_ms) >= LEAP_WITHIN_MS:
            self._low_before_x10 = self._low_bpm_x10 or bpm_x10
            self._low_bpm_x10 = bpm_x10
            self._low_since_ms = now_ms
        self._low_bpm_x10 = min(self._low_bpm_x10, bpm_x10)
        low = min(self._low_bpm_x10, self._low_before_x10)
        return bpm_x10 * 100 >= (100 + LEAP_PERCENT) * low


def _since(since_ms, holds, now_ms):
    if not holds:
        return -1
    return now_ms if since_ms < 0 else since_ms


def _lasted(since_ms, now_ms, for_ms):
    return since_ms >= 0 and ticks.diff(now_ms, since_ms) >= for_ms
