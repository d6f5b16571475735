"""The cottage's authority and its broker's certificate, and when that is made anew."""

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from starlit.trust import certificates
from starlit.trust.certificates import BROKER_CERT, CA_CERT, load, names_of, renew_broker, stale

NAMES = ["127.0.0.1", "pi.local", "fd00::1"]


@pytest.fixture
def folder(tmp_path):
    certificates.make_ca(tmp_path, "home")
    renew_broker(tmp_path, NAMES)
    return tmp_path


def days_left(certificate):
    return (certificate.not_valid_after_utc - certificates.now()).days


def test_the_authority_signs_nothing_below_itself(folder):
    ca = load(folder / CA_CERT)
    constraints = ca.extensions.get_extension_for_class(x509.BasicConstraints)
    usage = ca.extensions.get_extension_for_class(x509.KeyUsage).value
    assert constraints.critical and constraints.value.ca and constraints.value.path_length == 0
    assert usage.key_cert_sign and not usage.digital_signature
    assert isinstance(ca.public_key(), ec.EllipticCurvePublicKey)
    assert 7290 < days_left(ca) <= 7300


def test_the_brokers_certificate_names_all_and_is_for_a_server(folder):
    certificate = load(folder / BROKER_CERT)
    assert names_of(certificate) == set(NAMES)
    certificate.verify_directly_issued_by(load(folder / CA_CERT))
    purpose = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purpose) == [x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert 823 < days_left(certificate) <= 825


def test_a_good_one_is_kept(folder):
    before = (folder / BROKER_CERT).read_bytes()
    assert renew_broker(folder, NAMES) is None
    assert renew_broker(folder, NAMES[:1]) is None, "one name less is no reason"
    assert (folder / BROKER_CERT).read_bytes() == before


def at(monkeypatch, days):
    real = certificates.now
    monkeypatch.setattr(certificates, "now", lambda: real() + datetime.timedelta(days=days))


@pytest.mark.parametrize(("days", "why"), [(794, None), (796, "it ends on"), (900, "it ends on")])
def test_it_is_made_anew_a_month_before_it_ends(folder, monkeypatch, days, why):
    at(monkeypatch, days)
    said = renew_broker(folder, NAMES)
    assert said is why if why is None else said.startswith(why)
    assert stale(folder, NAMES) is None


FIRST_DAY = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)  # MicroPython's, ports/rp2/main.c


def test_a_pod_that_has_no_clock_yet_finds_both_valid(folder):
    for name in (CA_CERT, BROKER_CERT):
        assert load(folder / name).not_valid_before_utc < FIRST_DAY


def test_what_an_older_version_made_begins_anew_under_the_same_key(tmp_path, monkeypatch):
    monkeypatch.setattr(certificates, "BEGINS", certificates.now())
    certificates.make_ca(tmp_path, "home")
    renew_broker(tmp_path, NAMES)
    monkeypatch.undo()
    old = load(tmp_path / CA_CERT)
    assert renew_broker(tmp_path, NAMES).startswith("it begins on")
    for name in (CA_CERT, BROKER_CERT):
        assert load(tmp_path / name).not_valid_before_utc < FIRST_DAY
    load(tmp_path / BROKER_CERT).verify_directly_issued_by(old)  # as a pod from before trusts it


def test_another_name_or_another_authority_makes_it_anew(folder, tmp_path):
    assert renew_broker(folder, [*NAMES, "10.0.0.9"]) == "it lacks 10.0.0.9"
    other = tmp_path / "other"
    other.mkdir()
    certificates.make_ca(other, "another")
    (folder / CA_CERT).write_bytes((other / CA_CERT).read_bytes())
    (folder / "ca.key").write_bytes((other / "ca.key").read_bytes())
    assert renew_broker(folder, NAMES) == "another authority has signed it"


def test_a_broken_one_is_as_good_as_none(folder):
    (folder / BROKER_CERT).write_text("torn")
    assert renew_broker(folder, NAMES) == "there was none"
