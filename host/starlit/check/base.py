"""What every check may hear, in this order for each instant: truth, until, note, frame, sound."""

from typing import TYPE_CHECKING, Any

from starlit.check.optics import Frame

if TYPE_CHECKING:
    from starlit.check.context import Context


class Check:
    """One invariant, or part of one. Methods that a check does not override cost nothing."""

    def __init__(self, context: "Context"):
        self.context = context

    def truth(self, t_ms: int, kind: str, value: Any) -> None:
        """Something really happened (see context.py for the kinds)."""

    def until(self, t_ms: int) -> None:
        """Everything shown so far was held until `t_ms`."""

    def note(self, t_ms: int, key: str, value: Any, change: dict[str, Any]) -> None:
        """The trace says so; `change` is its whole line."""

    def command(self, t_ms: int, frame: Frame) -> None:
        """`leds_cmd`: what the guard let through."""

    def frame(self, t_ms: int, frame: Frame, before: Frame) -> None:
        """`leds`: what shows from now on, and what showed until now."""

    def sound(self, t_ms: int, rms: int, peak: int) -> None:
        """The 20 ms block that begins now, and those after it until the next call."""

    def finish(self, t_ms: int) -> None:
        """The trace ended."""
