"""The scenario of one pod as instants in order: what a body and a room really did.

Kinds: switch ("in"/"out"), press (ms or None), held (a press reached 1 s), release (ms),
message, set, wall, fault (event), reboot (cause), heart, lux, link, and timers of the checks.
"""

import heapq
from typing import Any

from starlit import scenario as sc

PLUG_IN_MS = 1000


class Timeline:
    """A queue of (t_ms, kind, value), stable for equal times; checks may add timers."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, str, Any]] = []
        self._count = 0
        self._press: tuple[int, int] | None = None  # begin and end, not yet in the queue

    def add(self, t_ms: int, kind: str, value: Any = None) -> None:
        heapq.heappush(self._heap, (t_ms, self._count, kind, value))
        self._count += 1

    def pop(self, t_ms: float) -> tuple[int, str, Any] | None:
        """The next instant not after `t_ms`."""
        if self._heap and self._heap[0][0] <= t_ms:
            at_ms, _, kind, value = heapq.heappop(self._heap)
            return at_ms, kind, value
        return None

    @property
    def last_ms(self) -> int:
        return max((entry[0] for entry in self._heap), default=0)

    def press(self, t_ms: int, length_ms: int) -> None:
        """A hand on a button that is down already decides anew when it lets go; in the instant in
        which another lets go it is down still."""
        begin_ms = t_ms
        if self._press is not None and self._press[0] <= t_ms <= self._press[1]:
            begin_ms = self._press[0]
        else:
            self.let_go()
        self._press = begin_ms, t_ms + length_ms

    def let_go(self) -> None:
        """The last press ended as it was told."""
        if self._press is None:
            return
        (begin_ms, end_ms), self._press = self._press, None
        length_ms = end_ms - begin_ms
        self.add(begin_ms, "press", length_ms)
        if length_ms >= PLUG_IN_MS:
            self.add(begin_ms + PLUG_IN_MS, "held", length_ms)
        self.add(end_ms, "release", length_ms)

    def play(self, event: sc.Event) -> None:
        """One line of a scenario."""
        t_ms = event.t_ms
        match event:
            case sc.Switch():
                self.add(t_ms, "switch", event.switch)
            case sc.Button():
                self.press(t_ms, event.button_ms)
            case sc.Message():
                self.add(t_ms, "message", event)
            case sc.Setup():
                self.add(t_ms, "set", event.settings)
            case sc.Wall():
                self.add(t_ms, "wall", event.wall)
            case sc.Fault():
                self._fault(t_ms, event.fault, event.step_ms)
            case sc.Reboot():
                self.add(t_ms, "reboot", "soft")
            case sc.HeartBpm():
                self.add(t_ms, "heart", event.heart_bpm)
            case sc.Heart():
                self.add(t_ms, "heart", "open")
            case sc.Lux():
                self.add(t_ms, "lux", event.lux)
            case sc.Link():
                self.add(t_ms, "link", event.link)

    def _fault(self, t_ms: int, name: str, step_ms: int | None) -> None:
        self.add(t_ms, "fault", (name, step_ms or 0))
        if name in ("watchdog", "brownout"):
            self.add(t_ms, "reboot", name)
