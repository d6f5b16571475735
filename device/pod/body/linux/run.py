"""`starlit-pod run`: the pod from start to end, under systemd or by hand."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import signal
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from pod.config import Config
from pod.core import Pod

from . import boards, settings
from .files import Records, RunMark
from .hardware import Hardware
from .interfaces import overlays
from .loop import Loop
from .notify import Notify
from .problem import Log, Problem
from .slots import Slots
from .window import Window

if TYPE_CHECKING:  # paho is not needed by a pod that is alone
    from .wire import Wire

GOOD_US = 60_000_000  # a new version has run for so long, and reported, before it is good
_LOOK_US = 15_000_000


def clock_us() -> int:
    return time.monotonic_ns() // 1000


def process_age_s() -> float:
    """Seconds since Linux started this process (proc(5), field 22), imports included."""
    with open("/proc/self/stat") as file:
        started = int(file.read().rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started / os.sysconf("SC_CLK_TCK")


def version() -> str:
    try:
        return importlib.metadata.version("starlit-cottage")
    except importlib.metadata.PackageNotFoundError:
        return "from a checkout"


class Service:
    """`until`: asked at every turn, for a run of limited length."""

    def __init__(self, given: settings.Settings, log: Log, notify: Notify) -> None:
        self.given = given
        self.log = log
        self.notify = notify
        self.slots = Slots(given.state)
        self.window = Window(given.state)
        self.sensing_s = 0.0  # from the process's start to the first poll of the sensors
        self._woken = threading.Event()
        self._stopping = False
        self._looked_us = 0

    def start(self) -> None:
        """Everything up to sensing; sound comes later. Problem for what a user can mend."""
        board = boards.find(self.given.board)
        backend, why = boards.led_backend(board, self.given.backend)
        self._say_what(board, backend, why)
        self.records = _records(self.given)
        self.mark = RunMark(self.given.state)
        config, broker = settings.identity(self.given, self.records)
        config.firmware = version()
        self.hardware = Hardware(board, clock_us, self.log, backend, self.given.device)
        self.hardware.start(lambda us: time.sleep(us / 1e6))
        try:
            pod = Pod(config, dict(self.records.records))
            self.wire = self._wire(pod, broker) if broker else None
            self.loop = Loop(self.hardware, pod, self.records, clock_us, self.wire)
            self.loop.start(self.mark.begin())
            self.loop.turn()
        except BaseException:
            self.hardware.stop()
            raise
        self.sensing_s = process_age_s()
        if self.wire is not None:
            self.wire.start()
        self.log.say(f"{_who(config, broker)}; sensing {self.sensing_s:.1f} s after the start")

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Until a signal, a factory reset, or an update that waits. Ends dark in any case."""
        ready = False
        try:
            while not (self._stopping or until() or self._is_over()):
                wait_us = self.loop.turn()
                self.notify.alive(clock_us())
                self._set_up()
                if not ready:
                    ready = True
                    self.notify.say("READY=1")
                    self.hardware.speaker.start()
                    continue
                self._woken.wait(wait_us / 1e6)
                self._woken.clear()
        finally:
            self.hardware.stop()
        self._end()

    def stop(self) -> None:
        """From any thread, or a signal."""
        self._stopping = True
        self._woken.set()

    def _end(self) -> None:
        self.notify.say("STOPPING=1")
        if self.wire is not None:
            self.wire.stop()
        if self.loop.forgotten:
            settings.forget(self.given, self.records)
            self.log.say("reset to the factory: it starts anew, and knows nobody")
        self.mark.end()

    def _set_up(self) -> None:
        loop, now_us = self.loop, clock_us()
        if loop.opened:
            loop.opened = False
            self.window.open(now_us)
            self.log.say("the set-up window is open for ten minutes: starlit-pod set")
        given = self.window.take(now_us)
        if given is not None:
            loop.setup = given
            self.log.say(f"set by hand: {', '.join(sorted(given))}")

    def _is_over(self) -> bool:
        if self.loop.forgotten:
            return True
        now_us = clock_us()
        if now_us - self._looked_us < _LOOK_US:
            return False
        self._looked_us = now_us
        if self.records.failing and not self.hardware.rail:
            self.records.flush()
        if self.loop.pod.uptime_ms * 1000 >= GOOD_US and (
            self.wire is None or self.wire.connects > 0
        ):
            self.slots.good(self.log)
        if self.slots.waits() and self.loop.calm():
            self.log.say("an update waits, and nothing shows: starting it")
            return True
        return False

    def _wire(self, pod: Pod, broker: settings.Broker) -> Wire:
        from .wire import Wire

        will = pod.report.will
        link = pod.link
        return Wire(broker, link.prefix, link.own, will, clock_us, self.log, self._woken.set)

    def _say_what(self, board: boards.Board, backend: str, why: str) -> None:
        python = platform.python_version()
        self.log.say(f"starlit-pod {version()}, body linux, {board.name}, Python {python}")
        self.log.say(f"LEDs: {backend} ({why}); sound: {self.given.device}")
        for line, use in overlays(board).missing:
            self.log.say(f"config.txt lacks {line} ({use}); starlit-pod selftest says where")


def _records(given: settings.Settings) -> Records:
    try:
        given.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(f"{given.state}: {error.strerror}; set state in [body] of pod.toml") from None
    records = Records(given.state)
    records.load()
    return records


def _who(config: Config, broker: settings.Broker | None) -> str:
    who = f"{config.pod} of {config.cottage}, {config.profile}"
    if broker is None:
        return f"alone ({who}): no provisioning file, so no link"
    return f"{who}; link to {broker.host}:{broker.port} over TLS"


def serve(given: settings.Settings, seconds: float | None = None) -> int:
    """The exit code. `seconds`: end by itself after so long."""
    log, notify = Log(), Notify()
    service = Service(given, log, notify)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stop())
    service.start()
    end_us = None if seconds is None else clock_us() + int(seconds * 1e6)
    service.run(lambda: end_us is not None and clock_us() >= end_us)
    return 0
