"""Options that several commands share."""

from typing import Annotated

import typer

Cottage = Annotated[
    str, typer.Option("--cottage", metavar="NAME", help="Which cottage, when several are up.")
]
Broker = Annotated[
    str | None,
    typer.Option(
        "--broker",
        metavar="URL",
        help="mqtt://[user:password@]host[:port]; without it, that of the running `starlit up`.",
    ),
]
Pod = Annotated[str | None, typer.Option("--pod", metavar="ID", help="Only this pod.")]
