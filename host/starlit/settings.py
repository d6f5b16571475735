"""Where the host keeps its things, and the file by which one command finds a running `up`."""

import fcntl
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from starlit.errors import UserError

DEFAULT_COTTAGE = "home"
# sun_path holds 108 bytes on Linux and 104 on macOS; a margin for both.
SOCKET_PATH_MAX = 100
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


def state_dir() -> Path:
    if home := os.environ.get("STARLIT_HOME"):
        return Path(home).expanduser().absolute()
    if state := os.environ.get("XDG_STATE_HOME"):
        return Path(state).expanduser().absolute() / "starlit"
    return Path.home() / ".local" / "state" / "starlit"


def ensure_state_dir() -> Path:
    folder = state_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UserError(
            f"cannot write in {folder} ({error.strerror}): set STARLIT_HOME to a folder of yours"
        ) from error
    return folder


def check_cottage(name: str) -> str:
    """The name goes into topics and file names, so it is kept narrow."""
    if not _NAME.fullmatch(name):
        raise UserError(f"cottage name {name!r}: use 1 to 32 of a-z, 0-9 and '-', not '-' first")
    return name


@dataclass(frozen=True)
class Run:
    """What a running `starlit up` tells other commands about itself."""

    cottage: str
    pid: int
    broker: str
    socket: str
    pods: list[str]

    @property
    def socket_file(self) -> Path:
        return Path(self.socket)


def run_path(cottage: str) -> Path:
    return state_dir() / f"up-{cottage}.json"


def journal_path(cottage: str) -> Path:
    return state_dir() / f"journal-{cottage}.sqlite"


def nights_path(cottage: str) -> Path:
    """The nights that a person chose to keep; absent where nobody did."""
    return state_dir() / f"nights-{cottage}.sqlite"


def socket_path(cottage: str) -> Path:
    """In the state folder, or in a short private folder where that path is too long."""
    path = state_dir() / f"hands-{cottage}.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_MAX:
        return path
    tag = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"starlit-{os.getuid()}-{tag}" / "s"


def write_run(run: Run) -> None:
    path = run_path(run.cottage)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.touch(mode=0o600)  # the broker's URL may hold a password
    fresh.write_text(json.dumps(asdict(run)) + "\n")
    fresh.replace(path)


def remove_run(cottage: str) -> None:
    run_path(cottage).unlink(missing_ok=True)


def find_run(cottage: str) -> Run | None:
    """The running `up` of this cottage; a file left behind by a killed one counts as none."""
    try:
        run = Run(**json.loads(run_path(cottage).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return run if _alive(run.pid) else None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _zombie(pid)


def _zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False


@contextmanager
def claimed(cottage: str) -> Iterator[None]:
    """The only coordinator of this cottage under this state folder; a killed one lets go."""
    check_cottage(cottage)
    path = ensure_state_dir() / f"coordinator-{cottage}.lock"
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise UserError(
                f"cottage {cottage} is already up (process {lock.read().strip() or 'unknown'}): "
                "stop that one, or name another with --cottage"
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
