"""A Pico W that is not there: rp2040py runs its firmware, virtual parts are at its pins.

Flashed like a board: it has a drive until firmware lies on it, then a serial port. The emulator is
ten to thirty times slower than a board where it has to compute, so seconds are told by the guest's
own clock.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import pod
import starlit
from starlit.bench.cottage_child import stop
from starlit.broker import free_port
from starlit.errors import UserError
from starlit.flash.find import MICROPYTHON, VENDOR, Places

BOARD = Path(starlit.__file__).with_name("virtual") / "emulated_board.py"
PATHS = os.pathsep.join(str(Path(str(one.__file__)).parents[1]) for one in (pod, starlit))
WIFI = {"ssid": "RP2040PY-GUEST", "wifi_password": "emulated"}  # the emulator's own network
START_S = 60.0
_LOOK_S = 0.1
_LET_GO_S = 0.3  # of the guest
_HAND_S = 60.0


def find_rp2040py() -> str:
    """STARLIT_RP2040PY, or the one beside this Python; on PyPy it is twice as fast."""
    program = os.environ.get("STARLIT_RP2040PY") or str(Path(sys.executable).with_name("rp2040py"))
    if shutil.which(program) is None:
        raise UserError(
            f"no emulator at {program}: pip install rp2040py, or name one in STARLIT_RP2040PY"
        )
    return program


def own_address() -> str:
    """By which the emulator's guest reaches this computer; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        try:
            one.connect(("192.0.2.1", 9))
        except OSError:
            why = "this computer has no network: the emulated Pico would reach no broker"
            raise UserError(why) from None
        return str(one.getsockname()[0])


class EmulatedPico:
    """Use as a context manager. `folder`: empty, and with a short path (a socket lies in it)."""

    def __init__(self, folder: Path):
        self._program = find_rp2040py()
        self.drive = folder / "RPI-RP2"
        self.drive.mkdir()
        told = "UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: RPI-RP2\n"
        (self.drive / "INFO_UF2.TXT").write_text(told)
        self._port = free_port()
        self._hands = folder / "hands"
        self._log = folder / "emulator.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        stop(self._process)

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def places(self) -> Places:
        return Places(lambda: [self.drive], self._ports)

    def _ports(self) -> list[tuple[str, int | None, int | None]]:
        image = self.drive / "firmware.uf2"
        if not image.exists():
            return []
        if self._process is None:
            self._start(image)
        return [(f"socket://127.0.0.1:{self._port}", VENDOR, MICROPYTHON)]

    def _start(self, image: Path) -> None:
        command = [self._program, "micropython", "--board-spec", f"{BOARD}:BOARD"]
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [*command, "--image", str(image), "--tcp-port", str(self._port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "STARLIT_HANDS": str(self._hands), "PYTHONPATH": PATHS},
            )
        end_s = time.monotonic() + START_S
        while "listening" not in self.log:
            if self._process.poll() is not None or time.monotonic() > end_s:
                raise UserError(f"rp2040py did not start: {self.log.strip()[-300:]}")
            time.sleep(_LOOK_S)

    def press(self, ms: int) -> None:
        """The button, until it is let go again: a second press would be lost in the first."""
        end_s = self.hand("press", ms)["s"] + ms / 1000 + _LET_GO_S
        while self.hand("look")["s"] < end_s:
            time.sleep(_LOOK_S)

    def hand(self, *words: str | int) -> dict[str, Any]:
        """What a hand does at the pod, and what it sees then (starlit.virtual.emulated_board)."""
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(_HAND_S)
            one.connect(str(self._hands))
            one.sendall(" ".join(map(str, words)).encode() + b"\n")
            seen: dict[str, Any] = json.loads(one.makefile().readline())
        return seen
