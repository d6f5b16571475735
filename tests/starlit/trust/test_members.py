"""`starlit pod` and `starlit cottage rotate`, with no cottage up."""

import json

import pytest

from starlit import cli
from starlit.trust.provision import read_provision
from starlit.trust.store import TrustStore


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("STARLIT_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    assert cli.run(["cottage", "create", "home"]) == 0
    return tmp_path


def run(capsys, *words):
    """(exit code, what it said)."""
    capsys.readouterr()
    code = cli.run([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out + said.err


def trust(home):
    return TrustStore(home / "state" / "trust-home").load()


def test_a_pod_is_added_with_a_file_and_joins(home, capsys):
    code, said = run(capsys, "pod", "add", "attic", "--host", "pi.local")
    assert code == 0 and "home-attic.pod.json" in said
    given = read_provision(home / "home-attic.pod.json")
    assert (given.pod, given.user, given.host, given.port) == ("attic", "attic", "pi.local", 8883)
    for secret in (given.password, given.key, given.pod_key):
        assert secret not in said
    code, said = run(capsys, "cottage", "list")
    assert "attic" in said
    assert trust(home).pods["attic"].keys == [1]


def test_without_an_address_it_asks_where_the_broker_is(home, capsys):
    code, said = run(capsys, "pod", "add", "attic")
    assert code == 2 and "--listen" in said and "--host" in said and said.count("\n") == 1
    assert "attic" not in trust(home).pods


def test_a_file_that_is_there_is_not_written_over(home, capsys):
    (home / "x.json").write_text("mine")
    code, said = run(capsys, "pod", "add", "attic", "--host", "h", "--out", "x.json")
    assert code == 2 and "--out" in said
    assert (home / "x.json").read_text() == "mine" and "attic" not in trust(home).pods


def test_twice_is_told_of_rotate_and_rotate_makes_all_of_it_anew(home, capsys):
    run(capsys, "pod", "add", "attic", "--host", "h", "--out", "a.json")
    code, said = run(capsys, "pod", "add", "attic", "--host", "h", "--out", "b.json")
    assert code == 2 and "starlit pod rotate attic" in said
    before = trust(home).pods["attic"]
    code, said = run(capsys, "pod", "rotate", "attic", "--host", "h", "--out", "b.json")
    assert code == 0
    first, second = read_provision(home / "a.json"), read_provision(home / "b.json")
    assert first.password != second.password and first.pod_key != second.pod_key
    assert trust(home).pods["attic"].hash != before.hash


def test_revoke_takes_the_credential_and_replaces_the_key_for_the_others(home, capsys):
    for pod in ("attic", "cellar"):
        run(capsys, "pod", "add", pod, "--host", "h")
    code, said = run(capsys, "pod", "revoke", "attic")
    assert code == 0 and "key 2" in said
    now = trust(home)
    assert list(now.active()) == ["cellar"] and now.signs == 1 and now.keys[-1].id == 2
    assert now.pods["cellar"].box[0] == 2 and now.pods["attic"].box is None
    code, said = run(capsys, "cottage", "list")
    assert "left: attic" in said
    code, said = run(capsys, "pod", "list")
    assert "attic: revoked" in said and "cellar: active" in said and "key 2 is on its way" in said


def test_the_last_pod_that_is_revoked_leaves_a_key_that_it_never_had(home, capsys):
    run(capsys, "pod", "add", "attic", "--host", "h")
    run(capsys, "pod", "revoke", "attic")
    assert [one.id for one in trust(home).keys] == [2]


def test_a_revoked_pod_can_come_back_as_a_new_one(home, capsys):
    run(capsys, "pod", "add", "attic", "--host", "h", "--out", "a.json")
    run(capsys, "pod", "revoke", "attic")
    code, _ = run(capsys, "pod", "add", "attic", "--host", "h", "--out", "b.json")
    assert code == 0 and read_provision(home / "b.json").key_id == 2


def test_a_pod_that_is_unknown_is_one_line_with_those_that_are(home, capsys):
    run(capsys, "pod", "add", "attic", "--host", "h")
    for words in (("revoke", "x"), ("rotate", "x"), ("revoke", "attic", "x")):
        code, said = run(capsys, "pod", *words)
        assert code == 2 and "which has attic" in said and said.count("\n") == 1
    assert "attic" in trust(home).active(), "all of them or none"


def test_a_cottages_key_is_rotated_once_at_a_time(home, capsys):
    code, said = run(capsys, "cottage", "rotate")
    assert code == 0 and "no pod had to be told" in said and trust(home).signs == 2
    run(capsys, "pod", "add", "attic", "--host", "h")
    code, said = run(capsys, "cottage", "rotate")
    assert code == 0 and "goes to attic" in said
    code, said = run(capsys, "cottage", "rotate")
    assert code == 2 and "attic has still to take it" in said and "pod revoke" in said


def test_the_list_in_json_has_nothing_secret(home, capsys):
    run(capsys, "pod", "add", "attic", "--host", "h")
    code, said = run(capsys, "pod", "list", "--json")
    told, now = json.loads(said), trust(home)
    assert told["key"] == 1 and told["next_key"] is None
    (one,) = told["pods"]
    assert one["pod"] == "attic" and one["state"] == "active" and not one["waits_for_key"]
    for secret in (now.password, now.keys[0].key.hex(), now.pods["attic"].pod_key.hex(), "$7$"):
        assert secret not in said
