"""The broker of a cottage: mosquitto as a child, else amqtt in this process, else one outside.

Ours listens on loopback only: a cottage opens itself to a network when its owner asks for it
(`--listen`), and then over TLS. Nobody gets in without a password, from this computer neither.
"""

import ctypes
import getpass
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from starlit.address import Address, parse_address
from starlit.errors import UserError
from starlit.trust.access import Access
from starlit.trust.listen import Listen
from starlit.trust.model import HOST

LOOPBACK = "127.0.0.1"
START_TIMEOUT_S = 5.0
STOP_TIMEOUT_S = 1.0
MAX_PACKET_BYTES = 16384
PODS_A_SAVE = 20

# How much one client may ask of the broker. A pod sends once a second and is told little; a village
# that comes back at once is what queues are for.
MAX_QUEUED_MESSAGES = 16384  # a thousand pods' worth for the coordinator
MAX_QUEUED_BYTES = 32 * 1024 * 1024
MAX_CONNECTIONS = 8192  # of one listener; beyond DESIGN's 5,000 pods, below an open file limit
MAX_KEEPALIVE_S = 120  # a half-open connection is noticed within three minutes
SESSION_EXPIRES = "1d"  # of a client that asked to be remembered; ours never do

_CONFIG = """\
# written by starlit up; changes are overwritten
per_listener_settings false
allow_anonymous false
password_file {passwords}
acl_file {acl}
user {user}
persistence true
persistence_location {folder}/
persistence_file mosquitto.db
autosave_on_changes true
autosave_interval {changes}
max_packet_size {max_packet}
message_size_limit {max_packet}
max_queued_messages {queued}
max_queued_bytes {queued_bytes}
max_inflight_messages 20
max_keepalive {keepalive}
persistent_client_expiration {expires}
set_tcp_nodelay true
connection_messages false
log_dest stderr
log_type error
log_type warning
listener {port} {host}
max_connections {connections}
"""

# A pod's id at the broker is its user name, so that a stolen credential throws no other pod out.
_TLS = """\
listener {port} {host}
max_connections {connections}
use_username_as_clientid true
tls_version tlsv1.2
cafile {trust}/ca.pem
certfile {trust}/broker.pem
keyfile {trust}/broker.key
"""


class Broker(Protocol):
    address: Address
    kind: str

    def start(self) -> None: ...
    def died(self) -> bool: ...
    def reload(self) -> None: ...
    def stop(self) -> None: ...


def choose_broker(
    url: str | None,
    port: int | None,
    folder: Path,
    access: Access,
    pods: int = 0,
    listen: Listen | None = None,
) -> Broker:
    """`url` is an outside broker's, or the word amqtt, or None for the best we have; `pods` are
    so many as are known; `listen`: also there, over TLS."""
    if url is not None and url != "amqtt":
        if port is not None or listen is not None:
            option = "--port" if port is not None else "--listen"
            raise UserError(f"{option} is for a broker of our own: leave it out beside --broker")
        from starlit.broker_outside import OutsideBroker

        return OutsideBroker(parse_address(url))
    program = None if url == "amqtt" else find_mosquitto()
    if program:
        return Mosquitto(program, port, folder, access, pods, listen)
    if listen is not None:
        raise UserError(
            "--listen needs mosquitto, since the broker built in speaks no TLS: "
            "sudo apt install mosquitto"
        )
    from starlit.broker_amqtt import AmqttBroker  # slow to import, and rarely needed

    return AmqttBroker(port, access)


def find_mosquitto() -> str | None:
    """Debian puts it into /usr/sbin, which is not on everybody's PATH."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def check_port(port: int, host: str = LOOPBACK, option: str = "--port") -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UserError(
                f"port {port} on {host}: {(error.strerror or 'not usable').lower()}; "
                f"give another with {option}, or the broker that runs there with --broker URL"
            ) from None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def die_with_parent() -> None:
    """In the child: a broker must not outlive a killed `up` (Linux: prctl PR_SET_PDEATHSIG)."""
    assert _libc is not None
    _libc.prctl(1, signal.SIGTERM)


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Mosquitto:
    kind = "mosquitto"

    def __init__(
        self,
        program: str,
        port: int | None,
        folder: Path,
        access: Access,
        pods: int = 0,
        listen: Listen | None = None,
    ):
        self.program = program
        self.port = port
        # The whole store is written each time, so not at each change where a village comes back
        # at once. An unhook of all brings as many acknowledgements, and is stored with them.
        self.changes_to_save = max(1, pods // PODS_A_SAVE)
        self.folder = folder
        self.access = access
        self.listen = listen
        self.address = Address(LOOPBACK, port or 0, HOST, access.password)
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        port = self.address.port or free_port()
        check_port(port)
        if self.listen is not None:
            check_port(self.listen.port, self.listen.host, "--listen")
        self.address = replace(self.address, port=port)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.access.write()
        config = self.folder / "mosquitto.conf"
        config.write_text(self._config(port))
        with (self.folder / "mosquitto.log").open("w") as log:
            self._child = subprocess.Popen(
                [self.program, "-c", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to pass on, once the pods said goodbye
                preexec_fn=die_with_parent if _libc else None,
            )
        self._wait_listening()

    def _config(self, port: int) -> str:
        config = _CONFIG.format(
            port=port,
            host=LOOPBACK,
            user=getpass.getuser(),
            folder=self.folder,
            passwords=self.access.password_file,
            acl=self.access.acl_file,
            max_packet=MAX_PACKET_BYTES,
            changes=self.changes_to_save,
            queued=MAX_QUEUED_MESSAGES,
            queued_bytes=MAX_QUEUED_BYTES,
            keepalive=MAX_KEEPALIVE_S,
            expires=SESSION_EXPIRES,
            connections=MAX_CONNECTIONS,
        )
        if self.listen is None:
            return config
        trust = self.access.folder
        return config + _TLS.format(
            port=self.listen.port, host=self.listen.host, trust=trust, connections=MAX_CONNECTIONS
        )

    def reload(self) -> None:
        """Passwords have changed: whoever has lost his is thrown out, the others stay
        (mosquitto(8), SIGHUP)."""
        self.access.write()
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(signal.SIGHUP)

    def died(self) -> bool:
        return self._child is not None and self._child.poll() is not None

    def _wait_listening(self) -> None:
        assert self._child is not None
        end_s = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < end_s and self._child.poll() is None:
            try:
                socket.create_connection((LOOPBACK, self.address.port), 0.2).close()
                return
            except OSError:
                time.sleep(0.01)
        why = self._last_words()
        self.stop()
        raise UserError(
            f"mosquitto on port {self.address.port} did not start: {why}; "
            f"see {self.folder / 'mosquitto.log'}, or give a broker with --broker URL"
        )

    def _last_words(self) -> str:
        lines = (self.folder / "mosquitto.log").read_text(errors="replace").splitlines()
        return lines[-1].partition(": ")[2] or lines[-1] if lines else "it said nothing"

    def stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.terminate()
        try:
            child.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
