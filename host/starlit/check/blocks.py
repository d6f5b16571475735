"""20 ms blocks out of what the trace says about sound: values that hold, gaps that are silence."""

import math
from collections import deque
from collections.abc import Iterator

from starlit.check.sound import BLOCK_MS

ENVELOPE_BLOCKS = 5  # 100 ms
SETTLED_BLOCKS = 80  # of one value: nothing that a check looks back at differs any more


class Blocks:
    """Gives each block's begin and RMS in order; long constant stretches are cut short."""

    def __init__(self) -> None:
        self._rms = 0
        self._begin_ms = 0

    def until(self, t_ms: int) -> Iterator[tuple[int, int]]:
        """The blocks of the held value that began before `t_ms`.

        A sound clock does not divide milliseconds: half a block more or less is rounding.
        """
        count = round((t_ms - self._begin_ms) / BLOCK_MS)
        for index in range(min(count, SETTLED_BLOCKS)):
            yield self._begin_ms + index * BLOCK_MS, self._rms
        self._begin_ms += count * BLOCK_MS

    def change(self, t_ms: int, rms: int) -> None:
        self._begin_ms, self._rms = t_ms, rms


class Envelope:
    """RMS over the last 100 ms, and its own recent past."""

    def __init__(self, past_blocks: int) -> None:
        self._squares: deque[int] = deque([0] * ENVELOPE_BLOCKS, ENVELOPE_BLOCKS)
        self._sum = 0
        self.past: deque[float] = deque([0.0] * past_blocks, past_blocks)  # oldest first

    def push(self, rms: int) -> float:
        square = rms * rms
        self._sum += square - self._squares[0]
        self._squares.append(square)
        value = math.sqrt(self._sum / ENVELOPE_BLOCKS)
        self.past.append(value)
        return value
