"""`starlit fuzz --edges`: inputs to every parser that faces a network."""

import json
from pathlib import Path

from starlit.fuzz.edge_run import Crash, EdgeRun, EdgeTally, replay
from starlit.fuzz.edges import EDGES
from starlit.fuzz.entry import Entry, read
from starlit.fuzz.progress import Progress


def fuzz_edges(
    inputs: int, seed: int, corpus: Path | None, keep: Path, again: Path | None, as_json: bool
) -> int:
    """The exit code: 1 where an exception left an edge."""
    if again is not None:
        crashes = replay(_known(read(again)))
        _tell([crash.error for crash in crashes], as_json)
        return 1 if crashes else 0
    progress = Progress()
    entries = _known(read(corpus)) if corpus is not None else []
    run = EdgeRun(
        seed, inputs, entries, keep, lambda tally: progress(_so_far(tally, inputs), tally.wall_s)
    )
    tally = run.run()
    progress.end()
    if as_json:
        print(json.dumps(tally.to_dict()))
    else:
        _report(tally)
    return 1 if tally.crashes else 0


def _known(entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.edge in EDGES]


def _so_far(tally: EdgeTally, inputs: int) -> str:
    share = 100 * tally.total // max(1, inputs)
    return f"{tally.total} inputs ({share} %), {len(tally.crashes)} findings"


def _tell(errors: list[str], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"ok": not errors, "findings": errors}))
        return
    for error in errors:
        print(error)
    print("no exception" if not errors else f"{len(errors)} exception(s)")


def _report(tally: EdgeTally) -> None:
    for crash in tally.crashes:
        _report_one(crash)
    shares = ", ".join(f"{name} {count}" for name, count in tally.inputs.items())
    found = f"{len(tally.crashes)} exception(s)" if tally.crashes else "no exception"
    print(f"seed {tally.seed}: {tally.total} inputs ({shares}) in {tally.wall_s:.0f} s: {found}")


def _report_one(crash: Crash) -> None:
    print(crash.error)
    if crash.file is not None:
        print(f"  again: starlit fuzz --edges --replay {crash.file}")
