"""`starlit fuzz`."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from starlit.errors import UserError
from starlit.fuzz import Campaign, Tally, play, read_case, run_pairs, run_streams
from starlit.fuzz.progress import Progress

KEEP = Path("fuzz-findings")


def fuzz_command(
    seconds: Annotated[
        float | None, typer.Option(help="Play cases for so long; 60 if nothing else ends it.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same cases.")] = 1,
    jobs: Annotated[int, typer.Option(help="Processes.")] = 1,
    frames: Annotated[
        int | None, typer.Option(help="Play until so many LED frames were judged.")
    ] = None,
    pairs: Annotated[
        int | None,
        typer.Option(help="Instead: so many pairs of invariant 9, each with its open-gate run."),
    ] = None,
    keep: Annotated[Path, typer.Option(help="Where the scenario of a finding goes.")] = KEEP,
    replay: Annotated[
        Path | None, typer.Option(help="Instead: play a kept finding once more.")
    ] = None,
    guard: Annotated[
        bool, typer.Option("--guard", help="Instead: the guard alone, under streams of noise.")
    ] = False,
    tame: Annotated[
        bool, typer.Option("--tame", help="The pod's own scenes only, no noise for the guard.")
    ] = False,
    edges: Annotated[
        bool, typer.Option("--edges", help="Instead: every parser that faces a network.")
    ] = False,
    inputs: Annotated[
        int, typer.Option(min=1, help="With --edges: so many inputs to all of them.")
    ] = 100_000,
    corpus: Annotated[
        Path | None,
        typer.Option(help="With --edges: kept inputs to begin from, a file or a folder."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Throw random and hostile nights at simulated pods and hold them against the safety case.

    With --edges: bytes and odd values into the coordinator, commands, pods and the local socket,
    none of which may raise anything.

    Exit 0: nothing found; 1: a violation, made small and kept; 2: bad input.
    """
    if jobs < 1 or (frames is not None and frames < 1) or (seconds is not None and seconds <= 0):
        raise UserError("--jobs, --frames, --seconds: give more than 0")
    if edges:
        from starlit.cli.fuzz_edges import fuzz_edges

        raise typer.Exit(fuzz_edges(inputs, seed, corpus, keep, replay, as_json))
    if replay is not None:
        raise typer.Exit(_replay(replay, as_json))
    progress = Progress()

    def show(tally: Tally) -> None:
        progress(_so_far(tally), tally.wall_s)

    limit_s = 60.0 if seconds is None and frames is None else seconds
    if pairs is not None:
        tally = run_pairs(pairs, seed, jobs=jobs, keep=keep, progress=show)
    elif guard:
        tally = run_streams(seed, _enough(limit_s, frames), jobs, show)
    else:
        campaign = Campaign(seed, limit_s, frames, jobs, keep, progress=show, tame=tame)
        tally = campaign.run()
    progress.end()
    _report(tally, as_json)
    raise typer.Exit(1 if tally.findings else 0)


def _enough(limit_s: float | None, frames: int | None) -> Callable[[Tally], bool]:
    """Whether a run goes on: until the time is over or so many frames were judged."""
    until = None if limit_s is None else time.monotonic() + limit_s

    def more(tally: Tally) -> bool:
        late = until is not None and time.monotonic() >= until
        return not late and (frames is None or tally.frames < frames)

    return more


def _so_far(tally: Tally) -> str:
    return (
        f"{tally.cases} cases, {tally.frames} frames, {tally.blocks} blocks, "
        f"{tally.messages} messages, {len(tally.findings)} findings"
    )


def _report(tally: Tally, as_json: bool) -> None:
    if as_json:
        print(json.dumps(tally.to_dict()))
        return
    for found in tally.findings:
        print(found.line)
        if found.case is not None:
            print(f"  {len(found.case.lines)} lines in {found.file}")
            print(f"  again: starlit fuzz --replay {found.file}")
    print(
        f"seed {tally.seed}: {tally.cases} cases, {tally.frames} frames, {tally.blocks} blocks, "
        f"{tally.messages} messages, {tally.pod_s / 3600:.1f} h of pods in {tally.wall_s:.0f} s: "
        + (f"{len(tally.findings)} kind(s) of violation" if tally.findings else "no violation")
    )


def _replay(path: Path, as_json: bool) -> int:
    report = play(read_case(path)).report
    if as_json:
        print(json.dumps(report.to_dict()))
    else:
        for violation in report.violations:
            print(violation.line())
        print("no violation" if report.ok else f"{report.total} violation(s)")
    return 0 if report.ok else 1
