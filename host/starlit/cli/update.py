"""`starlit update`."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from starlit.cli.options import Broker, Cottage
from starlit.settings import DEFAULT_COTTAGE

KEY = Path("starlit-update.key")

update_app = typer.Typer(add_completion=False, invoke_without_command=True)


@update_app.callback()
def update(
    ctx: typer.Context,
    pod: Annotated[str | None, typer.Option("--pod", metavar="ID", help="Which pod.")] = None,
    port: Annotated[
        str | None,
        typer.Option(metavar="PORT", help="By cable. [without --pod: the only board there is]"),
    ] = None,
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
    """Give a pod a new program: verified there, tried for one start, taken back if it fails.

    Over the link with --pod, and signed; by cable without a key. With --port and --pod it goes by
    cable, and its report is waited for over the link.
    """
    if ctx.invoked_subcommand is not None:
        return
    if pod is None or port is not None:
        told = _by_cable(cottage, broker, pod, port, bundle, as_json)
    else:
        from starlit.update.package import pack

        told = _update(cottage, broker, pod, pack(bundle, arch, key), as_json)
    if as_json:
        print(json.dumps(told))
        return
    name = pod or told["port"]
    what = f"{name}: {told['version']}"
    if told.get("good") is False:
        print(f"{what} is on trial in slot {told['slot']}: it is kept once it has run for 30 s and "
              "reported; else the next start takes the old one")  # fmt: skip
    else:
        print(f"{what} runs from slot {told['slot']} and has reported")
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


def _by_cable(
    cottage: str, broker: str | None, pod: str | None, port: str | None, bundle: Path | None,
    quiet: bool,
) -> dict:  # fmt: skip
    from dataclasses import asdict

    from starlit.flash.find import this_computer
    from starlit.update.cable import by_cable, port_of
    from starlit.views.steps import Steps
    from starlit.visit import Visit, find_broker

    with ExitStack() as stack:
        # Before the board is touched: who cannot hear a report learns that first.
        visit = pod and stack.enter_context(Visit(cottage, find_broker(cottage, broker)))
        steps = stack.enter_context(Steps(quiet))
        told = by_cable(port or port_of(this_computer()), bundle, steps)
        if pod is not None:
            _report(visit, pod, told.version, steps)
            told.good = True
    return {"pod": pod, **asdict(told)}


def _update(cottage: str, broker: str | None, pod: str, package: Any, quiet: bool) -> dict:
    from starlit.asking import Asking
    from starlit.update.send import send
    from starlit.views.steps import Steps
    from starlit.visit import Visit, find_broker

    with Visit(cottage, find_broker(cottage, broker)) as visit:
        asking = Asking(visit, visit.choose(pod)[0])
        with Steps(quiet) as steps:
            with steps.step(f"{pod}: sending {package.version}", package.total_bytes) as done:
                send(asking, package, done)
            slot = _report(visit, pod, package.version, steps)
    return {
        "pod": pod, "version": package.version, "bytes": package.total_bytes, "slot": slot,
    }  # fmt: skip


def _report(visit: Any, pod: str, version: str, steps: Any) -> str:
    """The slot that it runs from, once it has reported."""
    from starlit.asking import Asking
    from starlit.update.send import see_it_report

    with steps.step(f"{pod}: restarting, and waiting for its report"):
        return see_it_report(Asking(visit, visit.choose(pod)[0]), version, _pumping(visit))


def _pumping(visit: Any) -> Any:
    """A sleep that goes on listening."""
    return lambda seconds: visit.wait(lambda: False, seconds)
