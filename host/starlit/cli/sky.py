"""`starlit sky`."""

from pathlib import Path
from typing import Annotated

import typer

from starlit.errors import UserError

MINUTES_MAX = 600
PODS_MAX = 1000


def sky_command(
    seed: Annotated[int, typer.Option(help="Of the night; the journal has it.")] = 1,
    minutes: Annotated[float, typer.Option(help="How much of it, from the goodnight.")] = 12.0,
    png: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to; sky-SEED.png if not given.")
    ] = None,
    pods: Annotated[int, typer.Option(help="Pods in the cottage; three are drawn.")] = 1,
    profile: Annotated[str, typer.Option(help="child or adult.")] = "child",
    hour: Annotated[float, typer.Option(help="Shared time at the goodnight, in hours.")] = 1.0,
    night: Annotated[
        bool, typer.Option("--night", help="Let the ritual end and fade, as at a pod.")
    ] = False,
    crossings: Annotated[
        list[str] | None,
        typer.Option(
            "--with", metavar="KIND@MIN[/POD]", help="Also a star, farewell or shadow; repeatable."
        ),
    ] = None,
) -> None:
    """Draw a night: its constellation, and what the rings show over time."""
    _check(seed, minutes, pods, profile, hour)
    from rich.console import Console

    from starlit.evening import Evening, parse_crossing
    from starlit.views import skyplot

    found = tuple(parse_crossing(text) for text in crossings or [])
    path = png or Path(f"sky-{seed}.png")
    evening = Evening(seed, minutes, pods, profile, hour, night, found)
    with Console(stderr=True).status("drawing the night ..."):
        try:
            skyplot.draw(evening, path)
        except OSError as error:
            raise UserError(
                f"--png {path}: cannot be written ({error.strerror}); give a file in a folder "
                "of yours"
            ) from None
    print(f"wrote {path}")


def _check(seed: int, minutes: float, pods: int, profile: str, hour: float) -> None:
    if not 0 <= seed < 1 << 30:
        raise UserError(f"--seed {seed}: give 0 to {(1 << 30) - 1}")
    if not 0.1 <= minutes <= MINUTES_MAX:
        raise UserError(f"--minutes {minutes:g}: give 0.1 to {MINUTES_MAX}")
    if not 1 <= pods <= PODS_MAX:
        raise UserError(f"--pods {pods}: give 1 to {PODS_MAX}")
    if profile not in ("child", "adult"):
        raise UserError(f"--profile {profile}: give child or adult")
    if not 0 < hour <= 200:
        raise UserError(f"--hour {hour:g}: give more than 0, at most 200")
