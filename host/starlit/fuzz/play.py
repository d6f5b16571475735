"""Runs one case and has it judged."""

import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from starlit.check import Report, check_lines
from starlit.errors import UserError
from starlit.fuzz.bend import bent
from starlit.fuzz.case import Case
from starlit.fuzz.memory import MemoryTrace
from starlit.recorder import Recorder
from starlit.runner import PodRunner
from starlit.simulate import Simulation
from starlit.trace import TraceWriter, make_header

Key = tuple[int, str]  # invariant and kind of a violation


@dataclass
class Outcome:
    """`frames` that the guard gave out changed, `blocks` of sound, `messages` of the scenario."""

    report: Report = field(default_factory=Report)
    frames: int = 0
    blocks: int = 0
    messages: int = 0
    pod_s: float = 0.0

    @property
    def keys(self) -> set[Key]:
        return {(violation.invariant, violation.kind) for violation in self.report.violations}

    def first(self, key: Key | None = None) -> Any:
        """The earliest violation (of a kind)."""
        found = [v for v in self.report.violations if key in (None, (v.invariant, v.kind))]
        return min(found, key=lambda violation: violation.t_ms, default=None)


class Count:
    """What a runner's `observe` sees."""

    def __init__(self) -> None:
        self.frames = self.blocks = 0

    def __call__(self, runner: PodRunner) -> None:
        outputs = runner.outputs
        self.frames += outputs.leds_changed
        self.blocks += outputs.sound_ready


def record(case: Case, count: Count) -> tuple[list[dict[str, Any]], str | None, int]:
    """The trace of a case's run, and what broke it (then with the time of it)."""
    simulation = Simulation(1, case.seed, case.events(), case.profile, sensor=case.sensor)
    runner = simulation.runners[0]
    trace = MemoryTrace(make_header(runner.config))
    runner.recorder = Recorder(cast(TraceWriter, trace), runner.body)
    runner.observe = count
    broke = None
    try:
        with bent(case.seed, case.hurried, case.wild, case.liar):
            simulation.start()
            simulation.run(case.end_ms * 1000)
    except Exception as error:  # whatever leaves a step is a finding: SAFETY 10 is total
        broke = _where(error)
    finally:
        simulation.stop()
    end_ms = simulation.clock.now_us // 1000
    # A pod that hangs says nothing more: what it shows then is held until here.
    trace.put(max(end_ms, trace.lines[-1].get("t_ms", 0)), why="the run ended")
    return trace.lines, broke, end_ms


def _where(error: Exception) -> str:
    """The exception and the line of the pod that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if "/pod/" in frame.filename] or frames
    last = inside[-1]
    return f"{type(error).__name__}: {error} at {Path(last.filename).name}:{last.lineno}"


def play(case: Case) -> Outcome:
    """Runs the case and judges it by its own scenario."""
    count = Count()
    lines, broke, end_ms = record(case, count)
    outcome = Outcome(messages=case.messages, pod_s=end_ms / 1000)
    outcome.frames, outcome.blocks = count.frames, count.blocks
    try:
        outcome.report = check_lines(lines, case.events())
    except UserError as error:
        outcome.report.add(end_ms, "pod-1", 10, "trace", f"the checker cannot read it: {error}")
    if broke is not None:
        outcome.report.add(end_ms, "pod-1", 10, "crash", f"the pod's step raised {broke}")
    return outcome
