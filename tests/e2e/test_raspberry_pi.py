"""A Raspberry Pi's pod and a cottage: its credential, mosquitto over TLS, a goodnight, an unhook.

The pod is `starlit-pod run` in a process of its own, with simulated parts at Blinka's pins.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.e2e.cottage import Cottage, run, wait_for

from starlit.broker import find_mosquitto, free_port

pytest.importorskip("adafruit_blinka")
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(not find_mosquitto(), reason="mosquitto is not installed"),
]
PROGRAM = Path(__file__).resolve().parents[1] / "pod" / "body" / "linux" / "rpi.py"


class Pi:
    def __init__(self, folder, script):
        self.report, self.log = folder / "report.json", folder / "pi.log"
        config = folder / "pod.toml"
        config.write_text(
            'provision = "lamp.json"\n[body]\nstate = "state"\n'
            '[leds]\nbackend = "spi"\n[sound]\ndevice = "none"\n'
        )
        words = [PROGRAM, self.report, script, "--", "run", "--config", config]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, *map(str, words)], env=os.environ.copy(), stdout=log, stderr=log
            )

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(timeout=10)
        return json.loads(self.report.read_text()) if self.report.exists() else None


@pytest.fixture
def house(tmp_path):
    home, port = tmp_path / "home", free_port()
    assert run(home, "cottage", "create", "home").returncode == 0
    with Cottage(home, "--plain", "--listen", f"127.0.0.1:{port}") as cottage:
        cottage.say("pod", "add", "lamp", "--out", tmp_path / "lamp.json")
        yield cottage
        cottage.end()


@pytest.fixture
def pi(tmp_path, house):
    started = []

    def start(script=""):
        started.append(Pi(tmp_path, script))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()


def is_in(cottage, state, timeout_s=20):
    def look():
        lamp = cottage.status().get("lamp")
        return lamp if lamp and lamp["state"] == state and lamp["online"] else None

    return wait_for(look, timeout_s, f"lamp is {state}")


def test_a_pi_joins_over_tls_obeys_and_says_when_it_leaves(house, pi):
    pod = pi("1:1200")
    is_in(house, "idle")
    time.sleep(3)  # the hand lets go, and the host knows a fresh nonce
    house.say("goodnight", "--pod", "lamp")
    is_in(house, "ritual")
    house.say("unhook", "--pod", "lamp")
    is_in(house, "unhooked")
    told = pod.end()
    assert told["code"] == 0 and told["lit_frames"] > 0 and not told["rail"]
    wait_for(lambda: not house.status()["lamp"]["online"], 10, "it has said goodbye")
    assert "works again" not in pod.log.read_text()


def test_a_broker_with_another_certificate_is_named_and_never_spoken_to(house, pi, tmp_path):
    given = json.loads((tmp_path / "lamp.json").read_text())
    other = tmp_path / "other"
    assert run(other, "cottage", "create", "home").returncode == 0
    port = free_port()
    with Cottage(other, "--plain", "--listen", f"127.0.0.1:{port}") as away:
        (tmp_path / "lamp.json").write_text(json.dumps({**given, "port": port}))
        pod = pi()
        wait_for(lambda: "not the cottage's" in pod.log.read_text(), 15, "it says so")
        time.sleep(3)
        assert pod.log.read_text().count("not the cottage's") == 1
        pod.end()
        away.end()


def test_after_an_outage_it_comes_back_by_itself(house, pi):
    pod = pi()
    wait_for(lambda: house.status().get("lamp", {}).get("online"), 20, "online")
    os.kill(pod.process.pid, signal.SIGSTOP)
    wait_for(lambda: not house.status()["lamp"]["online"], 60, "its will says offline")
    os.kill(pod.process.pid, signal.SIGCONT)
    wait_for(lambda: house.status()["lamp"]["online"], 30, "online again")
    pod.end()
