"""`starlit cottage`: who belongs to one, and who is whose friend."""

import json
from typing import Annotated, Any

import typer

from starlit import cottages
from starlit.cli.far import far_app
from starlit.cli.options import Cottage
from starlit.clock import check_zone
from starlit.errors import UserError
from starlit.settings import DEFAULT_COTTAGE

cottage_app = typer.Typer(
    help="Make cottages, let pods join and leave, choose friends, replace the key (docs/cli.md).",
    no_args_is_help=True,
    add_completion=False,
)

cottage_app.add_typer(far_app, name="far")

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, with stable keys.")]
Pods = Annotated[list[str], typer.Argument(metavar="POD...", help="Ids of pods, as pod-1.")]
Zone = Annotated[
    str | None,
    typer.Option("--tz", metavar="ZONE", help="As Europe/Berlin. [this computer's]"),
]
Add = Annotated[list[str], typer.Option("--add", metavar="POD", help="One more friend.")]
Remove = Annotated[list[str], typer.Option("--remove", metavar="POD", help="A friend no more.")]


@cottage_app.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="a-z, 0-9 and '-'.")],
    tz: Zone = None,
    as_json: AsJson = False,
) -> None:
    """Make a cottage on this computer; several may share one broker."""
    cottages.create(name, tz)
    _tell(name, f"cottage {name}: made; start it with `starlit up --cottage {name}`", as_json)


@cottage_app.command("list")
def list_command(as_json: AsJson = False) -> None:
    """The cottages of this computer, and who belongs to each."""
    found = []
    for name in cottages.names():
        with cottages.opened(name) as membership:
            found.append(cottages.described(name, membership))
    if as_json:
        print(json.dumps(found, indent=2))
        return
    for cottage in found:
        print(_line(cottage))
    if not found:
        print("no cottage here yet: `starlit up` makes one, or `starlit cottage create NAME`")


@cottage_app.command()
def join(pods: Pods, cottage: Cottage = DEFAULT_COTTAGE, as_json: AsJson = False) -> None:
    """Let pods join, also before they are first switched on."""
    pods = [cottages.check_pod(pod) for pod in pods]
    with cottages.opened(cottage) as membership:
        membership.join(*pods)
        said = f"cottage {cottage}: {_names(membership.pods)}"
    _tell(cottage, said, as_json)


@cottage_app.command()
def leave(pods: Pods, cottage: Cottage = DEFAULT_COTTAGE, as_json: AsJson = False) -> None:
    """Let pods leave: no place in the sky, no stars, until they join again."""
    with cottages.opened(cottage) as membership:
        cottages.check_members(membership, cottage, pods)
        membership.leave(*pods)
        said = f"cottage {cottage}: {_names(membership.pods)}"
    _tell(cottage, said, as_json)


@cottage_app.command()
def friends(
    pod: Annotated[str | None, typer.Argument(metavar="[POD]", help="Whose friends.")] = None,
    add: Add = [],  # noqa: B006 (typer copies it)
    remove: Remove = [],  # noqa: B006
    everyone: Annotated[bool, typer.Option("--everyone", help="All of the cottage again.")] = False,
    cottage: Cottage = DEFAULT_COTTAGE,
    as_json: AsJson = False,
) -> None:
    """See or choose friends: a star passes between two pods that each count the other as one."""
    if pod is None and (add or remove or everyone):
        raise UserError("say whose friends: `starlit cottage friends POD --add OTHER`")
    if everyone and (add or remove):
        raise UserError("--everyone stands alone: it leaves nobody to --add or --remove")
    with cottages.opened(cottage) as membership:
        if pod is not None:
            cottages.check_members(membership, cottage, [pod, *add])
            if everyone:
                membership.choose(pod, None)
            elif add or remove:
                # The first one added to `everyone` begins a choice; one removed leaves the others.
                begin = [] if add else [p for p in membership.pods if p != pod]
                chosen = membership.chosen(pod)
                now = {*(begin if chosen is None else chosen), *add} - {*remove, pod}
                membership.choose(pod, list(now))
        described = cottages.described(cottage, membership)
    told = [one for one in described["pods"] if pod is None or one["pod"] == pod]
    if as_json:
        print(json.dumps(told if pod is None else told[0], indent=2))
        return
    for one in told:
        print(_friends_line(one))


@cottage_app.command()
def tz(
    zone: Annotated[str | None, typer.Argument(metavar="[ZONE]", help="As Europe/Berlin.")] = None,
    here: Annotated[bool, typer.Option("--here", help="Follow this computer's again.")] = False,
    cottage: Cottage = DEFAULT_COTTAGE,
    as_json: AsJson = False,
) -> None:
    """See or set the time zone by which the pods' dawn is reckoned."""
    if zone is not None and here:
        raise UserError("give a zone or --here, not both")
    with cottages.opened(cottage) as membership:
        if zone is not None:
            membership.set_zone(check_zone(zone))
        elif here:
            membership.set_zone(None)
        said = f"cottage {cottage}: {_zone(membership.zone)}"
    _tell(cottage, said, as_json)


@cottage_app.command()
def rotate(cottage: Cottage = DEFAULT_COTTAGE) -> None:
    """Replace the key that all messages of the cottage are signed with, without a gap."""
    from starlit.trust.members import rotate_cottage

    number, pods = rotate_cottage(cottage)
    if not pods:
        print(f"cottage {cottage}: key {number} signs from now on; no pod had to be told")
        return
    print(
        f"cottage {cottage}: key {number} goes to {_names(pods)}; it signs once all have it, or in "
        "7 days (`starlit pod list`)"
    )


def _tell(cottage: str, said: str, as_json: bool) -> None:
    if not as_json:
        print(said)
        return
    with cottages.opened(cottage) as membership:
        print(json.dumps(cottages.described(cottage, membership), indent=2))


def _line(cottage: dict[str, Any]) -> str:
    state = "up" if cottage["up"] else "not up"
    pods = _names([one["pod"] for one in cottage["pods"]])
    left = f"; left: {', '.join(cottage['left'])}" if cottage["left"] else ""
    return f"{cottage['cottage']}: {state}, {_zone(cottage['tz'])}, {pods}{left}"


def _friends_line(one: dict[str, Any]) -> str:
    given = ", ".join(one["friends"]) or "nobody"
    if one["chosen"] is None:
        return f"{one['pod']}: everyone; stars pass between it and {given}"
    chosen = ", ".join(one["chosen"]) or "nobody"
    return f"{one['pod']}: {chosen}; stars pass between it and {given}"


def _names(pods: list[str]) -> str:
    return ", ".join(pods) or "no pods"


def _zone(zone: str | None) -> str:
    return zone or "this computer's time zone"
