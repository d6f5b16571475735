"""Run the decks of `spice/` in ngspice, over their corners and at random, and hold them to limits.

A case is one run of a deck with some of its `.param` values replaced. Times in the decks count
from the start of the run; `LIMITS` says what each measured value must lie between.
"""

from __future__ import annotations

import itertools
import math
import random
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

DECKS = Path(__file__).resolve().parent.parent / "spice"
TIMEOUT_S = 60
RUNS = 200  # at random, for the dead-man
SEED = 20261124
LAST_EDGE_S = 1.55  # of the heartbeat, in deadman.cir
UNPLUG_S = 0.010  # in unplug.cir
SPEAKER_DB = 86.0  # for 1 W at 1 m: the 84 of the parts list and 2 of tolerance

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


# -- the cases ----------------------------------------------------------------------------------

# Each parameter's extremes. Resistors 1 % and 0.25 % for 25 K; the capacitor 5 %, C0G or film.
TIMING = {
    "r_timer": (1.975e6, 2.025e6),
    "c_timer": (209e-9, 231e-9),
    "r_top": (10.07e3, 10.33e3),
    "r_bottom": (17.18e3, 17.62e3),
    "offset": (-6.5e-3, 6.5e-3),  # TLC393C over 0 to 70 C
    "leak": (0.0, 15e-9),  # Q201's collector, BC547 at most
}
# What makes the rail fall early and late once the timer has spoken.
FALL = {
    "v33": (3.2, 3.4),
    "v5": (3.9, 5.2),
    "i_load": (0.444, 0.0),
    "c_rail": (80e-6, 120e-6),
    "r_bleed": (44.65, 49.35),
    "c_slew": (18.7e-9, 25.3e-9),
    "c_hold": (187e-9, 253e-9),
    "v_th": (-3.0, -1.0),
}


def deadman_corners() -> Iterator[Case]:
    for n, bits in enumerate(itertools.product((0, 1), repeat=len(TIMING))):
        values = {name: TIMING[name][bit] for name, bit in zip(TIMING, bits, strict=True)}
        for late in (0, 1):
            fall = {name: pair[late] for name, pair in FALL.items()}
            # A line stuck low, stuck high, a reset that lets both lines go.
            stuck, release = ((0, 0), (1, 0), (0, 1))[(n + late) % 3]
            yield _case("deadman", {**values, **fall, "stuck": stuck, "release": release})


def deadman_random() -> Iterator[Case]:
    draw = random.Random(SEED)
    for _ in range(RUNS):
        values = {
            name: draw.uniform(min(pair), max(pair)) for name, pair in {**TIMING, **FALL}.items()
        }
        values |= {"stuck": draw.randint(0, 1), "release": draw.randint(0, 1)}
        yield _case("deadman", values)


def corners(deck: str, extremes: dict[str, tuple[float, ...]]) -> Iterator[Case]:
    for values in itertools.product(*extremes.values()):
        yield _case(deck, dict(zip(extremes, values, strict=True)))


def _case(deck: str, values: dict[str, float]) -> Case:
    return Case(deck, tuple(sorted(values.items())))


@dataclass(frozen=True)
class Study:
    title: str
    cases: tuple[Case, ...]
    limits: tuple[Limit, ...]


def loudness(v_rms: float) -> float:
    """dB at 0.5 m from a 4 ohm speaker: 1 W is 2 V, half the distance 6 dB."""
    return SPEAKER_DB + 20 * math.log10(v_rms / 2) + 20 * math.log10(2)


DEADMAN = (
    Limit("timer", lambda m: m["t_trip"] - LAST_EDGE_S, 400, 500, "ms", 1e3),
    Limit("rail below 1 V after", lambda m: m["t_off"] - LAST_EDGE_S, 400, 500, "ms", 1e3),
    Limit("rail before", lambda m: m["v_on"], 3.5, 5.5),
    Limit("rail at the end", lambda m: m["v_end"], -0.1, 0.5),
    Limit("latch at the end", lambda m: m["latch_end"], -0.1, 0.5),
)
LIT, DARK = (3.5, 5.5), (-0.1, 0.5)
# What rail.py's model says at the same instants; tests/schematics/test_spice.py asks it.
LATCH = {
    500: DARK,
    900: DARK,
    1200: LIT,
    1900: DARK,
    2400: LIT,
    3100: LIT,
    3500: DARK,
    3800: DARK,
    3950: DARK,
    4200: LIT,
    4600: DARK,
    4900: DARK,
    5200: DARK,
    5600: LIT,
}


