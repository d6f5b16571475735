"""`starlit simulate`: whole nights of pods on one virtual clock, as fast as the machine goes."""

from __future__ import annotations

import heapq
import time
from array import array
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from pod.config import Config
from starlit.actor import act
from starlit.errors import UserError
from starlit.heartfile import (
    HeartNight,
    find_heart_files,
    find_stages,
    read_heart,
    read_stages,
    stage_at,
)
from starlit.runner import PodRunner, VirtualClock
from starlit.scenario import Event, Host, Link, parse_line, read_scenario
from starlit.simbus import Bus
from starlit.simreport import PodReport, Report, Tally
from starlit.sound.recordings import read_recordings

COTTAGE = "home"
EVENING_UNIX_S = 1767225600 + 20 * 3600  # 2026-01-01 20:00 UTC, where wall time is known
HEART_FILE_STARTS_MS = 5000  # t_s 0 of a heart file (lights off) is the default goodnight
RECONNECT_US = 300_000  # a pod needs this after a reset to be back at the broker
SECOND_US = 1_000_000
PODS_MAX = 1000
DEFAULT = (
    f'{{"t_ms":0,"wall":{EVENING_UNIX_S}}}',
    '{"t_ms":0,"button_ms":1200}',
    '{"t_ms":5000,"button_ms":300}',
)
ALONE = ('{"t_ms":0,"link":"down"}', '{"t_ms":11000,"button_ms":300}')
ARM = '{"t_ms":2000,"set":{"armed":true}}'
Progress = Callable[[float], None]  # share of the run done, 0 to 1


class Simulation:
    """Pods, bus and scenario on one virtual clock. `start`, `run`, `stop`."""

    def __init__(
        self,
        pods: int,
        seed: int,
        events: list[Event],
        profile: str = "child",
        *,
        sensor: str = "ppg",
        trace_dir: Path | None = None,
        wav: bool = False,
        sound: bool = True,
        recordings: tuple[array[int], ...] = (),
    ):
        self.clock = VirtualClock()
        ids = [f"pod-{i + 1}" for i in range(pods)]
        key = Config().key
        self.bus = Bus(COTTAGE, key, seed, self.clock, ids, EVENING_UNIX_S)
        self.runners: list[PodRunner] = []
        for index, pod in enumerate(ids):
            runner = PodRunner(
                Config(pod=pod, cottage=COTTAGE, key=key, profile=profile, seed=seed),
                self.clock,
                seed=seed * 1009 + index,
                sensor=sensor,
                sound=sound,
                trace_path=trace_dir / f"{pod}.jsonl" if trace_dir else None,
                wav_path=trace_dir / f"{pod}.wav" if trace_dir and wav else None,
                recordings=recordings,
            )
            runner.rebooted = self._reconnect_later
            self.bus.add(runner)
            self.runners.append(runner)
        self._index = {pod: i for i, pod in enumerate(ids)}
        self._tallies = [Tally(runner) for runner in self.runners]
        self._link_wanted = [True] * pods
        self._events: list[tuple[int, int, Callable[[], None]]] = []  # a heap; order breaks ties
        self._order = 0
        self._due = [0] * pods
        self._heap: list[tuple[int, int]] = []  # (due_us, pod), stale where due differs
        self._scenario = events

    def start(self) -> None:
        for event in self._scenario:
            self.at(event.t_ms * 1000, partial(self._act, event))
        self.at(SECOND_US, self._tick)
        self.bus.start()
        for index, runner in enumerate(self.runners):
            runner.start()
            self.bus.set_link(runner, True)
            self._touch(index)

    def stop(self) -> None:
        for runner in self.runners:
            runner.stop()
        self.bus.stop()

    def at(self, t_us: int, action: Callable[[], None]) -> None:
        """Does `action` at an instant; earlier asked is earlier done."""
        self._order += 1
        heapq.heappush(self._events, (t_us, self._order, action))

    def feed_night(self, index: int, night: HeartNight, start_ms: int) -> None:
        """A heart file for one pod; needs `sensor="beats"`."""
        body = self.runners[index].body
        for beats, end_ms in night.segments_ms():
            shifted = [start_ms + t for t in beats]
            self.at((shifted[0] - 1) * 1000, partial(self._feed, index, shifted))
            self.at((start_ms + end_ms) * 1000, partial(body.finger, None))

    def run(self, end_us: int, progress: Progress | None = None) -> None:
        """Everything up to and with `end_us`."""
        clock, heap, events, runners = self.clock, self._heap, self._events, self.runners
        shown_us = 0
        while True:
            pod_us = heap[0][0]
            if events[0][0] <= pod_us:
                if events[0][0] > end_us:
                    break
                clock.now_us, _, action = heapq.heappop(events)
                action()
            elif pod_us > end_us:
                break
            else:
                due_us, index = heapq.heappop(heap)
                if due_us != self._due[index]:
                    continue
                clock.now_us = due_us
                runners[index].advance()
                self._touch(index)
            if self.bus.touched:
                for pod in self.bus.touched:
                    self._touch(self._index[pod])
                self.bus.touched.clear()
            if progress and clock.now_us - shown_us >= 5 * SECOND_US:
                shown_us = clock.now_us
                progress(clock.now_us / end_us)
        clock.now_us = end_us

    def reports(self) -> list[PodReport]:
        pairs = zip(self._tallies, self.runners, strict=True)
        return [tally.finish(runner) for tally, runner in pairs]

    def _touch(self, index: int) -> None:
        due_us = max(self.runners[index].next_us(), self.clock.now_us)
        self._due[index] = due_us
        heapq.heappush(self._heap, (due_us, index))

    def _tick(self) -> None:
        self.bus.tick()
        self.at(self.clock.now_us + SECOND_US, self._tick)

    def _act(self, event: Event) -> None:
        if isinstance(event, Host):
            self.bus.set_host(event.host == "up")
            return
        for index, runner in enumerate(self.runners):
            if event.pod not in (None, runner.config.pod):
                continue
            if isinstance(event, Link):
                self._link_wanted[index] = event.link == "up"
                self.bus.set_link(runner, event.link == "up")
            else:
                act(runner, event)
            self._touch(index)

    def _reconnect_later(self, runner: PodRunner) -> None:
        index = self._index[runner.config.pod]
        self.at(self.clock.now_us + RECONNECT_US, partial(self._reconnect, index))

    def _reconnect(self, index: int) -> None:
        if self._link_wanted[index] and not self.runners[index].link_up:
            self.bus.set_link(self.runners[index], True)

    def _feed(self, index: int, beats: list[int]) -> None:
        self.runners[index].body.feed_beats(beats)
        self._touch(index)


