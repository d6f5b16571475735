"""What is forgotten is gone from the disk; what is not ours is said; nothing goes by mistake."""

import json
import os

import pytest

from starlit import cottages, settings, traces_known
from starlit.cli import run
from starlit.journal import Heard, Journal
from starlit.membership import Membership
from starlit.nightbook import NightBook
from starlit.roster import News
from starlit.trust import members
from starlit.trust.store import open_store

LONG_AGO = "a sentence about a night"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A cottage with two pods, nights, scores, friends and a trace."""
    monkeypatch.setenv("STARLIT_HOME", str(tmp_path / "state"))
    cottages.create("home", None)
    for pod in ("attic", "cellar"):
        members.add("home", pod, "192.0.2.9", tmp_path / f"{pod}.json")
    journal = Journal(settings.journal_path("home"))
    journal.start()
    membership = Membership(journal)
    membership.load()
    membership.choose("cellar", ["attic"])
    journal.set_score("attic", "{}")
    journal.hear({"attic": Heard(1, 5, 1, 5), "cellar": Heard(1, 2, 1, 2)})
    journal.add_unhook("attic", ["attic"])
    topics = ("all/sky", '{"members":["attic","cellar"]}'), ("pod/attic/set/desired", "{}")
    journal.desire({f"starlit/home/{topic}": body for topic, body in topics})
    journal.stop()
    book = NightBook(settings.nights_path("home"))
    book.start()
    for pod in ("attic", "cellar"):
        book.note(News(pod, "event", {"event": "x", "why": f"{LONG_AGO} of {pod}"}, False))
    book.stop()
    folder = tmp_path / "traces"
    folder.mkdir()
    traces_known.remember("home", folder)
    for pod in ("attic", "cellar"):
        (folder / f"{pod}.jsonl").write_text(json.dumps({"pod": pod}) + "\n")
    broker = tmp_path / "state" / "broker-home"
    broker.mkdir()
    (broker / "mosquitto.db").write_bytes(b"retained of attic")
    return tmp_path


def everything(home):
    return b"".join(p.read_bytes() for p in (home / "state").rglob("*") if p.is_file())


def test_a_pod_leaves_no_trace_and_the_other_stays(home, capsys):
    assert b"attic" in everything(home)
    assert run(["forget", "--pod", "attic", "--yes"]) == 0
    assert b"attic" not in everything(home)
    assert not (home / "traces" / "attic.jsonl").exists()
    said = capsys.readouterr().out
    assert "factory reset" in said and "backups" in said
    assert list(open_store("home").load().pods) == ["cellar"]
    assert f"{LONG_AGO} of cellar".encode() in everything(home)
    assert (home / "traces" / "cellar.jsonl").exists()
    with cottages.opened("home") as membership:
        assert membership.pods == ["cellar"] and membership.chosen("cellar") == []


def test_the_key_that_a_forgotten_pod_knew_is_replaced(home):
    run(["forget", "--pod", "attic", "--yes"])
    trust = open_store("home").load()
    assert len(trust.keys) == 2 and trust.keys[-1].id == 2


def test_a_whole_cottage_goes(home):
    assert run(["forget", "--yes"]) == 0
    left = {path.name for path in (home / "state").iterdir()} - {"coordinator-home.lock"}
    assert left == set()
    assert run(["forget", "--yes"]) in (0, 2)


def test_a_dry_run_deletes_nothing_and_names_each_file(home, capsys):
    before = everything(home)
    assert run(["forget", "--dry-run", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert everything(home) == before and told["deleted"] is False
    paths = {thing["path"] for thing in told["things"]}
    for name in ("journal-home.sqlite", "nights-home.sqlite", "trust-home/trust.json",
                 "broker-home/mosquitto.db"):  # fmt: skip
        assert str(home / "state" / name) in paths
    assert str(home / "traces" / "attic.jsonl") in paths


@pytest.mark.parametrize("words", [[], ["--json"], ["--pod", "attic"]])
def test_nothing_goes_where_nobody_can_be_asked(home, capsys, words):
    before = everything(home)
    assert run(["forget", *words]) == 2
    assert "--yes" in capsys.readouterr().err and everything(home) == before


def test_a_cottage_that_is_up_is_not_deleted_under_its_feet(home, capsys):
    settings.write_run(settings.Run("home", os.getpid(), "mqtt://127.0.0.1:1", "/nowhere", []))
    assert run(["forget", "--yes"]) == 2
    assert "is up" in capsys.readouterr().err
    assert open_store("home").exists


@pytest.mark.parametrize("words", [["--cottage", "nowhere"], ["--pod", "nobody"]])
def test_what_is_not_there_is_named(home, capsys, words):
    assert run(["forget", *words, "--yes"]) == 2
    assert "nothing of" in capsys.readouterr().err


def test_a_pod_whose_name_looks_like_a_pattern_takes_no_other_along(home):
    with cottages.opened("home") as membership:
        membership.join("at_ic")
    assert run(["forget", "--pod", "at_ic", "--yes"]) == 0
    with cottages.opened("home") as membership:
        assert membership.pods == ["attic", "cellar"]
    assert "attic" in open_store("home").load().pods
