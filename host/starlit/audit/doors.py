"""Where a cottage can be reached, and whether anybody gets in there: tried, not read in a file."""

import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

from starlit.address import Address
from starlit.audit.finding import Finding
from starlit.bench import mqtt_wire as wire

WAIT_S = 3.0
_HELLO = b"\x10\x11\x00\x04MQTT\x04\x02\x00\x3c\x00\x05audit"  # CONNECT, no user (MQTT 3.1.1, 3.1)
_ACCEPTED = 0


@dataclass(frozen=True)
class Door:
    host: str
    port: int

    @property
    def shown(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def local(self) -> bool:
        return ipaddress.ip_address(self.host).is_loopback

    @property
    def here(self) -> str:
        """An address of this computer by which it can be tried."""
        address = ipaddress.ip_address(self.host)
        if not address.is_unspecified:
            return self.host
        return "127.0.0.1" if address.version == 4 else "::1"


def open_doors(pid: int) -> list[Door]:
    """Every TCP port on which `up` and what it started listen."""
    import psutil  # slow to import

    found = set()
    with contextlib.suppress(psutil.NoSuchProcess):
        up = psutil.Process(pid)
        for process in (up, *up.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                for one in process.net_connections(kind="tcp"):
                    if one.status == psutil.CONN_LISTEN:
                        found.add(Door(one.laddr.ip, one.laddr.port))
    return sorted(found, key=lambda door: (door.port, door.host))


def doors(found: list[Door], known: set[int]) -> Iterator[Finding]:
    """`known`: ports that the cottage was asked to listen on."""
    for door in found:
        speaks_tls = _speaks_tls(door)
        if door.port not in known:
            yield Finding(
                "port", door.shown, "is open, and the cottage was not asked for it",
                "end `starlit up`, look what it is, and start it again",
            )  # fmt: skip
        if not door.local and not speaks_tls:
            yield Finding(
                "tls", door.shown, "can be reached from the network without TLS",
                "open the cottage with `starlit up --listen` only, which speaks TLS",
            )  # fmt: skip
        if anonymous(door.here, door.port, speaks_tls):
            yield Finding(
                "anonymous", door.shown, "lets anybody in without a password",
                "end `starlit up` and start it again: its configuration is written anew",
            )  # fmt: skip


def broker(address: Address) -> Iterator[Finding]:
    """One that is not ours."""
    if not address.tls and address.host not in ("127.0.0.1", "::1", "localhost"):
        yield Finding(
            "tls", address.shown, "everything to this broker goes in clear over the network",
            "name it as mqtts://..., with ?ca=FILE where its authority is your own",
        )  # fmt: skip
    if anonymous(address.host, address.port, address.tls):
        yield Finding(
            "anonymous", address.shown, "lets anybody in without a password",
            "set allow_anonymous false there (mosquitto.conf), and give each pod a user",
        )  # fmt: skip
    yield Finding(
        "access", address.shown, "host and virtual pods share one login at this broker",
        "use the cottage's own broker, `starlit up --listen`, whose access list keeps them apart",
    )  # fmt: skip


def anonymous(host: str, port: int, tls: bool) -> bool:
    """Whether a CONNECT without a user is accepted."""
    try:
        with _socket(host, port, tls) as link:
            link.sendall(_HELLO)
            buffer = bytearray()
            while len(buffer) < 4:
                more = link.recv(64)
                if not more:
                    return False
                buffer += more
            packet = next(wire.packets(buffer), None)
    except OSError:
        return False
    return packet is not None and packet.kind == wire.CONNACK and packet.body[1] == _ACCEPTED


def _speaks_tls(door: Door) -> bool:
    try:
        with _socket(door.here, door.port, tls=True):
            return True
    except OSError:
        return False


def _socket(host: str, port: int, tls: bool) -> socket.socket:
    """Verifies nothing: it is only asked whether a door opens, and no secret is sent."""
    link = socket.create_connection((host, port), WAIT_S)
    if not tls:
        return link
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        return context.wrap_socket(link)
    except BaseException:
        link.close()
        raise
