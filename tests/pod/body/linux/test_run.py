"""The whole program in a process of its own: start, notify, stop, crash, and what it says."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.real_time

HERE = Path(__file__).resolve().parent


class Process:
    def __init__(self, folder, script="", *words, text="", env=None):
        self.report = folder / "report.json"
        self.log = folder / "log"
        config = folder / "pod.toml"
        if not config.exists():
            config.write_text(f'[sound]\ndevice = "none"\n[body]\nstate = "state"\n{text}')
        command = [sys.executable, HERE / "rpi.py", self.report, script, "--", *(words or ("run",))]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*map(str, command), "--config", str(config)],
                env={**os.environ, **(env or {})}, stdout=log, stderr=log,
            )  # fmt: skip

    @property
    def said(self):
        return self.log.read_text()

    def wait_for(self, text, timeout_s=15):
        end_s = time.monotonic() + timeout_s
        while text not in self.said:
            assert self.process.poll() is None and time.monotonic() < end_s, self.said
            time.sleep(0.02)
        return self

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(timeout=10)
        return self

    @property
    def told(self):
        return json.loads(self.report.read_text())


@pytest.fixture
def start(tmp_path):
    started = []

    def go(*given, **more):
        started.append(Process(tmp_path, *given, **more))
        return started[-1]

    yield go
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()


def test_it_says_at_the_start_what_it_is_and_what_it_uses(start):
    said = start().wait_for("sensing").end().said
    assert "starlit-pod" in said and "Blinka's board without hardware" in said
    why = "neopixel (running as root)" if os.geteuid() == 0 else "spi (neopixel would need root)"
    assert f"LEDs: {why}" in said
    assert "alone (pod-1 of home, child)" in said


def test_the_board_and_back_end_of_pod_toml_are_taken(start):
    pod = start(text='board = "RASPBERRY_PI_ZERO_2_W"\n[leds]\nbackend = "spi"\n')
    said = pod.wait_for("sensing").end().said
    assert "Raspberry Pi Zero 2 W" in said and "LEDs: spi (as pod.toml says)" in said


@pytest.mark.slow
def test_a_night_begins_by_hand_and_ends_dark_by_a_signal(start):
    pod = start("1:1200,10.5:200", text='[leds]\nbackend = "spi"\n')
    time.sleep(16)
    pod.end()
    assert pod.process.returncode == 0 and pod.told["lit_frames"] > 30
    assert not pod.told["rail"]


def test_a_raspberry_pi_needs_nothing_of_the_host_and_no_numpy(start):
    """The process also carries the simulated parts, which are the host's: they are named here."""
    pod = start()
    pod.wait_for("sensing").end()
    assert not {"numpy", "matplotlib", "typer", "pydantic"} & set(pod.told["modules"])
    source = HERE.parents[3] / "device"
    alone = (
        "import sys, importlib, pkgutil; import pod.body.linux as body\n"
        "for one in pkgutil.iter_modules(body.__path__):\n"
        "    importlib.import_module('pod.body.linux.' + one.name)\n"
        "sys.exit('starlit' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", alone], env={**os.environ, "PYTHONPATH": str(source)}
    )
    assert done.returncode == 0


def test_systemd_hears_ready_and_the_watchdog_from_the_loop_itself(start, tmp_path):
    path = str(tmp_path / "notify")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(path)
    listener.settimeout(10)
    pod = start(env={"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "400000"})
    heard = [listener.recv(100).decode() for _ in range(4)]
    assert sorted(heard[:2]) == ["READY=1", "WATCHDOG=1"] and heard[2:] == ["WATCHDOG=1"] * 2
    pod.process.send_signal(signal.SIGSTOP)
    time.sleep(0.3)
    listener.setblocking(False)
    with pytest.raises(BlockingIOError):
        while True:
            listener.recv(100)
    time.sleep(0.5)
    with pytest.raises(BlockingIOError):
        listener.recv(100)
    pod.process.send_signal(signal.SIGCONT)
    listener.settimeout(10)
    pod.process.terminate()
    while listener.recv(100) != b"STOPPING=1":
        pass


@pytest.mark.slow
def test_a_start_after_a_crash_stays_dark_whatever_is_pressed(start, tmp_path):
    pod = start("1:1200,10.5:200")
    time.sleep(15)
    pod.end(signal.SIGKILL)
    again = start("1:1200,10.5:200")
    time.sleep(15)
    again.end()
    assert again.told["lit_frames"] == 0


def test_without_any_part_it_names_each_once_and_goes_on(start):
    pod = start("missing", text='[leds]\nbackend = "none"\n')
    pod.wait_for("sensing")
    time.sleep(6)
    assert pod.process.poll() is None
    pod.end()
    assert pod.said.count("missing:") <= 2 and "Traceback" not in pod.said


def test_a_bad_pod_toml_is_one_line_and_exit_code_2(tmp_path, start):
    (tmp_path / "pod.toml").write_text("colour = 1")
    pod = start()
    assert pod.process.wait(timeout=10) == 2
    assert pod.said.count("\n") == 1 and "colour is not known" in pod.said


def test_the_self_test_names_every_part_as_json(start):
    pod = start("", "selftest", "--json", text='[leds]\nbackend = "spi"\n')
    pod.process.wait(timeout=20)
    told = json.loads(pod.said)
    parts = {check["part"]: check for check in told["checks"]}
    for part in (
        "board",
        "I2C",
        "pulse sensor",
        "light sensor",
        "switch",
        "button",
        "case",
        "LEDs",
    ):
        assert parts[part]["ok"], parts[part]
    assert "rail" in parts and pod.told["lit_frames"] == 0 and not pod.told["rail"]


def test_the_self_test_fails_with_what_to_check(start):
    pod = start("missing", "selftest")
    assert pod.process.wait(timeout=20) == 1
    assert "FAIL pulse sensor: MAX30102 at 0x57: " in pod.said and "four wires" in pod.said


@pytest.mark.slow
def test_what_a_hand_sets_reaches_the_running_pod(start, tmp_path, capsys):
    from pod.body.linux.command import main

    words = ["set", "share_heart=yes", "--config", str(tmp_path / "pod.toml")]
    pod = start("1:1200,1:6500")
    pod.wait_for("sensing")
    assert main(words) == 2 and "hold the pod's button" in capsys.readouterr().err
    pod.wait_for("the set-up window is open")
    assert main(words) == 0
    pod.wait_for("set by hand: share_heart")
    time.sleep(1)  # it is kept in the next dark step
    pod.end()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "state").glob("pod-?"))
    assert b'share_heart\\":true' in kept
