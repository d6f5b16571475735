"""Frames that a guard must hold: noise, blinks, pulses, reds, walks and whites."""

from random import Random

STYLES = (
    "noise", "dim", "blink", "one", "red", "walk", "white", "still",
    "pulse", "twos", "amber", "mossy", "ramp", "bluish", "slow",
)  # fmt: skip


class Painter:
    """`frame` gives 36 bytes, another style every so often. The same bytes object each time."""

    def __init__(self, chance: Random):
        self.chance = chance
        self._frame = bytearray(36)
        self._left = 0
        self._style = "still"
        self._period_ms = 1000
        self._green = self._blue = 0

    def frame(self, t_ms: int) -> bytearray:
        if self._left == 0:
            self._begin()
        self._left -= 1
        getattr(self, "_" + self._style)(t_ms)
        return self._frame

    def _begin(self) -> None:
        chance = self.chance
        self._left = chance.choice((1, 3, 20, 60, 150, 300))
        self._style = chance.choice(STYLES)
        self._period_ms = chance.choice((100, 400, 700, 1000, 2000, 4000, 9000))
        self._green, self._blue = chance.choice((0, 80, 255)), chance.choice((0, 0, 40, 255))

    def _all(self, red: int, green: int, blue: int) -> None:
        self._frame[:] = bytes((red, green, blue)) * 12

    def _hued(self, level: int) -> None:
        self._all(level, level * self._green // 255, level * self._blue // 255)

    def _still(self, t_ms: int) -> None:
        pass

    def _noise(self, t_ms: int) -> None:
        self._frame[:] = self.chance.randbytes(36)

    def _dim(self, t_ms: int) -> None:
        self._frame[:] = bytes(byte >> 4 for byte in self.chance.randbytes(36))

    def _blink(self, t_ms: int) -> None:
        self._all(*self.chance.choice(((0, 0, 0), (200, 90, 20))))

    def _one(self, t_ms: int) -> None:
        self._frame[self.chance.randrange(36)] = self.chance.randrange(256)

    def _red(self, t_ms: int) -> None:
        self._all(self.chance.choice((0, 40, 255)), 0, 0)

    def _walk(self, t_ms: int) -> None:
        self._stray((-3, -2, -1, 0, 1, 2, 3))

    def _twos(self, t_ms: int) -> None:
        self._stray((-2, 0, 0, 0, 2))

    def _stray(self, steps: tuple[int, ...]) -> None:
        for at, level in enumerate(self._frame):
            self._frame[at] = max(0, min(255, level + self.chance.choice(steps)))

    def _white(self, t_ms: int) -> None:
        self._all(255, 255, 255)

    def _pulse(self, t_ms: int) -> None:
        half_ms = self._period_ms // 2
        self._hued(abs(t_ms % self._period_ms - half_ms) * 255 // half_ms)

    def _ramp(self, t_ms: int) -> None:
        self._hued(t_ms * 20 // self._period_ms % 256)

    def _amber(self, t_ms: int) -> None:
        level = self.chance.choice((0, 5, 20, 80))
        self._all(level, level // 3, 0)

    def _mossy(self, t_ms: int) -> None:
        for at in range(0, 36, 3):
            colour = self.chance.randrange(40), self.chance.randrange(40), 0
            self._frame[at : at + 3] = bytes(colour)

    def _bluish(self, t_ms: int) -> None:
        self._all(40, 20, self.chance.choice((0, 60)))

    def _slow(self, t_ms: int) -> None:
        lit = t_ms // self._period_ms % 2
        self._all(*((60, 25, 0) if lit else (4, 1, 0)))
