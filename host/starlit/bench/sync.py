"""`starlit bench sync`: how well pods keep together, on a network as bad as one asks for.

Real: mosquitto, `starlit up`, and whole pods with their links, each a process with a clock of its
own (`skew.py`). Between pods and broker lies `proxy.py`. All processes share the computer's steady
clock, by which everything is compared.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlit import broker
from starlit.bench import sync_report
from starlit.bench.cottage_child import COTTAGE, CottageChild, child_env, stop
from starlit.bench.proxy import Network
from starlit.bench.sync_pod import PodOptions
from starlit.clock import steady_ns
from starlit.errors import UserError
from starlit.journal import Journal
from starlit.shared_time import TimedVisit
from starlit.unhooks import unhook_message

UNHOOK_EVERY_S = 7.0  # dark, plugged in, lit again
LIGHT_S = 14.0  # from the last cold start until all skies are lit
END_S = 10.0
Progress = Callable[[float, str], None]  # share done, what is done now


@dataclass(frozen=True)
class SyncOptions:
    pods: int = 8
    minutes: float = 5.0
    jitter_ms: float = 10.0
    base_ms: float = 2.0
    loss_percent: float = 1.0
    cut_every_s: float = 60.0
    boots: int = 2
    boot_s: float = 30.0
    unhooks: int = 10
    seed: int = 1

    @property
    def total_s(self) -> float:
        return self.boots * self.boot_s + LIGHT_S + self.minutes * 60 + self._unhooks_s + 2

    @property
    def _unhooks_s(self) -> float:
        return self.unhooks * UNHOOK_EVERY_S


def run(options: SyncOptions, progress: Progress) -> dict[str, Any]:
    """The report; keys as in docs/clock.md."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="starlit-sync-") as name:
        folder = Path(name)
        pods = [f"pod-{n + 1}" for n in range(options.pods)]
        with CottageChild(folder, pods) as cottage:
            told = _with_pods(options, cottage, folder, progress)
    report = sync_report.report(told, options.boot_s)
    report["asked"] = vars(options)
    report["load"] = {"before": round(load, 2), "after": round(os.getloadavg()[0], 2)}
    return report


def _with_pods(
    options: SyncOptions, cottage: CottageChild, folder: Path, progress: Progress
) -> sync_report.Told:
    network = Network(
        port=broker.free_port(),
        to_port=cottage.port,
        base_ms=options.base_ms,
        jitter_ms=options.jitter_ms,
        loss=options.loss_percent / 100,
        cut_every_s=options.cut_every_s,
        seed=options.seed,
    )
    children: list[subprocess.Popen[bytes]] = []
    try:
        children.append(_child("starlit.bench.proxy", network.as_json(), cottage.home))
        files = [folder / f"pod-{n + 1}.json" for n in range(options.pods)]
        for n, file in enumerate(files):
            pod = PodOptions(
                pod=file.stem,
                cottage=COTTAGE,
                port=network.port,
                seed=1000 * options.seed + n,
                boots=options.boots,
                boot_s=options.boot_s,
                file=str(file),
                credentials=str(cottage.credentials),
            )
            children.append(_child("starlit.bench.sync_pod", pod.as_json(), cottage.home))
        with TimedVisit(COTTAGE, cottage.address, cottage.keys) as visit:
            leads, quiet, stops = _measure(options, visit, cottage.home, children, progress)
        _end(children[1:])
        pods = [json.loads(file.read_text()) for file in files]
    finally:
        for child in children:
            stop(child)
    return sync_report.Told(pods, leads, quiet, stops)


def _measure(
    options: SyncOptions,
    visit: TimedVisit,
    home: Path,
    children: list[subprocess.Popen[bytes]],
    progress: Progress,
) -> tuple[list[int], tuple[int, int], list[int]]:
    """(the host's lead at both ends, the span in which nothing is unhooked, when each unhook was
    asked for), in us."""
    began_s = time.monotonic()

    def wait(seconds: float, what: str) -> None:
        end_s = time.monotonic() + seconds
        while (left_s := end_s - time.monotonic()) > 0:
            dead = next((child for child in children if child.poll() is not None), None)
            if dead is not None:
                raise UserError(f"bench sync: a process has died with exit code {dead.returncode}")
            progress(min((time.monotonic() - began_s) / options.total_s, 1.0), what)
            visit.pump()
            time.sleep(min(0.2, left_s))

    leads = [_lead(visit)]
    wait(options.boots * options.boot_s, "cold starts")
    wait(LIGHT_S, "lighting the skies")
    begin_us = steady_ns() // 1000
    wait(options.minutes * 60, "one sky")
    quiet = begin_us, steady_ns() // 1000
    stops = []
    for n in range(options.unhooks):
        stops.append(_unhook(visit, home))
        wait(UNHOOK_EVERY_S, f"unhook {n + 1} of {options.unhooks}")
    leads.append(_lead(visit))
    return leads, quiet, stops


def _lead(visit: TimedVisit) -> int:
    lead_us = visit.lead_us()
    if lead_us is None:
        raise UserError("bench sync: the coordinator does not tell the time")
    return lead_us


def _unhook(visit: TimedVisit, home: Path) -> int:
    """As `starlit unhook` does; when it was asked for, before anything was written."""
    asked_us = steady_ns() // 1000
    journal = Journal(home / f"journal-{COTTAGE}.sqlite")
    journal.start()
    try:
        unhook = journal.add_unhook("all", [])
    finally:
        journal.stop()
    visit.publish(*unhook_message(COTTAGE, visit.keys, *unhook))
    return asked_us


def _child(module: str, argument: str, home: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", module, argument],
        env=child_env(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=broker.die_with_parent if sys.platform == "linux" else None,
    )


def _end(pods: list["subprocess.Popen[bytes]"]) -> None:
    for child in pods:
        assert child.stdin is not None
        child.stdin.close()
    for child in pods:
        try:
            child.wait(END_S)
        except subprocess.TimeoutExpired:
            raise UserError("bench sync: a pod did not end") from None
