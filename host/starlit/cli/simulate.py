"""`starlit simulate`."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from starlit.cli.options import Recordings
from starlit.simulate import Report, simulate

COLUMNS = (
    "pod", "state", "frames", "blocks", "cues", "refused", "M max lx", "L max cd/m2", "S max dBA",
)  # fmt: skip
STAGE_COLUMNS = ("wake", "N1", "N2", "N3", "REM", "unscored")
PATIENCE_S = 1.0  # a run shorter than this shows no bar


def simulate_command(
    pods: Annotated[int, typer.Option(help="How many pods share the cottage.")] = 1,
    hours: Annotated[float, typer.Option(help="Virtual time to run.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Same seed, same night.")] = 1,
    scenario: Annotated[
        Path | None, typer.Option(help="JSON lines of what happens (docs/trace.md).")
    ] = None,
    heart: Annotated[
        Path | None,
        typer.Option(help="CSV of t_s,bpm (plain or gzip), or a folder with one for each pod."),
    ] = None,
    profile: Annotated[str, typer.Option(help="child or adult.")] = "child",
    armed: Annotated[
        bool,
        typer.Option(
            "--armed", help="Cues in sleep are armed at each pod before its goodnight (adult)."
        ),
    ] = False,
    alone: Annotated[
        bool,
        typer.Option("--alone", help="No host and no broker: each pod by itself, and faster."),
    ] = False,
    trace: Annotated[Path | None, typer.Option(help="Write DIR/<pod>.jsonl.")] = None,
    wav: Annotated[bool, typer.Option("--wav", help="Also write DIR/<pod>.wav.")] = False,
    beats_only: Annotated[
        bool,
        typer.Option("--beats-only", help="Hearts give beats, not a waveform: much faster."),
    ] = False,
    recording: Recordings = [],  # noqa: B006 - typer copies it
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Run the real pod core through a night on a virtual clock, with no network."""
    with _bar() as show:
        report = simulate(
            pods, hours, seed, scenario, heart, profile, trace, wav, beats_only, recording, show,
            armed, alone,
        )  # fmt: skip
    if as_json:
        print(json.dumps(report.to_dict()))
    else:
        Console().print(_table(report))
        stages = _stage_table(report)
        if stages is not None:
            Console().print(stages)
        print(
            f"{report.simulated_s:g} s of {len(report.pods)} pod(s) in {report.wall_s:.1f} s"
            + (f"; traces in {trace}" if trace else "")
        )


@contextmanager
def _bar() -> Iterator[Callable[[float], None]]:
    """A bar on a terminal once a run takes its time; elsewhere nothing."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("simulating"),
        BarColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    began = time.monotonic()
    task = bar.add_task("simulating", total=1.0)
    shown = False

    def show(share: float) -> None:
        nonlocal shown
        if not shown and console.is_terminal and time.monotonic() - began > PATIENCE_S:
            shown = True
            bar.start()
        bar.update(task, completed=share)

    try:
        yield show
    finally:
        if shown:
            bar.stop()


def _table(report: Report) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in COLUMNS:
        table.add_column(name, justify="left" if name in ("pod", "state") else "right")
    for pod in report.pods:
        sound = "silent" if pod.max_sound_dba is None else f"{pod.max_sound_dba:.1f}"
        table.add_row(
            pod.pod, pod.state, str(pod.frames), str(pod.blocks), str(pod.cues.get("start", 0)),
            str(pod.cues.get("refused", 0)), f"{pod.max_melanopic_lx:.3f}",
            f"{pod.max_luminance_cd_m2:.2f}", sound,
        )  # fmt: skip
    return table


def _stage_table(report: Report) -> Table | None:
    """Slots by true stage, where a stage file told it."""
    table = Table(box=None, pad_edge=False)
    table.add_column("pod")
    for name in STAGE_COLUMNS:
        table.add_column(name, justify="right")
    rows = 0
    for pod in report.pods:
        found = pod.by_stage()
        if not found:
            continue
        rows += 1
        counts = [found.get(name, {"played": 0, "dropped": 0}) for name in STAGE_COLUMNS]
        table.add_row(pod.pod, *(f"{one['played']}+{one['dropped']}" for one in counts))
    table.caption = "slots by true stage: played+dropped"
    return table if rows else None
