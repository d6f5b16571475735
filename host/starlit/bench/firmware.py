"""`starlit bench device --uf2 FILE`: the pod on real MicroPython, on an emulated Pico W.

It is flashed by `starlit flash`'s own steps, starts, joins a cottage over TLS, is lit by a hand,
and tells what is left of its heap. Seconds are the guest's own: the emulator counts instructions,
not a flash chip's waits, so they say what grew and not what a board takes.
"""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlit.bench.cottage_child import COTTAGE, CottageChild
from starlit.bench.emulator import WIFI, EmulatedPico, find_rp2040py, own_address
from starlit.broker import free_port
from starlit.errors import UserError
from starlit.flash.flow import Flashing, Told, Wanted
from starlit.flash.uf2 import Image, read_uf2
from starlit.trust.provision import read_provision
from starlit.views.steps import Steps
from starlit.visit import Visit

FREE_BAR = 90 * 1024  # DESIGN, Budget on the Pico: everything running
POD = "bench-pico"
BOOT_S, JOIN_S, LIT_S = 300.0, 1200.0, 600.0  # of this computer's; under CPython it takes its time
SETTLED = 5  # telemetry of so many seconds: the newest garbage has been collected once
_LOOK_S = 0.2

Progress = Callable[[str], None]


def run(uf2: Path, mip: Path | None, progress: Progress = lambda _: None) -> dict[str, Any]:
    """`boot_s`: from reset to the loop's first heartbeat; `joined_s`: to the first telemetry that
    the broker has; `free`: bytes of heap, linked and in a ritual; `bar`: what it must be."""
    image = read_uf2(uf2)
    if image.chip != "RP2040":
        raise UserError(f"{uf2}: MicroPython for {image.board}; what is emulated is a Pico W")
    find_rp2040py()
    listen = f"{own_address()}:{free_port()}"
    with TemporaryDirectory() as name:
        folder = Path(name)
        with CottageChild(folder, [], listen) as cottage, EmulatedPico(folder) as pico:
            progress("flashing an emulated Pico W (minutes)")
            told = _flash(pico, cottage, image, mip)
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
        "boot_s": round(seen["loop_s"] - seen["reset_s"], 2),
        "joined_s": round(joined_s - seen["reset_s"], 2),
        "free": free,
        "bar": FREE_BAR,
    }


def _flash(pico: EmulatedPico, cottage: CottageChild, image: Image, mip: Path | None) -> Told:
    file = cottage.home / "pico.json"
    cottage.say("pod", "add", POD, "--out", str(file))
    wanted = Wanted(image, mip=mip, give=lambda: read_provision(file), wifi=WIFI, test=False)
    return Flashing(wanted, pico.places, Steps(quiet=True)).run()


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
        self._pico.hand("press", 1100)
        self._wait(lambda: self._plugged, LIT_S, "it was not plugged in")
        self._pico.hand("press", 200)
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
