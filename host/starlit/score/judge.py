"""A score under `starlit check`: a child's pod and an armed adult's play the whole of it."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from pod.guard import limits
from pod.night import DAWN_MS, FADE_MS, RITUAL_MS
from pod.score import Score
from starlit.check import Report, check_lines
from starlit.fuzz.memory import MemoryTrace
from starlit.recorder import Recorder
from starlit.scenario import Event, parse_line
from starlit.simulate import EVENING_UNIX_S, Simulation
from starlit.trace import TraceWriter, make_header

GOODNIGHT_MS = 8000
ASKED = 6  # times that each cue of sleep is asked for: the last at tonight's whole cap
APART_MS = 13_000
PODS = ("pod-1", "pod-2")  # a child's, and an armed adult's
Progress = Callable[[float], None]


def scenario(data: list[Any]) -> tuple[list[Event], int]:
    """What happens to both pods, and when it has ended."""
    score = Score(data)
    lines: list[dict[str, Any]] = [
        {"t_ms": 0, "wall": EVENING_UNIX_S},
        {"t_ms": 0, "button_ms": 1200},
        {"t_ms": 2500, "pod": "pod-2", "set": {"profile": "adult", "armed": True}},
        {"t_ms": GOODNIGHT_MS, "button_ms": 300},
    ]
    planned = {slot[0] for slot in score.slots}
    at_ms = GOODNIGHT_MS + 12_000
    for n, cue in enumerate(score.cues):
        if cue.mode == limits.EVENING and n not in planned:
            lines += [_ask(pod, cue.name, at_ms) for pod in PODS]
            at_ms += cue.duration_ms + APART_MS
    end_ms = GOODNIGHT_MS + RITUAL_MS + FADE_MS + 15_000
    for cue in [cue for cue in score.cues if cue.mode == limits.ASLEEP] * ASKED:
        lines.append(_ask("pod-2", cue.name, end_ms))
        end_ms += cue.duration_ms + APART_MS
    if any(cue.mode == limits.DAWN for cue in score.cues):
        full_s = -(-(end_ms + 30_000 + DAWN_MS) // 60_000) * 60
        clock = (EVENING_UNIX_S + full_s) // 60 % 1440
        dawn = f"{clock // 60:02d}:{clock % 60:02d}"
        lines.append({"t_ms": 4000, "pod": "pod-2", "set": {"dawn": dawn}})
        end_ms = full_s * 1000 + 30_000
    events = [parse_line(json.dumps(line), "score") for line in lines]
    return sorted(events, key=lambda event: event.t_ms), end_ms


def _ask(pod: str, cue: str, t_ms: int) -> dict[str, Any]:
    body = json.dumps({"do": "cue", "cue": cue})
    topic = f"pod/{pod}/set/play"
    return {"t_ms": t_ms, "pod": pod, "topic": topic, "payload": body, "sign": True}


def judge(data: list[Any], seed: int = 1, progress: Progress | None = None) -> Report:
    """What `starlit check` says of both pods' traces."""
    events, end_ms = scenario(data)
    simulation = Simulation(2, seed, events, "child", sensor="beats")
    traces = []
    for runner in simulation.runners:
        trace = MemoryTrace(make_header(runner.config))
        runner.recorder = Recorder(cast(TraceWriter, trace), runner.body)
        traces.append(trace)
    try:
        simulation.start()
        for pod in PODS:
            # As from the host: one that came past it would be withdrawn at once.
            simulation.at(3_500_000, partial(simulation.bus.use_score, pod, data))
        simulation.run(end_ms * 1000, progress)
    finally:
        simulation.stop()
    report = Report()
    for trace in traces:
        report.merge(check_lines(trace.lines, events))
    if not _played(traces):
        raise AssertionError("no cue has played: nothing was judged")
    return report


def _played(traces: list[MemoryTrace]) -> bool:
    return any(
        line["cue"]["phase"] == "start" for trace in traces for line in trace.lines if "cue" in line
    )
