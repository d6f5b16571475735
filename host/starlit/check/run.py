"""One trace through all checks, in one pass: lines of the same instant are taken together."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice, product
from pathlib import Path
from typing import Any

from starlit import scenario as sc
from starlit.check.base import Check
from starlit.check.caps import LightCaps, SoundCaps
from starlit.check.context import Context
from starlit.check.dips import Dips, SaturatedRed
from starlit.check.dose import Dose
from starlit.check.fail_dark import FailDark
from starlit.check.flash import Reversals, Swing
from starlit.check.link import Link
from starlit.check.modes import HOST_GOODNIGHTS, Modes
from starlit.check.onset import Onset
from starlit.check.optics import DARK, Frame, parse_frame
from starlit.check.quiet import Quiet
from starlit.check.recorded import Recorded
from starlit.check.report import Report
from starlit.check.slew import Slew
from starlit.check.unplug import Unplug
from starlit.errors import UserError
from starlit.trace import read_trace

CHECKS: tuple[type[Check], ...] = (
    Recorded, Unplug, FailDark, Modes, Link, LightCaps, SoundCaps, Slew, Reversals, Swing,
    Dips, SaturatedRed, Onset, Dose, Quiet,
)  # fmt: skip
# A trace without a beat of its own (telemetry, sky) tells of no end: its last light holds.
BEATING = ("tx", "sky_hash")
AFTER_MS = 15_000
OUTPUTS = frozenset(("t_ms", "leds", "leds_cmd", "sound_rms", "sound_peak"))


class TraceRun:
    """`lines`: the trace where it is in memory already; `path` then only names it. `dims`: of each
    host's goodnight that a pod might keep dim, whether it did (`judge`)."""

    def __init__(
        self,
        path: Path,
        scenario: list[sc.Event] | None,
        report: Report,
        lines: Iterable[dict[str, Any]] | None = None,
        dims: tuple[bool, ...] = (),
    ):
        self.path = path
        self.report = report
        self._lines = iter(lines) if lines is not None else read_trace(path)
        header = next(self._lines, None)
        if header is None:
            raise UserError(f"trace {path}: empty; give a file of --trace")
        self._check_header(header)
        self.context = Context(header, scenario, report, dims)
        self._scenario_end_ms = self.context.timeline.last_ms
        checks = [check(self.context) for check in CHECKS]
        self._truth = _overriding(checks, "truth")
        self._until = _overriding(checks, "until")
        self._note = _overriding(checks, "note")
        self._command = _overriding(checks, "command")
        self._frame = _overriding(checks, "frame")
        self._sound = _overriding(checks, "sound")
        self._finish = _overriding(checks, "finish")
        self._shown = Frame(DARK, self.context.optics)
        self._optics = self.context.optics
        self._now_ms = 0
        self._beating = False

    def _check_header(self, header: dict[str, Any]) -> None:
        numbers = [header[key] for key in ("transmission", "distance_m", "area_m2")]
        sound = header["sound"]
        if isinstance(sound, dict):
            numbers.append(sound.get("full_scale_dba"))
        if not all(isinstance(number, int | float) and number > 0 for number in numbers) or (
            len(numbers) < 4 or header["profile"] not in ("child", "adult")
        ):
            raise UserError(f"trace {self.path}:1: the header's values make no pod")

    def run(self) -> None:
        group: list[dict[str, Any]] = []
        for line in self._lines:
            if group and line["t_ms"] != group[0]["t_ms"]:
                self._instant(group)
                group = []
            group.append(line)
        if group:
            self._instant(group)
        end_ms = self._now_ms
        last_ms = end_ms + 1
        if not self._beating:
            last_ms = end_ms = max(end_ms, self._scenario_end_ms) + AFTER_MS
        self._advance(last_ms)
        for finish in self._finish:
            finish(end_ms)
        self.report.end_ms = max(self.report.end_ms, end_ms)

    def _hold_until(self, t_ms: int) -> None:
        self.context.dark.until(t_ms)
        for until in self._until:
            until(t_ms)

    def _advance(self, t_ms: int) -> None:
        """What really happened up to now, each thing at its own time."""
        context = self.context
        while (happened := context.timeline.pop(t_ms)) is not None:
            at_ms, kind, value = happened
            if at_ms > self._now_ms:
                self._hold_until(at_ms)
                self._now_ms = at_ms
            value = context.apply(at_ms, kind, value)
            for truth in self._truth:
                truth(at_ms, kind, value)
        self._hold_until(t_ms)
        self._now_ms = max(self._now_ms, t_ms)

    def _instant(self, group: list[dict[str, Any]]) -> None:
        t_ms = group[0]["t_ms"]
        self._advance(t_ms)
        for line in group:
            if not line.keys() <= OUTPUTS:
                self._notes(t_ms, line)
        self._advance(t_ms)  # what the notes themselves told of
        if self.context.optics is not self._optics:
            self._optics = self.context.optics
            self._shown = Frame(self._shown.data, self._optics)
        for line in group:
            self._outputs(t_ms, line)

    def _notes(self, t_ms: int, line: dict[str, Any]) -> None:
        for key, value in line.items():
            if key in OUTPUTS:
                continue
            self._beating = self._beating or key in BEATING
            for note in self._note:
                try:
                    note(t_ms, key, value, line)
                except (AttributeError, TypeError, KeyError, ValueError):
                    raise UserError(
                        f"trace {self.path}: t_ms {t_ms}: {key} has no meaning; see docs/trace.md"
                    ) from None

    def _outputs(self, t_ms: int, line: dict[str, Any]) -> None:
        where = f"trace {self.path}: t_ms {t_ms}"
        shown = self._shown
        if "leds" in line:
            self._shown = Frame(parse_frame(line["leds"], where), self._optics)
            self.report.frames += 1
        if "leds_cmd" in line:
            self._commanded(t_ms, parse_frame(line["leds_cmd"], where))
        if "leds" in line:
            self.context.dark.shown_levels = self._shown.levels
            for frame in self._frame:
                frame(t_ms, self._shown, shown)
        if "sound_rms" in line or "sound_peak" in line:
            self._heard(t_ms, line, where)

    def _commanded(self, t_ms: int, data: bytes) -> None:
        frame = self._shown if data == self._shown.data else Frame(data, self._optics)
        self.context.dark.command_levels = frame.levels
        for command in self._command:
            command(t_ms, frame)

    def _heard(self, t_ms: int, line: dict[str, Any], where: str) -> None:
        rms, peak = line.get("sound_rms"), line.get("sound_peak")
        if not isinstance(rms, int) or not isinstance(peak, int):
            raise UserError(f"{where}: sound_rms and sound_peak come together, as integers")
        self.report.blocks += 1
        self.context.dark.sound = max(rms, peak)
        for sound in self._sound:
            sound(t_ms, rms, peak)


