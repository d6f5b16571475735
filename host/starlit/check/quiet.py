"""Invariant 9 on one trace: the quiet rule, where the scenario's heart leaves no doubt.

The pod measures; this knows. A heart that changes by margins more than a careful pod's error
must have its effect within the rule's time plus what measuring takes.
"""

from collections import deque
from typing import Any

from starlit.check import limits as lim
from starlit.check.base import Check
from starlit.check.context import Context
from starlit.check.fail_dark import SENSORS
from starlit.check.sound import SILENT_DBA, level_dba

MEDIAN_S = 120
MEAN_S = 12
LEAP_S = 30
# A pod's rate is a mean of twelve seconds of beats: what passes a threshold is only what their mean
# does as well. It is looked at once a second, and a beat is told late.
MEASURE_MS = 5000
MARGIN = 1.10  # over the rule's thresholds, so that a reading 10 % low still meets them
AROUSAL_BPM, AROUSAL_SHARE, AROUSAL_MS = 10.0, 0.15, 5000
SURGE_SHARE, SURGE_MS = 0.30, 10_000
LEAP_SHARE, LEAP_MS = 0.50, 8000  # no reading by beats leaps as soon as its heart
SILENT_MS = 2000
MEASURED = 30, 240  # bpm: a pod takes intervals from 250 ms to 2 s
PAUSE_MS = 600_000


class Quiet(Check):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._bpm: float | None = None
        self._open = self._broken = False
        self._second = 0
        self._past: deque[float] = deque(maxlen=MEDIAN_S)
        self._means: deque[float] = deque(maxlen=LEAP_S)  # a dip of seconds is in no pod's rate
        self._above_ms: dict[str, int] = {}  # since when each threshold is passed
        self._silent_from: int | None = None
        self._silent_until = self._none_until = -1
        self._level = SILENT_DBA

    def truth(self, t_ms: int, kind: str, value: Any) -> None:
        if kind not in ("heart", "reboot", "fault"):
            return
        self._tick(t_ms)
        if kind == "fault":
            self._fault(value[0])
            return
        if kind == "reboot":  # a pod's own median begins anew; it keeps a surge, no arousal
            self._past.clear()
            self._silent_until = -1
            return
        self._open = self._open or value == "open"
        known = value not in ("open", None) and MEASURED[0] <= value <= MEASURED[1]
        self._bpm = value if known else None
        if self._bpm is None:
            self._past.clear()

    def _fault(self, name: str) -> None:
        """What a broken sensor does not tell is in no pod's median."""
        self._broken = name in SENSORS or (self._broken and name != "none")
        if self._broken:
            self._past.clear()

    def until(self, t_ms: int) -> None:
        self._tick(t_ms)
        sounding = self.context.mode == "asleep" and self._level > SILENT_DBA
        from_ms = t_ms if self._silent_from is None else self._silent_from
        if sounding and from_ms < t_ms <= self._silent_until:
            text = "sound more than 2 s after an arousal"
            self.context.blame(t_ms, 9, "quiet-sound", text, self._level)

    def _tick(self, t_ms: int) -> None:
        """Each whole second up to now, at one rate; a night of it costs little."""
        if self._bpm is None or self._open or self._broken:
            self._second = t_ms // 1000
            return
        while (self._second + 1) * 1000 <= t_ms:
            self._second += 1
            self._judge(self._second * 1000, self._bpm)
            self._past.append(self._bpm)
            recent = list(self._past)[-MEAN_S:]
            self._means.append(sum(recent) / len(recent))

    def _judge(self, t_ms: int, bpm: float) -> None:
        if len(self._past) < MEDIAN_S:
            self._above_ms.clear()
            return
        bpm = min(bpm, self._means[-1])
        # A pod comes to know of a change some seconds late: no more of them may decide.
        median = sorted(self._past)[MEDIAN_S // 2 + MEAN_S]
        aroused = min(AROUSAL_BPM, median * AROUSAL_SHARE) * MARGIN
        if self._lasting("arousal", t_ms, bpm - median >= aroused, AROUSAL_MS):
            self._aroused(t_ms)
        surge = self._lasting(
            "surge", t_ms, bpm - median >= median * SURGE_SHARE * MARGIN, SURGE_MS
        )
        leap = bpm - min(self._means) >= median * LEAP_SHARE * MARGIN
        if surge or self._lasting("leap", t_ms, leap, LEAP_MS):
            self._surged(t_ms)

    def _lasting(self, name: str, t_ms: int, above: bool, span_ms: int) -> bool:
        if not above:
            self._above_ms.pop(name, None)
            return False
        return t_ms - self._above_ms.setdefault(name, t_ms) >= span_ms

    def _aroused(self, t_ms: int) -> None:
        from_ms = t_ms + SILENT_MS + MEASURE_MS
        if self._silent_from is None or t_ms > self._silent_until:
            self._silent_from = from_ms
        self._silent_until = max(self._silent_until, t_ms + PAUSE_MS - MEASURE_MS)

    def _surged(self, t_ms: int) -> None:
        night_ms = self.context.night_ms
        if night_ms is not None:
            self._none_until = night_ms + lim.NIGHT_MS
            self._silent_from = self._silent_from or t_ms + SILENT_MS + MEASURE_MS

    def sound(self, t_ms: int, rms: int, peak: int) -> None:
        self._level = level_dba(rms, self.context.full_scale_dba)

    def note(self, t_ms: int, key: str, value: Any, change: dict[str, Any]) -> None:
        if key != "cue" or value.get("phase") != "start" or self.context.mode != "asleep":
            return
        if self._silent_from is not None and self._silent_from <= t_ms < self._silent_until:
            text = f"cue {value.get('id')} within 10 min of an arousal"
            self.context.blame(t_ms, 9, "quiet-cue", text)
        if self._silent_from is not None and self._silent_from <= t_ms < self._none_until:
            text = f"cue {value.get('id')} in a night whose heart surged"
            self.context.blame(t_ms, 9, "quiet-night", text)
