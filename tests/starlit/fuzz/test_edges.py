"""No parser that faces a network lets an exception out, whatever it is given."""

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starlit import heard
from starlit.cli import run
from starlit.fuzz import garble
from starlit.fuzz.edge_run import EdgeRun, replay
from starlit.fuzz.edges import EDGES, CommandEdge, HostEdge, PodEdge
from starlit.fuzz.entry import Entry, parse, read
from starlit.roster import Roster

INPUTS = 120_000 if os.environ.get("CI") else 30_000
SEED = 7
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
NAMES = st.sampled_from(
    ["event", "why", "id", "phase", "state", "switch", "cues", "nonce", "n", "unhooks", "desired",
     "boot", "seq", "oldest", "age_ms", "night", "pulse", "heart_bpm", "dips_ms", "start_ms"]
)  # fmt: skip
LEAVES = st.sampled_from(
    ["state", "tele", "event", "ack", "ping", "send/star", "send/pulse", "set/desired"]
)


@pytest.fixture
def corpus(repo_root):
    return read(repo_root / "tests" / "corpus" / "edges")


def told(crashes):
    return [f"{crash.error}\n{crash.entry.line()[:500]}" for crash in crashes]


@pytest.mark.slow
def test_nothing_leaves_an_edge(corpus):
    tally = EdgeRun(SEED, INPUTS, corpus).run()
    assert tally.total == INPUTS and set(tally.inputs) == set(EDGES)
    assert told(tally.crashes) == []


def test_what_once_left_an_edge_does_so_no_more(corpus):
    assert {entry.edge for entry in corpus} == set(EDGES)
    assert told(replay(corpus)) == []


@pytest.mark.parametrize("edge", [HostEdge, CommandEdge])
@given(leaf=LEAVES, body=st.dictionaries(NAMES, JSON))
@settings(max_examples=60, deadline=None)
def test_any_values_behind_a_valid_envelope_are_survived(edge, leaf, body):
    under_test = edge(1)
    under_test.give(Entry("host", f"pod/pod-1/{leaf}", json.dumps(body).encode(), "version"))
    under_test.stop()


def test_the_kept_inputs_find_a_check_that_is_missing(corpus, monkeypatch):
    monkeypatch.setattr(heard, "_check", lambda value, depth: None)
    edge = HostEdge(1)
    errors = []
    for entry in corpus:
        if entry.edge == "host":
            try:
                edge.give(entry)
            except Exception as error:
                errors.append(error)
    assert errors


def test_a_finding_is_kept_and_plays_again(tmp_path, monkeypatch, capsys):
    def fragile(self, news, now_ms):
        raise KeyError(news.leaf)

    monkeypatch.setattr(Roster, "_note", fragile)
    words = ["fuzz", "--edges", "--inputs", "500", "--seed", "3", "--keep", str(tmp_path), "--json"]
    assert run(words) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert "KeyError" in found[0]["error"]
    again = ["fuzz", "--edges", "--replay", found[0]["file"]]
    assert run(again) == 1
    monkeypatch.undo()
    assert run(again) == 0
    assert "no exception" in capsys.readouterr().out


def test_the_same_seed_gives_the_same_inputs(corpus, monkeypatch):
    def inputs():
        given_ = []
        monkeypatch.setattr(HostEdge, "give", lambda edge, entry: given_.append(entry))
        EdgeRun(11, 300, corpus).run()
        return given_

    assert inputs() == inputs()


def test_inputs_reach_what_lies_behind_the_envelope(corpus, monkeypatch):
    """A fuzzer whose every input is refused at the door would find nothing behind it."""
    obeyed, lit = set(), []
    give = PodEdge.give

    def watched(edge, entry):
        heard_ = edge.runner.pod.heard
        kinds = []
        edge.runner.pod.heard = lambda topic, ok, why: kinds.append((topic, ok))
        give(edge, entry)
        edge.runner.pod.heard = heard_
        obeyed.update(topic.rpartition("/")[2] for topic, ok in kinds if ok)
        lit.append(any(edge.runner.outputs.leds))

    monkeypatch.setattr(PodEdge, "give", watched)
    EdgeRun(SEED, 20_000, corpus).run()
    assert {"play", "desired", "sky", "host"} <= obeyed
    assert any(lit)


def test_entries_are_written_and_read_back():
    for entry in (Entry("pod", "all/sky", b"\xff", "nonce", True), Entry("hands", "", b"{}")):
        assert parse(entry.line()) == entry


@pytest.mark.parametrize("line", ["x", "[]", '{"edge": 1}', '{"edge": "pod", "stamp": "y"}'])
def test_a_corpus_with_a_wrong_line_is_named(tmp_path, capsys, line):
    path = tmp_path / "corpus.jsonl"
    path.write_text(line + "\n")
    assert run(["fuzz", "--edges", "--corpus", str(path), "--inputs", "1"]) == 2
    assert f"{path}:1" in capsys.readouterr().err


def test_every_way_of_making_an_input_odd_keeps_its_edge():
    from random import Random

    chance = Random(1)
    entry = Entry("pod", "pod/pod-1/set/play", b'{"do": "cue", "list": [1, 2]}', "nonce")
    made = [garble.garbled(chance, entry, entry) for _ in range(500)]
    assert {e.edge for e in made} == {"pod"} and len(set(made)) > 300
