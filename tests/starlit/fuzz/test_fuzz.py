"""The fuzzer itself: cases that repeat, findings that shrink, and a minute of it in CI."""

import json
import os
from pathlib import Path
from unittest.mock import patch

import pytest

from pod import orders
from starlit.check.context import Context
from starlit.cli import run
from starlit.fuzz import Campaign, Case, play, read_case, run_pairs
from starlit.fuzz.generate import make
from starlit.fuzz.mutate import mutated
from starlit.fuzz.shrink import Shrinker
from starlit.scenario import parse_lines

FRAMES = 80_000 if os.environ.get("CI") else 25_000
SEED = 2026
NOISE = [{"t_ms": 1000 * k, "lux": 3.0} for k in range(1, 30)]
UNHOOKED = (
    {"t_ms": 0, "button_ms": 1200},
    {"t_ms": 3000, "button_ms": 300},
    {"t_ms": 21_000, "topic": "unhook/host", "payload": "x"},
)


def told(findings):
    return [f"{found.line}\n{found.case}" for found in findings]


@pytest.mark.slow
def test_random_nights_keep_the_safety_case():
    tally = Campaign(SEED, frames=FRAMES, shrink_s=20, tame=True).run()
    assert tally.frames > 0 and tally.messages > 0
    assert told(tally.findings) == []


@pytest.mark.slow
def test_the_guard_holds_noise_as_well():
    tally = Campaign(SEED, frames=FRAMES // 3, shrink_s=5).run()
    assert told(tally.findings) == []


@pytest.mark.slow
def test_a_heart_only_quiets_on_pairs():
    tally = run_pairs(12, SEED, shrink_s=20)
    assert told(tally.findings) == []


def test_the_same_seed_makes_the_same_cases():
    for number in range(60):
        assert mutated(5, number) == mutated(5, number)
    assert mutated(5, 7) != mutated(6, 7)


def test_every_case_is_a_scenario():
    for number in range(200):
        case = make(11, number)
        parse_lines([json.dumps(line) for line in case.lines], "case")
        assert max(line["t_ms"] for line in case.lines) < case.end_ms


def test_a_run_repeats_to_the_last_frame():
    case = make(3, 1)
    first, again = play(case), play(case)
    assert (first.frames, first.blocks) == (again.frames, again.blocks)
    assert first.report.to_dict() == again.report.to_dict()


def test_a_finding_shrinks_to_what_it_needs(tmp_path):
    lines = sorted([*UNHOOKED, *NOISE], key=lambda line: line["t_ms"])
    with patch.object(orders, "_unverified_unhook", lambda pod: None):
        case = Case(4, 45_000, tuple(lines))
        small = Shrinker(case, (10, "dark-unhook")).shrink()
        assert (10, "dark-unhook") in play(small).keys
        kept = read_case(small.save(tmp_path, "one"))
        assert kept == small
    assert len(small.lines) == 3
    assert play(small).report.ok


def test_the_command_names_what_it_found(tmp_path, capsys):
    with patch.object(orders, "_unverified_unhook", lambda pod: None):
        Case(4, 45_000, UNHOOKED).save(tmp_path, "one")
        assert run(["fuzz", "--replay", str(tmp_path / "one.jsonl")]) == 1
    assert "invariant 10: not dark and silent 1 s after an unhook" in capsys.readouterr().out
    assert run(["fuzz", "--replay", str(tmp_path / "one.jsonl")]) == 0


def test_the_command_counts_in_json(tmp_path, capsys):
    asked = ["fuzz", "--frames", "1", "--seed", "3", "--keep", str(tmp_path), "--json"]
    assert run(asked) in (0, 1)
    report = json.loads(capsys.readouterr().out)
    assert report["cases"] >= 1 and report["seed"] == 3
    assert {"frames", "blocks", "messages", "findings"} <= report.keys()


def test_a_step_that_raises_is_a_finding():
    def broken(*_):
        raise TypeError("unhashable")

    with patch.dict(orders._OBEY, play=broken):
        lines = [*UNHOOKED[:2], {"t_ms": 4000, "topic": "pod/pod-1/set/play",
                                 "payload": "{\"do\":\"star\"}", "sign": True}]  # fmt: skip
        assert (10, "crash") in play(Case(1, 6000, tuple(lines))).keys


NIGHTS = sorted((Path(__file__).parents[2] / "corpus" / "nights").glob("*.jsonl"))


@pytest.mark.parametrize("path", NIGHTS, ids=lambda path: path.stem)
def test_what_was_found_once_is_mended(path):
    assert play(read_case(path)).report.violations == []


def test_a_dim_evening_is_judged_by_what_is_in_force_in_it(monkeypatch):
    """The pod kept dim what nothing asked it to; by the evening's caps its turns are others."""
    case = read_case(next(path for path in NIGHTS if path.stem == "dim-by-choice"))
    monkeypatch.setattr(Context, "dim_by_choice", lambda _: False)
    assert play(case).report.kinds() == {"reversal"}
