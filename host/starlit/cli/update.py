"""`starlit update`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from starlit.cli.options import Broker, Cottage
from starlit.errors import UserError
from starlit.settings import DEFAULT_COTTAGE

KEY = Path("starlit-update.key")

update_app = typer.Typer(add_completion=False, invoke_without_command=True)


@update_app.callback()
def update(
    ctx: typer.Context,
    pod: Annotated[str | None, typer.Option("--pod", metavar="ID", help="Which pod.")] = None,
    key: Annotated[
        Path, typer.Option("--key", metavar="FILE", help="The private key that signs.")
    ] = KEY,
    bundle: Annotated[
        Path | None,
        typer.Option("--bundle", metavar="DIR", help="Of `starlit bundle`. [this source, now]"),
    ] = None,
    arch: Annotated[
        str, typer.Option("--arch", help="armv6m: Pico W; armv7emsp: Pico 2 W.")
    ] = "armv6m",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with stable keys.")] = False,
    cottage: Cottage = DEFAULT_COTTAGE,
    broker: Broker = None,
) -> None:
    """Give a pod a new program over the link: signed, verified there, taken back if it fails."""
    if ctx.invoked_subcommand is not None:
        return
    if pod is None:
        raise UserError("say which pod: --pod ID (`starlit status` lists them)")
    from starlit.update.package import pack

    told = _update(cottage, broker, pod, pack(bundle, arch, key), as_json)
    if as_json:
        print(json.dumps(told))
    else:
        print(f"{pod}: {told['version']} runs from slot {told['slot']} and has reported")
        print("hold the button at the pod for 1 s to plug it in: it has restarted")


@update_app.command("key")
def key_command(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The private key.")] = KEY,
) -> None:
    """Make the key that signs updates. Keep it off the computer that runs the cottage."""
    from starlit.update.keys import make_key

    public = make_key(out)
    print(f"wrote {out}: it signs programs for your pods; keep it on a stick, not on this computer")
    print(f"wrote {public}: give it to each pod with `starlit flash --update-key FILE`")


def _update(cottage: str, broker: str | None, pod: str, package: Any, quiet: bool) -> dict:
    from starlit.asking import Asking
    from starlit.update.send import see_it_report, send
    from starlit.views.steps import Steps
    from starlit.visit import Visit, find_broker

    with Visit(cottage, find_broker(cottage, broker)) as visit:
        asking = Asking(visit, visit.choose(pod)[0])
        with Steps(quiet) as steps:
            with steps.step(f"{pod}: sending {package.version}", package.total_bytes) as done:
                send(asking, package, done)
            with steps.step(f"{pod}: restarting, and waiting for its report"):
                slot = see_it_report(asking, package, _pumping(visit))
    return {
        "pod": pod, "version": package.version, "bytes": package.total_bytes, "slot": slot,
    }  # fmt: skip


def _pumping(visit: Any) -> Any:
    """A sleep that goes on listening."""
    return lambda seconds: visit.wait(lambda: False, seconds)
