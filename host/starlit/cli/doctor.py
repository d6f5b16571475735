"""`starlit doctor`."""

import json
from typing import Annotated, Any

import typer

from starlit.cli.options import Broker, Cottage
from starlit.settings import DEFAULT_COTTAGE

TEST_S = 60.0


def doctor_command(
    pod: Annotated[str, typer.Option("--pod", metavar="ID", help="Which pod.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with stable keys.")] = False,
    cottage: Cottage = DEFAULT_COTTAGE,
    broker: Broker = None,
) -> None:
    """Let a pod try each of its parts: half a minute, never in a night. Plug it in first."""
    from starlit.views.parts import failed, print_lines

    lines = _lines(cottage, broker, pod, as_json)
    if as_json:
        print(json.dumps({"pod": pod, "parts": lines}, indent=2))
    else:
        print_lines(pod, lines)
    if failed(lines):
        raise typer.Exit(1)


def _lines(cottage: str, broker: str | None, pod: str, quiet: bool) -> list[dict[str, Any]]:
    from starlit.asking import Asking
    from starlit.views.parts import as_lines
    from starlit.views.steps import Steps
    from starlit.visit import Visit, find_broker

    with Visit(cottage, find_broker(cottage, broker)) as visit:
        asking = Asking(visit, visit.choose(pod)[0])
        asking.ask({"do": "test"})
        with Steps(quiet) as steps, steps.step(f"{pod} tries its parts; watch and listen"):
            return as_lines(asking.hear(TEST_S).get("lines"))
