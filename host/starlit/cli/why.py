"""`starlit why`."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from starlit.cli.options import Cottage, Pod
from starlit.errors import UserError
from starlit.nightbook import NightBook
from starlit.nightstory import Line, Told, read_trace, tell
from starlit.settings import DEFAULT_COTTAGE, nights_path


def why_command(
    night: Annotated[
        int | None, typer.Option("--night", metavar="N", min=0, help="Its number. [the last]")
    ] = None,
    pod: Pod = None,
    trace: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A trace of `simulate` or `up`, instead of kept nights."),
    ] = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Delete every kept night of this cottage, and end.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with stable keys.")] = False,
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Tell a night in sentences: what happened, which cue played or was dropped, and why.

    From the nights that `starlit up --keep-nights` kept (nothing is kept without it), or from a
    trace. Heart rates are in neither's sentences.
    """
    if forget:
        _forget(cottage)
        return
    if trace is not None:
        _tell_trace(trace, night, pod, as_json)
    else:
        _tell_kept(cottage, night, pod, as_json)


def _forget(cottage: str) -> None:
    path = nights_path(cottage)
    if path.exists():
        path.unlink()
    print(f"cottage {cottage}: no night is kept any more")


def _tell_trace(path: Path, night: int | None, pod: str | None, as_json: bool) -> None:
    if path.is_dir():
        path = path / f"{pod or 'pod-1'}.jsonl"
    found = read_trace(path)
    if pod is not None and pod != found.pod:
        raise UserError(f"--pod {pod}: {path} is of {found.pod}")
    number = _choose(sorted(found.nights), night, found.pod)
    _print(found.pod, number, found.nights[number], found.wall_s, as_json)


def _tell_kept(cottage: str, night: int | None, pod: str | None, as_json: bool) -> None:
    path = nights_path(cottage)
    if not path.exists():
        raise UserError(
            f"cottage {cottage} keeps no nights: start it with `starlit up --keep-nights`, "
            "or give --trace FILE"
        )
    book = NightBook(path)
    book.start()
    try:
        kept = book.nights()
        if pod is not None and pod not in kept:
            raise UserError(f"--pod {pod}: no night of it is kept; there are {_list(kept)}")
        if pod is None and len(kept) > 1:
            raise UserError(f"nights of several pods are kept: add --pod, one of {_list(kept)}")
        if not kept:
            raise UserError("no night was told yet: say goodnight, and look again")
        pod = pod or next(iter(kept))
        number = _choose(kept[pod], night, pod)
        _print(pod, number, book.night(pod, number), 0.0, as_json)
    finally:
        book.stop()


def _choose(numbers: list[int], night: int | None, pod: str) -> int:
    if not numbers:
        raise UserError(f"{pod} told of no night")
    if night is None:
        return numbers[-1]
    if night not in numbers:
        raise UserError(f"--night {night}: {pod} told of {_list([str(n) for n in numbers])}")
    return night


def _list(names: list[str] | dict[str, list[int]]) -> str:
    return ", ".join(names)


def _print(pod: str, night: int, events: list[Told], wall_s: float | None, as_json: bool) -> None:
    lines = tell(events)
    if as_json:
        print(json.dumps(_as_json(pod, night, lines, wall_s), indent=2))
        return
    print(
        f"{pod}, night {night}"
        + (f", {_day(lines[0].at_s + wall_s)}" if lines and wall_s is not None else "")
    )
    began_s = next((line.at_s for line in lines if line.kind == "ritual"), 0.0)
    for line in lines:
        clock = _clock(line.at_s, wall_s, began_s)
        print(f"{clock}  {line.text}")


def _as_json(pod: str, night: int, lines: list[Line], wall_s: float | None) -> dict[str, object]:
    began_s = next((line.at_s for line in lines if line.kind == "ritual"), None)
    return {
        "version": 1,
        "pod": pod,
        "night": night,
        "events": [
            {
                "unix_s": None if wall_s is None else round(line.at_s + wall_s, 3),
                "since_goodnight_s": None if began_s is None else round(line.at_s - began_s, 3),
                "kind": line.kind,
                "text": line.text,
            }
            for line in lines
        ],
    }


def _day(unix_s: float) -> str:
    return f"{datetime.fromtimestamp(unix_s):%Y-%m-%d}"


def _clock(at_s: float, wall_s: float | None, began_s: float) -> str:
    """The host's local time; without it, the time since the goodnight."""
    if wall_s is not None:
        return f"{datetime.fromtimestamp(at_s + wall_s):%H:%M:%S}"
    since_s = int(at_s - began_s)
    sign = "-" if since_s < 0 else "+"
    minutes, seconds = divmod(abs(since_s), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"
