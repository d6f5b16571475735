"""The trust on disk: for its owner alone, whole or not at all, and seen when it changes."""

import json
import stat
import threading

import pytest

from starlit.errors import UserError
from starlit.trust.model import REVOKED
from starlit.trust.provision import add_pod, provision, read_provision, write_provision
from starlit.trust.store import TrustStore


@pytest.fixture
def store(tmp_path):
    store = TrustStore(tmp_path / "trust-home")
    store.create("home")
    return store


def test_only_the_owner_can_read_any_of_it(store):
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    for path in store.folder.iterdir():
        if path.name != ".lock":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_no_two_cottages_share_a_secret(tmp_path, store):
    other = TrustStore(tmp_path / "trust-other")
    ours, theirs = store.load(), other.create("other")
    assert ours.password != theirs.password and ours.keys[0].key != theirs.keys[0].key
    assert (store.folder / "ca.key").read_bytes() != (other.folder / "ca.key").read_bytes()


def test_making_it_again_changes_nothing(store):
    before = store.load()
    assert store.create("home") == before


def test_everything_in_it_comes_back(store):
    with store.changing() as trust:
        add_pod(trust, "attic", 5)
        add_pod(trust, "cellar", 6, virtual=True)
        trust.pods["cellar"].state = REVOKED
        trust.pods["attic"].box = (7, "00")
        trust.listen = {"host": "10.0.0.1", "port": 8883}
    assert TrustStore(store.folder).load() == trust
    assert "attic" in trust.active() and "cellar" not in trust.active()


def test_a_change_that_fails_leaves_it_as_it_was(store):
    before = store.load()
    with pytest.raises(RuntimeError), store.changing() as trust:
        add_pod(trust, "attic", 5)
        raise RuntimeError
    assert store.load() == before


def test_the_one_before_is_kept_beside_it_and_named_where_it_is_needed(store):
    first = json.loads(store.path.read_text())
    with store.changing() as trust:
        add_pod(trust, "attic", 5)
    before = store.folder / "trust.json.before"
    assert json.loads(before.read_text()) == first
    store.path.write_text('{"version": 1, "cottage"')
    with pytest.raises(UserError, match=r"cannot be read.*trust\.json\.before") as error:
        store.load()
    assert "\n" not in str(error.value)


def test_one_of_a_newer_starlit_is_one_line(store):
    store.path.write_text('{"version": 99}')
    with pytest.raises(UserError, match="newer starlit"):
        store.load()


def test_where_there_is_none_it_says_where_it_is(tmp_path):
    with pytest.raises(UserError, match="on the computer that runs `starlit up`"):
        TrustStore(tmp_path / "nowhere").load()


def test_another_process_sees_each_change_once(store):
    other = TrustStore(store.folder)
    other.load()
    assert not other.changed()
    with store.changing() as trust:
        add_pod(trust, "attic", 5)
    assert other.changed() and not store.changed()
    other.load()
    assert not other.changed()


def test_changes_from_many_sides_are_all_kept(store):
    def add(n):
        with TrustStore(store.folder).changing() as trust:
            add_pod(trust, f"pod-{n}", n)

    threads = [threading.Thread(target=add, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.load().pods) == 12


def test_a_pods_password_is_in_its_own_file_only(store, tmp_path):
    with store.changing() as trust:
        credential = add_pod(trust, "attic", 5)
    given = provision(trust, credential, "pi.local", 8883, b"der")
    path = tmp_path / "attic.json"
    write_provision(path, given)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert credential.password in path.read_text()
    for kept in store.folder.iterdir():
        assert credential.password.encode() not in kept.read_bytes()
    assert credential.password not in repr(credential)
    assert read_provision(path) == given


@pytest.mark.parametrize("name", ["host", "Attic", "", "a" * 33, "a/b", "+", "#"])
def test_a_pod_is_not_called_like_the_host_nor_like_a_filter(store, name):
    with store.changing() as trust, pytest.raises(UserError, match="1 to 32"):
        add_pod(trust, name, 5)


def test_a_file_that_is_no_provisioning_is_one_line(tmp_path):
    for text in ("", "[]", '{"version": 1}', '{"version": 2}'):
        path = tmp_path / "x.json"
        path.write_text(text)
        with pytest.raises(UserError, match=r"x\.json"):
            read_provision(path)