def studies() -> list[Study]:
    return [
        Study(
            "unplug",
            tuple(
                corners(
                    "unplug",
                    {
                        "v5": (4.0, 5.25),
                        "c_rail": (80e-6, 120e-6),
                        "r_bleed": (44.65, 49.35),
                        "travel": (1e-3, 20e-3),
                        "r_stuck": (200.0, 1e9),
                    },
                )
            ),
            (
                Limit("rail below 1 V after", lambda m: m["t_off"] - UNPLUG_S, 0, 100, "ms", 1e3),
                Limit("rail at the end", lambda m: m["v_end"], -0.1, 1.0),
            ),
        ),
        Study(
            "inrush",
            tuple(
                corners(
                    "inrush",
                    {
                        "v_bus": (4.75, 5.5),
                        "r_cable": (0.05, 0.25),
                        "l_cable": (0.2e-6, 1e-6),
                        "r_fuse": (0.5, 0.77),
                        "c_vsys": (38e-6, 70e-6),
                    },
                )
            ),
            (
                Limit("at plug-in", lambda m: m["i_plug"], 0, 2, "A"),
                Limit("at rail on", lambda m: m["i_on"], 0, 2, "A"),
                Limit("rail at plug-in", lambda m: m["v_glitch"], -0.1, 0.5),
                Limit("rail once on", lambda m: m["v_on"], 3.5, 5.5),
            ),
        ),
        Study("dead-man, corners", tuple(deadman_corners()), DEADMAN),
        Study("dead-man, at random", tuple(deadman_random()), DEADMAN),
        Study(
            "latch",
            (Case("latch"),),
            tuple(
                Limit(f"rail at {ms} ms", itemgetter(f"on_{ms:04d}"), *bounds)
                for ms, bounds in LATCH.items()
            ),
        ),
        Study(
            "brownout",
            (Case("brownout"),),
            (
                Limit("rail, lit", lambda m: m["v_lit"], *LIT),
                Limit("rail in a sag to 3.6 V", lambda m: m["v_sag"], 2.5, 3.6),
                Limit("rail after it", lambda m: m["v_after_sag"], *LIT),
                Limit("rail without supply", lambda m: m["v_gone"], *DARK),
                Limit("rail until the press", lambda m: m["v_back"], *DARK),
                Limit("latch until the press", lambda m: m["latch_back"], *DARK),
                Limit("rail after it", lambda m: m["v_lit_again"], *LIT),
            ),
        ),
        Study(
            "ring, 200 mA of the guard",
            tuple(
                corners(
                    "led",
                    {
                        "v_bus": (4.75, 5.25),
                        "r_cable": (0.1, 0.25),
                        "r_fuse": (0.5, 1.17),
                        "i_led": (0.2,),
                    },
                )
            ),
            (
                Limit("rail at least", lambda m: m["v_min"], 3.7, 5.5),
                Limit("fuse, average", lambda m: m["i_avg"], 0, 0.5, "A"),
            ),
        ),
        Study(
            "ring, all white, no guard",
            tuple(
                corners(
                    "led",
                    {
                        "v_bus": (4.75, 5.25),
                        "r_cable": (0.1, 0.25),
                        "r_fuse": (0.5, 1.17),
                        "i_led": (0.444,),
                    },
                )
            ),
            (
                Limit("rail at least", lambda m: m["v_min"], 3.5, 5.5),
                Limit("fuse, peak", lambda m: m["i_max"], 0, 1.0, "A"),
            ),
        ),
        Study(
            "sound",
            tuple(
                corners(
                    "sound",
                    {
                        "v_full": (1.80, 1.90),
                        "r310": (95.0, 105.0),
                        "r311": (4.65, 4.75),
                        "re": (3.2, 4.8),
                        "r_peak": (4.0, 40.0),
                        "f_peak": (200.0, 900.0),
                        "q": (2.0, 8.0),
                    },
                )
            ),
            (Limit("loudest tone at 0.5 m", lambda m: loudness(m["v_max"]), 40, 65, "dB"),),
        ),
    ]


# -- running them -------------------------------------------------------------------------------


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
