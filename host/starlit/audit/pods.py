"""The pods themselves, by what they say of themselves."""

from collections.abc import Iterator

from starlit import __version__
from starlit.audit.finding import Finding
from starlit.heard import printable
from starlit.roster import PodRecord


def version(text: object) -> tuple[int, ...] | None:
    """(0, 1, 0) of "0.1.0"; None for what is none."""
    parts = str(text).split("+")[0].split("-")[0].split(".")
    return tuple(map(int, parts)) if all(p.isascii() and p.isdigit() for p in parts) else None


def firmware(records: list[PodRecord]) -> Iterator[Finding]:
    ours = version(__version__)
    for record in records:
        told = record.state.get("firmware")
        theirs = version(told)
        if theirs is None:
            shown = printable(str(told), 32)
            yield Finding(
                "firmware", record.id, f"says no version of its firmware ({shown})",
                "flash it anew, by cable",
            )  # fmt: skip
        elif ours is not None and theirs < ours:
            yield Finding(
                "firmware", record.id, f"has firmware {told}, and the host is {__version__}",
                "flash it anew, by cable",
            )  # fmt: skip


def strangers(records: list[PodRecord], active: set[str]) -> Iterator[Finding]:
    """Who speaks with the cottage's key and has no credential of it."""
    for record in records:
        if record.id not in active:
            yield Finding(
                "credential", record.id, "is there, and has no credential of this cottage",
                f"give it one with starlit pod add {record.id}, or see that it has gone",
            )  # fmt: skip
