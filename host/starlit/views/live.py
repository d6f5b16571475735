"""The picture on a terminal, a few times a second, in the terminal's other screen."""

import os
import sys
from collections.abc import Callable

from rich.console import Console
from rich.live import Live

from starlit.roster import PodRecord
from starlit.views.beats import BeatPhases
from starlit.views.model import PodView, parse_frame, view_of
from starlit.views.scene import Scene, paint

FRAMES_PER_S = 8


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
    def __init__(self, console: Console | None = None):
        self.console = console or Console()
        self._live: Live | None = None

    @property
    def full(self) -> bool:
        return self.console.color_system == "truecolor" and not self.console.no_color

    def start(self) -> None:
        self._live = Live(console=self.console, screen=True, auto_refresh=False)
        self._live.start()

    def stop(self) -> None:
        live, self._live = self._live, None
        if live is not None:
            live.stop()

    def show(self, make: Callable[[bool], Scene]) -> None:
        """`make` is told whether scattered stars may be drawn: without colour they confuse."""
        if self._live is not None:
            width, height = self.console.size
            self._live.update(paint(make(self.full), width, height), refresh=True)
