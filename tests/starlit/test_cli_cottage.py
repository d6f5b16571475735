"""`starlit cottage` on the command line, with nothing running."""

import json

import pytest

from starlit.cli import run


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("STARLIT_HOME", str(tmp_path / "state"))


def say(capsys, *args, expect=0):
    assert run(["cottage", *args]) == expect
    said = capsys.readouterr()
    return said.err if expect else said.out


def test_a_cottage_is_made_once(capsys):
    assert "starlit cottage create" in say(capsys, "list")
    assert "starlit up --cottage attic" in say(capsys, "create", "attic", "--tz", "Europe/Berlin")
    assert "is here already" in say(capsys, "create", "attic", expect=2)
    assert say(capsys, "list") == "attic: not up, Europe/Berlin, no pods\n"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["join", "pod-1"], "starlit cottage create home"),
        (["create", "Bad/Name"], "cottage name"),
        (["create", "x", "--tz", "Mars"], "unknown time zone"),
        (["friends", "--add", "pod-1"], "say whose friends"),
        (["tz", "UTC", "--here"], "not both"),
    ],
)
def test_what_is_wrong_is_one_line_that_says_what_to_do(capsys, args, says):
    said = say(capsys, *args, expect=2)
    assert says in said and said.startswith("starlit: ") and said.count("\n") == 1


@pytest.fixture
def three(capsys):
    say(capsys, "create", "home")
    say(capsys, "join", "pod-1", "pod-2", "pod-3")


def test_pods_join_and_leave(capsys, three):
    assert say(capsys, "leave", "pod-2") == "cottage home: pod-1, pod-3\n"
    assert "does not belong" in say(capsys, "leave", "pod-2", expect=2)
    assert say(capsys, "list").rstrip().endswith("pod-1, pod-3; left: pod-2")
    assert "pod name" in say(capsys, "join", "Pod 1", expect=2)


def test_friends_are_chosen_and_given_back(capsys, three):
    assert "everyone" in say(capsys, "friends", "pod-1")
    said = say(capsys, "friends", "pod-1", "--add", "pod-2")
    assert said == "pod-1: pod-2; stars pass between it and pod-2\n"
    assert "pod-1; stars" not in say(capsys, "friends", "pod-3")
    said = say(capsys, "friends", "pod-2", "--remove", "pod-1")
    assert said == "pod-2: pod-3; stars pass between it and pod-3\n"
    one = json.loads(say(capsys, "friends", "pod-1", "--json"))
    assert one == {"pod": "pod-1", "chosen": ["pod-2"], "friends": []}
    assert "everyone" in say(capsys, "friends", "pod-1", "--everyone")
    assert "does not belong" in say(capsys, "friends", "pod-1", "--add", "pod-9", expect=2)
    assert "--everyone stands alone" in say(
        capsys, "friends", "pod-1", "--everyone", "--add", "pod-2", expect=2
    )


def test_the_zone_is_told_and_set(capsys, three):
    assert say(capsys, "tz") == "cottage home: this computer's time zone\n"
    assert say(capsys, "tz", "America/Lima") == "cottage home: America/Lima\n"
    assert json.loads(say(capsys, "tz", "--json"))["tz"] == "America/Lima"
    assert say(capsys, "tz", "--here") == "cottage home: this computer's time zone\n"
