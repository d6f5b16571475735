"""`starlit bench device --uf2 FILE`: the pod on real MicroPython, on an emulated Pico W.

It is flashed by `starlit flash`'s own steps, times its core, starts, joins a cottage over TLS, is
lit by a hand, and tells what is left of its heap. Times are the guest's own: the emulator counts
instructions, not a flash chip's waits, so they say what grew and not what a board takes.
"""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlit.bench.cottage_child import COTTAGE, CottageChild
from starlit.bench.emulator import WIFI, EmulatedPico, own_address
from starlit.broker import free_port
from starlit.bundle import build
from starlit.bundle.atlas import translate
from starlit.errors import UserError
from starlit.flash.board import Board
from starlit.flash.flow import Flashing, Told, Wanted
from starlit.flash.uf2 import Image, read_uf2
from starlit.trust.provision import read_provision
from starlit.views.steps import Steps
from starlit.visit import Visit

FREE_BAR = 90 * 1024  # DESIGN, Budget on the Pico: everything running
POD = "bench-pico"
BOOT_S, JOIN_S, LIT_S = 300.0, 1200.0, 600.0  # of this computer's; under CPython it takes its time
SCRIPTS = ("core_probe.py", "probe_clock.py")
PATIENCE = 50, 3000, 12  # TURN_MS, WARM_MS, TIMES of core_probe
TIMES_S = 1800.0
_RUN = """
import os, sys
sys.argv[:] = ['', '', '{}', '{}', '{}']
import core_probe
core_probe.main()
"""
SETTLED = 5  # telemetry of so many seconds: the newest garbage has been collected once
_LOOK_S = 0.2

Progress = Callable[[str], None]


def run(uf2: Path, mip: Path | None, progress: Progress = lambda _: None) -> dict[str, Any]:
    """`us`: of the core's paths, median; `boot_s`: from reset to the loop's first heartbeat;
    `joined_s`: to the first telemetry that the broker has; `free`: bytes of heap, linked and in a
    ritual; `bar`: what it must be."""
    image = read_uf2(uf2)
    if image.chip != "RP2040":
        raise UserError(f"{uf2}: MicroPython for {image.board}; what is emulated is a Pico W")
    listen = f"{own_address()}:{free_port()}"
    with TemporaryDirectory() as name:
        folder = Path(name)
        with EmulatedPico(folder) as pico, CottageChild(folder, [], listen) as cottage:
            progress("flashing an emulated Pico W (minutes)")
            told, times = _flash(pico, cottage, image, mip, progress)
            progress("starting")
            seen = _began(pico)
            with Visit(COTTAGE, cottage.address, cottage.keys) as visit:
                guest = _Guest(visit, pico)
                progress("joining over TLS")
                joined_s = guest.joined_s()
                progress("lighting it by a hand")
                guest.light()
                free = guest.free()
    return {
        "micropython": told.micropython,
        "bundle": told.bytes,
        "from_flash": told.memory is not None and told.memory.from_flash,
        "us": times,
        "boot_s": round(seen["loop_s"] - seen["reset_s"], 2),
        "joined_s": round(joined_s - seen["reset_s"], 2),
        "free": free,
        "bar": FREE_BAR,
    }


class _Timed(Flashing):
    """Before the pod's own start, with the program where it will run from."""

    def __init__(self, *given: Any, progress: Progress):
        super().__init__(*given)
        self._progress = progress
        self.times: dict[str, Any] = {}

    def _fill(self, board: Board, told: Told) -> None:
        super()._fill(board, told)
        self._progress("timing its core (minutes)")
        atlas = build(board.arch, packed=True).atlas
        for name in SCRIPTS:
            source = Path(__file__).with_name(name).read_text(encoding="utf-8")
            board.put(f"/{name}", translate(atlas, source).encode())
        found = board.ask(_RUN.format(*PATIENCE), TIMES_S)
        board.run("".join(f"os.remove('/{name}')\n" for name in SCRIPTS))
        self.times = {path: found[path]["us"] for path in ("step", "frame", "block") if found[path]}
        self.times["sample"] = round(found["us_per_sample"], 1)


def _flash(
    pico: EmulatedPico, cottage: CottageChild, image: Image, mip: Path | None, progress: Progress
) -> tuple[Told, dict[str, Any]]:
    file = cottage.home / "pico.json"
    cottage.say("pod", "add", POD, "--out", str(file))
    wanted = Wanted(image, mip=mip, give=lambda: read_provision(file), wifi=WIFI, test=False)
    flashing = _Timed(wanted, pico.places, Steps(quiet=True), progress=progress)
    return flashing.run(), flashing.times


def _wait(done: Callable[[], Any], timeout_s: float, pico: EmulatedPico, what: str) -> Any:
    end_s = time.monotonic() + timeout_s
    while not (value := done()):
        if time.monotonic() > end_s:
            said = pico.log.strip()[-300:]
            raise UserError(f"bench device: {what} within {timeout_s:g} s: {said}")
        time.sleep(_LOOK_S)
    return value


def _began(pico: EmulatedPico) -> dict[str, Any]:
    def began() -> dict[str, Any] | None:
        seen = pico.hand("look")
        return seen if seen["loop_s"] else None

    found: dict[str, Any] = _wait(began, BOOT_S, pico, "the loop did not begin")
    return found


class _Guest:
    """The pod, as the cottage hears it and a hand finds it."""

    def __init__(self, visit: Visit, pico: EmulatedPico):
        self._visit = visit
        self._pico = pico
        self._plugged = False
        self._joined_s: float | None = None
        self._free: list[int] = []

    def joined_s(self) -> float:
        """The guest's second of its first telemetry."""
        self._wait(lambda: self._joined_s is not None, JOIN_S, "the pod did not join")
        assert self._joined_s is not None
        return self._joined_s

    def light(self) -> None:
        """A hand plugs it in and begins the ritual."""
        self._pico.press(1100)
        self._wait(lambda: self._plugged, LIT_S, "it was not plugged in")
        self._pico.press(200)
        self._wait(lambda: self._pico.hand("look")["lit"] > 0, LIT_S, "the ring was not lit")

    def free(self) -> int:
        """Bytes of heap, the least of some telemetry; each tells it after garbage was collected."""
        self._free.clear()
        self._wait(lambda: len(self._free) >= SETTLED, LIT_S, "the pod fell silent")
        return min(self._free)

    def _wait(self, done: Callable[[], bool], timeout_s: float, what: str) -> None:
        def heard() -> bool:
            self._hear()
            return done()

        _wait(heard, timeout_s, self._pico, what)

    def _hear(self) -> None:
        self._visit.pump()
        for news in self._visit.news():
            if news.pod == POD and news.leaf == "tele" and "mem_free" in news.body:
                self._free.append(int(news.body["mem_free"]))
                self._joined_s = self._joined_s or float(self._pico.hand("look")["s"])
            elif news.pod == POD and news.leaf == "event":
                self._plugged |= news.body.get("event") == "plug"
