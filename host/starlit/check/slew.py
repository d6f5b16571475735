"""Invariant 2: how fast luminance may rise and fall, and how far one step may go."""

from starlit.check import limits as lim
from starlit.check.base import Check
from starlit.check.context import Context
from starlit.check.optics import Frame
from starlit.check.windows import SlidingExtreme

SECOND_MS = 1000
DAWN_WINDOW_MS = 10_000
DAWN_SHARE = 10 / 1800  # of the cap in ten seconds


class Slew(Check):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._least = SlidingExtreme(SECOND_MS, -1)
        self._most = SlidingExtreme(SECOND_MS, 1)
        self._dawn_lum = SlidingExtreme(DAWN_WINDOW_MS, -1)
        self._dawn_m = SlidingExtreme(DAWN_WINDOW_MS, -1)
        self._optics = context.optics
        self._dawn_since_ms = -1
        for window in (self._least, self._most, self._dawn_lum, self._dawn_m):
            window.restart(0, 0.0)

    def frame(self, t_ms: int, frame: Frame, before: Frame) -> None:
        self._follow(t_ms, before)
        lum = frame.lum_cd_m2
        least, most = self._least.push(t_ms, lum), self._most.push(t_ms, lum)
        if lum > before.lum_cd_m2:
            self._rise(t_ms, lum - least)
        elif lum < before.lum_cd_m2:
            if t_ms <= self.context.free_until_ms:
                self._least.restart(t_ms, lum)
                self._most.restart(t_ms, lum)
                self._restart_dawn(t_ms, frame)
                return
            self._fall(t_ms, most - lum)
        self._step(t_ms, lum - before.lum_cd_m2)
        if self.context.limits is lim.DAWN and self.context.mode == "dawn":  # its caps may linger
            self._dawn_rise(t_ms, frame, before)

    def _follow(self, t_ms: int, before: Frame) -> None:
        """A new calibration changes all cd/m2 at once; a dawn's windows begin with it."""
        context = self.context
        if context.limits is lim.DAWN and context.limits_since_ms != self._dawn_since_ms:
            self._dawn_since_ms = context.limits_since_ms
            self._restart_dawn(t_ms, before)
        if context.optics is not self._optics:
            self._optics = context.optics
            self._least.restart(t_ms, before.lum_cd_m2)
            self._most.restart(t_ms, before.lum_cd_m2)
            self._restart_dawn(t_ms, before)

    def _restart_dawn(self, t_ms: int, frame: Frame) -> None:
        self._dawn_lum.restart(t_ms, frame.lum_cd_m2)
        self._dawn_m.restart(t_ms, frame.m_lx)

    def _limits(self, t_ms: int) -> tuple[lim.Limits, lim.Limits]:
        """The mode's, and for its first second also those of the mode before it."""
        context = self.context
        recent = t_ms - context.limits_since_ms < SECOND_MS
        return context.limits, context.limits_before if recent else context.limits

    def _rise(self, t_ms: int, rise: float) -> None:
        rates = [limits.rise_cd_m2_s for limits in self._limits(t_ms)]
        allowed = [rate for rate in rates if rate is not None]
        if len(allowed) == len(rates) and lim.over(rise, max(allowed)):
            text = f"L rose {rise:.4g} cd/m2 within 1 s, above {max(allowed):g}"
            self.context.blame(t_ms, 2, "rise", text, rise, max(allowed))

    def _fall(self, t_ms: int, fall: float) -> None:
        allowed = max(limits.fall_cd_m2_s for limits in self._limits(t_ms))
        if lim.over(fall, allowed):
            text = f"L fell {fall:.4g} cd/m2 within 1 s, above {allowed:g}"
            self.context.blame(t_ms, 2, "fall", text, fall, allowed)

    def _step(self, t_ms: int, step: float) -> None:
        context = self.context
        both = [context.limits] + [context.limits_before] * (context.limits_since_ms == t_ms)
        allowed = max(limits.lum_cd_m2 for limits in both) * lim.STEP_SHARE
        if lim.over(abs(step), allowed):
            text = f"one step changed L by {step:+.4g} cd/m2, more than {allowed:g}"
            self.context.blame(t_ms, 2, "step", text, step, allowed)

    def _dawn_rise(self, t_ms: int, frame: Frame, before: Frame) -> None:
        rises = (
            ("L", frame.lum_cd_m2 - self._dawn_lum.push(t_ms, frame.lum_cd_m2), lim.DAWN.lum_cd_m2),
            ("M", frame.m_lx - self._dawn_m.push(t_ms, frame.m_lx), lim.DAWN.m_lx),
        )
        for name, rise, cap in rises:
            if lim.over(rise, cap * DAWN_SHARE):
                text = f"dawn: {name} rose {rise:.4g} in 10 s, above {cap * DAWN_SHARE:.4g}"
                kind = f"dawn-rise-{name.lower()}"
                self.context.blame(t_ms, 2, kind, text, rise, cap * DAWN_SHARE)
