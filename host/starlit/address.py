"""A broker's address: mqtt://[user:password@]host[:port]."""

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from starlit.errors import UserError

DEFAULT_PORT = 1883
_FORM = "write it as mqtt://[user:password@]host[:port]"


@dataclass(frozen=True)
class Address:
    host: str
    port: int = DEFAULT_PORT
    user: str | None = None
    password: str | None = None

    @property
    def url(self) -> str:
        """With the password: for files of the owner's alone."""
        login = ""
        if self.user is not None:
            login = quote(self.user, safe="")
            if self.password is not None:
                login += ":" + quote(self.password, safe="")
            login += "@"
        return f"mqtt://{login}{self._host}:{self.port}"

    @property
    def shown(self) -> str:
        """Without a password: for the screen."""
        return f"mqtt://{self._host}:{self.port}"

    @property
    def _host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def parse_address(url: str) -> Address:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UserError(f"broker {_shown(url)}: {error}; {_FORM}") from None
    if parts.scheme != "mqtt" or not parts.hostname or port == 0:
        raise UserError(f"broker {_shown(url)}: not an address of a broker; {_FORM}")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise UserError(f"broker {_shown(url)}: nothing may follow the port; {_FORM}")
    user = None if parts.username is None else unquote(parts.username)
    password = None if parts.password is None else unquote(parts.password)
    return Address(parts.hostname, port or DEFAULT_PORT, user, password)


def _shown(url: str) -> str:
    """A mistyped URL may hold a password, which belongs on no screen."""
    head, at, tail = url.rpartition("@")
    return f"mqtt://...@{tail}" if at else url
