"""`starlit why` tells a night from a trace and from kept events, in the same sentences."""

import json

import pytest

from pod.envelope import TEST_KEY, open_envelope
from starlit.cli import run
from starlit.nightbook import NightBook
from starlit.nightstory import Told, read_trace, tell
from starlit.roster import News
from starlit.scenario import parse_lines
from starlit.settings import nights_path
from starlit.simulate import simulate

SCENARIO = (
    '{"t_ms":0,"wall":1767297600}',
    '{"t_ms":0,"button_ms":1200}',
    '{"t_ms":2000,"set":{"armed":true,"profile":"adult"}}',
    '{"t_ms":15000,"button_ms":300}',
    '{"t_ms":100000,"lux":200}',
    '{"t_ms":150000,"lux":0.3}',
    '{"t_ms":1000000,"lux":50}',
    '{"t_ms":1030000,"button_ms":1200}',
)


@pytest.fixture(scope="module")
def trace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("night")
    events = parse_lines(list(SCENARIO), "test")
    simulate(1, 1040 / 3600, 1, events, profile="adult", trace_dir=folder, beats_only=True)
    return folder / "pod-1.jsonl"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("STARLIT_HOME", str(tmp_path))
    monkeypatch.setenv("TZ", "UTC")
    return tmp_path


def sentences(out):
    return [line[10:] for line in out.splitlines()[1:]]


def keep(trace):
    """As a host that keeps nights hears the same pod."""
    book = NightBook(nights_path("home"))
    book.start()
    for line in trace.read_text().splitlines():
        tx = json.loads(line).get("tx")
        if tx and tx["topic"].endswith("/event"):
            body = open_envelope(TEST_KEY, tx["topic"], tx["payload"].encode()).body
            book.note(News("pod-1", "event", body, False))
    book.stop()


def test_a_trace_is_told_in_the_order_of_the_night(trace, home, capsys):
    assert run(["why", "--trace", str(trace)]) == 0
    assert sentences(capsys.readouterr().out) == [
        "The ritual began: goodnight at the pod.",
        "The pod gave way: the room is lit.",
        "The ritual began to fade: the room went dark.",
        "The pod went dark for the night.",
        "The pod gave way: the room is lit.",
        "The night ended: a hand at the pod.",
    ]


def test_kept_events_are_told_in_the_same_sentences(trace, home, capsys):
    keep(trace)
    run(["why", "--trace", str(trace)])
    from_trace = sentences(capsys.readouterr().out)
    assert run(["why", "--pod", "pod-1"]) == 0
    assert sentences(capsys.readouterr().out) == from_trace


def test_no_sentence_and_no_kept_event_holds_a_heart_rate(trace, home):
    keep(trace)
    assert "bpm" not in nights_path("home").read_bytes().decode("latin-1")


def test_json_has_times_from_the_goodnight(trace, home, capsys):
    assert run(["why", "--trace", str(trace), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["pod"], told["night"]) == ("pod-1", 1)
    first = told["events"][0]
    assert first["kind"] == "ritual" and first["since_goodnight_s"] == 0
    assert 1767297600 + 15 <= first["unix_s"] <= 1767297600 + 16


@pytest.mark.parametrize("args, says", (
    ([], "keeps no nights"),
    (["--trace", "/nowhere.jsonl"], "cannot be read"),
))  # fmt: skip
def test_a_night_that_is_not_there_is_a_line_of_help(home, capsys, args, says):
    assert run(["why", *args]) == 2
    complaint = capsys.readouterr().err
    assert says in complaint and complaint.count("\n") == 1


def test_a_wrong_number_names_those_that_are_there(trace, home, capsys):
    assert run(["why", "--trace", str(trace), "--night", "7"]) == 2
    assert "1" in capsys.readouterr().err
    (home / "x.jsonl").write_text("not a trace\n")
    assert run(["why", "--trace", str(home / "x.jsonl")]) == 2


def test_forget_leaves_no_file(trace, home, capsys):
    keep(trace)
    assert run(["why", "--forget"]) == 0
    assert not nights_path("home").exists()


def cue(phase, why=None, slot=2, at_s=0.0):
    body = {"event": "cue", "id": "comet", "slot": slot, "phase": phase, "why": why}
    return Told(at_s, body)


def test_each_cue_is_told_with_its_reason():
    told = [
        cue("start"),
        cue("end", at_s=20.0),
        cue("start", at_s=30.0),
        cue("end", "quiet rule", at_s=34.0),
        cue("dropped", "the sleep state is awake"),
        cue("refused", "not armed", slot=None),
    ]
    assert [line.text for line in tell(told)] == [
        "Cue comet (slot 3) began.",
        "Cue comet (slot 3) ended after 20 s.",
        "Cue comet (slot 3) began.",
        "Cue comet (slot 3) ended early after 4 s: the heart rose, and the quiet rule holds.",
        "Cue comet (slot 3) was dropped: the sleep state is awake.",
        "Cue comet was refused: not armed.",
    ]


@pytest.mark.parametrize(
    "body", ({}, {"event": 3}, {"event": "cue", "slot": "x"}, {"event": "new"})
)
def test_a_pod_may_say_anything(body):
    assert len(tell([Told(0.0, body)])) == 1


def test_an_empty_trace_is_refused_and_a_still_one_has_no_night(tmp_path):
    still = tmp_path / "still.jsonl"
    still.write_text('{"version":1,"pod":"pod-1"}\n')
    assert read_trace(still).nights == {}
