"""`starlit audit`."""

import json
import sys
from typing import Annotated

import typer

from starlit.cli.options import Cottage
from starlit.settings import DEFAULT_COTTAGE


def audit_command(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with stable keys.")] = False,
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Look for what a stranger could find at a running cottage, by trying it.

    Open ports, anonymous access, the access list, weak or shared credentials, certificates, file
    modes, old firmware. Run it on the computer that runs `starlit up`. Exit 0: nothing found;
    1: findings, each with what to do; 2: not up.
    """
    from starlit.audit import audit

    def progress(what: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\033[Klooking at {what} ...", end="", file=sys.stderr, flush=True)

    found = audit(cottage, progress)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    if as_json:
        told = {"cottage": cottage, "ok": not found, "findings": [f.to_dict() for f in found]}
        print(json.dumps(told, indent=2))
    else:
        for one in found:
            print(one.line())
        print(f"cottage {cottage}: " + (f"{len(found)} finding(s)" if found else "nothing found"))
    raise typer.Exit(1 if found else 0)
