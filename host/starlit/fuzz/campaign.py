"""Case after case until time or frames are used up; what is found is made small and kept."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from starlit.check import Report
from starlit.fuzz.case import Case
from starlit.fuzz.mutate import mutated
from starlit.fuzz.play import Key, Outcome, play
from starlit.fuzz.shrink import Shrinker

SHRINK_S = 30.0
Progress = Callable[["Tally"], None]


@dataclass(frozen=True)
class Finding:
    number: int  # of the case in its campaign
    case: Case | None  # made small; None: a stream of the guard alone, which its number repeats
    invariant: int
    kind: str
    line: str  # the violation
    file: Path | None


@dataclass
class Tally:
    """What a campaign did."""

    seed: int = 0
    cases: int = 0
    frames: int = 0
    blocks: int = 0
    messages: int = 0
    events: int = 0
    pod_s: float = 0.0  # virtual time
    wall_s: float = 0.0
    violations: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, case: Case, outcome: Outcome) -> None:
        self.cases += 1
        self.frames += outcome.frames
        self.blocks += outcome.blocks
        self.messages += outcome.messages
        self.events += len(case.lines)
        self.pod_s += outcome.pod_s
        self.violations += outcome.report.total

    def add_stream(self, number: int, frames: int, blocks: int, report: Report) -> None:
        """A stream of the guard alone; each kind of violation is told once."""
        self.cases += 1
        self.frames += frames
        self.blocks += blocks
        self.violations += report.total
        for found in report.violations:
            if all((f.invariant, f.kind) != (found.invariant, found.kind) for f in self.findings):
                where = f"stream {number}: {found.line()}"
                self.findings.append(
                    Finding(number, None, found.invariant, found.kind, where, None)
                )

    def to_dict(self) -> dict[str, Any]:
        return {
            "ok": not self.findings,
            "seed": self.seed,
            "cases": self.cases,
            "frames": self.frames,
            "blocks": self.blocks,
            "messages": self.messages,
            "events": self.events,
            "pod_s": round(self.pod_s, 1),
            "wall_s": round(self.wall_s, 1),
            "violations": self.violations,
            "findings": [
                {
                    "invariant": found.invariant,
                    "kind": found.kind,
                    "violation": found.line,
                    "case": found.number,
                    "file": None if found.file is None else str(found.file),
                }
                for found in self.findings
            ],
        }


class Campaign:
    """`run` plays cases 0, 1, 2 ... of `seed`: the same number is the same case for ever."""

    def __init__(
        self,
        seed: int,
        seconds: float | None = None,
        frames: int | None = None,
        jobs: int = 1,
        keep: Path | None = None,
        shrink_s: float = SHRINK_S,
        progress: Progress | None = None,
        tame: bool = False,
    ):
        """`tame`: the pod's own scenes only, where other cases give the guard noise to hold."""
        self.tally = Tally(seed=seed)
        self.seconds = seconds
        self.frames = frames
        self.jobs = jobs
        self.keep = keep
        self.shrink_s = shrink_s
        self.progress = progress
        self.tame = tame
        self._began = 0.0
        self._paused = 0.0  # shrinking is no part of the time asked for

    def run(self) -> Tally:
        self._began = time.monotonic()
        played = _one_by_one(self.tally.seed, self._more, self.tame)
        if self.jobs > 1:
            played = _side_by_side(self.tally.seed, self._more, self.tame, self.jobs)
        for number, case, outcome in played:
            self.tally.add(case, outcome)
            self.tally.wall_s = self._elapsed()
            for key in sorted(outcome.keys):
                self._found(number, case, key)
            if self.progress:
                self.progress(self.tally)
        return self.tally

    def _elapsed(self) -> float:
        return time.monotonic() - self._began - self._paused

    def _more(self) -> bool:
        late = self.seconds is not None and self._elapsed() >= self.seconds
        return not late and (self.frames is None or self.tally.frames < self.frames)

    def _found(self, number: int, case: Case, key: Key) -> None:
        """Each kind is made small once."""
        if any((found.invariant, found.kind) == key for found in self.tally.findings):
            return
        began = time.monotonic()
        small = Shrinker(case, key, self.shrink_s).shrink()
        self._paused += time.monotonic() - began
        first = play(small).first(key)
        file = None
        if self.keep is not None:
            name = f"seed{self.tally.seed}-case{number}-{key[0]}-{key[1]}"
            file = small.save(self.keep, name)
        line = first.line() if first else f"invariant {key[0]}: {key[1]} (not reproduced)"
        self.tally.findings.append(Finding(number, small, *key, line, file))


Played = Iterator[tuple[int, Case, Outcome]]


def _one_by_one(seed: int, more: Callable[[], bool], tame: bool) -> Played:
    number = 0
    while more():
        yield _job(seed, number, tame)
        number += 1


def _job(seed: int, number: int, tame: bool) -> tuple[int, Case, Outcome]:
    case = mutated(seed, number)
    if tame:
        case = replace(case, wild=False)
    return number, case, play(case)


def _side_by_side(seed: int, more: Callable[[], bool], tame: bool, jobs: int) -> Played:
    number = 0
    with ProcessPoolExecutor(jobs) as pool:
        under_way: set[Future] = set()
        while under_way or more():
            while more() and len(under_way) < 2 * jobs:
                under_way.add(pool.submit(_job, seed, number, tame))
                number += 1
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
