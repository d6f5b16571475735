"""Invariant 8: what broke, by the scenario, ends in darkness; a hang is cut by hardware."""

from typing import Any

from starlit.check.base import Check
from starlit.check.context import Context
from starlit.check.optics import Frame

HANG_MS = 500
FADE_BEGINS_MS = 1000
DARK_MS = 3000
SENSOR_MS = 10_000
POLLED_MS = 750  # a pod asks its sensors four times a second: when one broke, and that it still is
MENDED_MS = 2000  # a driver asks a lost chip again once a second
CLOCK_STEP_MS = 2000
REST_MS = 60_000
SENSORS = frozenset(("sensor", "bus", "identity", "fifo"))
AT_ONCE = frozenset(("task", "config", "hot", "watchdog", "brownout"))
MOMENTS = frozenset(("clock", "watchdog", "brownout"))  # over as soon as they happened


class FailDark(Check):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._active: set[str] = set()
        self._unseen: set[str] = set()  # of these, what broke in a hang
        self._sensor_ms: int | None = None
        self._mended: tuple[int, int] | None = None  # the last break's begin and end
        self._open = False
        self._cues: dict[str, int] = {}  # running, with their begin
        self._onset: tuple[int, float] | None = None  # when, and L then
        self._moment = False  # whether that was over as soon as it came, and seen all the same
        self._lum = 0.0
        self._flash_ms: int | None = None
        self._rail: bool | None = None
        self._nothing_to_cut = False  # by the hardware, in this hang

    def truth(self, t_ms: int, kind: str, value: Any) -> None:
        if kind == "fault":
            self._fault(t_ms, *value)
        elif kind == "heart":
            self._open = self._open or value == "open"  # the reference asks for no heart
        elif kind == "reboot":
            self._unseen -= MOMENTS
            self._resume(t_ms)
            self._cues.clear()
            if self._sensor_ms is not None:
                self._sensor_ms = t_ms  # for a pod that has just started it breaks now
            onset_ms = t_ms if self._onset is None else self._onset[0]
            if value not in MOMENTS and self.context.dark.kept_ms <= onset_ms <= t_ms:
                self.context.dark.may("fault")  # flash is written in the dark: it came to none
                self._onset = None
            for name in sorted(self._active & AT_ONCE):
                self._fail(t_ms, name)  # still there, and seen at the start
        elif kind == "held" or (kind == "held-on" and self.context.still_pressed(value)):
            if not self.context.dark.hung:  # nobody would have seen it
                self.context.dark.may("hang")
                self._release(t_ms, by_hand=True)
        elif kind == "latch-end" and not self.context.night_running(t_ms):
            self._release(t_ms, by_hand=False)
        elif kind == "fade-begun" and self._onset and value == self._onset[0]:
            self._look_at_fade(t_ms)

    def _fault(self, t_ms: int, name: str, step_ms: int) -> None:
        if name == "none":
            self._active.clear()
            if self._sensor_ms is not None:
                self._mended = self._sensor_ms, t_ms
            self._sensor_ms = None
            if self._onset and self._onset[0] == t_ms and not self._moment:
                self._release(t_ms, by_hand=False)  # it was over in the instant it came: never seen
            self._resume(t_ms)
            return
        if name not in MOMENTS:
            self._active.add(name)
        if name == "hang":
            self.context.dark.hung = True
            self._nothing_to_cut = self._rail is False
            self.context.dark.must("hang", t_ms + HANG_MS, 8, "500 ms after a hang")
            self.context.free_falls(t_ms, HANG_MS + 100)
        elif name in SENSORS:
            self._sensor_ms = t_ms if self._sensor_ms is None else self._sensor_ms
        elif name == "clock":  # a pod may take a smaller step for one, and fail dark
            self.context.free_falls(t_ms, DARK_MS + 500)
        if name == "clock" and "fault" in self.context.dark.reasons:
            self._await_night_end(t_ms)
        stepped = name == "clock" and self._steps(abs(step_ms))
        if self.context.dark.hung and (stepped or name in AT_ONCE and name not in MOMENTS):
            self._unseen.add(name)  # until the controller goes on, if it is there then
        elif stepped or name in AT_ONCE:
            self._fail(t_ms, name)

    def _steps(self, by_ms: int) -> bool:
        """A dark pod may rest for a minute: a smaller step of its clock is then no more to it
        than a rest that was shorter or longer."""
        shows = self._lum > 0 or self.context.dark.sound > 0
        return by_ms > CLOCK_STEP_MS and (shows or by_ms > CLOCK_STEP_MS + REST_MS)

    def _resume(self, t_ms: int) -> None:
        """The controller runs again; a rail that was cut meanwhile stays so until the button."""
        self._active.discard("hang")
        for name in sorted(self._unseen & (self._active | MOMENTS)):
            self._fail(t_ms, name)
        self._unseen.clear()
        due = self.context.dark.reasons.get("hang")
        if due is not None and (t_ms < due[0] or self._nothing_to_cut):
            # Over before the hardware had to notice, or while the rail rested: a hung controller
            # cannot have raised it, and the latch is as it was.
            self.context.dark.may("hang")
        if self.context.dark.hung:
            self.context.held_on(t_ms)
        self.context.dark.hung = False

    def _fail(self, t_ms: int, name: str) -> None:
        context = self.context
        if "fault" in context.dark.reasons:
            return
        text = f"3 s after {name}, latched for the night"
        context.dark.must("fault", t_ms + DARK_MS, 8, text)
        context.free_falls(t_ms, DARK_MS + 500)
        context.timeline.add(t_ms + DARK_MS, "idle", "fault")
        context.timeline.add(t_ms + FADE_BEGINS_MS, "fade-begun", t_ms)
        self._onset, self._moment = (t_ms, self._lum), name not in AT_ONCE or name in MOMENTS
        self._await_night_end(t_ms)

    def _await_night_end(self, t_ms: int) -> None:
        if self.context.night_running(t_ms):
            self.context.timeline.add(self.context.night_end_ms, "latch-end")

    def _release(self, t_ms: int, by_hand: bool) -> None:
        """The latch ends with the night; where none runs, by a plug-in press once all is well."""
        broken = self._active & AT_ONCE
        if not broken and not (by_hand and self.context.night_running(t_ms)):
            self.context.dark.may("fault")
            self._onset = None

    def _look_at_fade(self, t_ms: int) -> None:
        assert self._onset is not None
        if self._onset[1] > 0 and self._lum >= self._onset[1]:
            text = f"no fade within 1 s: L still {self._lum:.4g} cd/m2"
            self.context.blame(t_ms, 8, "no-fade", text, self._lum, self._onset[1])

    def until(self, t_ms: int) -> None:
        if self._flash_ms is not None and t_ms > self._flash_ms:
            if self._rail:
                text = "a flash write began with the rail on"
                self.context.blame(self._flash_ms, 8, "flash-rail", text)
            self._flash_ms = None
        if self._sensor_ms is None or not self._cues or self._open:
            return
        onset_ms = max(self._sensor_ms + SENSOR_MS, min(self._cues.values()))
        if onset_ms + POLLED_MS < t_ms:
            self._fail(onset_ms, "10 s of a broken sensor during a cue")

    def note(self, t_ms: int, key: str, value: Any, change: dict[str, Any]) -> None:
        if key == "cue":
            self._cue(t_ms, value)
        elif key == "rail":
            self._rail = value
        elif key == "flash" and value == "start":
            self._flash_ms = t_ms
            self.context.dark.must("flash", t_ms, 8, "while flash is written")
        elif key == "flash":
            self.context.dark.may("flash")

    def _cue(self, t_ms: int, cue: dict[str, Any]) -> None:
        if cue.get("phase") == "start":
            self._cues[str(cue.get("id"))] = t_ms
            return
        self._cues.pop(str(cue.get("id")), None)
        since_ms = self._sensor_ms
        if since_ms is None and self._mended and t_ms - self._mended[1] <= MENDED_MS:
            since_ms = self._mended[0]
        if since_ms is not None and t_ms - since_ms >= SENSOR_MS:
            # To the millisecond: the failure ends the cue.
            self.context.free_falls(t_ms, DARK_MS + 500)

    def frame(self, t_ms: int, frame: Frame, before: Frame) -> None:
        self._lum = frame.lum_cd_m2
        since_ms = t_ms - self._onset[0] if self._onset else 0
        fading = FADE_BEGINS_MS < since_ms <= DARK_MS
        if fading and frame.lum_cd_m2 > before.lum_cd_m2 and not self.context.dark.hung:
            text = "L rose in the fade that a failure began"
            self.context.blame(t_ms, 8, "fade-rise", text, frame.lum_cd_m2, before.lum_cd_m2)
