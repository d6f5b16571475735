"""Each thing that the audit looks for is found where it is, and not where it is not."""

import subprocess
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from pod.envelope import TEST_KEY
from starlit import broker as brokers
from starlit.address import parse_address
from starlit.audit import access, doors, folder, pods
from starlit.audit.doors import Door
from starlit.cli import run
from starlit.roster import PodRecord
from starlit.topics import Topics
from starlit.trust import access as trust_access
from starlit.trust import certificates
from starlit.trust.model import CottageKey
from starlit.trust.passwords import hashed
from starlit.trust.provision import add_pod
from starlit.trust.store import open_store

pytestmark = pytest.mark.real_time

needs_mosquitto = pytest.mark.skipif(
    not brokers.find_mosquitto(), reason="mosquitto is not installed"
)


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("STARLIT_HOME", str(tmp_path / "state"))
    store = open_store("home")
    store.create("home")
    store.folder.parent.chmod(0o700)
    certificates.make_broker(store.folder, ["127.0.0.1"])
    with store.changing() as trust:
        for pod in ("attic", "cellar"):
            add_pod(trust, pod, 1)
    return store


def said(findings):
    return [(one.check, one.where) for one in findings]


def all_of(store, now_s=2):
    trust = store.load()
    return [
        *folder.files(store), *folder.credentials(trust), *folder.shared(trust),
        *folder.keys(trust, now_s), *folder.certificates(store, True),
    ]  # fmt: skip


def test_what_a_cottage_makes_has_no_findings(store):
    assert all_of(store) == []


@pytest.mark.parametrize("name", ["ca.key", "trust.json", "broker.key", "trust.json.before"])
def test_a_file_that_others_can_read_is_found(store, name):
    (store.folder / name).chmod(0o644)
    assert said(all_of(store)) == [("file", str(store.folder / name))]


def test_a_folder_that_others_can_enter_and_a_link_are_found(store, tmp_path):
    store.folder.chmod(0o755)
    (store.folder / "elsewhere").symlink_to(tmp_path)
    assert {where for _, where in said(all_of(store))} == {
        str(store.folder), str(store.folder / "elsewhere")
    }  # fmt: skip


@pytest.mark.parametrize("password", ["attic", "home", "password", ""])
def test_a_password_that_people_choose_is_found(store, password):
    with store.changing() as trust:
        trust.pods["attic"].hash = hashed(password)
    assert said(all_of(store)) == [("credential", "attic")]


def test_a_hosts_password_that_is_short_and_a_pod_that_has_it_are_found(store):
    with store.changing() as trust:
        trust.password = "letmein"
        trust.pods["cellar"].hash = hashed("letmein")
    assert said(all_of(store)) == [("credential", "host"), ("credential", "cellar")]


@pytest.mark.parametrize("key", [TEST_KEY, bytes(32), b"short"])
def test_a_key_that_everybody_knows_is_found(store, key):
    with store.changing() as trust:
        trust.keys = [CottageKey(1, key)]
    assert said(all_of(store)) == [("credential", "key 1")]


def test_one_credential_for_two_pods_is_found(store):
    with store.changing() as trust:
        trust.pods["cellar"].pod_key = trust.pods["attic"].pod_key
    assert said(all_of(store)) == [("credential", "attic, cellar")]


def test_a_key_that_nobody_fetches_is_found(store):
    with store.changing() as trust:
        trust.keys.append(CottageKey(2, bytes(range(32))))
        trust.since_s = 100
    assert all_of(store, now_s=200) == []
    late = all_of(store, now_s=100 + folder.KEY_LATE_S + 1)
    assert said(late) == [("key", "key 2")] and "attic, cellar" in late[0].what


def test_a_certificate_that_ends_soon_or_begins_later_or_is_none_is_found(store, monkeypatch):
    path = str(store.folder / "broker.pem")
    certificates.make_broker(store.folder, ["127.0.0.1"], days=20)
    assert said(all_of(store)) == [("certificate", path)]
    real = certificates.now()
    monkeypatch.setattr(folder, "now", lambda: real - timedelta(days=30 * 365))
    assert [one.what.split()[0] for one in all_of(store)] == ["begins", "begins"]
    monkeypatch.setattr(folder, "now", lambda: real)
    (store.folder / "broker.pem").write_text("torn")
    assert said(all_of(store)) == [("certificate", path)]


def test_trust_that_cannot_be_read_is_a_finding_and_no_traceback(store):
    store.path.write_text("{")
    trust, findings = folder.load_trust(store)
    assert trust is None and said(findings) == [("trust", str(store.path))]


# -- doors ----------------------------------------------------------------------------------


@pytest.fixture
def anybody(tmp_path):
    """A broker that lets anybody in."""
    port = brokers.free_port()
    config = tmp_path / "open.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    child = subprocess.Popen([brokers.find_mosquitto(), "-c", config], stderr=subprocess.DEVNULL)
    for _ in range(100):
        if brokers_answer(port):
            break
        time.sleep(0.02)
    yield port
    child.kill()
    child.wait()


