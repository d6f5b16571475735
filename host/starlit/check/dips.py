"""Invariant 3 on single LEDs: dips, dithering in time, and saturated red."""

from collections import deque

from starlit.check import limits as lim
from starlit.check.base import Check
from starlit.check.context import Context
from starlit.check.optics import LEDS, Frame
from starlit.check.windows import SlidingExtreme

DIP_LEVELS = 2
DIPS_A_SECOND = 2
DITHER_A_SECOND = 4  # returns by a single level: no heart beats faster, and no eye needs more
SECOND_MS = 1000
RED_CD_M2_S = 1.0


class DipCounter:
    """Falls and returns by at least `levels` of one signal."""

    __slots__ = ("falling", "extreme", "levels", "returns")

    def __init__(self, levels: int, most: int):
        self.levels = levels
        self.falling = False
        self.extreme = 0
        self.returns: deque[int] = deque(maxlen=most)

    def rest(self) -> None:
        """Dark by a fall that is excused: what rises from it returns from no dip."""
        self.falling = False
        self.extreme = 0

    def push(self, t_ms: int, value: int) -> bool:
        """Whether this return is one more than allowed within a second."""
        if not self.falling:
            if value > self.extreme:
                self.extreme = value
            elif self.extreme - value >= self.levels:
                self.falling, self.extreme = True, value
            return False
        if value < self.extreme:
            self.extreme = value
        elif value - self.extreme >= self.levels:
            self.falling, self.extreme = False, value
            full = len(self.returns) == self.returns.maxlen
            too_soon = full and t_ms - self.returns[0] < SECOND_MS
            self.returns.append(t_ms)
            return too_soon
        return False


class Dips(Check):
    """Each LED's sum and each of its channels has a counter, and so may not cheat by colour."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._dips = [DipCounter(DIP_LEVELS, DIPS_A_SECOND) for _ in range(4 * LEDS)]
        self._dither = [DipCounter(1, DITHER_A_SECOND) for _ in range(4 * LEDS)]

    def frame(self, t_ms: int, frame: Frame, before: Frame) -> None:
        data, old = frame.data, before.data
        if not frame.levels and t_ms <= self.context.free_until_ms:
            for counter in (*self._dips, *self._dither):
                counter.rest()
            return
        for led in range(LEDS):
            at = 3 * led
            colour = data[at : at + 3]
            if colour == old[at : at + 3]:
                continue
            self._push(t_ms, led, 3, sum(colour))
            for channel in range(3):
                if colour[channel] != old[at + channel]:
                    self._push(t_ms, led, channel, colour[channel])

    def _push(self, t_ms: int, led: int, channel: int, value: int) -> None:
        what = f"LED {led} ({('red', 'green', 'blue', 'sum')[channel]})"
        if self._dips[4 * led + channel].push(t_ms, value):
            text = f"{what} dipped by {DIP_LEVELS} levels a third time within 1 s"
            self.context.blame(t_ms, 3, "dips", text, 3, DIPS_A_SECOND)
        if self._dither[4 * led + channel].push(t_ms, value):
            text = f"{what} returned five times within 1 s: dithering in time"
            self.context.blame(t_ms, 3, "dither", text, 5, DITHER_A_SECOND)


def saturated_red(red: int, green: int, blue: int) -> bool:
    return red > 0 and 5 * red >= 4 * (red + green + blue)


class SaturatedRed(Check):
    """The luminance that LEDs gain or lose while they are, or become, or cease to be, red."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._changed = 0.0  # sum of all such changes, signed
        self._least = SlidingExtreme(SECOND_MS, -1)
        self._most = SlidingExtreme(SECOND_MS, 1)
        self._least.restart(0, 0.0)
        self._most.restart(0, 0.0)

    def frame(self, t_ms: int, frame: Frame, before: Frame) -> None:
        change = self._change(frame.data, before.data)
        if not change:
            return
        self.context.red_ms = t_ms
        if change < 0 and t_ms <= self.context.free_until_ms:
            self._changed = 0.0
            self._least.restart(t_ms, 0.0)
            self._most.restart(t_ms, 0.0)
            return
        self._changed += change
        least = self._least.push(t_ms, self._changed)
        most = self._most.push(t_ms, self._changed)
        moved = max(self._changed - least, most - self._changed)
        if lim.over(moved, RED_CD_M2_S):
            text = f"saturated red changed L by {moved:.4g} cd/m2 within 1 s, above {RED_CD_M2_S:g}"
            self.context.blame(t_ms, 3, "red", text, moved, RED_CD_M2_S)

    def _change(self, data: bytes, old: bytes) -> float:
        weights, change = self.context.optics.l_of_level, 0.0
        for at in range(0, 3 * LEDS, 3):
            now, was = data[at : at + 3], old[at : at + 3]
            if now != was and (saturated_red(*now) or saturated_red(*was)):
                change += sum(w * (a - b) for w, a, b in zip(weights, now, was, strict=True))
        return change
