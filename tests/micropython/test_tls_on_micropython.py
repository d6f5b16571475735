"""The pod's core and credential open a verified TLS connection to a real mosquitto from the unix
port of MicroPython, and no other broker gets a word from it."""

import base64
import dataclasses
import datetime

import pytest
from tests.starlit.trust.mosquitto_tls import TlsMosquitto

from starlit.broker import find_mosquitto
from starlit.keyring import Keyring
from starlit.link import Link
from starlit.trust import certificates
from starlit.trust.gate import access_of
from starlit.trust.provision import add_pod, provision, write_provision
from starlit.trust.store import TrustStore
from starlit.unhooks import unhook_message

pytestmark = [
    pytest.mark.real_time,
    pytest.mark.micropython,
    pytest.mark.skipif(not find_mosquitto(), reason="mosquitto is not installed"),
]
SCRIPT = "tests/micropython/scripts/tls_pod.py"
HEAP = "640k"  # the whole pod is compiled from its sources here; a Pico has it compiled


@pytest.fixture
def cottage(tmp_path):
    store = TrustStore(tmp_path / "trust")
    store.create("home")
    certificates.make_broker(store.folder, ["pi.local", "127.0.0.1"])
    return store


@pytest.fixture
def file(cottage, tmp_path):
    """Writes the provisioning file of pod-1, with something in it changed; its path."""
    with cottage.changing() as trust:
        credential = add_pod(trust, "pod-1", 0)
    ca = certificates.ca_der(cottage.folder)
    given = provision(trust, credential, "pi.local", 8883, ca)

    def write(**changed):
        path = tmp_path / "pod-1.json"
        write_provision(path, dataclasses.replace(given, **changed))
        return path

    return write


@pytest.fixture
def broker(cottage):
    access = access_of(cottage, cottage.load())
    access.write()
    more = (
        f"allow_anonymous false\npassword_file {access.password_file}\nacl_file {access.acl_file}\n"
    )
    with TlsMosquitto(cottage.folder, more + "use_username_as_clientid true\n") as broker:
        yield broker


def test_the_core_hears_an_unhook_over_tls(cottage, file, broker, run_micropython):
    trust = cottage.load()
    host = Link(broker.address(user="host", password=trust.password), "host", [("x", 0)])
    host.start()
    try:
        assert host.wait_ready(4)
        host.publish(*unhook_message("home", Keyring(trust.keys[0].key), 7, "all"))
        said = run_micropython(SCRIPT, file(), broker.port, heap=HEAP)
    finally:
        host.stop()
    assert said.split("\n")[:3] == ["verified", "logged in", "unhooked by ['host']"]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ("authority", "not correctly signed by the trusted CA"),
        ("name", "does not match with the expected CN"),
        ("password", "refused 5"),
    ],
)
def test_what_is_wrong_ends_it(wrong, word, file, broker, run_micropython, tmp_path):
    changed = {"password": {"password": "another"}, "name": {"host": "elsewhere.local"}}.get(wrong)
    if changed is None:
        other = TrustStore(tmp_path / "other")
        other.create("home")
        changed = {"ca_der": base64.b64encode(certificates.ca_der(other.folder)).decode()}
    said = run_micropython(SCRIPT, file(**changed), broker.port, heap=HEAP)
    assert word in said and "logged in" not in said
    assert ("verified" in said) is (wrong == "password")


def test_an_expired_certificate_is_refused_where_there_is_a_clock(
    cottage, file, run_micropython, monkeypatch
):
    real = certificates.now
    monkeypatch.setattr(certificates, "now", lambda: real() - datetime.timedelta(days=1000))
    certificates.make_broker(cottage.folder, ["pi.local"])
    with TlsMosquitto(cottage.folder) as broker:
        said = run_micropython(SCRIPT, file(), broker.port, heap=HEAP)
    assert "validity has expired" in said and "verified" not in said
