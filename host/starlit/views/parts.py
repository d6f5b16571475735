"""A result line for each part that a pod has tried."""

from typing import Any

from starlit.heard import printable

_MARKS = {"ok": ("✓", "green"), "failed": ("✗", "red"), "not tried": ("–", "yellow")}


def as_lines(given: Any) -> list[dict[str, Any]]:
    """From what a pod says: [part, result, text] each; anything else is left out."""
    lines = []
    for one in given if isinstance(given, list) else ():
        if isinstance(one, list) and len(one) == 3 and one[1] in _MARKS:
            part, result, said = one
            lines.append({"part": printable(part), "result": result, "said": printable(said)})
    return lines


def failed(lines: list[dict[str, Any]]) -> bool:
    return not lines or any(line["result"] == "failed" for line in lines)


def lines_table(lines: list[dict[str, Any]]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1))
    for line in lines:
        mark, colour = _MARKS[line["result"]]
        table.add_row(
            Text(mark, colour), line["part"], Text(line["result"], colour), Text(line["said"])
        )
    return table


def verdict(lines: list[dict[str, Any]]) -> str:
    results = [line["result"] for line in lines]
    bad, later = results.count("failed"), results.count("not tried")
    if bad or not lines:
        return f"{bad} of {len(lines)} parts failed"
    return f"nothing failed, {later} not tried yet" if later else "all is well"


def print_lines(pod: str, lines: list[dict[str, Any]]) -> None:
    from rich.console import Console

    console = Console()
    console.print(lines_table(lines))
    console.print(f"{pod}: {verdict(lines)}", highlight=False)
    for one in advice(lines):
        console.print(one, highlight=False)


def advice(lines: list[dict[str, Any]]) -> list[str]:
    """What to do that the pod itself does not say."""
    memory = [line for line in lines if line["part"] == "memory" and line["result"] == "failed"]
    if any("code in flash" not in line["said"] for line in memory):
        return ["memory: firmware with a ROM partition takes the code out of it, see docs/pico.md"]
    return []