def _overriding(checks: list[Check], name: str) -> list[Callable[..., None]]:
    return [
        getattr(check, name)
        for check in checks
        if getattr(type(check), name) is not getattr(Check, name)
    ]


def judge(
    path: Path, scenario: list[sc.Event] | None, lines: list[dict[str, Any]] | None = None
) -> Report:
    """One trace. What a reversal is depends on the caps in force, and a pod may hold itself to
    sleep's where a room was dark for less than SAFETY 10 wants; no trace proves which it did. So
    what is wrong by the evening's caps is right if it is by sleep's, which are lower."""
    report = Report(traces=1)
    run = TraceRun(path, scenario, report, lines)
    run.run()
    if report.ok or not run.context.doubts:
        return report
    guesses = product((False, True), repeat=min(run.context.doubts, HOST_GOODNIGHTS))
    for dims in islice(guesses, 1, None):  # the first is the run that has been
        again = Report(traces=1)
        TraceRun(path, scenario, again, lines, dims).run()
        if again.ok:
            return again
    return report


def check_traces(paths: list[Path | str], scenario: Path | str | None = None) -> Report:
    """All traces, each against the scenario's lines for its pod."""
    report = Report()
    events = None if scenario is None else sc.read_scenario(scenario)
    for path in _files(paths):
        report.merge(judge(path, events))
    return report


def check_lines(
    lines: Iterable[dict[str, Any]], scenario: list[sc.Event] | None, name: str = "in memory"
) -> Report:
    """One trace in memory: the header, then its changes in order."""
    return judge(Path(name), scenario, list(lines))


def _files(paths: list[Path | str]) -> Iterator[Path]:
    """A directory stands for the traces in it."""
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(path.glob("*.jsonl"))
            if not inside:
                raise UserError(f"trace {path}: no .jsonl in it; give a folder of --trace")
            yield from inside
        else:
            yield path
