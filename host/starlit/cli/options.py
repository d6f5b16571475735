"""Options that several commands share."""

from pathlib import Path
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
        help="mqtt://[user:password@]host[:port], or mqtts://...[?ca=FILE]; "
        "without it, that of the running `starlit up`.",
    ),
]
Recordings = Annotated[
    list[Path],
    typer.Option(
        "--recording",
        metavar="FILE",
        help="A WAV of 16 kHz mono that scores may play; again for another. (docs/sound.md)",
    ),
]
Pod = Annotated[str | None, typer.Option("--pod", metavar="ID", help="Only this pod.")]
