"""The simulations: which decks run with which values, and what must come out.

Times in a deck count from the start of its run.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from operator import itemgetter

from .spice import Case, Limit, Study

RUNS = 200  # at random, for the dead-man
SEED = 20261124
LAST_EDGE_S = 1.55  # of the heartbeat, in deadman.cir
UNPLUG_S = 0.010  # in unplug.cir
SPEAKER_DB = 86.0  # for 1 W at 1 m: the 84 of the parts list and 2 of tolerance

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


def ring_at(amperes: float) -> tuple[Case, ...]:
    """The ring drawing so much, at every corner of the supply."""
    supply = {"v_bus": (4.75, 5.25), "r_cable": (0.1, 0.25), "r_fuse": (0.5, 1.17)}
    return tuple(corners("led", {**supply, "i_led": (amperes,)}))


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
            ring_at(0.2),
            (
                Limit("rail at least", lambda m: m["v_min"], 3.7, 5.5),
                Limit("fuse, average", lambda m: m["i_avg"], 0, 0.5, "A"),
            ),
        ),
        Study(
            "ring, all white, no guard",
            ring_at(0.444),
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
                        "v_full": (2.54, 2.69),
                        "r310": (95.0, 105.0),
                        "r311": (3.357, 3.443),
                        "re": (3.2, 4.8),
                        "r_peak": (4.0, 40.0),
                        "f_peak": (200.0, 900.0),
                        "q": (2.0, 8.0),
                    },
                )
            ),
            (Limit("loudest wave at 0.5 m", lambda m: loudness(m["v_max"]), 40, 65, "dB"),),
        ),
    ]
