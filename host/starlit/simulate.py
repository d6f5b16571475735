"""`starlit simulate`: whole nights of pods on one virtual clock, as fast as the machine goes."""

import heapq
import math
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pod.config import Config

from starlit.errors import UserError
from starlit.heartfile import HeartNight, find_heart_files, read_heart
from starlit.runner import PodRunner, VirtualClock
from starlit.scenario import Event, Link, parse_line, read_scenario
from starlit.simbus import Bus

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
# SAFETY, formulas: lux at 1 m and candela of one channel at 255.
_MELANOPIC = (0.0012, 0.66, 1.99)
_CANDELA = (0.40, 0.69, 0.19)

Progress = Callable[[float], None]  # share of the run done, 0 to 1


@dataclass
class PodReport:
    pod: str
    frames: int = 0
    blocks: int = 0
    steps: int = 0
    cues: dict[str, int] = field(default_factory=dict)  # by phase
    refusals: list[str] = field(default_factory=list)  # the first few, with their reason
    rejected: int = 0  # messages that did not validate
    max_melanopic_lx: float = 0.0
    max_luminance_cd_m2: float = 0.0
    max_sound_dba: float | None = None
    mode: str = "idle"
    state: str = "idle"
    final_leds_dark: bool = True


@dataclass
class Report:
    """What `--json` prints."""

    pods: list[PodReport]
    simulated_s: float
    wall_s: float
    seed: int

    @property
    def speed(self) -> float:
        """Simulated seconds of all pods together for a second of the machine."""
        return self.simulated_s * len(self.pods) / max(self.wall_s, 1e-9)

    def to_dict(self) -> dict[str, Any]:
        return {
            "version": 1,
            "seed": self.seed,
            "simulated_s": self.simulated_s,
            "wall_s": round(self.wall_s, 3),
            "pod_seconds_per_s": round(self.speed, 1),
            "pods": [asdict(pod) for pod in self.pods],
        }


class Tally:
    """Fills one pod's report, step by step."""

    def __init__(self, runner: PodRunner):
        self.report = PodReport(runner.config.pod)
        self._config = runner.config
        self._cues: Counter[str] = Counter()
        self._rms = 0
        self._brightest = [0.0, 0.0]
        runner.observe = self.step

    def step(self, runner: PodRunner) -> None:
        outputs = runner.outputs
        if outputs.leds_changed:
            self._frame(runner.body.leds_shown())
        if outputs.sound_ready:
            self.report.blocks += 1
            self._rms = max(self._rms, runner.body.amplifier.rms)
        for note in outputs.notes:
            self._note(note)

    def _frame(self, shown: bytes) -> None:
        self.report.frames += 1
        red, green, blue = sum(shown[0::3]), sum(shown[1::3]), sum(shown[2::3])
        for i, (r, g, b) in enumerate((_MELANOPIC, _CANDELA)):
            value = red * r + green * g + blue * b
            if value > self._brightest[i]:
                self._brightest[i] = value

    def _note(self, note: dict[str, Any]) -> None:
        report = self.report
        report.mode = note.get("mode", report.mode)
        report.state = note.get("state", report.state)
        cue = note.get("cue")
        if cue:
            self._cues[cue["phase"]] += 1
            if cue["phase"] == "refused" and len(report.refusals) < 20:
                report.refusals.append(f"{cue['id']}: {note.get('why', '')}")
        if "rx" in note and not note["rx"].get("ok"):
            report.rejected += 1

    def finish(self, runner: PodRunner) -> PodReport:
        report, config = self.report, self._config
        share = 1.5 * config.transmission_ppm / 1e6 / 255
        report.max_melanopic_lx = self._brightest[0] * share / (config.distance_mm / 1e3) ** 2
        report.max_luminance_cd_m2 = self._brightest[1] * share / (config.area_mm2 / 1e6)
        if self._rms:
            report.max_sound_dba = config.sound_cal_db + 20 * math.log10(self._rms / 32767)
        report.cues = dict(self._cues)
        report.steps = runner.steps
        report.final_leds_dark = not any(runner.body.leds_shown())
        return report


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
            self.at(event.t_ms * 1000, lambda event=event: self._act(event))
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
            self.at((shifted[0] - 1) * 1000, lambda b=shifted, i=index: self._feed(i, b))
            self.at((start_ms + end_ms) * 1000, lambda body=body: body.finger(None))

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
        for index, runner in enumerate(self.runners):
            if event.pod not in (None, runner.config.pod):
                continue
            if isinstance(event, Link):
                self._link_wanted[index] = event.link == "up"
                self.bus.set_link(runner, event.link == "up")
            else:
                runner.act(event)
            self._touch(index)

    def _reconnect_later(self, runner: PodRunner) -> None:
        index = self._index[runner.config.pod]
        self.at(self.clock.now_us + RECONNECT_US, lambda: self._reconnect(index))

    def _reconnect(self, index: int) -> None:
        if self._link_wanted[index] and not self.runners[index].link_up:
            self.bus.set_link(self.runners[index], True)

    def _feed(self, index: int, beats: list[int]) -> None:
        self.runners[index].body.feed_beats(beats)
        self._touch(index)


def default_scenario() -> list[Event]:
    """Wall time known, the plug-in press at 0 s, goodnight at 5 s."""
    return [parse_line(line, "default") for line in DEFAULT]


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
    progress: Progress | None = None,
) -> Report:
    """Runs pods through `hours` of virtual time. Errors in what was asked are a `UserError`."""
    _check(pods, hours, seed, profile, trace_dir, wav)
    ids = [f"pod-{i + 1}" for i in range(pods)]
    if scenario is None:
        events = default_scenario()
    else:
        events = scenario if isinstance(scenario, list) else read_scenario(scenario, ids)
    nights = [HeartNight(read_heart(path)) for path in find_heart_files(heart)] if heart else []
    simulation = Simulation(
        pods,
        seed,
        events,
        profile,
        sensor="beats" if beats_only or nights else "ppg",
        trace_dir=trace_dir,
        wav=wav,
    )
    began = time.perf_counter()
    try:
        simulation.start()
        for index in range(pods if nights else 0):
            simulation.feed_night(index, nights[index % len(nights)], HEART_FILE_STARTS_MS)
        simulation.run(int(hours * 3_600_000_000), progress)
        reports = simulation.reports()
    finally:
        simulation.stop()
    return Report(reports, hours * 3600, time.perf_counter() - began, seed)


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
