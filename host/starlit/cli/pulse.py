"""`starlit pulse`: two pods' people agree to see each other's pulse tonight."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from starlit.cli.options import Broker, Cottage
from starlit.errors import UserError
from starlit.settings import DEFAULT_COTTAGE

if TYPE_CHECKING:
    from starlit.proposal import ProposalVisit


def pulse_command(
    pod: Annotated[str, typer.Argument(metavar="POD", help="pod-1, pod-2, ...")],
    friend: Annotated[str, typer.Argument(metavar="POD", help="Whose pulse, and who sees its.")],
    timeout: Annotated[
        float, typer.Option(metavar="S", min=1, help="How long to wait for both presses.")
    ] = 60.0,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with stable keys.")] = False,
    cottage: Cottage = DEFAULT_COTTAGE,
    broker: Broker = None,
) -> None:
    """Propose a heartbeat star to two pods; each person agrees with a press of 3 s."""
    from starlit.proposal import ProposalVisit
    from starlit.visit import find_broker

    if pod == friend:
        raise UserError(f"pulse {pod} {friend}: name two pods")
    with ProposalVisit(cottage, find_broker(cottage, broker), pod, friend) as visit:
        for name in (pod, friend):
            visit.choose(name)
        why = _wait(visit, pod, friend, timeout)
    if as_json:
        print(json.dumps({"pods": [pod, friend], "agreed": not why, "why": why}, indent=2))
    else:
        for name in (pod, friend):
            print(f"{name}: {'not agreed: ' + why[name] if name in why else 'agreed'}")
        if not why:
            print("each shows the other's pulse as a star at the bottom, for one ritual")
    if why:
        raise typer.Exit(1)


def _wait(visit: "ProposalVisit", pod: str, friend: str, timeout_s: float) -> dict[str, str]:
    from rich.console import Console

    console = Console(stderr=True)
    ask = f"before goodnight: hold the buttons of {pod} and {friend} for 3 s, then let go"
    if not console.is_terminal:
        console.print(ask)
    proposals = {pod: {"pulse": friend}, friend: {"pulse": pod}}
    with console.status(ask) as status:
        return visit.put(
            proposals, timeout_s, lambda left_s: status.update(f"{ask} ({left_s} s left)")
        )
