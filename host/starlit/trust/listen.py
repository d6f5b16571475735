"""Where a cottage listens besides this computer itself, and by which names it is reached there."""

import ipaddress
import socket
from dataclasses import dataclass

from starlit.address import TLS_PORT
from starlit.errors import UserError

_FORM = "give an address of this computer, or 0.0.0.0 for all of them, as 192.168.1.5[:8883]"


@dataclass(frozen=True)
class Listen:
    host: str
    port: int = TLS_PORT

    @property
    def everywhere(self) -> bool:
        return ipaddress.ip_address(self.host).is_unspecified

    def names(self) -> list[str]:
        """All that a certificate has to name."""
        here = addresses() if self.everywhere else [self.host]
        name = socket.gethostname().lower()
        short = name.split(".")[0]
        local = ["localhost"] if any(ipaddress.ip_address(a).is_loopback for a in here) else []
        return sorted({*here, *local, name, short, f"{short}.local"})

    def told(self) -> str:
        """The address that pods are given, where nobody says another."""
        if not self.everywhere:
            return self.host
        others = (a for a in addresses() if not ipaddress.ip_address(a).is_loopback)
        return next(others, socket.gethostname().lower())


def addresses() -> list[str]:
    """Of this computer's interfaces; IPv4 first, and none that holds on one link only."""
    import psutil  # slow to import, and only needed where a network is

    found = []
    for family in (socket.AF_INET, socket.AF_INET6):
        for interface in psutil.net_if_addrs().values():
            for one in interface:
                if one.family == family and "%" not in one.address:
                    found.append(one.address)
    return [a for a in found if not ipaddress.ip_address(a).is_link_local]


def parse_listen(text: str) -> Listen:
    host, port = _split(text)
    try:
        ipaddress.ip_address(host)
        number = int(port) if port else TLS_PORT
    except ValueError:
        raise UserError(f"--listen {text}: {_FORM}") from None
    if not 1 <= number <= 65535:
        raise UserError(f"--listen {text}: a port is 1 to 65535; {_FORM}")
    return Listen(host, number)


def _split(text: str) -> tuple[str, str]:
    """[::1]:8883 and ::1 beside 10.0.0.1:8883."""
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        return host, port.removeprefix(":")
    if text.count(":") > 1:
        return text, ""
    host, _, port = text.partition(":")
    return host, port
