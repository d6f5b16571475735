"""A cottage's own small certificate authority, and its broker's certificate (RFC 5280).

P-256 and SHA-256, which mbedtls on a Pico verifies too. The authority signs nothing below itself
(path length 0) and lives for 20 years, so that no pod ever outlives it on a shelf; the broker's
certificate is short-lived, and made anew at `starlit up`.

Both begin before every pod's first day. A Pico has no clock of its own: MicroPython starts it on
2021-01-01 (ports/rp2/main.c), mbedtls refuses what begins later, and the time of day comes only
over the connection that was refused.
"""

import datetime
import ipaddress
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from starlit.trust.files import write_private

CA_DAYS = 20 * 365
BROKER_DAYS = 825
RENEW_DAYS = 30
BEGINS = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
CA_KEY, CA_CERT = "ca.key", "ca.pem"
BROKER_KEY, BROKER_CERT = "broker.key", "broker.pem"


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def make_ca(folder: Path, cottage: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    _sign_ca(folder, key, _name(f"Starlit Cottage {cottage}"))


def _sign_ca(folder: Path, key: ec.EllipticCurvePrivateKey, name: x509.Name) -> None:
    builder = _builder(name, name, key, CA_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(True, 0), critical=True)
    builder = builder.add_extension(_usage(ca=True), critical=True)
    _save(folder / CA_KEY, folder / CA_CERT, key, builder.sign(key, hashes.SHA256()))


def make_broker(folder: Path, names: Iterable[str], days: int = BROKER_DAYS) -> None:
    """`names`: every host name and address by which a pod may reach the broker."""
    ca_key, ca = _ca(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name("Starlit Cottage broker"), ca.subject, key, days)
    builder = builder.add_extension(x509.BasicConstraints(False, None), critical=True)
    builder = builder.add_extension(_usage(ca=False), critical=True)
    server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    builder = builder.add_extension(server, critical=False)
    alternative = x509.SubjectAlternativeName([_alternative(name) for name in sorted(set(names))])
    builder = builder.add_extension(alternative, critical=False)
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    builder = builder.add_extension(authority, critical=False)
    certificate = builder.sign(ca_key, hashes.SHA256())
    _save(folder / BROKER_KEY, folder / BROKER_CERT, key, certificate)


def renew_broker(folder: Path, names: Iterable[str]) -> str | None:
    """Makes the broker's certificate anew where it has to be; why, or None."""
    key, ca = _ca(folder)
    if ca.not_valid_before_utc > BEGINS:  # by an older version: same key, same name
        _sign_ca(folder, key, ca.subject)
    why = stale(folder, names)
    if why is not None:
        make_broker(folder, names)
    return why


def stale(folder: Path, names: Iterable[str]) -> str | None:
    """Why the broker's certificate will not do, or None."""
    try:
        certificate = load(folder / BROKER_CERT)
    except (OSError, ValueError):
        return "there was none"
    if certificate.not_valid_after_utc < now() + datetime.timedelta(days=RENEW_DAYS):
        return f"it ends on {certificate.not_valid_after_utc:%Y-%m-%d}"
    if certificate.not_valid_before_utc > BEGINS:
        begins = f"{certificate.not_valid_before_utc:%Y-%m-%d}"
        return f"it begins on {begins}, after the first day of a pod without a clock"
    if certificate.issuer != load(folder / CA_CERT).subject:
        return "another authority has signed it"
    missing = set(names) - names_of(certificate)
    return f"it lacks {', '.join(sorted(missing))}" if missing else None


def load(path: Path) -> x509.Certificate:
    """A certificate of a PEM file; OSError or ValueError where there is none."""
    return x509.load_pem_x509_certificate(path.read_bytes())


def names_of(certificate: x509.Certificate) -> set[str]:
    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return {str(name.value) for name in extension.value}


def ca_der(folder: Path) -> bytes:
    """As MicroPython's `tls` takes it."""
    return load(folder / CA_CERT).public_bytes(serialization.Encoding.DER)


def _ca(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = serialization.load_pem_private_key((folder / CA_KEY).read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key, load(folder / CA_CERT)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(BEGINS)
    builder = builder.not_valid_after(now() + datetime.timedelta(days=days))
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return builder.add_extension(identifier, critical=False)


def _usage(ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _save(
    key_path: Path, path: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate
) -> None:
    pem = serialization.PrivateFormat.PKCS8
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    write_private(key_path, key.private_bytes(encoding, pem, plain))
    write_private(path, certificate.public_bytes(encoding))
