"""The cottages that this computer keeps: made, listed and changed. A running `up` sees a change
within half a second, since it reads the same journal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pod.config import is_name
from starlit import settings
from starlit.clock import check_zone
from starlit.errors import UserError
from starlit.journal import Journal
from starlit.membership import Membership
from starlit.trust.store import open_store

_PREFIX, _SUFFIX = "journal-", ".sqlite"


def names() -> list[str]:
    paths = settings.state_dir().glob(f"{_PREFIX}*{_SUFFIX}")
    return sorted(path.name[len(_PREFIX) : -len(_SUFFIX)] for path in paths)


def create(name: str, zone: str | None) -> None:
    settings.check_cottage(name)
    if zone is not None:
        check_zone(zone)
    settings.ensure_state_dir()
    if name in names():
        raise UserError(
            f"cottage {name} is here already ({settings.journal_path(name)}): "
            "use it with --cottage, or choose another name"
        )
    open_store(name).create(name)
    with _opened(name) as membership:
        membership.set_zone(zone)


@contextmanager
def opened(name: str) -> Iterator[Membership]:
    """The membership of a cottage that is here; a UserError for another."""
    settings.check_cottage(name)
    here = names()
    if name not in here:
        others = f"; here are {', '.join(here)}" if here else ""
        raise UserError(
            f"no cottage {name} in {settings.state_dir()}{others}: "
            f"make it with `starlit cottage create {name}`, on the computer that runs `starlit up`"
        )
    with _opened(name) as membership:
        yield membership


@contextmanager
def _opened(name: str) -> Iterator[Membership]:
    run = settings.find_run(name)
    journal = Journal(settings.journal_path(name))
    journal.start()
    try:
        membership = Membership(journal, run.pods if run else [])
        membership.load()
        yield membership
    finally:
        journal.stop()


def check_pod(name: str) -> str:
    if not is_name(name):
        raise UserError(f"pod name {name!r}: use 1 to 32 of a-z, 0-9, '-' and '_'")
    return name


def check_members(membership: Membership, cottage: str, pods: list[str]) -> None:
    """Each of them belongs; a UserError names those that do."""
    for pod in pods:
        if not membership.belongs(pod):
            known = ", ".join(membership.pods) or "no pods"
            raise UserError(
                f"{pod} does not belong to cottage {cottage}, which has {known}: "
                f"let it join with `starlit cottage join {pod}`"
            )


def described(name: str, membership: Membership) -> dict[str, Any]:
    """The stable keys of `cottage ... --json` (docs/cli.md)."""
    return {
        "cottage": name,
        "up": settings.find_run(name) is not None,
        "tz": membership.zone,
        "left": membership.gone(),
        "pods": [
            {
                "pod": pod,
                "chosen": membership.chosen(pod),
                "friends": list(membership.friends(pod)),
            }
            for pod in membership.pods
        ],
    }
