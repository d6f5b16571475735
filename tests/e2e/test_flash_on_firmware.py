"""A Pico W's real firmware, emulated: flashed by `starlit flash` itself, joined, unhooked.

Needs STARLIT_UF2, a MicroPython UF2 for a Pico W, STARLIT_MIP, a folder of micropython-mqtt, and
rp2040py. The emulator is ten to thirty times slower than a board where it has to compute.
STARLIT_RP2040PY names another command for it: on PyPy it runs about twice as fast.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.conftest import missing
from tests.e2e.cottage import ROOT, Cottage, wait_for
from tests.starlit.flash.test_find import volume

from starlit.address import parse_address
from starlit.flash.find import MICROPYTHON, VENDOR, Places
from starlit.flash.flow import Flashing, Wanted
from starlit.flash.uf2 import read_uf2
from starlit.trust.provision import read_provision
from starlit.views.steps import Steps
from starlit.visit import Visit

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(3000)]

FREE_BAR = 90 * 1024  # DESIGN, Budget on the Pico; firmware with a ROM partition has it
BOOT_S, JOIN_S, LIT_S, UNHOOK_S = 60, 900, 300, 300
PROGRAM = os.environ.get("STARLIT_RP2040PY") or str(Path(sys.executable).with_name("rp2040py"))
BOARD = Path(__file__).with_name("emulated_board.py")
PATHS = os.pathsep.join(str(ROOT / name) for name in ("device", "host"))
WIFI = {"ssid": "RP2040PY-GUEST", "wifi_password": "emulated"}  # the emulator's own network


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def own_address():
    """By which the emulator's guest reaches this computer; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.connect(("192.0.2.1", 9))
        return one.getsockname()[0]


class EmulatedPico:
    """In BOOTSEL mode until firmware lies on its drive; then it starts, and has a port."""

    def __init__(self, drive):
        self.drive = drive
        self.port = free_port()
        self.process = None
        self.log = drive.parent / "emulator.log"
        self.hands = drive.parent / "hands"  # a socket's path may have 107 bytes
        self.env = {**os.environ, "STARLIT_HANDS": str(self.hands), "PYTHONPATH": PATHS}

    def ports(self):
        image = self.drive / "firmware.uf2"
        if not image.exists():
            return []
        if self.process is None:
            command = [PROGRAM, "micropython", "--board-spec", f"{BOARD}:BOARD", "--image", image]
            with self.log.open("w") as log:
                self.process = subprocess.Popen(
                    [*command, "--tcp-port", str(self.port)], stdout=log, stderr=log, env=self.env
                )
            wait_for(lambda: "listening" in self.log.read_text(), BOOT_S, "the emulator listens")
        return [(f"socket://127.0.0.1:{self.port}", VENDOR, MICROPYTHON)]

    def hand(self, *words):
        """What a hand does at the pod, and what it sees then."""
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(60)
            one.connect(str(self.hands))
            one.sendall(" ".join(map(str, words)).encode() + b"\n")
            return json.loads(one.makefile().readline())

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def emulated(tmp_path):
    if not shutil.which(PROGRAM):
        pytest.skip("no rp2040py here: pip install rp2040py")
    pico = EmulatedPico(volume(tmp_path, "RPI-RP2", "RPI-RP2"))
    yield pico
    pico.stop()


def given(name, what):
    return Path(os.environ[name]) if os.environ.get(name) else pytest.skip(f"{name} names {what}")


def free_heap(cottage, home):
    """Bytes, of the newest telemetry: what is free after the loop's last garbage collection."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STARLIT_HOME", str(home))
        address = parse_address(json.loads((home / "up-home.json").read_text())["broker"])
        with Visit(cottage, address) as visit:
            return visit.wait(lambda: fresh_memory(visit), JOIN_S)


def fresh_memory(visit):
    told = [one.body["mem_free"] for one in visit.news() if one.body.get("mem_free")]
    return told[-1] if told else None


def test_flashed_it_boots_joins_and_is_unhooked(tmp_path, emulated, capsys):
    uf2 = given("STARLIT_UF2", "no MicroPython UF2 of a Pico W: not run on firmware")
    mip = given("STARLIT_MIP", "no folder of micropython-mqtt: not run on firmware")
    if not shutil.which("mosquitto"):
        missing("mosquitto")
    listen = f"{own_address()}:{free_port()}"
    with Cottage(tmp_path / "home", "--plain", "--listen", listen) as cottage:
        file = tmp_path / "pico.pod.json"
        cottage.say("pod", "add", "pico", "--out", file)
        wanted = Wanted(
            image=read_uf2(uf2), mip=mip, give=lambda: read_provision(file), wifi=WIFI, test=False
        )
        places = Places(lambda: [emulated.drive], emulated.ports)
        began_s = time.monotonic()

        def say(*what):
            with capsys.disabled():
                print(f"{time.monotonic() - began_s:.0f} s:", *what, flush=True)

        told = Flashing(wanted, places, Steps(quiet=True)).run()
        assert (told.pod, told.slot, told.micropython[:2]) == ("pico", "b", "1.")
        say("flashed", told.bytes, "bytes")

        def state():
            pods = {one["pod"]: one for one in json.loads(cottage.say("status", "--json"))}
            pod = pods.get("pico")
            return pod if pod and pod["state"] != "unknown" else None

        def lit_ring():
            seen = emulated.hand("look")
            return seen if seen["lit"] else None

        found = wait_for(state, JOIN_S, f"the pod has joined\n{emulated.log.read_text()[-2000:]}")
        say("joined:", found)
        assert found["state"] != "failed", cottage.log
        emulated.hand("press", 1100)  # plugs it in
        wait_for(lambda: "plugged in" in cottage.log, LIT_S, f"it is plugged in\n{cottage.log}")
        emulated.hand("press", 200)  # goodnight; a command would not wait for so slow a pod
        lit = wait_for(lit_ring, LIT_S, "the ring is lit")
        say("lit:", lit)
        words = ("unhook", "--pod", "pico", "--timeout", UNHOOK_S)
        said = cottage.say(*words, timeout_s=UNHOOK_S + 30)
        say(said)
        assert "pico: unhooked" in said
        free = free_heap("home", cottage.home)
        say("heap free, linked and running:", free, "bytes")
        assert free >= FREE_BAR
        dark = emulated.hand("look")
        assert not dark["lit"] and not dark["rail"], dark
        cottage.end()
