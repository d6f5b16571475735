"""A broker's address: mqtt://[user:password@]host[:port], or mqtts:// over TLS, where ?ca=FILE
names the only authority to trust instead of this computer's own."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from starlit.errors import UserError

DEFAULT_PORT, TLS_PORT = 1883, 8883
_FORM = "write it as mqtt://[user:password@]host[:port], or mqtts://...[?ca=FILE]"


@dataclass(frozen=True)
class Address:
    host: str
    port: int = DEFAULT_PORT
    user: str | None = None
    password: str | None = None
    tls: bool = False
    ca: Path | None = None  # PEM; with TLS and none, what this computer trusts

    @property
    def url(self) -> str:
        """With the password: for files of the owner's alone."""
        login = ""
        if self.user is not None:
            login = quote(self.user, safe="")
            if self.password is not None:
                login += ":" + quote(self.password, safe="")
            login += "@"
        ca = f"?ca={quote(str(self.ca))}" if self.ca else ""
        return f"{self._scheme}://{login}{self._host}:{self.port}{ca}"

    @property
    def shown(self) -> str:
        """Without a password: for the screen."""
        return f"{self._scheme}://{self._host}:{self.port}"

    @property
    def _scheme(self) -> str:
        return "mqtts" if self.tls else "mqtt"

    @property
    def _host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def parse_address(url: str) -> Address:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UserError(f"broker {_shown(url)}: {error}; {_FORM}") from None
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or port == 0:
        raise UserError(f"broker {_shown(url)}: not an address of a broker; {_FORM}")
    if parts.path not in ("", "/") or parts.fragment:
        raise UserError(f"broker {_shown(url)}: nothing may follow the port; {_FORM}")
    tls = parts.scheme == "mqtts"
    user = None if parts.username is None else unquote(parts.username)
    password = None if parts.password is None else unquote(parts.password)
    port = port or (TLS_PORT if tls else DEFAULT_PORT)
    return Address(parts.hostname, port, user, password, tls, _ca(url, parts.query, tls))


def _ca(url: str, query: str, tls: bool) -> Path | None:
    if not query:
        return None
    given = parse_qs(query, keep_blank_values=True)
    if not tls or list(given) != ["ca"] or not given["ca"][0]:
        raise UserError(f"broker {_shown(url)}: only ?ca=FILE may follow, with mqtts; {_FORM}")
    return Path(given["ca"][0]).expanduser().absolute()


def _shown(url: str) -> str:
    """A mistyped URL may hold a password, which belongs on no screen."""
    head, at, tail = url.rpartition("@")
    return f"mqtt://...@{tail}" if at else url
