"""`starlit check` as a person uses it."""

import json

import pytest
import typer
from tests.starlit.check.conftest import ring
from typer.testing import CliRunner

from starlit.cli.check import check_command


@pytest.fixture
def run():
    app = typer.Typer()
    app.command("check")(check_command)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_a_clean_trace_exits_with_0(run, tape):
    pod = tape().evening().show(20_000, ring("010000"))
    result = run(pod.write(), "--scenario", pod.write_scenario())
    assert result.exit_code == 0 and "no violation" in result.output


def test_a_violation_exits_with_1_and_says_when_what_and_how_much(run, tape):
    pod = tape().plug_in().note(20_000, leds=ring("ff0000", 1))
    path = pod.write()
    result = run(path, "--scenario", pod.write_scenario())
    assert result.exit_code == 1
    assert "pod-1 20.000 s: invariant 1: leds: L 10.61 cd/m2 above 10" in result.output
    report = json.loads(run(path, "--json").output)
    assert not report["ok"] and report["violations"][0].keys() >= {
        "t_ms", "pod", "invariant", "value", "limit", "text"
    }  # fmt: skip


def test_a_pair(run, tape, tmp_path):
    bright = tape().show(1000, ring("0a0000")).write("a")
    dark = tape().note(1000, night=0).write("b")
    assert run("--pair", dark, bright).exit_code == 0
    result = run("--pair", bright, dark)
    assert result.exit_code == 1 and "invariant 9" in result.output


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["nonsense"],
        ['{"version":9}'],
        [None, '{"t_ms":5}'],
        [None, '{"t_ms":5,"leds":["00"]}'],
        [None, '{"t_ms":5,"sound_rms":1}'],
        [None, '{"t_ms":5,"cue":7}'],
        [None, '{"t_ms":9,"night":1}', '{"t_ms":8,"night":1}'],
    ],
)
def test_bad_input_exits_with_2_and_one_line(run, tape, tmp_path, lines):
    header = tape().write().read_text().strip()
    path = tmp_path / "bad.jsonl"
    path.write_text("".join(f"{header if line is None else line}\n" for line in lines))
    result = run(path)
    assert result.exit_code == 2
    assert result.output.startswith("starlit: trace ") and len(result.output.splitlines()) == 1


def test_no_trace_a_missing_one_and_a_bad_scenario(run, tape, tmp_path):
    scenario = tmp_path / "s.jsonl"
    scenario.write_text('{"t_ms":1,"switch":"sideways"}\n')
    for words in ((), (tmp_path / "none.jsonl",), (tape().write(), "--scenario", scenario)):
        result = run(*words)
        assert result.exit_code == 2 and result.output.startswith("starlit: ")


def test_a_folder_stands_for_its_traces(run, tape, tmp_path):
    tape().write("one")
    tape().write("two")
    assert "2 trace(s)" in run(tmp_path).output
