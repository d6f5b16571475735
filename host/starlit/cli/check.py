"""`starlit check`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from starlit.check import Report, check_pair, check_traces
from starlit.errors import UserError


def check_command(
    traces: Annotated[
        list[Path] | None, typer.Argument(metavar="TRACE...", help="Traces, or folders of them.")
    ] = None,
    scenario: Annotated[
        Path | None, typer.Option(help="What really happened (docs/trace.md).")
    ] = None,
    pair: Annotated[
        tuple[Path, Path] | None,
        typer.Option(metavar="A B", help="Invariant 9: A against the open-gate run B."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Check traces against the safety case. Exit 0: clean; 1: a violation; 2: bad input."""
    try:
        report = _check(traces or [], scenario, pair)
    except UserError as error:
        typer.echo(f"starlit: {error}", err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps(report.to_dict()))
    else:
        _print(report)
    raise typer.Exit(0 if report.ok else 1)


def _check(traces: list[Path], scenario: Path | None, pair: tuple[Path, Path] | None) -> Report:
    if pair is None:
        if not traces:
            raise UserError("check: no trace; name one, or --pair A B")
        return check_traces(list(traces), scenario)
    report = check_pair(*pair)
    if traces:
        report.merge(check_traces(list(traces), scenario))
    return report


def _print(report: Report) -> None:
    for violation in report.violations:
        typer.echo(violation.line())
    hidden = report.total - len(report.violations)
    if hidden:
        typer.echo(f"... and {hidden} more")
    looked = f"{report.traces} trace(s), {report.frames} frames, {report.blocks} changes of sound"
    typer.echo(f"{looked}, {report.end_ms / 1000:g} s: " + _verdict(report))


def _verdict(report: Report) -> str:
    if report.ok:
        return "no violation"
    numbers = ", ".join(str(number) for number in sorted(report.invariants()))
    return f"{report.total} violation(s) of {numbers}"
