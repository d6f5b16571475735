"""The picture on a terminal, a few times a second, in the terminal's other screen."""

import os
import sys
from collections.abc import Callable

from rich.color import ColorSystem
from rich.console import Console

from starlit.roster import PodRecord
from starlit.views.beats import BeatPhases
from starlit.views.model import PodView, parse_frame, view_of
from starlit.views.scene import Scene, paint

FRAMES_PER_S = 8
_SYSTEMS = {
    "standard": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
    "truecolor": ColorSystem.TRUECOLOR,
}


def can_draw() -> bool:
    """A terminal that moves its cursor; anything else gets plain lines."""
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "")


class Stage:
    """Puts a scene together from what the host knows and what local rings really show."""

    def __init__(self, cottage: str, hint: str = ""):
        self.cottage = cottage
        self.hint = hint
        self.news = ""
        self._beats = BeatPhases()

    def scene(
        self, records: list[PodRecord], frames: dict[str, str], now_ms: int, stars: bool = True
    ) -> Scene:
        views = [self._view(record, frames, now_ms) for record in records]
        return Scene(
            cottage=self.cottage,
            pods=views,
            hint=self.hint,
            beats=self._beats.step(views, now_ms / 1000),
            now_s=now_ms / 1000,
            news=self.news,
            stars=stars,
        )

    @staticmethod
    def _view(record: PodRecord, frames: dict[str, str], now_ms: int) -> PodView:
        view = view_of(record, now_ms)
        frame = parse_frame(frames.get(record.id))
        if frame is not None:
            view.leds, view.leds_known = frame, True
        return view


class Screen:
    """Draws in the terminal's other screen, and of each picture only the rows that changed."""

    def __init__(self, console: Console | None = None):
        self.console = console or Console()
        self._system = _SYSTEMS.get(self.console.color_system or "")
        self._rows: list[str] = []
        self._size = (0, 0)
        self._drawing = False

    @property
    def full(self) -> bool:
        return self.console.color_system == "truecolor" and not self.console.no_color

    def start(self) -> None:
        self.console.set_alt_screen(True)
        self.console.show_cursor(False)
        self._drawing = True

    def stop(self) -> None:
        if self._drawing:
            self._drawing = False
            self.console.show_cursor(True)
            self.console.set_alt_screen(False)

    def show(self, make: Callable[[bool], Scene]) -> None:
        """`make` is told whether scattered stars may be drawn: without colour they confuse."""
        width, height = self.console.size
        if (width, height) != self._size:
            self._size, self._rows = (width, height), [""] * height
        canvas = paint(make(self.full), width, height)
        changed = []
        for y in range(height):
            row = "".join(
                segment.style.render(segment.text, color_system=self._system)
                if segment.style
                else segment.text
                for segment in canvas.row(y, self.full)
            )
            if row != self._rows[y]:
                self._rows[y] = row
                changed.append(f"\x1b[{y + 1};1H{row}")
        if changed:
            self.console.file.write("".join(changed))
            self.console.file.flush()
