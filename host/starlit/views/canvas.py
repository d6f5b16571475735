"""A grid of cells: a sign in its colour, over two square pixels of light, one above the other.

A terminal's cell is about twice as high as wide, so half blocks make its background square.
"""

from collections.abc import Iterator
from functools import lru_cache

from rich.color import Color
from rich.console import Console, ConsoleOptions
from rich.segment import Segment
from rich.style import Style

from starlit.views.colour import Rgb, mix

HALF = "▀"
# Steps between shades: fewer distinct styles make longer runs and less work, unseen by the eye.
_SHADE = 2


@lru_cache(maxsize=16384)
def _style(front: Rgb | None, back: Rgb | None, bold: bool) -> Style:
    return Style(
        color=Color.from_rgb(*front) if front else None,
        bgcolor=Color.from_rgb(*back) if back else None,
        bold=bold or None,
    )


def _shade(colour: Rgb) -> Rgb:
    return (
        colour[0] // _SHADE * _SHADE,
        colour[1] // _SHADE * _SHADE,
        colour[2] // _SHADE * _SHADE,
    )


class Canvas:
    def __init__(self, width: int, height: int):
        self.width = width
        self.height = height
        self.signs = [[" "] * width for _ in range(height)]
        self.fronts: list[list[Rgb]] = [[(0, 0, 0)] * width for _ in range(height)]
        self.bolds = [[False] * width for _ in range(height)]
        self.pixels: list[list[Rgb]] = [[(0, 0, 0)] * width for _ in range(2 * height)]

    def put(self, x: int, y: int, sign: str, front: Rgb, bold: bool = False) -> None:
        if 0 <= x < self.width and 0 <= y < self.height:
            self.signs[y][x] = sign
            self.fronts[y][x] = front
            self.bolds[y][x] = bold

    def write(self, x: int, y: int, text: str, front: Rgb, bold: bool = False) -> None:
        for offset, sign in enumerate(text):
            self.put(x + offset, y, sign, front, bold)

    def centre(self, x: int, y: int, text: str, front: Rgb, bold: bool = False) -> None:
        self.write(x - (len(text) - 1) // 2, y, text, front, bold)

    def fill(self, x: int, row: int, width: int, colour: Rgb) -> None:
        """A run of pixels; `row` counts half cells. Signs there are wiped."""
        if not 0 <= row < 2 * self.height:
            return
        for column in range(max(0, x), min(self.width, x + width)):
            self.pixels[row][column] = colour
            self.signs[row // 2][column] = " "

    def glow(self, x: int, row: int, r: float, g: float, b: float) -> None:
        """Adds light to a pixel."""
        if 0 <= x < self.width and 0 <= row < 2 * self.height:
            old = self.pixels[row][x]
            self.pixels[row][x] = (
                min(255, int(old[0] + r)),
                min(255, int(old[1] + g)),
                min(255, int(old[2] + b)),
            )

    def _cells(self, y: int) -> Iterator[tuple[str, Rgb | None, Rgb, bool]]:
        tops, bottoms = self.pixels[2 * y], self.pixels[2 * y + 1]
        signs, fronts, bolds = self.signs[y], self.fronts[y], self.bolds[y]
        for x in range(self.width):
            top, bottom = _shade(tops[x]), _shade(bottoms[x])
            if signs[x] != " ":
                yield signs[x], fronts[x], _shade(mix(top, bottom, 0.5)), bolds[x]
            elif top == bottom:
                yield " ", None, top, False
            else:
                yield HALF, top, bottom, False

    def _row(self, y: int) -> Iterator[Segment]:
        run, last = "", None
        for sign, front, back, bold in self._cells(y):
            if run and (front, back, bold) != last:
                yield Segment(run, _style(*last) if last else None)
                run = ""
            run += sign
            last = (front, back, bold)
        yield Segment(run, _style(*last) if last else None)

    def _plain_row(self, y: int) -> Iterator[Segment]:
        """Signs and their colours alone, for a terminal without a full palette."""
        for x, sign in enumerate(self.signs[y]):
            style = None if sign == " " else _style(self.fronts[y][x], None, self.bolds[y][x])
            yield Segment(sign, style)

    def row(self, y: int, full: bool) -> Iterator[Segment]:
        """`full`: the terminal shows 24-bit colours."""
        return self._row(y) if full else self._plain_row(y)

    def __rich_console__(self, console: Console, _options: ConsoleOptions) -> Iterator[Segment]:
        full = console.color_system == "truecolor" and not console.no_color
        for y in range(self.height):
            yield from self.row(y, full)
            if y < self.height - 1:
                yield Segment.line()

    def text(self) -> str:
        """Signs alone."""
        return "\n".join("".join(row).rstrip() for row in self.signs)
