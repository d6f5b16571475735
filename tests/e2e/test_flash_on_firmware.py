"""A Pico W's real firmware, emulated: flashed by `starlit flash` itself, joined, unhooked, updated.

Needs STARLIT_UF2, a MicroPython UF2 for a Pico W, STARLIT_MIP, a folder of micropython-mqtt, and
rp2040py. The emulator is ten to thirty times slower than a board where it has to compute.
STARLIT_RP2040PY names another command for it: on PyPy it runs about twice as fast.
"""

import json
import os
import shutil
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.conftest import missing
from tests.e2e.cottage import Cottage, wait_for

from pod import __version__
from starlit.address import parse_address
from starlit.asking import Asking
from starlit.bench.emulator import WIFI, EmulatedPico, find_rp2040py, own_address
from starlit.bench.firmware import FREE_BAR
from starlit.broker import free_port
from starlit.bundle import build
from starlit.bundle.build import pod_package
from starlit.errors import UserError
from starlit.flash.flow import Flashing, Wanted
from starlit.flash.uf2 import read_uf2
from starlit.trust.provision import read_provision
from starlit.update.keys import read_public
from starlit.update.package import pack
from starlit.update.send import see_it_report, send
from starlit.views.parts import failed
from starlit.views.steps import Steps
from starlit.visit import Visit

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(3000)]

JOIN_S, LIT_S, UNHOOK_S = 900, 900, 900
NEWER = "0.9.0"


@pytest.fixture
def emulated(tmp_path):
    try:
        find_rp2040py()
    except UserError as error:
        pytest.skip(str(error))
    with EmulatedPico(tmp_path) as pico:
        yield pico


def given(name, what):
    return Path(os.environ[name]) if os.environ.get(name) else pytest.skip(f"{name} names {what}")


@contextmanager
def visiting(cottage):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STARLIT_HOME", str(cottage.home))
        address = parse_address(json.loads((cottage.home / "up-home.json").read_text())["broker"])
        with Visit("home", address) as visit:
            yield visit


def free_heap(cottage):
    """Bytes, of the newest telemetry: what is free after the loop's last garbage collection."""
    with visiting(cottage) as visit:
        return visit.wait(lambda: fresh_memory(visit), JOIN_S)


def fresh_memory(visit):
    told = [one.body["mem_free"] for one in visit.news() if one.body.get("mem_free")]
    return told[-1] if told else None


def newer_program(folder, key):
    """This source's, but for its version; signed."""
    package = Path(shutil.copytree(pod_package(), folder / "source" / "pod"))
    about = package / "__init__.py"
    about.write_text(about.read_text().replace(__version__, NEWER))
    bundle = build("armv6m", packed=True, package=package)
    bundle.write(folder / "bundle")
    manifest = {**bundle.manifest, "pod": NEWER}
    (folder / "bundle" / "manifest.json").write_text(json.dumps(manifest))
    return pack(folder / "bundle", "armv6m", key)


def update(cottage, package, say):
    """Over the link; the slot that it runs from then."""
    with visiting(cottage) as visit:
        assert visit.wait(lambda: "pico" in visit.roster.pods, JOIN_S)
        asking = Asking(visit, visit.roster.pods["pico"])
        send(asking, package, lambda done: say("sent", done, "bytes"))
        return see_it_report(asking, NEWER, lambda s: visit.wait(lambda: False, s))


@pytest.fixture
def patient(monkeypatch):
    """The host waits for a pod whose seconds are long."""
    monkeypatch.setattr("starlit.flash.flow.TEST_S", 900)
    monkeypatch.setattr("starlit.asking.ANSWER_S", 90)
    monkeypatch.setattr("starlit.asking.AWAY_S", 900)
    monkeypatch.setattr("starlit.update.send.BACK_S", 1800)


class Flashed:
    """An emulated Pico W that `starlit flash` made a pod of, joined to a cottage of this test's."""

    def __init__(self, cottage, key, told, pod, say):
        self.cottage, self.key, self.told, self.pod, self.say = cottage, key, told, pod, say


@pytest.fixture
def flashed(tmp_path, emulated, patient, capsys):
    uf2 = given("STARLIT_UF2", "no MicroPython UF2 of a Pico W: not run on firmware")
    mip = given("STARLIT_MIP", "no folder of micropython-mqtt: not run on firmware")
    if not shutil.which("mosquitto"):
        missing("mosquitto")
    listen = f"{own_address()}:{free_port()}"
    with Cottage(tmp_path / "home", "--plain", "--listen", listen) as cottage:
        file = tmp_path / "pico.pod.json"
        key = tmp_path / "update.key"
        cottage.say("pod", "add", "pico", "--out", file)
        cottage.say("update", "key", "--out", key)
        wanted = Wanted(
            image=read_uf2(uf2), mip=mip, give=lambda: read_provision(file), wifi=WIFI,
            update_key=read_public(Path(f"{key}.pub")),
        )  # fmt: skip
        began_s = time.monotonic()

        def say(*what):
            with capsys.disabled():
                print(f"{time.monotonic() - began_s:.0f} s:", *what, flush=True)

        told = Flashing(wanted, emulated.places, Steps(quiet=True)).run()
        say("flashed", told.bytes, "bytes;", told.parts)

        def state():
            pods = {one["pod"]: one for one in json.loads(cottage.say("status", "--json"))}
            pod = pods.get("pico")
            return pod if pod and pod["state"] != "unknown" else None

        pod = wait_for(state, JOIN_S, f"the pod has joined\n{emulated.log[-2000:]}")
        say("joined:", pod)
        yield Flashed(cottage, key, told, pod, say)
        cottage.end()


def test_flashed_it_boots_joins_is_lit_and_unhooked(emulated, flashed):
    cottage, told, say = flashed.cottage, flashed.told, flashed.say
    assert (told.pod, told.slot, told.micropython[:2]) == ("pico", "b", "1.")
    assert not failed(told.parts) and len(told.parts) == 15, told.parts
    assert flashed.pod["state"] != "failed", cottage.log

    def lit_ring():
        seen = emulated.hand("look")
        return seen if seen["lit"] else None

    emulated.press(1100)  # plugs it in
    wait_for(lambda: "plugged in" in cottage.log, LIT_S, f"it is plugged in\n{cottage.log}")
    emulated.press(200)  # goodnight; a command would not wait for so slow a pod
    say("lit:", wait_for(lit_ring, LIT_S, "the ring is lit"))
    words = ("unhook", "--pod", "pico", "--timeout", UNHOOK_S)
    said = cottage.say(*words, timeout_s=UNHOOK_S + 30)
    say(said)
    assert "pico: unhooked" in said
    free = free_heap(cottage)
    say("heap free, linked and running:", free, "bytes")
    assert free >= FREE_BAR
    dark = emulated.hand("look")
    assert not dark["lit"] and not dark["rail"], dark


def test_it_takes_an_update_over_the_link(tmp_path, flashed):
    """Before any goodnight: for the 14 h after one the pod takes none."""
    package = newer_program(tmp_path / "newer", flashed.key)
    assert update(flashed.cottage, package, flashed.say) == "a"
    free = free_heap(flashed.cottage)
    flashed.say("updated; heap free, linked:", free, "bytes")
    assert free >= FREE_BAR  # it runs from ROM as well
