"""`starlit pod`: each pod's own credential."""

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from starlit.cli.options import Cottage
from starlit.settings import DEFAULT_COTTAGE

pod_app = typer.Typer(
    help="Credentials of pods: add, list, revoke, rotate (docs/security-setup.md).",
    no_args_is_help=True,
    add_completion=False,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the pod: a-z, 0-9, '-' and '_'.")]
Names = Annotated[list[str], typer.Argument(metavar="NAME...", help="Of pods.")]
Host = Annotated[
    str | None,
    typer.Option(metavar="HOST", help="Where the pod finds the broker. [as `up --listen` said]"),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Where to write it. [COTTAGE-NAME.pod.json]"),
]


@pod_app.command()
def add(name: Name, host: Host = None, out: Out = None, cottage: Cottage = DEFAULT_COTTAGE) -> None:
    """Make a pod's credential, and the provisioning file that the pod is given."""
    from starlit.trust.members import add as make

    path = make(cottage, name, host, out)
    print(f"{name}: wrote {path}; give it to the pod, then delete it: it opens the cottage")


@pod_app.command()
def rotate(
    name: Name, host: Host = None, out: Out = None, cottage: Cottage = DEFAULT_COTTAGE
) -> None:
    """Make a pod's credential anew; the old one opens nothing from now on."""
    from starlit.trust.members import rotate as make

    path = make(cottage, name, host, out)
    print(f"{name}: wrote {path}; give it to the pod, then delete it: it opens the cottage")


@pod_app.command()
def revoke(names: Names, cottage: Cottage = DEFAULT_COTTAGE) -> None:
    """Throw pods out, and replace the cottage's key for all others."""
    from starlit.trust.members import revoke as throw_out

    number = throw_out(cottage, names)
    for name in names:
        print(f"{name}: revoked; a running `starlit up` throws it out within a second")
    print(f"key {number} goes to the other pods; `starlit pod list` shows who has it")


@pod_app.command("list")
def list_command(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with stable keys.")] = False,
    cottage: Cottage = DEFAULT_COTTAGE,
) -> None:
    """Who has a credential, since when, and which key each pod has. Nothing secret."""
    from starlit.trust.members import described

    told = described(cottage)
    if as_json:
        print(json.dumps(told, indent=2))
        return
    next_key = f", key {told['next_key']} is on its way" if told["next_key"] else ""
    print(f"cottage {cottage}: key {told['key']} signs{next_key}")
    for one in told["pods"]:
        print(_line(one))
    if not told["pods"]:
        print("no pod has a credential yet: `starlit pod add NAME` makes one")


def _line(one: dict[str, Any]) -> str:
    made = time.strftime("%Y-%m-%d", time.localtime(one["made_s"]))
    if one["state"] != "active":
        return f"{one['pod']}: {one['state']} (made {made})"
    kind = "virtual" if one["virtual"] else f"made {made}"
    keys = " and ".join(map(str, one["keys"]))
    late = ", has still to take the newest" if one["waits_for_key"] else ""
    return f"{one['pod']}: active ({kind}), key {keys}{late}"
