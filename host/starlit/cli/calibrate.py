"""`starlit calibrate`: a phone's lux or dBA, put to the pod, confirmed by a hand there."""

import json
from collections.abc import Callable
from typing import Annotated, Any

import typer

from starlit.calibrate import Measured, from_light, from_sound, present, words
from starlit.cli.options import Broker, Cottage
from starlit.errors import UserError
from starlit.proposal import ProposalVisit
from starlit.settings import DEFAULT_COTTAGE
from starlit.visit import find_broker

calibrate_app = typer.Typer(
    help="Set transmission, distance and sound level from a phone's meters (docs/calibrate.md).",
    no_args_is_help=True,
    add_completion=False,
)

PodOption = Annotated[str, typer.Option("--pod", metavar="ID", help="Which pod.")]
Show = Annotated[bool, typer.Option("--show", help="First play the cue to measure by, for 60 s.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, with stable keys.")]
Timeout = Annotated[float, typer.Option(metavar="S", min=1, help="How long to wait for the press.")]
AtMm = Annotated[float | None, typer.Option("--at-mm", metavar="D", help="The phone's distance.")]


@calibrate_app.command()
def light(
    pod: PodOption,
    lux: Annotated[
        float | None, typer.Option(metavar="LUX", help="What the phone read, the lamp cue alone.")
    ] = None,
    at_mm: AtMm = None,
    pillow_mm: Annotated[
        int | None, typer.Option("--pillow-mm", metavar="D2", help="From the pod to the pillow.")
    ] = None,
    show: Show = False,
    timeout: Timeout = 60.0,
    as_json: AsJson = False,
    cottage: Cottage = DEFAULT_COTTAGE,
    broker: Broker = None,
) -> None:
    """The diffuser's transmission, from a phone's lux at D millimetres from its face."""

    def measure(state: dict[str, Any]) -> Measured:
        if lux is None or at_mm is None:
            raise UserError("give --lux LUX and --at-mm D, or --show alone to light the lamp")
        return from_light(present(state), lux, at_mm, pillow_mm)

    with ProposalVisit(cottage, find_broker(cottage, broker), pod) as visit:
        if show:
            _play(visit, "lamp")
        if show and lux is None:
            print("steady after 10 s, for 40 s: read lux, D mm from the diffuser, room dark, then")
            print(f"starlit calibrate light --pod {pod} --lux LUX --at-mm D")
            return
        _calibrate(visit, measure, timeout, as_json)


@calibrate_app.command()
def sound(
    pod: PodOption,
    dba: Annotated[
        float | None, typer.Option(metavar="DBA", help="What the phone read, the tone cue alone.")
    ] = None,
    at_mm: AtMm = None,
    show: Show = False,
    timeout: Timeout = 60.0,
    as_json: AsJson = False,
    cottage: Cottage = DEFAULT_COTTAGE,
    broker: Broker = None,
) -> None:
    """The level at full scale, from a phone's dBA at D millimetres (without D: at the pillow)."""

    def measure(state: dict[str, Any]) -> Measured:
        if dba is None:
            raise UserError("give --dba DBA, or --show alone to play the tone")
        return from_sound(present(state), dba, at_mm)

    with ProposalVisit(cottage, find_broker(cottage, broker), pod) as visit:
        if show:
            _play(visit, "tone")
        if show and dba is None:
            print("steady after 5 s, for 50 s: read dBA, D mm from the speaker, room quiet, then")
            print(f"starlit calibrate sound --pod {pod} --dba DBA --at-mm D")
            return
        _calibrate(visit, measure, timeout, as_json)


def _play(visit: ProposalVisit, name: str) -> None:
    answer = visit.ask(visit.choose(visit.pod), {"do": "cue", "cue": name})[0]
    if not answer.ok:
        print(f"{visit.pod}: no {name}: {answer.why}")
        print("at the pod: hold the button for 1 s if it is unplugged, then press it shortly")
        raise typer.Exit(1)
    print(f"{visit.pod}: {name}")


def _calibrate(
    visit: ProposalVisit, measure: Callable[[dict], Measured], timeout_s: float, as_json: bool
) -> None:
    state = visit.choose(visit.pod)[0].state
    measured = measure(state)
    before = {name: state["calibration"][name] for name in measured.proposed}
    if not as_json:
        print(f"{visit.pod}: measured {words(measured.proposed)}; it has {words(before)}")
    why = _wait(visit, measured, timeout_s)
    if as_json:
        report = {"pod": visit.pod, "applied": why is None, "why": why, "measured": measured.value}
        print(json.dumps({**report, "before": before, "proposed": measured.proposed}, indent=2))
    else:
        said = f"not changed: {why}" if why else f"set to {words(measured.proposed)}"
        print(f"{visit.pod}: {said}")
    if why:
        raise typer.Exit(1)


def _wait(visit: ProposalVisit, measured: Measured, timeout_s: float) -> str | None:
    from rich.console import Console

    console = Console(stderr=True)
    ask = f"hold the button of {visit.pod} for 3 s, then let go"
    if not console.is_terminal:
        console.print(ask)
    with console.status(ask) as status:
        return visit.propose(
            measured.proposed, timeout_s, lambda left_s: status.update(f"{ask} ({left_s} s left)")
        )
