"""Makes a finding small: fewer events by delta debugging, then a shorter time."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlit.fuzz.case import Case, Line
from starlit.fuzz.play import Key, Outcome, play

AFTER_MS = 4000  # the run goes on so long after the violation
ROUND = (60_000, 10_000, 1000, 100)


class Shrinker:
    """Keeps a case that still shows `key`; gives up after `seconds`."""

    def __init__(
        self, case: Case, key: Key, seconds: float = 60.0, run: Callable[[Case], Outcome] = play
    ):
        self.best = case
        self.key = key
        self.run = run
        self.runs = 0
        self._until = time.monotonic() + seconds

    def shrink(self) -> Case:
        self._cut_end()
        self._plainer()
        before = -1
        while before != len(self.best.lines) and self._time():
            before = len(self.best.lines)
            self._fewer_lines()
            self._cut_end()
        self._sooner()
        self._cut_end()
        return self.best

    def _time(self) -> bool:
        return time.monotonic() < self._until

    def _try(self, case: Case) -> bool:
        if case == self.best or not self._time():
            return False
        self.runs += 1
        if self.key not in self.run(case).keys:
            return False
        self.best = case
        return True

    def _cut_end(self) -> None:
        first = self._outcome().first(self.key)
        if first is None or not self._time():
            return
        end_ms = first.t_ms + AFTER_MS
        if end_ms < self.best.end_ms:
            lines = [line for line in self.best.lines if line["t_ms"] <= first.t_ms]
            self._try(replace(self.best, end_ms=end_ms, lines=tuple(lines)))
            self._try(replace(self.best, end_ms=end_ms))

    def _outcome(self) -> Outcome:
        self.runs += 1
        return self.run(self.best)

    def _plainer(self) -> None:
        for name in ("liar", "wild", "hurried"):
            if getattr(self.best, name):
                plain: dict[str, Any] = {name: False}
                self._try(replace(self.best, **plain))
        self._try(replace(self.best, seed=1))

    def _fewer_lines(self) -> None:
        """ddmin: halves first, then smaller and smaller parts."""
        size = max(1, len(self.best.lines) // 2)
        while size and self._time():
            at = 0
            while at < len(self.best.lines):
                lines = list(self.best.lines)
                if not self._try(self.best.with_lines(lines[:at] + lines[at + size :])):
                    at += size
            size //= 2

    def _sooner(self) -> None:
        """Gaps shorter, times rounder."""
        for at in range(len(self.best.lines)):
            self._close_gap(at)
        for at in range(len(self.best.lines)):
            for unit in ROUND:
                if self._retimed(at, unit):
                    break

    def _close_gap(self, at: int) -> None:
        """This and all later events sooner by as much as may be."""
        lines = sorted(self.best.lines, key=lambda line: line["t_ms"])
        gap_ms = lines[at]["t_ms"] - (lines[at - 1]["t_ms"] if at else 0)
        for part in (gap_ms, gap_ms // 2, gap_ms // 4):
            if part < 50:
                return
            moved = lines[:at] + [
                {**line, "t_ms": line["t_ms"] - part} for line in lines[at:]
            ]
            end_ms = self.best.end_ms - part
            if self._try(replace(self.best, lines=tuple(moved), end_ms=end_ms)):
                return

    def _retimed(self, at: int, unit: int) -> bool:
        lines: list[Line] = list(self.best.lines)
        lines[at] = {**lines[at], "t_ms": lines[at]["t_ms"] // unit * unit}
        if lines[at] == self.best.lines[at]:
            return True
        return self._try(self.best.with_lines(sorted(lines, key=lambda line: line["t_ms"])))
