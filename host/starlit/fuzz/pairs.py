"""Invariant 9 on pairs: a night under any heart, against the open-gate run of the same night.

The nights are short (`HURRY` and less: a ritual of seconds, slots a minute apart), so that a
thousand pairs take minutes. Only the heart differs between the two runs.
"""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from pod import night, score
from starlit.check import check_pair
from starlit.fuzz import messages
from starlit.fuzz.campaign import SHRINK_S, Finding, Tally
from starlit.fuzz.case import Case, Line
from starlit.fuzz.generate import NEW_YEAR_S
from starlit.fuzz.play import Count, Outcome, record
from starlit.fuzz.shrink import Shrinker
from starlit.simbus import IdealCoordinator

SHORT: dict[str, Any] = {
    "RITUAL_MS": 14_000,
    "FADE_MS": 6_000,
}
TENTH_MS = 80  # of a score's minute: slots come 48 s apart, from the first minute on
Progress = Callable[[Tally], None]


def pair(seed: int, number: int) -> Case:
    """The night under a heart; `open_gate` makes the other."""
    chance = Random(f"pair {seed} {number}")
    adult = chance.random() < 0.75
    end_ms = chance.choice((80_000, 100_000, 150_000)) if adult else 30_000
    lines = _night(chance, adult, end_ms) + _heart(chance, end_ms)
    lines = sorted((line for line in lines if line["t_ms"] < end_ms), key=lambda one: one["t_ms"])
    return Case(
        chance.randrange(1 << 30),
        end_ms,
        tuple(lines),
        profile="adult" if adult else "child",
        sensor="ppg" if chance.random() < 0.03 else "beats",
    )


def _night(chance: Random, adult: bool, end_ms: int) -> list[Line]:
    lines: list[Line] = [
        {"t_ms": 0, "wall": NEW_YEAR_S + chance.randrange(10_000_000)},
        {"t_ms": 0, "button_ms": 1800},
        {"t_ms": 100, "lux": chance.choice((0.2, 0.2, 3, 9))},
        {"t_ms": 1300, "set": {"armed": adult, "share_heart": chance.random() < 0.5}},
        {"t_ms": 2500, "button_ms": 300},
    ]
    if chance.random() < 0.5:
        body = json.dumps({"score": messages.score(chance)})
        line = {"t_ms": 2000, "topic": messages.DESIRED, "payload": body, "sign": True}
        lines.append(line)
    if chance.random() < 0.1:
        lines.append({"t_ms": 0, "link": "down"})
    for _ in range(chance.choice((0, 1, 3, 6))):
        at_ms = chance.randrange(3000, end_ms)
        name = chance.choice(messages.CUES)
        do = {"do": "star"} if chance.random() < 0.2 else {"do": "cue", "cue": name}
        lines.append(messages.play(at_ms, **do))
    for _ in range(chance.choice((0, 0, 1, 3))):
        at_ms = chance.randrange(3000, end_ms)
        more: Line = chance.choice((
            {"switch": "out"}, {"reboot": True}, {"lux": 30}, {"lux": 0.2}, {"button_ms": 300},
            {"link": "down"}, {"link": "up"}, {"fault": "fifo"}, {"fault": "none"},
        ))  # fmt: skip
        lines.append({"t_ms": at_ms, **more})
        if "switch" in more or "reboot" in more:
            lines.append({"t_ms": at_ms + 1000, "switch": "in"})
            lines.append({"t_ms": at_ms + 1500, "button_ms": 1700})
            lines.append({"t_ms": at_ms + 3500, "button_ms": 300})
    return lines


def _heart(chance: Random, end_ms: int) -> list[Line]:
    """None; a calm one; one that is startled; fingers on and off; garbage."""
    kind = chance.choice(("none", "calm", "aroused", "surging", "finger", "garbage"))
    if kind == "none":
        return []
    base = chance.randrange(45, 90)
    lines: list[Line] = [{"t_ms": chance.randrange(20_000), "heart_bpm": base}]
    for _ in range({"calm": 1, "aroused": 3, "surging": 2, "finger": 12}.get(kind, 60)):
        at_ms = chance.randrange(end_ms)
        rate: float | None = base + chance.randrange(-3, 4)
        if kind == "aroused":
            rate = base * chance.choice((1.0, 1.16, 1.25))
        elif kind == "surging":
            rate = min(300.0, base * chance.choice((1.0, 1.4, 1.6)))
        elif kind == "finger":
            rate = chance.choice((None, base, base + 12))
        elif kind == "garbage":
            rate = chance.choice((None, 20, 300, chance.randrange(20, 300)))
        lines.append({"t_ms": at_ms, "heart_bpm": rate})
    return lines


def open_gate(case: Case) -> Case:
    """The same night with no heart and every gate open."""
    rest = [line for line in case.lines if "heart_bpm" not in line]
    return case.with_lines([{"t_ms": 0, "heart": "open"}, *rest])


def run_pair(case: Case) -> Outcome:
    """Both runs, and A against B."""
    count = Count()
    with (
        patch.multiple(night, **SHORT),
        patch.object(score, "TENTH_MS", TENTH_MS),
        # A host withdraws at once what came past it; the scores of these nights shall stand.
        patch.object(IdealCoordinator, "_overtake", lambda *_: []),
    ):
        own, broke, end_ms = record(case, count)
        other, other_broke, _ = record(open_gate(case), count)
    outcome = Outcome(
        check_pair(own, other), count.frames, count.blocks, 2 * case.messages, 2 * end_ms / 1000
    )
    for what in (broke, other_broke):
        if what is not None:
            outcome.report.add(end_ms, "pod-1", 10, "crash", f"the pod's step raised {what}")
    return outcome


def run_pairs(
    count: int,
    seed: int,
    jobs: int = 1,
    keep: Path | None = None,
    shrink_s: float = SHRINK_S,
    progress: Progress | None = None,
) -> Tally:
    """Pairs 0 to `count` - 1 of this seed."""
    tally = Tally(seed=seed)
    began = time.monotonic()
    for number, case, outcome in _played(count, seed, jobs):
        tally.add(case, outcome)
        tally.wall_s = time.monotonic() - began
        for key in sorted(outcome.keys):
            if all((found.invariant, found.kind) != key for found in tally.findings):
                small = Shrinker(case, key, shrink_s, run_pair).shrink()
                tally.findings.append(_finding(number, seed, small, key, keep))
        if progress:
            progress(tally)
    return tally


def _finding(
    number: int, seed: int, case: Case, key: tuple[int, str], keep: Path | None
) -> Finding:
    first = run_pair(case).first(key)
    file = None
    if keep is not None:
        name = f"seed{seed}-pair{number}-{key[0]}-{key[1]}"
        file = case.save(keep, name)
        open_gate(case).save(keep, name + "-open")
    return Finding(number, case, *key, first.line() if first else key[1], file)


def _job(what: tuple[int, int]) -> tuple[int, Case, Outcome]:
    seed, number = what
    case = pair(seed, number)
    return number, case, run_pair(case)


def _played(count: int, seed: int, jobs: int) -> Iterator[tuple[int, Case, Outcome]]:
    work = [(seed, number) for number in range(count)]
    if jobs == 1:
        yield from map(_job, work)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_job, work, chunksize=4)
