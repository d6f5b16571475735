"""The night around the rings: a sky that pales to the horizon, hills, and the cottage."""

import math

from starlit.views.canvas import Canvas
from starlit.views.colour import Rgb, hash01, mix

ZENITH: Rgb = (5, 7, 20)
HORIZON: Rgb = (40, 32, 70)
FAR_HILL: Rgb = (20, 18, 44)
NEAR_HILL: Rgb = (8, 10, 20)
WALL: Rgb = (30, 25, 38)
ROOF: Rgb = (16, 13, 22)
LIT: Rgb = (255, 190, 92)
UNLIT: Rgb = (44, 44, 66)
STAR: Rgb = (158, 166, 204)
_STARS_PER_CELL = 0.02
_TWINKLES = 6  # few steps: a terminal far away is sent only rows that changed


def paint_sky(canvas: Canvas, now_s: float, stars: bool) -> None:
    rows = 2 * canvas.height
    for row in range(rows):
        share = (row / max(1, rows - 1)) ** 1.7
        canvas.pixels[row] = [mix(ZENITH, HORIZON, share)] * canvas.width
    if stars:
        for y in range(1, canvas.height):
            _sprinkle(canvas, y, now_s)


def _sprinkle(canvas: Canvas, y: int, now_s: float) -> None:
    for x in range(canvas.width):
        place = hash01(x, y)
        if place < _STARS_PER_CELL:
            slow = round(_TWINKLES * (0.5 + 0.5 * math.sin(now_s * 0.35 + 400 * place))) / _TWINKLES
            sign = "." if place < _STARS_PER_CELL * 0.7 else "·"
            canvas.put(x, y, sign, mix(canvas.pixels[2 * y][x], STAR, 0.15 + 0.5 * slow))


def _ridge(t: float, shift: float, waves: float) -> float:
    """0 to 1 over the width."""
    high = math.sin(math.pi * (waves * t + shift)) + 0.4 * math.sin(math.pi * (2.7 * waves * t))
    return 0.5 + high / 2.8


def paint_hills(canvas: Canvas, top: int) -> None:
    """From half row `top` to the bottom."""
    rows = 2 * canvas.height - top
    for x in range(canvas.width):
        t = x / max(1, canvas.width)
        far = top + round((1 - _ridge(t, 0.15, 2.3)) * rows * 0.6)
        near = top + 3 + round((1 - _ridge(t, 0.95, 1.25)) * rows * 0.6)
        for row in range(min(far, near), 2 * canvas.height):
            canvas.fill(x, row, 1, NEAR_HILL if row >= near else FAR_HILL)


def cottage_width(windows: int) -> int:
    return max(13, 4 * windows + 3)


def paint_cottage(canvas: Canvas, x: int, bottom: int, windows: list[bool], now_s: float) -> None:
    """A window for each pod, lit while it is there; smoke over the chimney. `bottom`: a row."""
    width = cottage_width(len(windows))
    ground = 2 * bottom + 2
    for row in range(ground - 5, ground):
        canvas.fill(x, row, width, WALL)
    for step in range(5):
        canvas.fill(x - 1 + step, ground - 6 - step, width + 2 - 2 * step, ROOF)
    chimney = x + width - 5
    for row in range(ground - 12, ground - 9):
        canvas.fill(chimney, row, 2, ROOF)
    first = x + (width - 4 * len(windows) + 2) // 2
    for i, lit in enumerate(windows):
        _paint_window(canvas, first + 4 * i, ground - 4, lit, now_s + 3 * i)
    _paint_smoke(canvas, chimney, bottom - 6, now_s)


def _paint_window(canvas: Canvas, x: int, row: int, lit: bool, now_s: float) -> None:
    """Two by two pixels. Candlelight breathes a little, far slower than a flicker."""
    warm = 0.9 + round(5 * math.sin(now_s * 0.9)) / 50
    colour = mix(UNLIT, LIT, warm) if lit else UNLIT
    for half in (row, row + 1):
        canvas.fill(x, half, 2, colour)
    canvas.put(x, row // 2, "▫" if not lit else "▪", colour)  # for terminals without light
    if not lit:
        return
    for dx in (-1, 0, 1, 2):
        for down, strength in ((-1, 0.14), (0, 0.14), (1, 0.14), (2, 0.2), (3, 0.12), (4, 0.07)):
            if 0 <= dx <= 1 and down in (0, 1):
                continue
            light = strength * warm * (1.0 if 0 <= dx <= 1 else 0.6)
            canvas.glow(x + dx, row + down, LIT[0] * light, LIT[1] * light, LIT[2] * light)


def _paint_smoke(canvas: Canvas, x: int, y: int, now_s: float) -> None:
    for puff in range(3):
        drift = round(0.9 * math.sin(now_s * 0.4 + 1.3 * puff))
        canvas.put(x + puff + drift, y - puff, "~", mix(HORIZON, STAR, 0.4 - 0.1 * puff))
