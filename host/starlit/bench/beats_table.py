"""The result of `starlit bench beats` for people."""

from typing import Any, NamedTuple

from rich import box
from rich.table import Table

WIDE = 120  # columns of a terminal that holds every figure


class _Figure(NamedTuple):
    title: str
    key: str
    digits: int
    needed: bool  # also where the terminal is narrow


FIGURES = (
    _Figure("F1\n%", "f1", 2, True),
    _Figure("sens.\n%", "sensitivity", 2, False),
    _Figure("PPV\n%", "ppv", 2, False),
    _Figure("worst\nF1 %", "worst_f1", 1, True),
    _Figure("rate\nerror\nbpm", "rate_error_bpm", 2, True),
    _Figure("within\n5 bpm\n%", "rate_within_5_bpm", 1, True),
    _Figure("interval\nerror\nms", "ibi_error_ms", 1, True),
    _Figure("flagged\nF1 %", "flagged_f1", 2, True),
    _Figure("coverage\n%", "coverage", 1, False),
    _Figure("no\nfinger\n/min", "no_finger_beats_per_min", 1, False),
    _Figure("CPU\nms/min", "cpu_ms_per_min", 0, False),
)


def table(result: dict[str, Any], width: int = WIDE) -> Table:
    """One line a condition and detector, for a terminal of that width."""
    figures = [figure for figure in FIGURES if figure.needed or width >= WIDE]
    several = len(result["detectors"]) > 1
    shown = Table(
        title=f"Beats: {result['records']} records of {result['folder']}, {result['date']}",
        caption=_caption(result),
        box=box.SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
    )
    shown.add_column("condition", vertical="bottom")
    if several:
        shown.add_column("detector", no_wrap=True)
    for figure in figures:
        shown.add_column(figure.title, justify="right", no_wrap=True)
    for condition in result["conditions"]:
        for number, (name, conditions) in enumerate(result["detectors"].items()):
            shown.add_row(
                "" if number else condition,
                *([name] if several else []),
                *(_cell(conditions[condition].get(key), digits) for _, key, digits, _ in figures),
            )
        if several:
            shown.add_section()
    return shown


def _cell(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _caption(result: dict[str, Any]) -> str:
    versions = ", ".join(
        f"{name} {version or 'not installed'}" for name, version in result["versions"].items()
    )
    return "; ".join([versions, *result["notes"]])
