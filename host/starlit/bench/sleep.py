"""`starlit bench sleep`: the pod's own sleep state against nights with stages.

The classifier runs as in a pod: stepped once a second in a dark room from the goodnight (`t_s` 0),
causal, no record knows of another. Wake is stage 0, sleep every other; unscored epochs (-1) and
seconds without a rate count for nothing but the passing of time. 'Unknown' is judged in two ways:
left out (how right is what it says?), and as not asleep (what a slot that is dropped then does).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pod import sleep, ticks
from pod.room import Room
from starlit.errors import UserError
from starlit.heartfile import (
    EPOCH_S,
    HeartNight,
    find_heart_files,
    find_stages,
    read_heart,
    read_stages,
)

DARK_MLX = 0
WAKE, SLEEP, UNKNOWN = "wake", "sleep", "unknown"
_SAYS = {sleep.AWAKE: WAKE, sleep.ASLEEP: SLEEP, sleep.UNKNOWN: UNKNOWN}
Progress = Callable[[int, int, str], None]


@dataclass
class Counts:
    """Epochs: what was true, and what was said."""

    wake_wake: int = 0
    wake_sleep: int = 0
    wake_unknown: int = 0
    sleep_wake: int = 0
    sleep_sleep: int = 0
    sleep_unknown: int = 0

    def add(self, truth: str, said: str) -> None:
        name = f"{truth}_{said}"
        setattr(self, name, getattr(self, name) + 1)

    def __iadd__(self, other: "Counts") -> "Counts":
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)
        return self

    @property
    def epochs(self) -> int:
        return sum(vars(self).values())

    def figures(self) -> dict[str, Any]:
        unknown = self.wake_unknown + self.sleep_unknown
        known = self.wake_wake, self.wake_sleep, self.sleep_wake, self.sleep_sleep
        dropping = (
            self.wake_wake + self.wake_unknown, self.wake_sleep,
            self.sleep_wake + self.sleep_unknown, self.sleep_sleep,
        )  # fmt: skip
        wake = self.wake_wake + self.wake_sleep + self.wake_unknown
        return {
            "epochs": self.epochs,
            "wake_share": _share(wake, self.epochs),
            "unknown_share": _share(unknown, self.epochs),
            "accuracy": _accuracy(*known),
            "kappa": _kappa(*known),
            "always_asleep_accuracy": _share(
                self.sleep_wake + self.sleep_sleep, self.epochs - unknown
            ),
            "dropped_of_wake": _share(dropping[0], wake),
            "dropped_of_sleep": _share(dropping[2], self.epochs - wake),
            "unknown_as_wake_accuracy": _accuracy(*dropping),
            "unknown_as_wake_kappa": _kappa(*dropping),
            "counts": dict(vars(self)),
        }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _accuracy(ww: int, ws: int, sw: int, ss: int) -> float | None:
    return _share(ww + ss, ww + ws + sw + ss)


def _kappa(ww: int, ws: int, sw: int, ss: int) -> float | None:
    """Cohen's; None where only one answer was given to only one truth."""
    n = ww + ws + sw + ss
    chance = (ww + ws) * (ww + sw) + (sw + ss) * (ws + ss)
    return round((n * (ww + ss) - chance) / (n * n - chance), 4) if n * n > chance else None


def rates(rows: list[tuple[float, float]], seconds: int) -> Iterator[int]:
    """Tenths of a beat a minute, second by second from 1 on; 0 where no row is known yet or any
    more. A second knows no row after it."""
    spans = iter([*HeartNight(rows).spans(), (float("inf"), float("inf"), 0.0)])
    from_s, to_s, bpm = next(spans)
    for second in range(1, seconds + 1):
        while second >= to_s:
            from_s, to_s, bpm = next(spans)
        yield int(bpm * 10 + 0.5) if second >= from_s else 0


def states(rows: list[tuple[float, float]], epochs: int, heart: bool = True) -> list[str]:
    """What the pod says at the end of each epoch."""
    classifier, room, said = sleep.Sleep(), Room(), []
    now_ms = ticks.PERIOD - 3_600_000  # every night meets the wrap
    classifier.begin(now_ms)
    for second, rate in enumerate(rates(rows, epochs * EPOCH_S), 1):
        now_ms = ticks.add(now_ms, 1000)
        room.step(1000, DARK_MLX, 0)
        classifier.step(now_ms, room, rate if heart else 0)
        if second % EPOCH_S == 0:
            said.append(_SAYS[classifier.state])
    return said


def score(rows: list[tuple[float, float]], stages: dict[int, int], heart: bool = True) -> Counts:
    counts = Counts()
    for epoch, said in enumerate(states(rows, max(stages, default=-1) + 1, heart)):
        stage = stages.get(epoch, -1)
        if stage >= 0:
            counts.add(SLEEP if stage else WAKE, said)
    return counts


def run(folder: Path, progress: Progress = lambda done, total, what: None) -> dict[str, Any]:
    files = [path for path in find_heart_files(folder) if find_stages(path)]
    if not files:
        raise UserError(f"bench sleep {folder}: no *_hr.csv with a *_stages.csv beside it")
    pooled, timer, records = Counts(), Counts(), []
    for number, path in enumerate(files):
        name = path.name.split("_hr")[0]
        progress(number, len(files), name)
        beside = find_stages(path)
        assert beside is not None
        rows, stages = read_heart(path), read_stages(beside)
        counts = score(rows, stages)
        pooled += counts
        timer += score(rows, stages, heart=False)
        records.append({"record": name, **counts.figures()})
    return {
        "version": 1,
        "records": records,
        "pooled": pooled.figures(),
        "without_heart": timer.figures(),
    }
