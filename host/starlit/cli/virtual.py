"""`starlit virtual ...`: a hand at a virtual pod."""

from pathlib import Path
from typing import Annotated, Any

import typer

from starlit.cli.options import Cottage
from starlit.errors import UserError
from starlit.settings import DEFAULT_COTTAGE

app = typer.Typer(
    help="A hand at a virtual pod: switch, button, finger, room light, shadow, and what breaks.",
    no_args_is_help=True,
)

PodArgument = Annotated[str, typer.Argument(metavar="POD", help="pod-1, pod-2, ...")]
BUTTON_GRACE_S = 5.0
FORGETS_S = 20.0  # a reset lets the light go out before it wipes


@app.command()
def switch(
    pod: PodArgument,
    to: Annotated[str, typer.Argument(metavar="out|in")],
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Pull the unplug switch out, or put it in."""
    _ask(cottage, "switch", pod, to)


@app.command()
def button(
    pod: PodArgument,
    ms: Annotated[int, typer.Argument(metavar="MS", help="How long: 200 a star, 1200 plugs in.")],
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Hold the button for MS milliseconds."""
    _ask(cottage, "button", pod, ms, timeout_s=max(0, ms) / 1000 + BUTTON_GRACE_S)


@app.command()
def finger(
    pod: PodArgument,
    bpm: Annotated[str, typer.Argument(metavar="BPM|off")],
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Lay a generated finger with BPM beats a minute on the window, or lift it."""
    _ask(cottage, "finger", pod, bpm)


@app.command()
def lux(
    pod: PodArgument,
    lx: Annotated[float, typer.Argument(metavar="LX")],
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Set the room's light."""
    _ask(cottage, "lux", pod, lx)


@app.command()
def hand(
    pod: PodArgument,
    ms: Annotated[int, typer.Argument(metavar="MS", help="How long: 1500 casts a shadow.")],
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Pass a hand over the light sensor for MS milliseconds."""
    _ask(cottage, "hand", pod, ms, timeout_s=max(0, ms) / 1000 + BUTTON_GRACE_S)


@app.command()
def fault(
    pod: PodArgument,
    name: Annotated[str, typer.Argument(metavar="NAME|none")],
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Break something (sensor, bus, identity, fifo, task, hang, config, hot, watchdog,
    brownout), or mend everything."""
    _ask(cottage, "fault", pod, name)


@app.command()
def power(
    pod: PodArgument,
    hold: Annotated[
        int,
        typer.Option(
            metavar="MS", help="Button held so long as power comes: 3000 safe mode, 15000 reset."
        ),
    ] = 0,
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Take a pod's power away and give it back."""
    _ask(cottage, "power", pod, hold, timeout_s=hold / 1000 + FORGETS_S)


@app.command()
def provision(
    pod: PodArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Of `starlit pod add`.")],
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Give a pod the credential of a provisioning file, as by a cable."""
    _ask(cottage, "provision", pod, str(file.absolute()))


@app.command()
def key(
    pod: PodArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The .pub of `starlit update key`.")],
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Tell a pod whose updates it takes, as by a cable."""
    _ask(cottage, "key", pod, str(file.absolute()))


def _ask(cottage: str, do: str, pod: str, to: Any, timeout_s: float = 5.0) -> None:
    from starlit import settings
    from starlit.hands import Hands
    from starlit.visit import HINT_UP

    run = settings.find_run(settings.check_cottage(cottage))
    if run is None:
        raise UserError(f"no cottage {cottage} is up (looked in {settings.state_dir()}): {HINT_UP}")
    with Hands(run.socket_file) as hands:
        print(hands.ask({"do": do, "pod": pod, "to": to}, timeout_s)["said"])
