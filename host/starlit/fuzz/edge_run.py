"""So many inputs to every edge, made from what is really said and from kept corpora."""

import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from starlit.fuzz.edges import EDGES, Edge
from starlit.fuzz.entry import Entry
from starlit.fuzz.garble import garbled

RENEW = 20_000  # inputs, then the edge begins anew
PLAIN = 0.15  # of the inputs are as they are really said, so that states are reached
NOTES = 20  # findings kept; of each place in the code only the first


@dataclass(frozen=True)
class Crash:
    entry: Entry
    error: str  # and where
    file: Path | None


@dataclass
class EdgeTally:
    seed: int
    inputs: dict[str, int] = field(default_factory=dict)
    crashes: list[Crash] = field(default_factory=list)
    wall_s: float = 0.0

    @property
    def total(self) -> int:
        return sum(self.inputs.values())

    def to_dict(self) -> dict[str, Any]:
        return {
            "ok": not self.crashes,
            "seed": self.seed,
            "inputs": self.total,
            "edges": self.inputs,
            "wall_s": round(self.wall_s, 1),
            "findings": [
                {"edge": c.entry.edge, "error": c.error, "file": str(c.file) if c.file else None}
                for c in self.crashes
            ],
        }


class EdgeRun:
    """The same seed gives the same inputs for ever."""

    def __init__(
        self,
        seed: int,
        inputs: int,
        corpus: Iterable[Entry] = (),
        keep: Path | None = None,
        progress: Callable[[EdgeTally], None] = lambda tally: None,
    ):
        self.tally = EdgeTally(seed)
        self._inputs = inputs
        self._corpus = list(corpus)
        self._keep = keep
        self._progress = progress
        self._began_s = time.monotonic()

    def run(self) -> EdgeTally:
        left, shares = self._inputs, sum(share for _, _, share in EDGES.values())
        for name, (_, _, share) in EDGES.items():
            inputs = left * share // shares  # of what is left, so that none is lost to rounding
            self._one(name, inputs)
            left, shares = left - inputs, shares - share
        self.tally.wall_s = time.monotonic() - self._began_s
        return self.tally

    def _one(self, name: str, inputs: int) -> None:
        make, seeds, _ = EDGES[name]
        chance = Random(f"edge {name} {self.tally.seed}")
        entries = seeds(chance) + [entry for entry in self._corpus if entry.edge == name]
        edge = make(self.tally.seed)
        self.tally.inputs[name] = 0
        try:
            for number in range(inputs):
                if number % RENEW == RENEW - 1:
                    edge.stop()
                    edge = make(self.tally.seed + number)
                entry = chance.choice(entries)
                if chance.random() > PLAIN:
                    entry = garbled(chance, entry, chance.choice(entries))
                if not self._give(edge, entry):
                    edge = make(self.tally.seed + number)
        finally:
            edge.stop()

    def _give(self, edge: Edge, entry: Entry) -> bool:
        self.tally.inputs[entry.edge] += 1
        error = crash_of(edge, entry)
        if error is not None:
            self._found(entry, error)
        if self.tally.total % 1000 == 0:
            self.tally.wall_s = time.monotonic() - self._began_s
            self._progress(self.tally)
        return error is None

    def _found(self, entry: Entry, error: str) -> None:
        place = error.rpartition(" at ")[2]
        known = any(crash.error.endswith(" at " + place) for crash in self.tally.crashes)
        if known or len(self.tally.crashes) >= NOTES:
            return
        file = None
        if self._keep is not None:
            self._keep.mkdir(parents=True, exist_ok=True)
            file = self._keep / f"edge-{entry.edge}-{place.replace(':', '-')}.jsonl"
            file.write_text(entry.line() + "\n")
        self.tally.crashes.append(Crash(entry, error, file))


def crash_of(edge: Edge, entry: Entry) -> str | None:
    """What an edge let out, and the line of ours that raised it; None where it held."""
    try:
        edge.give(entry)
    except Exception as error:  # the very thing that is looked for
        frames = traceback.extract_tb(error.__traceback__)
        ours = [f for f in frames if "/pod/" in f.filename or "/starlit/" in f.filename]
        last = (ours or frames)[-1]
        return f"{type(error).__name__}: {error} at {Path(last.filename).name}:{last.lineno}"
    return None


def replay(entries: Iterable[Entry]) -> list[Crash]:
    """Each kept entry once more, at an edge of its own."""
    crashes = []
    for entry in entries:
        edge = EDGES[entry.edge][0](1)
        error = crash_of(edge, entry)
        edge.stop()
        if error is not None:
            crashes.append(Crash(entry, error, None))
    return crashes
