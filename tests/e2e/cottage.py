"""A real `starlit up` in a process of its own, and its command line."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def wait_for(done, timeout_s, what):
    end_s = time.monotonic() + timeout_s
    while time.monotonic() < end_s:
        value = done()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {timeout_s} s: {what}")


def _env(home):
    return {
        **os.environ,
        "STARLIT_HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "device"), str(ROOT / "host")]),
        "COLUMNS": "120",
    }


def _starlit(*words):
    return [sys.executable, "-m", "starlit", *map(str, words)]


def run(home, *words, timeout_s=30):
    """A command of the cottage in `home`, to its end: what subprocess tells of it."""
    return subprocess.run(
        _starlit(*words), env=_env(home), capture_output=True, text=True, timeout=timeout_s
    )


class Cottage:
    def __init__(self, home, *options):
        self.home = home
        self.options = options
        self.began_s = 0.0
        self._log = home.with_suffix(".log")
        self.process = None

    def __enter__(self):
        command = _starlit("up", *self.options)
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                command, env=_env(self.home), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.began_s = time.monotonic()
        wait_for(self._is_up, 15, f"starlit up\n{self.log}")
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def _is_up(self):
        assert self.process.poll() is None, self.log
        return (self.home / "up-home.json").exists()

    @property
    def log(self):
        return self._log.read_text()

    def ask(self, *words):
        """A command that waits for a hand, as a process that goes on."""
        return subprocess.Popen(
            _starlit(*words), env=_env(self.home), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def say(self, *words, expect=0, timeout_s=30):
        """What a command prints; it must exit with `expect`."""
        done = run(self.home, *words, timeout_s=timeout_s)
        assert done.returncode == expect, f"{words}: {done.stdout}{done.stderr}\n{self.log}"
        return done.stdout + done.stderr

    def status(self):
        return {pod["pod"]: pod for pod in json.loads(self.say("status", "--json"))}

    def wait_status(self, done, timeout_s, what):
        def look():
            pods = self.status()
            return pods if all(done(pod) for pod in pods.values()) else None

        return wait_for(look, timeout_s, what)

    def end(self, signal_number=signal.SIGTERM):
        """Seconds from the signal to the end."""
        self.process.send_signal(signal_number)
        began_s = time.monotonic()
        self.process.wait(timeout=10)
        return time.monotonic() - began_s

    def leftovers(self):
        """Processes and files of this cottage that should have gone."""
        mine = str(self.home).encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = path.read_bytes()
            except OSError:
                continue
            if mine in line:
                found.append(line)
        return found + sorted(self.home.glob("up-*")) + sorted(self.home.glob("*.sock"))