def brokers_answer(port):
    return doors.anonymous("127.0.0.1", port, tls=False)


@needs_mosquitto
def test_a_broker_that_lets_anybody_in_is_found_by_trying(anybody):
    found = doors.doors([Door("127.0.0.1", anybody)], known={anybody})
    assert said(found) == [("anonymous", f"127.0.0.1:{anybody}")]
    outside = doors.broker(parse_address(f"mqtt://u:p@127.0.0.1:{anybody}"))
    assert [check for check, _ in said(outside)] == ["anonymous", "access"]


def test_a_port_that_nobody_asked_for_and_one_without_tls_are_found():
    port = brokers.free_port()
    found = said(doors.doors([Door("0.0.0.0", port)], known={1}))
    assert found == [("port", f"0.0.0.0:{port}"), ("tls", f"0.0.0.0:{port}")]


def test_an_outside_broker_in_clear_is_found():
    found = said(doors.broker(parse_address("mqtt://192.0.2.1.invalid")))
    assert ("tls", "mqtt://192.0.2.1.invalid:1883") in found


# -- the access list ------------------------------------------------------------------------


LETS_ALL = "user host\ntopic readwrite #\npattern readwrite #\n"
LETS_WRITE_SKY = "pattern write starlit/home/all/sky\n"


@pytest.fixture
def tried(tmp_path, monkeypatch):
    """What the audit finds at a real mosquitto with an access list of ours and more lines."""
    broker = None

    def try_with(change):
        nonlocal broker
        real = trust_access.acl
        monkeypatch.setattr(trust_access, "acl", lambda cottage: change(real(cottage)))
        hashes = {"host": hashed("host's own"), "audit-1": hashed("audit's own")}
        rules = trust_access.Access("home", "host's own", tmp_path / "trust", hashes)
        broker = brokers.Mosquitto(brokers.find_mosquitto(), None, tmp_path / "broker", rules)
        broker.start()
        pod = replace(broker.address, user="audit-1", password="audit's own")
        return list(access._tried(Topics("home"), broker.address, pod, "audit-1"))

    yield try_with
    broker.stop()


@needs_mosquitto
def test_the_cottages_own_access_list_lets_nothing_through(tried):
    assert tried(lambda rules: rules) == []


@needs_mosquitto
def test_an_access_list_that_lets_all_through_is_found_by_writing_and_reading(tried):
    found = tried(lambda rules: LETS_ALL)
    whats = {one.what for one in found}
    assert whats == {"a pod can write what is not its own", "a pod can read what is another's"}
    topics = {one.where for one in found}
    other = "pod/audit-1-x"
    wanted = ("all/sky", f"{other}/set/play", f"{other}/tele", "unhook/audit-1-x")
    assert {f"starlit/home/{topic}" for topic in wanted} <= topics


@needs_mosquitto
def test_one_line_too_many_is_found(tried):
    found = tried(lambda rules: rules + LETS_WRITE_SKY)
    assert [one.where for one in found] == ["starlit/home/all/sky"]


# -- pods -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "found"),
    [("0.1.0", False), ("9.9.9", False), ("0.0.9", True), (None, True), ("\x1b[2J", True)],
)  # fmt: skip
def test_old_firmware_is_found(told, found):
    findings = list(pods.firmware([PodRecord("pod-1", {"firmware": told})]))
    assert [one.where for one in findings] == (["pod-1"] if found else [])
    assert not any("\x1b" in one.what for one in findings)


def test_a_pod_without_a_credential_is_found():
    records = [PodRecord("attic"), PodRecord("stranger")]
    assert [one.where for one in pods.strangers(records, {"attic"})] == ["stranger"]


def test_every_finding_says_what_to_do(store):
    for path in store.folder.iterdir():
        path.chmod(0o666)
    with store.changing() as trust:
        trust.password = "host"
        trust.keys = [CottageKey(1, TEST_KEY)]
        trust.pods["attic"].hash = hashed("attic")
        trust.pods["cellar"].pod_key = trust.pods["attic"].pod_key = bytes(32)
    certificates.make_broker(store.folder, ["127.0.0.1"], days=2)
    findings = [
        *all_of(store), *pods.firmware([PodRecord("x", {"firmware": "0.0.1"})]),
        *doors.broker(parse_address("mqtt://u:p@127.0.0.1:1")),
    ]  # fmt: skip
    assert len({one.check for one in findings}) >= 5
    for one in findings:
        assert len(one.do) > 8 and one.do != one.what and one.line().count("\n") == 1, one


def test_a_cottage_that_is_not_up_is_one_line(store, capsys):
    assert run(["audit"]) == 2
    assert "starlit up" in capsys.readouterr().err
