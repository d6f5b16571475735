"""Steps that take a while: a bar on a terminal, a line for each elsewhere, nothing for JSON."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self


class Steps:
    """Use as a context manager. On stderr: what a command prints stays its own."""

    def __init__(self, quiet: bool = False, console: Any = None):
        self._quiet = quiet
        self._console = console
        self._progress: Any = None

    def __enter__(self) -> Self:
        if not self._quiet:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            console = self._console or Console(stderr=True)
            if console.is_terminal:
                columns = (
                    TextColumn("{task.description:<44}"),
                    BarColumn(24),
                    TextColumn("{task.percentage:>3.0f} %"),
                    TimeElapsedColumn(),
                )
                self._progress = Progress(*columns, console=console)
                self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def picture(self) -> Any:
        """What stands on the terminal now, for rich; None where there is none."""
        return self._progress and self._progress.get_renderable()

    @contextmanager
    def step(self, what: str, total: int = 1) -> Iterator[Callable[[int], None]]:
        """`total`: of what the yielded function is told of; without it, whole when it ends."""
        if self._progress is None:
            if not self._quiet:
                print(f"{what} ...", file=sys.stderr)
            yield lambda _: None
            return
        task = self._progress.add_task(what, total=max(total, 1))
        yield lambda done: self._progress.update(task, completed=done)
        self._progress.update(task, completed=max(total, 1))
