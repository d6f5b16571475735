"""Extremes over a sliding window of values that hold until the next, in constant time each."""

from collections import deque


class SlidingExtreme:
    """Least (`sign` -1) or greatest (`sign` 1) value in effect during the last `width_ms`.

    At exactly `width_ms` ago the value that began then is in effect, its predecessor no longer.
    """

    def __init__(self, width_ms: int, sign: int):
        self.width_ms = width_ms
        self.sign = sign
        self._held: deque[list[float]] = deque()  # [signed value, end of its time]

    def push(self, t_ms: float, value: float) -> float:
        """From `t_ms` on `value` holds; gives the extreme of the window that ends there."""
        held, signed = self._held, value * self.sign
        if held:
            held[-1][1] = t_ms
        while held and held[-1][0] <= signed:
            held.pop()
        horizon = t_ms - self.width_ms
        while held and held[0][1] <= horizon:
            held.popleft()
        held.append([signed, float("inf")])
        return held[0][0] * self.sign

    def restart(self, t_ms: float, value: float) -> None:
        self._held.clear()
        self.push(t_ms, value)


class Zigzag:
    """Turning points: a move of `threshold` back from the last extreme is a reversal."""

    def __init__(self, value: float = 0.0):
        self.restart(value)

    def restart(self, value: float) -> None:
        """Neither rising nor falling: the first move from here is no reversal."""
        self.direction = 0
        self.high = self.low = value

    def anchor(self, value: float) -> None:
        """Keeps the direction and measures from here."""
        self.high = self.low = value

    def push(self, value: float, threshold: float) -> int:
        """1 when a counted rise begins, -1 when a counted fall does, else 0."""
        self.high, self.low = max(self.high, value), min(self.low, value)
        reach = threshold * (1 - 1e-9)
        if self.direction >= 0 and self.high - value >= reach:
            return self._turn(-1, value)
        if self.direction <= 0 and value - self.low >= reach:
            return self._turn(1, value)
        if self.direction > 0:
            self.low = value
        elif self.direction < 0:
            self.high = value
        return 0

    def _turn(self, direction: int, value: float) -> int:
        counted = self.direction != 0
        self.direction = direction
        self.high = self.low = value
        return direction if counted else 0
