"""A night in plain sentences, from what the pod told: events that were kept, or a trace."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlit.errors import UserError
from starlit.heard import printable

TEXT_MAX = 300
JOINED_S = 1.5  # what comes so soon after belongs together
_ALONE = {"the room is lit": "light", "plugged in at the pod": "plug"}
_DARK = {"unplugged": "dark", "unhooked": "dark", "failed": "fault"}


@dataclass(frozen=True)
class Told:
    """One event: when, in seconds, and what, as pods publish it."""

    at_s: float
    body: dict[str, Any]


@dataclass(frozen=True)
class Line:
    at_s: float
    kind: str
    text: str


# -- from a trace ------------------------------------------------------------------------------


class TraceNights:
    """Events of each night of a trace. `wall_s` is Unix time at its 0, where the pod knew it."""

    def __init__(self) -> None:
        self.pod = ""
        self.nights: dict[int, list[Told]] = {}
        self.wall_s: float | None = None
        self._night = 0
        self._state = ""
        self._whys: list[tuple[int, str]] = []

    def take(self, line: dict[str, Any]) -> None:
        if "pod" in line and "version" in line:
            self.pod = line["pod"]
            return
        t_ms = line["t_ms"]
        if line.get("wall"):
            self.wall_s = line["wall"] - t_ms / 1000
        self._tell_old_whys(t_ms)
        self._night = line.get("night", self._night)
        if "cue" in line:
            self._tell(t_ms, {"event": "cue", "why": line.get("why"), **line["cue"]})
        elif line.get("why"):
            self._whys.append((t_ms, line["why"]))
        if line.get("state", self._state) != self._state:
            self._turn(t_ms, line["state"])

    def end(self) -> None:
        self._tell_old_whys(1 << 60)

    def _turn(self, t_ms: int, state: str) -> None:
        before, self._state = self._state, state
        why = self._whys[-1][1] if self._whys else None
        if not before:
            return  # as it was when the trace began
        if state == "ritual":
            self._tell(t_ms, {"event": "ritual", "night": self._night})
            if why == "goodnight from the host":
                self._tell(t_ms, {"event": "command", "do": "goodnight", "ok": True})
        elif state in _DARK:
            self._tell(t_ms, {"event": _DARK[state], "why": why})
        elif state == "idle" and before in ("ritual", "fade", "night", "dawn"):
            self._tell(t_ms, {"event": "morning", "why": why})
        elif state == "idle":
            self._tell(t_ms, {"event": "plug"})
        else:
            self._tell(t_ms, {"event": state, "why": why})
        self._whys.clear()

    def _tell_old_whys(self, t_ms: int) -> None:
        """A reason that no change of state took stands alone."""
        while self._whys and self._whys[0][0] < t_ms:
            at_ms, why = self._whys.pop(0)
            kind = _ALONE.get(why, "note")
            self._tell(at_ms, {"event": kind, "why": why})

    def _tell(self, t_ms: int, body: dict[str, Any]) -> None:
        self.nights.setdefault(self._night, []).append(Told(t_ms / 1000, body))


def read_trace(path: Path) -> TraceNights:
    nights = TraceNights()
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                # A night has a million lines of light; those hold none of these words.
                if number == 1 or any(word in line for word in _WORDS):
                    nights.take(json.loads(line))
    except OSError as error:
        raise UserError(
            f"--trace {path}: cannot be read ({error.strerror}); check the path"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError(
            f"--trace {path}: line {number} is none of a trace (docs/trace.md)"
        ) from None
    if not nights.pod:
        raise UserError(f"--trace {path}: has no header; give a pod's trace (docs/trace.md)")
    nights.end()
    return nights


_WORDS = ('"wall"', '"night"', '"cue"', '"why"', '"state"')


# -- in sentences --------------------------------------------------------------------------------


def tell(events: Iterable[Told]) -> list[Line]:
    """One sentence for each thing that happened, in the order of time."""
    told = list(events)
    lines: list[Line] = []
    started: dict[Any, float] = {}
    for number, one in enumerate(told):
        kind = str(one.body.get("event", ""))
        text = _sentence(kind, one, told[number + 1 : number + 4], started)
        if text:
            lines.append(Line(one.at_s, printable(kind, 32), printable(text, TEXT_MAX)))
    return lines


def _sentence(kind: str, one: Told, following: list[Told], started: dict[Any, float]) -> str:
    if kind == "cue":
        return _cue(one, started)
    if kind == "ritual":
        return _goodnight(one, following)
    if kind == "command":
        return _command(one.body)
    why = str(one.body.get("why") or "") if kind != "plug" else ""
    template = _SENTENCES.get(kind)
    if template is None:
        return _because(f"The pod told of {kind or 'something'}", why)
    if kind == "note":
        return f"{why[:1].upper()}{why[1:]}." if why else ""
    return _because(template, why)


_SENTENCES = {
    "light": "The pod gave way",
    "fade": "The ritual began to fade",
    "night": "The pod went dark for the night",
    "dawn": "The dawn began",
    "morning": "The night ended",
    "dark": "The pod went dark at once",
    "fault": "The pod failed dark",
    "plug": "A hand plugged the pod in",
    "disarmed": "Cues in sleep are no longer armed",
    "calibration": "A calibration was taken, by a hand at the pod",
    "note": "",
}


def _because(text: str, why: str) -> str:
    return f"{text}: {why}." if why else f"{text}."


def _goodnight(one: Told, following: list[Told]) -> str:
    host = any(
        other.body.get("event") == "command"
        and other.body.get("do") == "goodnight"
        and other.at_s - one.at_s <= JOINED_S
        for other in following
    )
    return f"The ritual began: goodnight {'from the host' if host else 'at the pod'}."


def _command(body: dict[str, Any]) -> str:
    """What was done is told by what it did."""
    if body.get("ok") is True or body.get("do") == "cue":
        return ""
    return _because(
        f"The host's {body.get('do', 'command')} was refused", str(body.get("why") or "")
    )


def _cue(one: Told, started: dict[Any, float]) -> str:
    body = one.body
    told, name, phase = body.get("slot"), str(body.get("id", "?")), body.get("phase")
    slot = told if type(told) is int else None
    why = str(body.get("why") or "")
    what = f"Cue {name} (slot {slot + 1})" if slot is not None else f"Cue {name}"
    if phase == "start":
        started[slot, name] = one.at_s
        return f"{what} began."
    if phase == "end":
        lasted_s = one.at_s - started.pop((slot, name), one.at_s)
        after = f" after {lasted_s:.0f} s" if lasted_s else ""
        return f"{what} ended early{after}: {_plain(why)}." if why else f"{what} ended{after}."
    if phase == "dropped":
        return f"{what} was dropped: {_plain(why)}."
    return f"{what} was refused: {_plain(why)}."


def _plain(why: str) -> str:
    """The pod says it shortly."""
    return {
        "quiet rule": "the heart rose, and the quiet rule holds",
        "too late": "its time was over when the pod could have played it",
    }.get(why, why or "no reason given")
