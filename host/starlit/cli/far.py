"""`starlit cottage far`: another cottage, far away, under the same sky."""

import json
from pathlib import Path
from typing import Annotated

import typer

from starlit import far_pair
from starlit.address import parse_address
from starlit.cli.options import Cottage
from starlit.settings import DEFAULT_COTTAGE

far_app = typer.Typer(
    help="Share sky and stars with a cottage far away, and nothing else (docs/far.md).",
    no_args_is_help=True,
    add_completion=False,
)

BROKER_HELP = "mqtts://[user:password@]host[:port][?ca=FILE]: one that you name, over TLS."


@far_app.command()
def invite(
    broker: Annotated[str, typer.Option("--broker", metavar="URL", help=BROKER_HELP)],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where the invitation goes.")
    ] = Path("far.invitation.json"),
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Write an invitation: a new key, and the broker to meet at."""
    path = far_pair.invite(cottage, broker, out)
    print(
        f"wrote {path}: bring it to the other cottage by hand or by a safe way, then delete it; "
        "it holds the key and the broker's login"
    )


@far_app.command()
def join(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An invitation.")],
    broker: Annotated[
        str | None,
        typer.Option("--broker", metavar="URL", help="Instead of its own: " + BROKER_HELP),
    ] = None,
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Take an invitation; a running `starlit up` begins at once."""
    pair = far_pair.join(cottage, file, broker)
    shown = parse_address(pair.broker).shown
    print(f"cottage {cottage}: shares sky and stars through {shown}; delete {file} now")


@far_app.command()
def leave(cottage: Cottage = DEFAULT_COTTAGE) -> None:
    """Share nothing any more; the key is deleted here."""
    there = far_pair.leave(cottage)
    print(f"cottage {cottage}: {'left the far cottage' if there else 'there is no far cottage'}")


@far_app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with stable keys.")] = False,
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Whether there is one, and through which broker. Nothing secret."""
    pair = far_pair.find(cottage)
    broker = parse_address(pair.broker).shown if pair else None
    if as_json:
        print(json.dumps({"cottage": cottage, "far": pair is not None, "broker": broker}))
    elif pair is None:
        print(f"cottage {cottage}: there is no far cottage")
    else:
        print(f"cottage {cottage}: shares sky and stars through {broker}")
