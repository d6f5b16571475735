"""Invariant 9 on a pair: A never exceeds what the open-gate run B showed within 5 s around."""

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from starlit.check.optics import Frame, Optics, parse_frame
from starlit.check.report import Report
from starlit.check.sound import level_dba
from starlit.errors import UserError
from starlit.trace import read_trace

NEAR_MS = 5000
UNITS = {"M": "lx melanopic", "L": "cd/m2", "S": "counts of RMS"}
SAME = ("pod", "profile", "seed", "transmission", "distance_m", "area_m2", "sound")
ROUNDING = 1.0  # count of RMS


class Step(NamedTuple):
    """From `t_ms` on, until the next."""

    t_ms: int
    value: float


Trace = Path | str | Iterable[dict[str, Any]]  # a file, or its objects in memory


def steps_of(trace: Trace) -> tuple[dict[str, Any], dict[str, list[Step]], int]:
    """Header, each quantity's changes, and the end of the trace."""
    path = trace if isinstance(trace, Path | str) else "in memory"
    lines = read_trace(trace) if isinstance(trace, Path | str) else iter(trace)
    header = next(lines, None)
    if header is None:
        raise UserError(f"trace {path}: empty; give a file of --trace")
    optics = Optics(header["transmission"], header["distance_m"], header["area_m2"])
    steps: dict[str, list[Step]] = {name: [Step(0, 0.0)] for name in UNITS}
    end_ms = 0
    for line in lines:
        end_ms = line["t_ms"]
        if "leds" in line:
            frame = Frame(parse_frame(line["leds"], f"trace {path}: t_ms {end_ms}"), optics)
            steps["M"].append(Step(end_ms, frame.m_lx))
            steps["L"].append(Step(end_ms, frame.lum_cd_m2))
        if "sound_rms" in line:
            steps["S"].append(Step(end_ms, float(line["sound_rms"])))
    return header, steps, end_ms


class NearMaximum:
    """Greatest value in effect from `NEAR_MS` before to `NEAR_MS` after a moving instant."""

    def __init__(self, steps: list[Step]):
        self._steps = steps
        self._next = 0
        self._held: deque[tuple[float, float]] = deque()  # value, end of its time

    def at(self, t_ms: float) -> float:
        steps = self._steps
        while self._next < len(steps) and steps[self._next].t_ms <= t_ms + NEAR_MS:
            value = steps[self._next].value
            self._next += 1
            end = steps[self._next].t_ms if self._next < len(steps) else float("inf")
            while self._held and self._held[-1][0] <= value and self._held[-1][1] <= end:
                self._held.pop()
            self._held.append((value, end))
        while len(self._held) > 1 and self._held[0][1] <= t_ms - NEAR_MS:
            self._held.popleft()
        return self._held[0][0]


def instants(own: list[Step], other: list[Step]) -> Iterator[float]:
    """Where own value or the other's near maximum may change: own steps, and 5 s after others'.

    A maximum that grows between two of these forgives nothing: it was checked while smaller.
    """
    a, b = 0, 0
    while a < len(own) or b < len(other):
        if b >= len(other) or (a < len(own) and own[a].t_ms <= other[b].t_ms + NEAR_MS):
            yield own[a].t_ms
            a += 1
        else:
            yield other[b].t_ms + NEAR_MS
            b += 1


def compare(
    name: str, own: list[Step], other: list[Step], more: float, end_ms: int
) -> Iterator[tuple[float, float, float]]:
    """(t_ms, value, allowed) wherever own exceeds the other's near maximum plus `more`."""
    near = NearMaximum(other)
    at = 0
    for t_ms in instants(own, other):
        if t_ms > end_ms:
            return
        while at + 1 < len(own) and own[at + 1].t_ms <= t_ms:
            at += 1
        allowed = near.at(t_ms) + more
        if own[at].value > allowed * (1 + 1e-6) + 1e-9:
            yield t_ms, own[at].value, allowed


def check_pair(a: Trace, b: Trace) -> Report:
    """A against the open-gate run B with the scenario otherwise equal."""
    report = Report(traces=2)
    header, own, end_ms = steps_of(a)
    other_header, other, _ = steps_of(b)
    for key in SAME:
        if header[key] != other_header[key]:
            raise UserError(f"pair {a} {b}: {key} differs; both runs need all equal but the heart")
    optics = Optics(header["transmission"], header["distance_m"], header["area_m2"])
    more = {"M": optics.one_level_lx, "L": optics.one_level_cd_m2, "S": ROUNDING}
    full_scale = float(header["sound"]["full_scale_dba"])
    for name, unit in UNITS.items():
        for t_ms, value, allowed in compare(name, own[name], other[name], more[name], end_ms):
            text = f"{name} {value:.5g} {unit}, open gate within 5 s at most {allowed:.5g}"
            if name == "S":
                text += f" ({level_dba(value, full_scale):.1f} dBA)"
            report.add(t_ms, header["pod"], 9, f"pair-{name.lower()}", text, value, allowed)
    report.frames = len(own["L"]) + len(other["L"]) - 2
    report.blocks = len(own["S"]) + len(other["S"]) - 2
    report.end_ms = end_ms
    return report
