"""`starlit restart`."""

import json
from typing import Annotated, Any

import typer

from starlit.cli.options import Broker, Cottage
from starlit.errors import UserError
from starlit.settings import DEFAULT_COTTAGE

BACK_S = 90.0  # a Pico starts in some seconds, joins its network, and says its state


def restart_command(
    pod: Annotated[str, typer.Option("--pod", metavar="ID", help="Which pod.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with stable keys.")] = False,
    cottage: Cottage = DEFAULT_COTTAGE,
    broker: Broker = None,
) -> None:
    """Let a pod start anew, out of safe mode too: dark until a hand, never in a night."""
    from starlit.asking import Asking
    from starlit.views.steps import Steps
    from starlit.visit import Visit, find_broker

    with Visit(cottage, find_broker(cottage, broker)) as visit:
        Asking(visit, visit.choose(pod)[0]).ask({"do": "restart"})
        with Steps(as_json) as steps, steps.step(f"{pod} restarts"):
            state = visit.wait(lambda: _state(visit, pod), BACK_S)
    if state is None:
        raise UserError(f"{pod} has restarted and not come back: see that it has power and Wi-Fi")
    if as_json:
        print(json.dumps({"pod": pod, "state": state}))
    elif state == "safe":
        print(f"{pod} is in safe mode: give it a program with `starlit update --pod {pod}`")
    else:
        print(f"{pod} is back, dark; hold its button for 1 s to plug it in")


def _state(visit: Any, pod: str) -> str | None:
    """What it says of itself once it has started."""
    for news in visit.news():
        mine = news.pod == pod and news.leaf == "state" and not news.retained
        if mine and news.body.get("online") is True:
            return str(news.body.get("state"))
    return None
