"""The whole of `starlit flash`, in order; every step can be run again."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlit.bundle.build import Bundle, build
from starlit.errors import UserError
from starlit.flash import find, firmware, install
from starlit.flash.board import Board, Memory
from starlit.flash.find import Drive, Places
from starlit.flash.uf2 import Image
from starlit.trust.provision import Provision
from starlit.views.parts import as_lines
from starlit.views.steps import Steps

APPEAR_S = 30.0
TEST_S = 60.0
START_TRIES = 3  # of 10 s: the first start of new firmware makes a file system
_LOOK_S = 0.25
_MQTT_BYTES = 12_000  # compiled; for the bar only

_TEST = """
import json
from pod.body.pico.cable import try_parts
print(json.dumps(try_parts({ssid!r}, {password!r})))
"""


@dataclass
class Wanted:
    """What is to be done. `give` makes the credential once the board is known to be good."""

    image: Image | None = None
    port: str | None = None
    mip: Path | None = None
    erase: bool = False
    give: Callable[[], Provision] | None = None
    wifi: dict[str, str] = field(default_factory=dict)  # ssid, wifi_password
    update_key: int | None = None
    test: bool = True


@dataclass
class Told:
    """What was done, for `--json`."""

    port: str = ""
    board: str = ""
    micropython: str = ""
    arch: str = ""
    pod: str | None = None
    bytes: int = 0
    slot: str = ""
    memory: Memory | None = None
    parts: list[dict[str, Any]] = field(default_factory=list)


class Flashing:
    def __init__(
        self,
        wanted: Wanted,
        places: Places,
        steps: Steps,
        sleep: Callable[[float], Any] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._wanted = wanted
        self._places = places
        self._steps = steps
        self._sleep = sleep
        self._clock = clock

    def plan(self) -> list[str]:
        """Looks, and changes nothing: what would be done, a line each."""
        wanted, lines = self._wanted, []
        drive, port = self._look()
        if wanted.image:
            image = wanted.image
            where = str(drive.path) if drive else f"{port}, after a restart into BOOTSEL mode"
            lines.append(f"copy MicroPython {image.micropython} for {image.board} to {where}")
        else:
            lines.append(f"keep the MicroPython at {port}")
        if wanted.erase:
            lines.append("erase every file on the board")
        source = wanted.mip or f"its repository, commit {install.MQTT_AS[:12]}"
        lines.append(f"install mqtt_as from {source}")
        lines.append("install the pod's program into the slot that does not run")
        lines.append("give it its name, cottage, key and Wi-Fi" if wanted.give else "leave its "
                     "name, cottage and Wi-Fi as they are")  # fmt: skip
        lines += ["try its parts"] if wanted.test else []
        return lines

    def run(self) -> Told:
        drive, port = self._look()
        if self._wanted.image is not None:
            port = self._give_micropython(self._wanted.image, drive, port)
        assert port is not None
        told = Told(port=port)
        with Board(port, START_TRIES if self._wanted.image else 1) as board:
            board.check()
            told.board, told.micropython = board.about["machine"], board.version
            told.arch = board.arch
            self._fill(board, told)
            board.restart()
        return told

    # -- finding ---------------------------------------------------------------------------

    def _look(self) -> tuple[Drive | None, str | None]:
        """The drive, if firmware is to be given and there is one, and the port, if there is one."""
        wanted = self._wanted
        drive = find.one_drive(self._places)
        port = wanted.port
        if port is None and not (wanted.image and drive):
            port = find.one_port(self._places)
        if wanted.image and drive:
            firmware.fits(wanted.image, drive)
        if not wanted.image and drive and not port:
            raise UserError(
                f"the board at {drive.path} waits for firmware: download MicroPython's UF2 for it "
                "and name it with --uf2"
            )
        if drive is None and port is None:
            raise find.nothing_found()
        return drive, port

    def _wait(self, look: Callable[[], Any], what: str) -> Any:
        end_s = self._clock() + APPEAR_S
        while True:
            found = look()
            if found:
                return found
            if self._clock() >= end_s:
                raise UserError(what)
            self._sleep(_LOOK_S)

    def _give_micropython(self, image: Image, drive: Drive | None, port: str | None) -> str:
        steps = self._steps
        if drive is None:
            assert port is not None
            with steps.step("restarting the board into BOOTSEL mode"):
                with Board(port) as board:
                    board.bootloader()
                drive = self._wait(
                    lambda: find.one_drive(self._places),
                    f"the board's drive did not appear: {find.HOLD}, and see that it is mounted",
                )
            firmware.fits(image, drive)
        with steps.step(f"copying MicroPython {image.micropython}", image.bytes) as done:
            firmware.copy(image, drive, done)
        with steps.step("waiting for its serial port"):
            found = self._wait(
                lambda: self._wanted.port or find.one_port(self._places),
                "the board did not come back within 30 s: unplug it, plug it in without BOOTSEL, "
                "and start again without --uf2",
            )
        return str(found)

    # -- filling ---------------------------------------------------------------------------

    def _fill(self, board: Board, told: Told) -> None:
        wanted, steps = self._wanted, self._steps
        bundle = self._bundle(board)
        if wanted.erase:
            with steps.step("erasing the board's files"):
                install.erase(board)
        with steps.step("installing mqtt_as", _MQTT_BYTES) as done:
            install.packages(board, wanted.mip, done)
        with steps.step("installing the pod's program", install.program_size(bundle)) as done:
            told.slot = install.program(board, bundle, done)
        told.bytes = bundle.total_bytes
        if wanted.give is not None:
            with steps.step("giving it its credential"):
                given = wanted.give()
                install.provision(board, given, wanted.wifi, wanted.update_key)
                told.pod = given.pod
        with steps.step("starting from it"):
            board.start_anew()  # `boot.py` chooses it, and puts it into ROM where there is one
            told.memory = board.memory()
        if wanted.test:
            with steps.step("trying its parts"):
                told.parts = self._try(board)

    def _bundle(self, board: Board) -> Bundle:
        bundle = build(board.arch, packed=True)
        install.check_mpy(board, bundle.manifest)
        return bundle

    def _try(self, board: Board) -> list[dict[str, Any]]:
        """By the program that has just been installed."""
        wifi = self._wanted.wifi
        script = _TEST.format(ssid=wifi.get("ssid"), password=wifi.get("wifi_password"))
        return as_lines(board.ask(script, TEST_S))
