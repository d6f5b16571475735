"""`starlit status` as a table."""

import time

from rich.table import Table
from rich.text import Text

from starlit.views.colour import expose, glyph, mix
from starlit.views.model import LEDS, PodView, arming_text, dose_text, lux_text, sync_text
from starlit.views.ring import WHITE, heart_text

COLUMNS = ("pod", "state", "ring", "heart", "signal", "lux", "switch", "link")


def status_table(views: list[PodView]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    for name in COLUMNS:
        table.add_column(name, no_wrap=True)
    for view in views:
        table.add_row(*_cells(view))
    return table


def dose_lines(views: list[PodView]) -> list[str]:
    """`pod-1: 20 cues left tonight, score rain`, where that says something."""
    told = [(view.id, [part for part in _night(view) if part]) for view in views]
    return [f"{pod}: {', '.join(parts)}" for pod, parts in told if parts]


def _night(view: PodView) -> tuple[str, ...]:
    score = "" if view.score in ("unknown", "default") else f"score {view.score}"
    return dose_text(view), score, arming_text(view, time.time())


def _cells(view: PodView) -> list[str | Text]:
    return [
        view.id,
        Text(view.state if view.online else "away"),
        ring_text(view),
        heart_text(view, beat=1.0),
        f"{view.quality} %" if view.contact else "-",
        "-" if view.lux is None else lux_text(view.lux),
        Text(view.switch),
        _link(view),
    ]


def _link(view: PodView) -> str:
    if not view.online:
        return "away"
    return "on" if view.sync_error_us is None else sync_text(view)


def ring_text(view: PodView) -> Text:
    """The ring laid out in a row, from the top clockwise."""
    text = Text()
    if not view.leds_known:
        return Text("?" * LEDS, style="dim")
    for i in range(LEDS):
        led = (view.leds[3 * i], view.leds[3 * i + 1], view.leds[3 * i + 2])
        colour = mix(expose(*led), WHITE, 0.3) if any(led) else (110, 116, 150)
        text.append(glyph(*led), style="#{:02x}{:02x}{:02x}".format(*colour))
    return text
