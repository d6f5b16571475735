"""Whose caps hold: the trace's `mode`, as far as what happened allows it (invariants 1 and 10).

A claim that nothing allows is a violation, and sleep's or idle's caps go on to hold.
"""

from typing import Any

from starlit.check.base import Check
from starlit.check.context import DARK_ROOM_LX, HAND_MS, SETTLE_MS, Context
from starlit.check.messages import Heard

DARK_ROOM_MS = 600_000
DAY_MS = 86_400_000
HOST_GOODNIGHTS = 3
EVENING_MS = 3_600_000  # a ritual ends; SAFETY gives no number
RANK = {"idle": 1, "asleep": 0, "evening": 2, "dawn": 3}
DAWN_EARLY_MIN = 31.0  # a ramp of 1800 s may end at the set time
DAWN_LATE_MIN = 1.0  # or begin there
SHORT_MS = 700  # of a press: 600, seen a step late
NIGHT_END_MS = 1000  # the pod counts its night from the goodnight, the trace shows its first frame


class Modes(Check):
    claimed = "idle"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.host_goodnights: list[int] = []
        self._evening = -1  # since when the hour of an evening counts
        self._over = ""  # who has ended the ritual whose light still goes out: hand or host
        self._wall: Any = None  # Unix seconds and when it was so, as in the context
        self._walls: list[tuple[int, Any]] = []  # those of this night, and until when they held
        self.tz_certain = True  # no desired state that could have brought a time zone

    def note(self, t_ms: int, key: str, value: Any, change: dict[str, Any]) -> None:
        if key == "mode":
            self.claimed = value
            self._claim(t_ms, value)

    def truth(self, t_ms: int, kind: str, value: Any) -> None:
        context = self.context
        if kind == "wall":
            if self._wall is not None:
                self._walls.append((t_ms, self._wall))
            self._wall = context.wall
        if kind == "message" and value is not None and value.kind == "other":
            self.tz_certain = self.tz_certain and "tz_min" not in value.body
        if kind == "idle" and (value is None or value in context.dark.reasons):
            # Timer: a switch, unhook, failure or reset, with no hand since, has ended whatever was.
            self.claimed = "idle"  # what it was is no claim for what comes
            self._enter(t_ms, "idle")
        if kind == "evening-end" and value == self._evening and context.mode == "evening":
            context.blame(t_ms, 1, "evening-long", "an evening of 1 h with no new goodnight")
            self._enter(t_ms, "asleep")
        if kind in ("release", "message") and context.mode == "evening":
            self._limit_evening(t_ms)
        if context.mode == "evening":
            self._another(t_ms, kind, value)
        late = kind in ("press", "held", "release", "message") and self.claimed != context.mode
        if late and not self._refusal(t_ms, self.claimed):
            self._enter(t_ms, self.claimed)

    def _another(self, t_ms: int, kind: str, value: Any) -> None:
        """A ritual may end and another begin in the same mode. A host may be refused either."""
        context = self.context
        do = value.body.get("do") if kind == "message" and _may_play(value) else ""
        if kind == "held":
            self._over = "hand"
        elif do == "morning":
            self._over = self._over or "host"
        elif kind == "release" and self._over and value < SHORT_MS:
            # A hand's own: nothing keeps it dim.
            context.dim = context.dim and self._over == "host" and context.dim_by_choice()
            self._over = ""
            context.refresh(t_ms)
        elif do == "goodnight" and self._over:
            self._over = "host"
            context.dim = context.dim and self._in_the_dark(t_ms) or context.dim_by_choice()
            if context.dim:
                context.grace_until_ms, context.grace_from_ms = t_ms + SETTLE_MS, t_ms
            context.refresh(t_ms)

    def _claim(self, t_ms: int, mode: str) -> None:
        context = self.context
        if mode == context.mode:
            return
        refusal = self._refusal(t_ms, mode)
        if refusal:
            text = f"mode {context.mode} -> {mode} {refusal}"
            context.blame(t_ms, 10, "mode-raised", text)
        elif context.mode in ("idle", "asleep") and mode != "idle":
            self._begin(t_ms, mode)
        if not refusal:
            self._enter(t_ms, mode)

    def _enter(self, t_ms: int, mode: str) -> None:
        if mode in ("idle", "asleep"):
            self.context.dim, self._over = False, ""
        self.context.set_mode(t_ms, mode)
        if mode == "evening":
            self._evening = -1
            self._limit_evening(t_ms)

    def _limit_evening(self, t_ms: int) -> None:
        """From here, or from a later press or a host's goodnight, one hour."""
        if self._evening < 0 or self._hand(t_ms) or self._host_goodnight(t_ms):
            self._evening = t_ms
            self.context.timeline.add(t_ms + EVENING_MS, "evening-end", t_ms)

    def _refusal(self, t_ms: int, mode: str) -> str:
        old = self.context.mode
        if mode not in RANK:
            return "which does not exist"
        if mode == "asleep":
            return ""
        if mode == "dawn":
            return self._no_dawn(t_ms)
        if old == "asleep" and mode == "idle":
            return "" if self._may_end_sleep(t_ms) else "without a press of 1 s in sleep"
        if old == "asleep":
            held = self.context.hand(t_ms, held=True, within_ms=self._late_ms(t_ms))
            return "" if held else "without a press of 1 s in sleep"
        if mode == "evening" and not self._goodnight(t_ms):
            return "without a goodnight by hand or host"
        return ""

    def _may_end_sleep(self, t_ms: int) -> bool:
        context = self.context
        return (
            context.hand(t_ms, held=True, within_ms=SETTLE_MS)
            or t_ms - context.set_up_ms <= SETTLE_MS
            or not context.night_running(t_ms + NIGHT_END_MS)
            or context.rebooted_in_night(t_ms)
            or t_ms < context.free_until_ms
            or bool(context.dark.reasons)
        )

    def _host_goodnight(self, t_ms: int) -> bool:
        return any(
            _may_play(heard)
            and heard.body.get("do") == "goodnight"
            and t_ms - heard.t_ms <= self._late_ms(t_ms)
            for heard in self.context.heard
        )

    def _goodnight(self, t_ms: int) -> bool:
        if not self.context.told:  # only the trace knows: any message that it took may be one
            return self._hand(t_ms) or t_ms - self.context.rx_ms <= self._late_ms(t_ms)
        return self._hand(t_ms) or self._host_goodnight(t_ms)

    def _hand(self, t_ms: int) -> bool:
        return self.context.hand(t_ms, within_ms=self._late_ms(t_ms))

    def _late_ms(self, t_ms: int) -> int:
        """How long after what began it a mode may come: lit, it waits for turns that count."""
        lit_ms = int(t_ms - self.context.dark.dark_ms)
        return max(HAND_MS, min(lit_ms, SETTLE_MS))

    def _begin(self, t_ms: int, mode: str) -> None:
        """A ritual, or sleep, begins: whose goodnight was it, and does a night begin?"""
        context = self.context
        self._walls = [one for one in self._walls if t_ms - one[0] <= self._late_ms(t_ms)]
        if not context.night_running(t_ms):
            context.night_ms, context.night_ahead_ms = t_ms, 0
        if self._hand(t_ms):
            if self._host_goodnight(t_ms):  # a moment after a press: it may be either's
                context.dim = context.dim_by_choice()
            return
        if not self._goodnight(t_ms):
            return
        context.dim = self._in_the_dark(t_ms) or context.dim_by_choice()
        recent = [old for old in self.host_goodnights if t_ms - old < DAY_MS] + [t_ms]
        self.host_goodnights = recent
        if len(recent) > HOST_GOODNIGHTS:
            text = f"{len(recent)} rituals started by the host in 24 h"
            context.blame(t_ms, 10, "host-goodnights", text, len(recent), HOST_GOODNIGHTS)

    def _in_the_dark(self, t_ms: int) -> bool:
        """Whether a host's goodnight has to be dim."""
        context = self.context
        since_ms = context.lux_since_ms  # before its start, for all that a pod knows, it was dark
        long_dark = t_ms - since_ms >= DARK_ROOM_MS or since_ms <= context.boot_ms
        return context.lux < DARK_ROOM_LX and long_dark

    def _no_dawn(self, t_ms: int) -> str:
        context = self.context
        if context.dawn is None:
            return "but no dawn was set at the pod"
        if not context.wall_known:
            return "without authenticated wall time since boot"
        if context.wall is None or not self.tz_certain:
            return ""
        # The goodnight fixes it: a clock that was set later does not move it.
        late = [self._late_min(t_ms, wall) for _, wall in [(0, context.wall), *self._walls]]
        if any(-DAWN_EARLY_MIN <= one <= DAWN_LATE_MIN for one in late):
            return ""
        return f"{late[0]:+.0f} min from the set {context.dawn} UTC"

    def _late_min(self, t_ms: int, wall: tuple[int, int]) -> float:
        hours, minutes = map(int, str(self.context.dawn).split(":"))
        now_s = wall[0] + (t_ms - wall[1]) / 1000
        return (now_s / 60 - hours * 60 - minutes + 720) % 1440 - 720


def _may_play(heard: Heard | None) -> bool:
    return heard is not None and heard.kind == "play" and heard.valid is not False
