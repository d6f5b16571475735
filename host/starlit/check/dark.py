"""Who demands darkness, from when on, and whether it is dark."""

from starlit.check.report import Report

STORED_MS = 100  # a pod stores in the step that follows its last frame


class DarkWatch:
    """Reasons to be dark and silent. Each has the instant from which nothing may show."""

    def __init__(self, pod: str, report: Report):
        self.pod = pod
        self.report = report
        self.reasons: dict[str, tuple[float, int, str]] = {}
        self.shown_levels = self.command_levels = self.sound = 0
        # A hung controller changes no register: only what shows and sounds can be asked of it.
        self.hung = False
        self._held_since_ms = 0.0
        self.dark_ms = 0.0  # when it was last dark
        self.kept_ms = 0.0  # ... and had been for long enough to store what waits for it
        self._dark_since_ms = 0.0

    @property
    def dark(self) -> bool:
        return not (self.shown_levels or self.sound or (self.command_levels and not self.hung))

    def must(self, reason: str, due_ms: float, invariant: int, text: str) -> None:
        """A later call for the same reason never postpones an earlier one."""
        old = self.reasons.get(reason)
        if old is None or due_ms < old[0]:
            self.reasons[reason] = due_ms, invariant, text

    def may(self, reason: str) -> None:
        self.reasons.pop(reason, None)

    def until(self, t_ms: float) -> None:
        """What shows has been held from the last call until `t_ms`."""
        if self.dark:
            self.dark_ms = t_ms
            if not self.hung and t_ms - self._dark_since_ms >= STORED_MS:
                self.kept_ms = t_ms
        else:
            self._dark_since_ms = t_ms
        if self.reasons and t_ms > self._held_since_ms and not self.dark:
            for reason, (due_ms, invariant, text) in self.reasons.items():
                if due_ms < t_ms and (reason != "hang" or self.shown_levels or self.sound):
                    self._tell(max(due_ms, self._held_since_ms), reason, invariant, text)
        self._held_since_ms = t_ms

    def _tell(self, t_ms: float, reason: str, invariant: int, text: str) -> None:
        shows = {"leds": self.shown_levels, "leds_cmd": self.command_levels, "peak": self.sound}
        lit = ", ".join(f"{name} {value}" for name, value in shows.items() if value)
        value = float(max(shows.values()))
        what = f"not dark and silent {text}: {lit}"
        self.report.add(t_ms, self.pod, invariant, f"dark-{reason}", what, value, 0.0)
