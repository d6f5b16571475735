"""What a person says to the pods of a running cottage, and what they answer."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from starlit.cli.options import Broker, Cottage, Pod
from starlit.errors import UserError
from starlit.heard import printable
from starlit.settings import DEFAULT_COTTAGE

if TYPE_CHECKING:
    from starlit.visit import Answer, Visit


def _visit(cottage: str, broker: str | None) -> "Visit":
    from starlit.visit import Visit, find_broker

    return Visit(cottage, find_broker(cottage, broker))


def status(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with stable keys.")] = False,
    cottage: Cottage = DEFAULT_COTTAGE,
    broker: Broker = None,
) -> None:
    """One look at each pod."""
    from starlit.views.model import view_of
    from starlit.visit import now_ms

    with _visit(cottage, broker) as visit:
        views = [view_of(record, now_ms()) for record in visit.look_around()]
    if as_json:
        print(json.dumps([view.as_status() for view in views], indent=2))
        return
    from rich.console import Console

    from starlit.views.table import dose_lines, status_table

    Console().print(status_table(views) if views else f"cottage {cottage} has no pods yet")
    for line in dose_lines(views):
        print(line)


def watch(
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Write one frame as a picture.")
    ] = None,
    width: Annotated[int, typer.Option(min=20, max=400, help="Of the picture, in cells.")] = 100,
    height: Annotated[int, typer.Option(min=10, max=200, help="Of the picture, in cells.")] = 30,
    cottage: Cottage = DEFAULT_COTTAGE,
    broker: Broker = None,
) -> None:
    """Each pod's ring in its colours, its heart, light, switch and link, until Ctrl-C."""
    from starlit.watch import Watch

    with _visit(cottage, broker) as visit, Watch(visit, local=broker is None) as view:
        if svg is not None:
            view.save(svg, width, height)
            print(f"wrote {svg}")
        else:
            view.run()


def goodnight(pod: Pod = None, cottage: Cottage = DEFAULT_COTTAGE, broker: Broker = None) -> None:
    """Ask pods to begin the bedtime ritual."""
    _ask_all(cottage, broker, pod, {"do": "goodnight"})


def morning(pod: Pod = None, cottage: Cottage = DEFAULT_COTTAGE, broker: Broker = None) -> None:
    """Ask pods to end their night."""
    _ask_all(cottage, broker, pod, {"do": "morning"})


def cue(
    name: Annotated[str, typer.Argument(metavar="NAME", help="comet, tide, fireflies, ember ...")],
    pod: Pod = None,
    together: Annotated[
        bool, typer.Option("--all", help="All pods of the cottage in the same instant.")
    ] = False,
    cottage: Cottage = DEFAULT_COTTAGE,
    broker: Broker = None,
) -> None:
    """Ask pods to play a cue; each may refuse, and says why."""
    if together and pod is not None:
        raise UserError("--all is for the whole cottage: leave out --pod")
    if together:
        _cue_together(cottage, broker, name)
    else:
        _ask_all(cottage, broker, pod, {"do": "cue", "cue": name})


def _cue_together(cottage: str, broker: str | None, name: str) -> None:
    from starlit.cue_all import cue_all
    from starlit.shared_time import TimedVisit
    from starlit.visit import find_broker

    with TimedVisit(cottage, find_broker(cottage, broker)) as visit:
        answers = cue_all(visit, name)
    _print_answers(name, answers)


def _ask_all(cottage: str, broker: str | None, pod: str | None, body: dict[str, str]) -> None:
    what = " ".join(body.values()).removeprefix("cue ")
    with _visit(cottage, broker) as visit:
        records = visit.choose(pod)
        if "cue" in body:
            _check_cue(body["cue"], [record.state.get("cues") for record in records])
        answers = visit.ask(records, body)
    _print_answers(what, answers)


def _print_answers(what: str, answers: "list[Answer]") -> None:
    for answer in answers:
        print(_said(what, answer))
    if not all(answer.ok for answer in answers):
        raise typer.Exit(1)


def _check_cue(name: str, told: list[Any]) -> None:
    """What a pod knows by name it says in its state: its own cues, and its score's."""
    told_names = [name for cues in told if isinstance(cues, list) for name in cues]
    names = {name for name in told_names if isinstance(name, str)}
    if names and name not in names:
        raise UserError(f"unknown cue {name}: use one of {', '.join(sorted(names))}")


def _said(what: str, answer: "Answer") -> str:
    why = printable(answer.why)
    if answer.ok:
        return f"{answer.pod}: {what}" + (f", {why}" if why else "")
    return f"{answer.pod}: no {what}: {why}"


def unhook(
    pod: Pod = None,
    timeout: Annotated[
        float, typer.Option(metavar="S", min=0.1, help="How long to wait for answers.")
    ] = 5.0,
    cottage: Cottage = DEFAULT_COTTAGE,
    broker: Broker = None,
) -> None:
    """Make one pod or all dark and silent at once, until a hand at the pod plugs it in again."""
    from starlit.unhook import unhook_pods

    with _visit(cottage, broker) as visit:
        silent, obeyed, epoch = unhook_pods(visit, pod, timeout)
    for name in obeyed:
        print(f"{name}: unhooked (epoch {epoch}); only a hand at the pod plugs it in again")
    for name in silent:
        print(f"{name}: has not answered; the unhook stands and is repeated while `up` runs")
    if not obeyed and not silent:
        print(f"cottage {cottage} has no pods: nobody has answered")
    if silent or not obeyed:
        raise typer.Exit(1)
