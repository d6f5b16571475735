"""`starlit forget`."""

import json
import sys
from typing import Annotated

import typer

from starlit import forget
from starlit.cli.options import Broker, Cottage, Pod
from starlit.errors import UserError
from starlit.kept import Kept
from starlit.settings import DEFAULT_COTTAGE


def forget_command(
    pod: Pod = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what is there; delete nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with stable keys.")] = False,
    broker: Broker = None,
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Delete everything of a cottage, or of one pod, on this computer and at its broker.

    It asks first. A cottage has to be down; a pod is thrown out of one that is up.
    """
    things = forget.found(cottage, pod)
    what = f"pod {pod} of cottage {cottage}" if pod else f"cottage {cottage}"
    if not as_json:
        print("\n".join(thing.line() for thing in things))
    if not dry_run:
        _ask(what, yes, as_json)
        if pod is None:
            forget.forget_cottage(cottage, broker)
        else:
            forget.forget_pod(cottage, pod, broker)
    _tell(what, cottage, pod, things, dry_run, as_json, forget.stays(cottage, pod, broker))


def _ask(what: str, yes: bool, as_json: bool) -> None:
    if yes:
        return
    if as_json or not sys.stdin.isatty():
        raise UserError(f"{what}: nothing was deleted; say --yes where nobody can be asked")
    if not typer.confirm(f"Delete all of this of {what}? It cannot be brought back"):
        raise typer.Abort


def _tell(
    what: str,
    cottage: str,
    pod: str | None,
    things: list[Kept],
    dry_run: bool,
    as_json: bool,
    stays: list[str],
) -> None:
    if as_json:
        gone = [
            {"what": t.what, "path": str(t.path), "bytes": t.bytes, "rows": t.rows} for t in things
        ]
        told = {"cottage": cottage, "pod": pod, "deleted": not dry_run, "things": gone}
        print(json.dumps({**told, "stays": stays}, indent=2))
        return
    print(f"{what}: {'nothing deleted, this was a dry run' if dry_run else 'forgotten'}")
    for one in stays:
        print(f"  not deleted {one}")
