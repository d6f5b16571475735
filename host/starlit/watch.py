"""`starlit watch`: the picture of a cottage that runs elsewhere on this machine or network."""

import time
from pathlib import Path

from starlit import settings
from starlit.errors import UserError
from starlit.hands import Hands
from starlit.views.lines import event_line, pod_line
from starlit.views.live import FRAMES_PER_S, Screen, Stage, can_draw
from starlit.views.scene import Scene
from starlit.views.svg import save_svg
from starlit.visit import Visit, now_ms

LINE_EVERY_S = 1.0


class Watch:
    """Rings come once a second by telemetry, faster from virtual pods on this machine."""

    def __init__(self, visit: Visit, local: bool):
        self.visit = visit
        self.local = local
        self.stage = Stage(visit.cottage, "Ctrl-C ends this view; the cottage goes on")
        self._hands: Hands | None = None

    def __enter__(self) -> "Watch":
        run = settings.find_run(self.visit.cottage) if self.local else None
        if run is not None:
            hands = Hands(run.socket_file)
            self._hands = hands.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._close_hands()

    def _close_hands(self) -> None:
        if self._hands is not None:
            self._hands.__exit__()
            self._hands = None

    def frames(self) -> dict[str, str]:
        if self._hands is None:
            return {}
        try:
            return self._hands.ask({"do": "frames"})["pods"]
        except UserError:  # `up` has ended; the pods may be real and go on
            self._close_hands()
            return {}

    def scene(self, stars: bool = True) -> Scene:
        self.visit.pump()
        for news in self.visit.news():
            self.stage.news = event_line(news) or self.stage.news
        return self.stage.scene(self.visit.roster.records(), self.frames(), now_ms(), stars)

    def save(self, path: Path, width: int, height: int) -> None:
        self.visit.look_around()
        self.stage.hint = ""
        save_svg(self.scene(), path, width, height)

    def run(self) -> None:
        self.visit.look_around()
        if can_draw():
            self._draw()
        else:
            self._print_lines()

    def _draw(self) -> None:
        screen = Screen()
        screen.start()
        try:
            while True:
                screen.show(self.scene)
                time.sleep(1 / FRAMES_PER_S)
        finally:
            screen.stop()

    def _print_lines(self) -> None:
        while True:
            for view in self.scene().pods:
                print(pod_line(view), flush=True)
            time.sleep(LINE_EVERY_S)
