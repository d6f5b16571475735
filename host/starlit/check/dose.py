"""Invariant 6: cues in sleep, counted from what shows and sounds, not from the pod's ledger."""

from typing import Any

from starlit.check import limits as lim
from starlit.check.base import Check
from starlit.check.context import RELEASE_MS, Context
from starlit.check.optics import Frame
from starlit.check.sound import level_dba

CUES, CUES_MS = 20, 200_000
CUE_NIGHTS, OF_NIGHTS = 5, 7
DAY_MS = 86_400_000
# Of light that a hand's setting ends: a reversal's wait of 4 s, then down to half of sleep's cap by
# 1 cd/m2 a second, as a saturated red may (SAFETY 3).
EBB_MS = 9000
APART_MS = 10_000  # without a `cue` in the trace, light and sound this far apart are two cues


class Dose(Check):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._frame: Frame | None = None
        self._level = 0.0
        self._since_ms = 0
        self._night_ms: int | None = None
        self._cues, self._ms = 0, 0
        self._running: set[str] = set()
        self._last_active_ms = -APART_MS
        self._last_ended_ms = -APART_MS
        self._first_cue_night_ms: int | None = None
        self._cue_days: list[int] = []
        self._left: dict[str, int] | None = None

    def frame(self, t_ms: int, frame: Frame, before: Frame) -> None:
        self._frame = frame

    def sound(self, t_ms: int, rms: int, peak: int) -> None:
        self._level = level_dba(rms, self.context.full_scale_dba)

    def until(self, t_ms: int) -> None:
        since_ms, self._since_ms = self._since_ms, t_ms
        self._follow_night(since_ms)
        if t_ms > since_ms and self.context.mode == "asleep" and self._active():
            self._spend(since_ms, t_ms - since_ms)

    def _active(self) -> bool:
        return self._level > lim.CUE_DBA or self._shines()

    def _shines(self) -> bool:
        frame, half = self._frame, 0.5
        return frame is not None and (
            lim.over(frame.m_lx, lim.ASLEEP.m_lx * half)
            or lim.over(frame.lum_cd_m2, lim.ASLEEP.lum_cd_m2 * half)
        )

    def _follow_night(self, t_ms: int) -> None:
        night_ms = self.context.night_ms
        if night_ms is not None and night_ms != self._night_ms:
            self._night_ms, self._cues, self._ms = night_ms, 0, 0
            self._left = None

    def _spend(self, t_ms: int, length_ms: int) -> None:
        refusal = self.context.may_cue_asleep(t_ms)
        left_ms = RELEASE_MS if self._level > lim.CUE_DBA else EBB_MS
        if refusal and t_ms - self.context.set_ms > left_ms:
            self._blame(t_ms, "cue-forbidden", f"light or sound of a cue in sleep: {refusal}")
        unnamed = not self._running and t_ms - self._last_ended_ms > APART_MS
        if unnamed and t_ms - self._last_active_ms > APART_MS:
            self._count(t_ms)
        self._last_active_ms = t_ms + length_ms
        self._ms += length_ms
        if self._ms > CUES_MS:
            text = f"{self._ms / 1000:.2f} s of cues in the night"
            self._blame(t_ms, "dose-time", text, self._ms, CUES_MS)

    def note(self, t_ms: int, key: str, value: Any, change: dict[str, Any]) -> None:
        if key == "cue":
            self._cue(t_ms, str(value.get("id")), value.get("phase"), value.get("slot"))
        elif key == "dose":
            self._ledger(t_ms, value)

    def _cue(self, t_ms: int, name: str, phase: str, slot: int | None) -> None:
        self._follow_night(t_ms)
        asleep = self.context.mode == "asleep"
        if phase == "start":
            self._running.add(name)
            if not self.context.wall_known:
                text = f"cue {name} without authenticated wall time since boot"
                self._blame(t_ms, "cue-no-wall", text)
            if asleep:
                refusal = self.context.may_cue_asleep(t_ms)
                if refusal:
                    self._blame(t_ms, "cue-forbidden", f"cue {name} in sleep: {refusal}")
                self._count(t_ms)
            return
        if phase == "dropped" and slot is not None and asleep and name not in self._running:
            self._count(t_ms, played=False)
        if name in self._running:
            self._running.discard(name)
            self._last_ended_ms = t_ms

    def _count(self, t_ms: int, played: bool = True) -> None:
        if not played and self._cues >= CUES:
            return  # dropped because the dose was used up
        self._cues += 1
        if self._cues > CUES:
            text = f"{self._cues} cues played or charged in the night"
            self._blame(t_ms, "dose-cues", text, self._cues, CUES)
        if played:
            self._cue_night(t_ms)

    def _cue_night(self, t_ms: int) -> None:
        """Whole days since the first cue night, each evening some hours sooner or later."""
        night_ms = t_ms if self.context.night_ms is None else self.context.night_ms
        if self._first_cue_night_ms is None:
            self._first_cue_night_ms = night_ms
        day = round((night_ms - self._first_cue_night_ms) / DAY_MS)
        if day in self._cue_days:
            return
        self._cue_days.append(day)
        recent = [old for old in self._cue_days if day - old < OF_NIGHTS]
        if len(recent) > CUE_NIGHTS:
            text = f"{len(recent)} cue nights in 7"
            self._blame(t_ms, "cue-nights", text, len(recent), CUE_NIGHTS)

    def _ledger(self, t_ms: int, left: dict[str, int]) -> None:
        """What is left only shrinks within a night, through every reboot.

        None at all may also mean "not now" (unarmed, no wall time): it tells of no count.
        """
        self._follow_night(t_ms)
        if not any(left.values()):
            return
        old, self._left = self._left, left
        if old is None or not self.context.night_running(t_ms):
            return
        for name in ("cues", "ms"):
            if left.get(name, 0) > old.get(name, 0):
                text = f"dose left grew within a night: {name} {old[name]} -> {left[name]}"
                self._blame(t_ms, "dose-grew", text, left[name], old[name])

    def _blame(
        self, t_ms: int, kind: str, text: str, value: float | None = None,
        limit: float | None = None,
    ) -> None:  # fmt: skip
        self.context.blame(t_ms, 6, kind, text, value, limit)
