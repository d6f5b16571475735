"""What happened, where no scenario says it: the recorder's words in the trace itself."""

from typing import Any

from starlit.check.base import Check
from starlit.check.context import Context
from starlit.check.timeline import PLUG_IN_MS

SETTINGS = ("armed", "profile", "dawn", "share_heart")


class Recorded(Check):
    """Turns `switch`, `button`, `boot` and the like into truth, if nothing better is there."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._down_ms: int | None = None
        self._fault = "none"
        self._booted = False

    def note(self, t_ms: int, key: str, value: Any, change: dict[str, Any]) -> None:
        context = self.context
        if context.told:
            return
        timeline = context.timeline
        if key in ("switch", "wall", "lux"):
            timeline.add(t_ms, key, 5.0 if key == "lux" and value is None else value)
        elif key == "button":
            self._button(t_ms, value)
        elif key in SETTINGS:
            timeline.add(t_ms, "set", {key: value})
        elif key == "calibration":
            context.offer(t_ms, _fields(value or {}))
        elif key == "fault" and value != self._fault:
            self._fault = value
            timeline.add(t_ms, "fault", (value, 2001 if value == "clock" else 0))
        elif key == "heartbeat_line" and value == "stuck":
            timeline.add(t_ms, "fault", ("hang", 0))
        elif key == "boot":
            self._boot(t_ms, value)
        elif key == "rx" and value.get("ok"):
            context.rx_ms = t_ms
        elif key == "state" and value == "unhooked":
            context.free_falls(t_ms, 1000)
            context.dark.must("unhook", t_ms + 1000, 10, "1 s after an unhook")
            timeline.add(t_ms + 1000, "idle")

    def truth(self, t_ms: int, kind: str, value: Any) -> None:
        if kind == "still-down" and value == self._down_ms:
            self.context.timeline.add(t_ms, "held", PLUG_IN_MS)

    def _boot(self, t_ms: int, boot: dict[str, Any]) -> None:
        if self._booted:
            self.context.timeline.add(t_ms, "reboot", boot["cause"])
        if boot["cause"] in ("watchdog", "brownout"):
            self.context.timeline.add(t_ms, "fault", (boot["cause"], 0))
        self._booted = True

    def _button(self, t_ms: int, value: str) -> None:
        timeline = self.context.timeline
        if value == "down":
            self._down_ms = t_ms
            timeline.add(t_ms, "press", None)
            timeline.add(t_ms + PLUG_IN_MS, "still-down", t_ms)
        elif self._down_ms is not None:
            timeline.add(t_ms, "release", t_ms - self._down_ms)
            self._down_ms = None


def _fields(claim: dict[str, Any]) -> dict[str, float]:
    """What a hand may have offered: SAFETY's bounds hold without it too."""
    fields: dict[str, float] = {
        key: claim[key] for key in ("transmission", "distance_m") if key in claim
    }
    if claim.get("sound"):
        fields["full_scale_dba"] = claim["sound"]["full_scale_dba"]
    return {
        key: value
        for key, value in fields.items()
        if not (key == "transmission" and value < 0.02) and not (key == "distance_m" and value > 1)
    }
