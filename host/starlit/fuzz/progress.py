"""One line that says how far a run is; on a terminal it is written over."""

import sys
import time

EVERY_S = 10.0  # on what is no terminal
LIVE_EVERY_S = 0.2


class Progress:
    def __init__(self) -> None:
        self._shown = time.monotonic()
        self._live = sys.stderr.isatty()

    def __call__(self, text: str, wall_s: float) -> None:
        now = time.monotonic()
        if now - self._shown < (LIVE_EVERY_S if self._live else EVERY_S):
            return
        self._shown = now
        end = "" if self._live else "\n"
        print(
            ("\r" if self._live else "") + f"{wall_s:.0f} s: {text}",
            end=end, file=sys.stderr, flush=True,
        )  # fmt: skip

    def end(self) -> None:
        if self._live:
            print("\r\033[K", end="", file=sys.stderr)
