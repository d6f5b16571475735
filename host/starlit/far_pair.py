"""The two ends of a pair of far cottages: made by an invitation, kept in the trust folder."""

import json
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from starlit.address import Address, parse_address
from starlit.errors import UserError
from starlit.tls import client_context
from starlit.trust.files import write_private
from starlit.trust.store import open_store

VERSION = 1
FILE, CA = "far.json", "far-ca.pem"
KEY_BYTES = 32
_SIDES = ("a", "b")


@dataclass(frozen=True)
class Pair:
    """`broker` is a URL with its login; `ca` the PEM text of the only authority to trust, or empty
    for this computer's own."""

    version: int
    pair: str
    side: str
    key: str  # hex
    broker: str
    ca: str = ""

    def __repr__(self) -> str:
        return f"Pair({self.pair})"


def path(cottage: str) -> Path:
    return open_store(cottage).folder / FILE


def invite(cottage: str, broker: str, out: Path) -> Path:
    """A new pair; the file that the other cottage joins with."""
    _none_yet(cottage)
    address = check_broker(broker)
    if out.exists():
        raise UserError(f"{out} is there already: move it away, or name another with --out")
    ca = address.ca.read_text() if address.ca else ""
    url = replace(address, ca=None).url
    pair = Pair(VERSION, secrets.token_hex(8), "a", secrets.token_hex(KEY_BYTES), url, ca)
    write_private(out, _text(replace(pair, side="b")))
    _keep(cottage, pair)
    return out


def join(cottage: str, file: Path, broker: str | None) -> Pair:
    """`broker`: instead of the invitation's, where this cottage has a login of its own."""
    _none_yet(cottage)
    pair = read(file)
    if broker is not None:
        address = check_broker(broker)
        ca = address.ca.read_text() if address.ca else pair.ca
        pair = replace(pair, broker=replace(address, ca=None).url, ca=ca)
    _keep(cottage, pair)
    return pair


def leave(cottage: str) -> bool:
    """Whether there was a pair. A running `up` sees it, and takes back what it had said."""
    folder = open_store(cottage).folder
    there = (folder / FILE).exists()
    for name in (FILE, CA):
        (folder / name).unlink(missing_ok=True)
    return there


def find(cottage: str) -> Pair | None:
    file = path(cottage)
    return read(file) if file.exists() else None


def address_of(cottage: str, pair: Pair) -> Address:
    """With the authority as a file, which is what TLS reads."""
    address = parse_address(pair.broker)
    return replace(address, ca=open_store(cottage).folder / CA if pair.ca else None)


def read(file: Path) -> Pair:
    try:
        data = json.loads(file.read_text())
        if data.get("version", 0) > VERSION:
            raise UserError(f"{file}: written by a newer starlit; update this one")
        pair = Pair(**data)
        texts = (pair.pair, pair.side, pair.key, pair.broker, pair.ca)
        good = all(isinstance(text, str) for text in texts) and pair.side in _SIDES
        if not good or len(bytes.fromhex(pair.key)) != KEY_BYTES or len(pair.pair) != 16:
            raise ValueError
        int(pair.pair, 16)
    except (OSError, ValueError, TypeError, AttributeError):
        raise UserError(
            f"{file} is no invitation: `starlit cottage far invite` writes one"
        ) from None
    check_broker(pair.broker)
    return pair


def check_broker(url: str) -> Address:
    """Over TLS, or not at all."""
    address = parse_address(url)
    if not address.tls:
        raise UserError(
            f"broker {address.shown}: two cottages meet over TLS only; write it as "
            "mqtts://[user:password@]host[:port][?ca=FILE]"
        )
    if address.ca is not None:
        client_context(address.ca)  # its own one-line error where the file is none
    return address


def _none_yet(cottage: str) -> None:
    if not open_store(cottage).exists:
        raise UserError(
            f"no cottage {cottage} here: make it with `starlit cottage create {cottage}`"
        )
    if path(cottage).exists():
        raise UserError(
            f"cottage {cottage} has a far cottage already: `starlit cottage far leave` ends that"
        )


def _keep(cottage: str, pair: Pair) -> None:
    if pair.ca:
        write_private(open_store(cottage).folder / CA, pair.ca.encode())
    write_private(path(cottage), _text(pair))


def _text(pair: Pair) -> bytes:
    return (json.dumps(asdict(pair), indent=1) + "\n").encode()