def default_scenario(armed: bool = False, alone: bool = False) -> list[Event]:
    """Wall time known, the plug-in press at 0 s, goodnight at 5 s; armed at 2 s if wished. Alone, a
    pod first waits for a broker in vain: goodnight at 11 s."""
    lines = (*DEFAULT, ARM) if armed else DEFAULT
    if alone:
        lines = (*lines[:2], *lines[3:], *ALONE)
    return [parse_line(line, "default") for line in lines]


def simulate(
    pods: int = 1,
    hours: float = 1.0,
    seed: int = 1,
    scenario: Path | list[Event] | None = None,
    heart: Path | None = None,
    profile: str = "child",
    trace_dir: Path | None = None,
    wav: bool = False,
    beats_only: bool = False,
    recordings: Sequence[Path] = (),
    progress: Progress | None = None,
    armed: bool = False,
    alone: bool = False,
) -> Report:
    """Runs pods through `hours` of virtual time. Errors in what was asked are a `UserError`."""
    _check(pods, hours, seed, profile, trace_dir, wav)
    if trace_dir is not None:
        _make(trace_dir)
    ids = [f"pod-{i + 1}" for i in range(pods)]
    if scenario is None:
        events = default_scenario(armed, alone)
    elif armed or alone:
        raise UserError(
            "--armed and --alone: a scenario says itself who arms and whether there is a link; "
            'add a line with "set" or "link"'
        )
    else:
        events = scenario if isinstance(scenario, list) else read_scenario(scenario, ids)
    clips = read_recordings(recordings)
    files = find_heart_files(heart) if heart else []
    nights = [HeartNight(read_heart(path)) for path in files]
    simulation = Simulation(
        pods,
        seed,
        events,
        profile,
        sensor="beats" if beats_only or nights else "ppg",
        trace_dir=trace_dir,
        wav=wav,
        recordings=clips,
    )
    began = time.perf_counter()
    try:
        simulation.start()
        for index in range(pods if nights else 0):
            simulation.feed_night(index, nights[index % len(nights)], HEART_FILE_STARTS_MS)
        simulation.run(int(hours * 3_600_000_000), progress)
        reports = simulation.reports()
        for index, report in enumerate(reports if nights else []):
            _true_stages(report, files[index % len(files)])
    finally:
        simulation.stop()
    return Report(reports, hours * 3600, time.perf_counter() - began, seed)


def _true_stages(report: PodReport, heart: Path) -> None:
    """Beside each slot what the stage file of this heart says, if it has one."""
    path = find_stages(heart)
    if path is None:
        return
    stages = read_stages(path)
    for slot in report.slots:
        slot.stage = stage_at(stages, slot.t_s - HEART_FILE_STARTS_MS / 1000)


def _check(
    pods: int, hours: float, seed: int, profile: str, trace_dir: Path | None, wav: bool
) -> None:
    if not 1 <= pods <= PODS_MAX:
        raise UserError(f"--pods {pods}: give 1 to {PODS_MAX}")
    if not 0 < hours <= 24 * 30:
        raise UserError(f"--hours {hours:g}: give more than 0, at most 720")
    if not 0 <= seed < 1 << 30:
        raise UserError(f"--seed {seed}: give 0 to {(1 << 30) - 1}")
    if profile not in ("child", "adult"):
        raise UserError(f"--profile {profile}: give child or adult")
    if wav and trace_dir is None:
        raise UserError("--wav: needs a place; add --trace DIR")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"--trace {folder}: cannot be made ({error.strerror}); give a directory of yours"
        ) from None
