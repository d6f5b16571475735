"""A cottage for a bench: a broker of its own, and `starlit up` in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from starlit import broker, settings
from starlit.address import Address
from starlit.bench import credentials
from starlit.errors import UserError
from starlit.journal import Journal
from starlit.keyring import Keyring
from starlit.membership import Membership
from starlit.trust import rotation
from starlit.trust.model import HOST
from starlit.trust.provision import add_pod
from starlit.trust.store import TrustStore, now_s

COTTAGE = "bench"
START_S = 15.0
STOP_S = 5.0
ROOTS = os.pathsep.join(path for path in sys.path if path)


def child_env(home: Path) -> dict[str, str]:
    return {**os.environ, "STARLIT_HOME": str(home), "PYTHONPATH": ROOTS}


class CottageChild:
    """Use as a context manager. `folder` holds its state; `up` starts the broker, and starts it
    again when it dies."""

    def __init__(self, folder: Path, members: list[str], listen: str | None = None):
        """`members` have joined before, and have credentials. `listen`: an address of this computer
        where pods come in over TLS."""
        if broker.find_mosquitto() is None:
            raise UserError("this bench needs mosquitto: sudo apt install mosquitto")
        self.home = folder / "home"
        self.port = broker.free_port()
        self.address = Address(broker.LOOPBACK, self.port)
        self.home.mkdir(parents=True)
        self.credentials = folder / "credentials.json"
        self.keys = Keyring(b"")
        self._members = members
        self._options = ["--port", str(self.port), *(["--listen", listen] if listen else [])]
        self._log = folder / "up.log"
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        journal = Journal(self.home / settings.journal_path(COTTAGE).name)
        journal.start()
        Membership(journal).join(*self._members)
        journal.stop()
        self._make_trust()
        try:
            self._start_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _make_trust(self) -> None:
        store = TrustStore(self.home / f"trust-{COTTAGE}")
        store.create(COTTAGE)
        with store.changing() as trust:
            made = {pod: add_pod(trust, pod, now_s()) for pod in self._members}
        credentials.save(self.credentials, made)
        self.keys = rotation.keyring_of(trust)
        self.address = replace(self.address, user=HOST, password=trust.password)

    def __exit__(self, *_: object) -> None:
        stop(self._child)

    def broker_pid(self) -> int:
        """Of mosquitto, which is the child of `up`."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        for child in map(int, children):
            if Path(f"/proc/{child}/comm").read_text().strip() == "mosquitto":
                return child
        raise UserError("this bench finds no broker under `starlit up`")

    def say(self, *words: str) -> str:
        """What a command prints of this cottage, which it must have done."""
        command = [sys.executable, "-m", "starlit", *words, "--cottage", COTTAGE]
        done = subprocess.run(command, env=child_env(self.home), capture_output=True, text=True)
        if done.returncode != 0:
            raise UserError(done.stderr.strip() or f"starlit {words[0]} failed")
        return done.stdout

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    def _start_up(self) -> None:
        command = [sys.executable, "-m", "starlit", "up", "--plain", "--cottage", COTTAGE]
        with self._log.open("w") as log:
            self._child = subprocess.Popen(
                [*command, *self._options],
                env=child_env(self.home),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=broker.die_with_parent if sys.platform == "linux" else None,
            )
        end_s = time.monotonic() + START_S
        while not (self.home / settings.run_path(COTTAGE).name).exists():
            if self._child.poll() is not None or time.monotonic() > end_s:
                raise UserError(f"starlit up did not start: {self._log.read_text().strip()}")
            time.sleep(0.05)


def stop(child: "subprocess.Popen[Any] | None") -> None:
    """As a person would, and then not."""
    if child is None or child.poll() is not None:
        return
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(STOP_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def cpu_s(pid: int) -> float:
    """Seconds of a core that a process has used (proc(5), stat: utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
