"""Invariant 3 on the whole ring: counted reversals 4 s apart, small fast swings of L."""

from collections import deque
from typing import Any

from starlit.check import limits as lim
from starlit.check.base import Check
from starlit.check.context import Context
from starlit.check.optics import Frame
from starlit.check.windows import SlidingExtreme, Zigzag

SWING_CD_M2 = 0.5
SWING_MS = 1000
LONG_AGO_MS = -1_000_000
NAMES = {1: "rise", -1: "fall"}


class Reversals(Check):
    """Zigzags of L and M. The same turn seen in both counts once, at its first sight."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._zigzags = {"L": Zigzag(), "M": Zigzag()}
        self._last = {"L": LONG_AGO_MS, "M": LONG_AGO_MS}
        self._last_of_any = (LONG_AGO_MS, 0)
        self._limits, self._optics = context.limits, context.optics
        self._thresholds = self._now()
        self._shown: Frame | None = None

    def _now(self) -> dict[str, float]:
        limits = self.context.limits
        return {"L": limits.lum_cd_m2 * lim.REVERSAL_SHARE, "M": limits.m_lx * lim.REVERSAL_SHARE}

    def truth(self, t_ms: int, kind: str, value: Any) -> None:
        """A start knows of no turn before it; what is dark by then is so by no fall of its own."""
        if kind == "reboot" and self._shown is not None and not self._shown.levels:
            for zigzag in self._zigzags.values():
                zigzag.restart(0.0)

    def until(self, t_ms: int) -> None:
        if self._shown is not None:
            self._follow(self._shown)

    def frame(self, t_ms: int, frame: Frame, before: Frame) -> None:
        self._follow(before)
        self._shown = frame
        values = {"L": frame.lum_cd_m2, "M": frame.m_lx}
        free_fall = frame.lum_cd_m2 < before.lum_cd_m2 and t_ms <= self.context.free_until_ms
        for name, zigzag in self._zigzags.items():
            if free_fall:
                zigzag.restart(values[name])
                continue
            turn = zigzag.push(values[name], self._thresholds[name])
            if turn:
                self._count(t_ms, name, turn)

    def _follow(self, before: Frame) -> None:
        """Where a mode has another threshold, measure anew from here, in the same direction."""
        context = self.context
        if context.limits is self._limits and context.optics is self._optics:
            return
        values, thresholds = {"L": before.lum_cd_m2, "M": before.m_lx}, self._now()
        anew = context.optics is not self._optics
        for name, zigzag in self._zigzags.items():
            if anew or thresholds[name] != self._thresholds[name]:
                zigzag.anchor(values[name])
        self._thresholds = thresholds
        self._limits, self._optics = context.limits, context.optics

    def _count(self, t_ms: int, name: str, turn: int) -> None:
        gap_ms, of = t_ms - self._last[name], f"that of {name}"
        any_ms, any_turn = self._last_of_any
        if any_turn != turn and t_ms - any_ms < gap_ms:
            gap_ms, of = t_ms - any_ms, "the ring's"
        if gap_ms < lim.REVERSAL_GAP_MS:
            last = f"{gap_ms} ms after the last counted reversal ({of})"
            text = f"{name} turned to a {NAMES[turn]} {last}"
            self.context.blame(t_ms, 3, "reversal", text, gap_ms, lim.REVERSAL_GAP_MS)
        self._last[name] = t_ms
        if any_turn != turn or t_ms - any_ms >= lim.REVERSAL_GAP_MS:
            self._last_of_any = t_ms, turn


class Swing(Check):
    """L falls and comes back within one second: by how much."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._least = SlidingExtreme(SWING_MS, -1)
        self._most = SlidingExtreme(SWING_MS, 1)
        self._recent: deque[tuple[int, float]] = deque()  # begin, L
        self._optics = context.optics
        self._restart(0, 0.0)

    def _restart(self, t_ms: int, lum: float) -> None:
        self._least.restart(t_ms, lum)
        self._most.restart(t_ms, lum)
        self._recent.clear()
        self._recent.append((t_ms, lum))

    def frame(self, t_ms: int, frame: Frame, before: Frame) -> None:
        context, lum = self.context, frame.lum_cd_m2
        if context.optics is not self._optics:
            self._optics = context.optics
            self._restart(t_ms, before.lum_cd_m2)
        if lum < before.lum_cd_m2 and t_ms <= context.free_until_ms:
            self._restart(t_ms, lum)
            return
        self._recent.append((t_ms, lum))
        while len(self._recent) > 1 and self._recent[1][0] <= t_ms - SWING_MS:
            self._recent.popleft()
        least, most = self._least.push(t_ms, lum), self._most.push(t_ms, lum)
        if lum > before.lum_cd_m2 and min(most, lum) - least > SWING_CD_M2:
            swing = self._deepest(lum)
            if lim.over(swing, SWING_CD_M2):
                text = f"L fell and returned by {swing:.4g} cd/m2 within 1 s, above {SWING_CD_M2}"
                context.blame(t_ms, 3, "swing", text, swing, SWING_CD_M2)

    def _deepest(self, now: float) -> float:
        """Greatest depth below both an earlier value of the window and the present one."""
        highest, deepest = 0.0, 0.0
        for _, lum in self._recent:
            highest = max(highest, lum)
            deepest = max(deepest, min(highest, now) - lum)
        return deepest
