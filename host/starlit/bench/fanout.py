"""`starlit bench fanout`: one word to a thousand pods, and all of them back after the broker died.

Real: `starlit up` with its own mosquitto. The pods are light ones (`crowd.py`) in a process of
their own, all with signed telemetry and a ping once a second, so the coordinator has real work.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pod import jsontext
from starlit import broker
from starlit.bench.cottage_child import COTTAGE, CottageChild, child_env, cpu_s, stop
from starlit.bench.crowd import CrowdOptions, crowd_ids
from starlit.bench.sync_report import spread
from starlit.clock import steady_ns
from starlit.errors import UserError
from starlit.link import Link
from starlit.topics import Topics

SETTLE_S = 4.0  # after the last has connected: the coordinator tells each of its friends
BETWEEN_S = 0.5
COME_S = 60.0
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class FanoutOptions:
    pods: int = 1000
    broadcasts: int = 40
    kills: int = 3


class CrowdChild:
    """The process of light pods; `up` is how many have the sky at present."""

    def __init__(self, options: CrowdOptions, home: Path):
        self.up = 0
        self.file = Path(options.file)
        self._count = options.count
        self.process = subprocess.Popen(
            [sys.executable, "-m", "starlit.bench.crowd", options.as_json()],
            env=child_env(home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=broker.die_with_parent if sys.platform == "linux" else None,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.up = int(line)

    def wait_all(self, progress: Callable[[], None]) -> None:
        end_s = time.monotonic() + COME_S
        while self.up < self._count:
            if self.process.poll() is not None:
                raise UserError("bench fanout: the process of light pods has died")
            if time.monotonic() > end_s:
                raise UserError(f"bench fanout: only {self.up} of {self._count} pods came")
            progress()
            time.sleep(0.02)

    def end(self) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)
        return json.loads(self.file.read_text())


def run(options: FanoutOptions, progress: Progress) -> dict[str, Any]:
    _allow_sockets(options.pods)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="starlit-fanout-") as name:
        folder = Path(name)
        with CottageChild(folder, crowd_ids(options.pods)) as cottage:
            crowd = CrowdChild(
                CrowdOptions(
                    options.pods,
                    COTTAGE,
                    cottage.port,
                    str(folder / "crowd.json"),
                    str(cottage.credentials),
                ),
                cottage.home,
            )
            try:
                measured = _measure(options, cottage, crowd, progress)
                told = crowd.end()
            finally:
                stop(crowd.process)
    report = _report(options, measured, told)
    report["load"] = {"before": round(load, 2), "after": round(os.getloadavg()[0], 2)}
    return report


def _allow_sockets(pods: int) -> None:
    """Here, for the children: broker and crowd need a file each for every pod."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    need = pods + 200
    if hard != resource.RLIM_INFINITY and hard < need:
        raise UserError(f"--pods {pods}: this system allows {hard} files; see `ulimit -Hn`")
    if soft != resource.RLIM_INFINITY and soft < need:
        resource.setrlimit(resource.RLIMIT_NOFILE, (need, hard))


@dataclass
class Measured:
    came_s: float
    said_us: dict[int, int]  # broadcast -> when
    coordinator_cpu_percent: float
    broker_cpu_percent: float
    kills_us: list[int]


def _measure(
    options: FanoutOptions, cottage: CottageChild, crowd: CrowdChild, progress: Progress
) -> Measured:
    total_s = 5 + SETTLE_S + options.broadcasts * BETWEEN_S + options.kills * 8
    began_s = time.monotonic()

    def tell(what: str) -> None:
        progress(min((time.monotonic() - began_s) / total_s, 1.0), what)

    crowd.wait_all(lambda: tell(f"{crowd.up} pods connected"))
    came_s = time.monotonic() - began_s
    _rest(SETTLE_S, lambda: tell("telling each its friends"))
    cpu = cpu_s(cottage.pid), cpu_s(cottage.broker_pid()), time.monotonic()
    said_us = _broadcast(options, cottage, lambda: tell("broadcasts"))
    passed_s = time.monotonic() - cpu[2]
    shares = [cpu_s(cottage.pid) - cpu[0], cpu_s(cottage.broker_pid()) - cpu[1]]
    kills_us = []
    for n in range(options.kills):
        kills_us.append(steady_ns() // 1000)
        os.kill(cottage.broker_pid(), signal.SIGKILL)
        while crowd.up == options.pods:
            time.sleep(0.005)
        crowd.wait_all(partial(tell, f"the broker was killed, {n + 1} of {options.kills}"))
        _rest(SETTLE_S, lambda: tell("all are back"))
    coordinator, its_broker = (round(100 * share / passed_s, 1) for share in shares)
    return Measured(round(came_s, 2), said_us, coordinator, its_broker, kills_us)


def _rest(seconds: float, tell: Callable[[], None]) -> None:
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        tell()
        time.sleep(0.1)


def _broadcast(
    options: FanoutOptions, cottage: CottageChild, tell: Callable[[], None]
) -> dict[int, int]:
    topic = Topics(COTTAGE).cue
    link = Link(cottage.address, "bench-voice", [(Topics(COTTAGE).host("bench"), 0)])
    link.start()
    said_us = {}
    try:
        if not link.wait_ready(4):
            raise UserError("bench fanout: the broker does not answer")
        for n in range(1, options.broadcasts + 1):
            body = jsontext.dumps({"cue": "comet", "start_ms": 0})
            payload = cottage.keys.seal(topic, body, version=n, expiry_s=1)
            said_us[n] = steady_ns() // 1000
            link.publish(topic, payload, 1)
            _rest(BETWEEN_S, tell)
    finally:
        link.stop()
    return said_us


def _report(options: FanoutOptions, measured: Measured, told: dict[str, Any]) -> dict[str, Any]:
    late_us = [at - measured.said_us[n] for n, at in told["heard"] if n in measured.said_us]
    last = dict.fromkeys(measured.said_us, 0)
    for n, at in told["heard"]:
        if n in last:
            last[n] = max(last[n], at - measured.said_us[n])
    back = [_back(options.pods, kill, told) for kill in measured.kills_us]
    return {
        "asked": vars(options),
        "connected_s": measured.came_s,
        "broadcast_ms": spread(late_us, 1000),
        "broadcast_last_pod_ms": spread(list(last.values()), 1000),
        "pings_answered_percent": _answered(options.pods, measured, told),
        "broadcasts_missed": options.pods * options.broadcasts - len(late_us),
        "coordinator_cpu_percent": measured.coordinator_cpu_percent,
        "broker_cpu_percent": measured.broker_cpu_percent,
        "recovery_all_s": spread([one[0] for one in back], 1e6),
        "recovery_coordinator_s": spread([one[1] for one in back if one[1]], 1e6),
    }


def _answered(pods: int, measured: Measured, told: dict[str, Any]) -> float:
    """Of one ping a pod and second, while there were broadcasts."""
    begin_us, end_us = min(measured.said_us.values()), max(measured.said_us.values())
    pongs = sum(begin_us <= at < end_us for at in told["pongs"])
    return round(100 * pongs / (pods * max((end_us - begin_us) / 1e6, 1)), 1)


def _back(pods: int, kill_us: int, told: dict[str, Any]) -> tuple[int, int]:
    """From the kill until the last pod had the sky again, and until a pod was told the time."""
    after = sorted(at for at, _ in told["ups"] if at > kill_us)[:pods]
    # What was on its way still arrives; nothing does between a broker's death and the next connect.
    first_up = after[0] if after else kill_us
    pong = next((at for at in told["pongs"] if at > first_up), 0)
    return after[-1] - kill_us, pong - kill_us if pong else 0
