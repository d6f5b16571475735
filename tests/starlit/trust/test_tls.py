"""A link that speaks TLS verifies whom it speaks to, whatever goes wrong there."""

import datetime
import time

import pytest
from tests.starlit.trust.mosquitto_tls import TlsMosquitto

from starlit.broker import find_mosquitto
from starlit.broker_outside import check_broker
from starlit.errors import UserError
from starlit.link import Link
from starlit.trust import certificates

pytestmark = [
    pytest.mark.skipif(not find_mosquitto(), reason="mosquitto is not installed"),
    pytest.mark.real_time,
]


@pytest.fixture
def folder(tmp_path):
    certificates.make_ca(tmp_path, "home")
    certificates.make_broker(tmp_path, ["127.0.0.1"])
    return tmp_path


def refusal(address):
    """What a command says of this broker."""
    with pytest.raises(UserError) as error:
        check_broker(address)
    return str(error.value)


def test_a_link_over_tls_carries_messages_both_ways(folder):
    with TlsMosquitto(folder) as broker:
        link = Link(broker.address(), "pod", [("a", 1)])
        link.start()
        try:
            assert link.wait_ready(4)
            link.publish("a", b"hello", 1)
            end_s = time.monotonic() + 4
            got = []
            while not got and time.monotonic() < end_s:
                got = link.take()
                time.sleep(0.01)
            assert got[0].payload == b"hello"
        finally:
            link.stop()


def test_another_authority_is_refused_and_nothing_is_sent(folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    certificates.make_ca(other, "home")  # of the same name: only its key differs
    with TlsMosquitto(folder) as broker:
        said = refusal(broker.address(ca=other / "ca.pem"))
    assert "certificate is not to be trusted" in said and "?ca=" in said


def test_without_a_ca_the_computers_own_authorities_count_and_not_the_cottages(folder):
    with TlsMosquitto(folder) as broker:
        address = type(broker.address())("127.0.0.1", broker.port, tls=True)
        assert "not to be trusted" in refusal(address)


def test_another_name_is_refused(folder):
    with TlsMosquitto(folder) as broker:
        assert "Hostname mismatch" in refusal(broker.address(host="localhost"))


def test_an_expired_certificate_is_refused_and_one_that_has_not_begun(folder, monkeypatch):
    now, day = certificates.now(), datetime.timedelta(days=1)
    wrong = {"expired": ("now", lambda: now - 1000 * day), "not yet": ("BEGINS", now + 10 * day)}
    for word, (name, value) in wrong.items():
        with monkeypatch.context() as patch:
            patch.setattr(certificates, name, value)
            certificates.make_broker(folder, ["127.0.0.1"])
        with TlsMosquitto(folder) as broker:
            assert word in refusal(broker.address())


def test_a_plain_link_gets_nowhere_at_a_tls_port_and_a_tls_link_nowhere_at_a_plain_one(folder):
    with TlsMosquitto(folder) as broker:
        plain = type(broker.address())("127.0.0.1", broker.port)
        assert "no MQTT" in refusal(plain)


def test_a_ca_file_that_is_none_is_one_line(folder):
    with TlsMosquitto(folder) as broker:
        assert "?ca=" in refusal(broker.address(ca=folder / "nowhere.pem"))
        assert "?ca=" in refusal(broker.address(ca=folder / "broker.key"))


def test_an_old_tls_version_is_refused():
    import ssl

    from starlit.tls import client_context

    context = client_context(None)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
