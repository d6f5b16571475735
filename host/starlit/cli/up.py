"""`starlit up`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from starlit.cli.options import Cottage, Recordings
from starlit.errors import UserError
from starlit.settings import DEFAULT_COTTAGE


def up(
    virtual: Annotated[
        int,
        typer.Option("--virtual", metavar="N", help="Also start N virtual pods, pod-1 to pod-N."),
    ] = 0,
    broker: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="A broker outside, or `amqtt` for the one built in. [mosquitto, else amqtt]",
        ),
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port of our own broker. [a free one]")
    ] = None,
    listen: Annotated[
        str | None,
        typer.Option(
            metavar="HOST[:PORT]",
            help="Let pods in from the network too, over TLS: an address of this computer, or "
            "0.0.0.0 for all. (docs/security-setup.md) [this computer only; port 8883]",
        ),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH", help="Fingers from a recording, or one of a folder for each pod."
        ),
    ] = None,
    rate: Annotated[
        float, typer.Option(metavar="HZ", help="Samples a second in the recording.")
    ] = 125.0,
    duration: Annotated[
        float | None, typer.Option(metavar="S", help="End by itself after S seconds.")
    ] = None,
    trace: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write DIR/<pod>.jsonl (docs/trace.md).")
    ] = None,
    profile: Annotated[str, typer.Option(help="child or adult, of the virtual pods.")] = "child",
    welcome: Annotated[
        bool, typer.Option("--welcome", help="Press each virtual pod's button: plug in, goodnight.")
    ] = False,
    finger: Annotated[
        bool, typer.Option("--finger/--no-finger", help="Fingers on the virtual pods' windows.")
    ] = True,
    recording: Recordings = [],  # noqa: B006 - typer copies it
    keep_nights: Annotated[
        bool,
        typer.Option(
            "--keep-nights",
            help="Keep what each pod tells of its nights on this machine, for `starlit why`; "
            "without it nothing is kept. Never heart rates.",
        ),
    ] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="Log lines instead of the picture.")
    ] = False,
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Start a cottage: broker, coordinator and virtual pods, until Ctrl-C."""
    if profile not in ("child", "adult"):
        raise UserError(f"--profile {profile}: use child or adult")
    if duration is not None and not 0 < duration < 1e9:
        raise UserError(f"--duration {duration:g}: give a number of seconds above 0")
    from starlit.trust.listen import parse_listen
    from starlit.up import Up
    from starlit.up_options import UpOptions

    options = UpOptions(
        cottage=cottage,
        virtual=virtual,
        broker=broker,
        port=port,
        replay=replay,
        rate_hz=rate,
        duration_s=duration,
        trace_dir=trace,
        welcome=welcome,
        profile=profile,
        finger=finger,
        plain=plain,
        recordings=tuple(recording),
        keep_nights=keep_nights,
        listen=parse_listen(listen) if listen is not None else None,
    )

    async def live() -> None:
        await Up(options).run()

    asyncio.run(live())
