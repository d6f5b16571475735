"""Run the decks of `spice/` in ngspice and hold what they measure to limits.

A case is one run of a deck with some of its `.param` values replaced; a study is many cases and
what each measured value must lie between. `studies.py` has them all.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

DECKS = Path(__file__).resolve().parent.parent / "spice"
TIMEOUT_S = 60

MEASURED = re.compile(r"^(\w+)\s*=\s*([-+.\deE]+)", re.M)
PARAM = re.compile(r"\b(\w+)=\S+")


class SpiceError(Exception):
    """ngspice could not finish a deck."""


@dataclass(frozen=True)
class Case:
    deck: str
    params: tuple[tuple[str, float], ...] = ()

    def __str__(self) -> str:
        values = ", ".join(f"{name} {value:.4g}" for name, value in self.params)
        return f"{self.deck} ({values or 'nominal'})"


@dataclass(frozen=True)
class Limit:
    """`value(measures)` lies between `low` and `high`, in `unit` after `scale`."""

    name: str
    value: Callable[[dict[str, float]], float]
    low: float
    high: float
    unit: str = "V"
    scale: float = 1.0


def available() -> bool:
    return shutil.which("ngspice") is not None


def with_params(text: str, params: dict[str, float]) -> str:
    """The deck with values replaced; a name that it does not have is an error."""
    left = set(params)

    def replaced(match: re.Match[str]) -> str:
        name = match[1]
        if name not in params:
            return match[0]
        left.discard(name)
        return f"{name}={params[name]!r}"

    rows = [
        PARAM.sub(replaced, row) if row.startswith(".param") else row for row in text.splitlines()
    ]
    if left:
        raise SpiceError(f"no such parameter: {', '.join(sorted(left))}")
    return "\n".join(rows) + "\n"


def deck_text(name: str) -> str:
    """A deck with its libraries in it, so that their parameters can be replaced too."""
    rows = []
    for row in (DECKS / f"{name}.cir").read_text(encoding="utf-8").splitlines():
        include = row.partition(".include ")[2]
        rows.append((DECKS / include).read_text(encoding="utf-8") if include else row)
    return "\n".join(rows)


def run(case: Case) -> dict[str, float]:
    """What the deck measured."""
    text = with_params(deck_text(case.deck), dict(case.params))
    with tempfile.TemporaryDirectory(prefix="starlit-spice-") as folder:
        deck = Path(folder) / "deck.cir"
        deck.write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["ngspice", "-b", deck.name],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
        )
    found = {name: float(value) for name, value in MEASURED.findall(done.stdout)}
    wanted = set(re.findall(r"^\.meas \w+ (\w+)", text, re.M))
    if wanted - set(found):
        raise SpiceError(f"{case}: nothing for {sorted(wanted - set(found))}\n{done.stdout[-800:]}")
    return found


@dataclass(frozen=True)
class Study:
    title: str
    cases: tuple[Case, ...]
    limits: tuple[Limit, ...]


@dataclass(frozen=True)
class Result:
    """One limit over all cases of a study."""

    study: str
    limit: Limit
    cases: int
    lowest: float
    highest: float

    @property
    def ok(self) -> bool:
        return self.limit.low <= self.lowest and self.highest <= self.limit.high

    def __str__(self) -> str:
        unit = self.limit.unit
        spread = f"{self.lowest:8.4g} to {self.highest:<8.4g} {unit:2}"
        bounds = f"({self.limit.low:g} to {self.limit.high:g} {unit})"
        return f"{self.study}: {self.limit.name}: {spread} {bounds}, {self.cases} runs"


def measure(study: Study, workers: int = 2) -> list[Result]:
    with ThreadPoolExecutor(workers) as pool:
        measured = list(pool.map(run, study.cases))
    results = []
    for limit in study.limits:
        values = [limit.value(measures) * limit.scale for measures in measured]
        results.append(Result(study.title, limit, len(values), min(values), max(values)))
    return results
