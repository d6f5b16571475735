"""A cottage for a bench: a broker of its own, and `starlit up` in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from starlit import broker, settings
from starlit.errors import UserError

COTTAGE = "bench"
START_S = 15.0
STOP_S = 5.0
ROOTS = os.pathsep.join(path for path in sys.path if path)


def child_env(home: Path) -> dict[str, str]:
    return {**os.environ, "STARLIT_HOME": str(home), "PYTHONPATH": ROOTS}


class CottageChild:
    """Use as a context manager. `folder` holds its state and its broker's."""

    def __init__(self, folder: Path):
        program = broker.find_mosquitto()
        if program is None:
            raise UserError("this bench needs mosquitto: sudo apt install mosquitto")
        self.home = folder / "home"
        self.broker = broker.Mosquitto(program, None, folder / "broker")
        self._log = folder / "up.log"
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.broker.start()
        try:
            self._start_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        stop(self._child)
        self.broker.stop()

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    def _start_up(self) -> None:
        command = [sys.executable, "-m", "starlit", "up", "--plain", "--cottage", COTTAGE]
        with self._log.open("w") as log:
            self._child = subprocess.Popen(
                [*command, "--broker", self.broker.address.url],
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


def stop(child: "subprocess.Popen[bytes] | None") -> None:
    """As a person would, and then not."""
    if child is None or child.poll() is not None:
        return
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(STOP_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
