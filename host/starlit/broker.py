"""The broker of a cottage: mosquitto as a child, else amqtt in this process, else one outside.

Ours listens on loopback only: a cottage opens itself to a network when its owner asks for it.
"""

import ctypes
import getpass
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol

from starlit.address import Address, parse_address
from starlit.errors import UserError

LOOPBACK = "127.0.0.1"
START_TIMEOUT_S = 5.0
STOP_TIMEOUT_S = 1.0
MAX_PACKET_BYTES = 16384
PODS_A_SAVE = 20

_CONFIG = """\
# written by starlit up; changes are overwritten
listener {port} {host}
allow_anonymous true
user {user}
persistence true
persistence_location {folder}/
persistence_file mosquitto.db
autosave_on_changes true
autosave_interval {changes}
max_packet_size {max_packet}
message_size_limit {max_packet}
max_queued_messages 16384
max_inflight_messages 20
set_tcp_nodelay true
connection_messages false
log_dest stderr
log_type error
log_type warning
"""


class Broker(Protocol):
    address: Address
    kind: str

    def start(self) -> None: ...
    def died(self) -> bool: ...
    def stop(self) -> None: ...


def choose_broker(url: str | None, port: int | None, folder: Path, pods: int = 0) -> Broker:
    """`url` is an outside broker's, or the word amqtt, or None for the best we have; `pods` are
    so many as are known."""
    if url is not None and url != "amqtt":
        if port is not None:
            raise UserError("--port is for a broker of our own: leave it out beside --broker")
        from starlit.broker_outside import OutsideBroker

        return OutsideBroker(parse_address(url))
    program = None if url == "amqtt" else find_mosquitto()
    if program:
        return Mosquitto(program, port, folder, pods)
    from starlit.broker_amqtt import AmqttBroker  # slow to import, and rarely needed

    return AmqttBroker(port)


def find_mosquitto() -> str | None:
    """Debian puts it into /usr/sbin, which is not on everybody's PATH."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise UserError(
                f"port {port} on {LOOPBACK}: {(error.strerror or 'not usable').lower()}; "
                "give another with --port, or the broker that runs there with --broker URL"
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

    def __init__(self, program: str, port: int | None, folder: Path, pods: int = 0):
        self.program = program
        self.port = port
        # The whole store is written each time, so not at each change where a village comes back
        # at once. An unhook of all brings as many acknowledgements, and is stored with them.
        self.changes_to_save = max(1, pods // PODS_A_SAVE)
        self.folder = folder
        self.address = Address(LOOPBACK, port or 0)
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        port = self.address.port or free_port()
        check_port(port)
        self.address = Address(LOOPBACK, port)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        config = self.folder / "mosquitto.conf"
        config.write_text(
            _CONFIG.format(
                port=port,
                host=LOOPBACK,
                user=getpass.getuser(),
                folder=self.folder,
                max_packet=MAX_PACKET_BYTES,
                changes=self.changes_to_save,
            )
        )
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
