"""Invariant 7: the switch wins; after it, or a reset, only a hand at the pod brings light."""

from typing import Any

from starlit.check.base import Check
from starlit.check.context import Context
from starlit.check.timeline import PLUG_IN_MS

DARK_MS = 100
FREE_MS = 1000


class Unplug(Check):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._boot_count: int | None = None
        self._must("reset", 0, "before a hand at the pod after a reset")

    def _must(self, reason: str, due_ms: int, text: str) -> None:
        self.context.dark.must(reason, due_ms, 7, text)

    def truth(self, t_ms: int, kind: str, value: Any) -> None:
        if kind == "switch":
            self._switch(t_ms, value)
        elif kind == "reboot":
            self._reset(t_ms)
        elif self._held(kind, value) and self.context.switch_in:
            self._plugged_in()
        elif kind == "release" and self.context.switch_in:
            self.context.dark.may("reset")

    def note(self, t_ms: int, key: str, value: Any, change: dict[str, Any]) -> None:
        """A boot that the trace tells of: it must be as dark as one of the scenario's."""
        if key != "boot":
            return
        count = value.get("n") if isinstance(value, dict) else None
        if self._boot_count is not None and count != self._boot_count:
            self._reset(t_ms, free=not self.context.told)
        self._boot_count = count

    def _switch(self, t_ms: int, value: str) -> None:
        context = self.context
        if value == "out":
            self._must("switch", t_ms + DARK_MS, "100 ms after the switch opened")
            self._must("unplugged", t_ms + DARK_MS, "before switch in and a press of 1 s")
            context.free_falls(t_ms, FREE_MS)
            context.timeline.add(t_ms + DARK_MS, "idle", "unplugged")
            return
        context.dark.may("switch")
        press = context.press
        if press is not None and press[1] is None and t_ms - press[0] >= PLUG_IN_MS:
            self._plugged_in()  # the press goes on: it will be completed after the switch

    def _plugged_in(self) -> None:
        for reason in ("unplugged", "reset", "unhook"):
            self.context.dark.may(reason)

    def _reset(self, t_ms: int, free: bool = True) -> None:
        self._must("reset", t_ms + DARK_MS, "before a hand at the pod after a reset")
        if free:
            self.context.free_falls(t_ms, FREE_MS)
        self.context.timeline.add(t_ms, "idle")
        self.context.held_on(t_ms)

    def _held(self, kind: str, since_ms: Any) -> bool:
        """A press reached 1 s, or goes on 1 s after the reset that it began before."""
        return kind == "held" or (kind == "held-on" and self.context.still_pressed(since_ms))
