"""A pod's ring: twelve stars in a round, their light on the diffuser, and its heart within."""

import math
from functools import lru_cache

from starlit.views.canvas import Canvas
from starlit.views.colour import Rgb, expose, glyph, mix
from starlit.views.model import LEDS, PodView

WHITE = (255, 255, 255)
INK = (206, 211, 232)
DIM = (136, 142, 176)
HEART = (255, 122, 140)
UNLIT = (96, 104, 142)
GLASS = (7, 8, 15)  # the diffuser itself, a shade lighter than the night
_GLASS_EDGE = 1.35  # rows beyond the ring
_NEAR_ROWS = 0.72  # a star's own halo
_FAR_ROWS = 2.4  # its light spread over the diffuser
_NEAR, _FAR = 0.6, 0.19
_WORTH = 0.012  # less light than this is not drawn

# A pixel column and half row from the centre, and the share of each LED's light that falls there.
Lit = tuple[int, int, float, list[tuple[int, float]]]


@lru_cache(maxsize=16)
def places(radius: int) -> list[tuple[int, int]]:
    """Columns and rows of the LEDs from the centre; the first on top, then clockwise."""
    found = []
    for led in range(LEDS):
        angle = 2 * math.pi * led / LEDS
        found.append((round(2 * radius * math.sin(angle)), round(-radius * math.cos(angle))))
    return found


@lru_cache(maxsize=16)
def _lit_pixels(radius: int) -> list[Lit]:
    reach = radius + 4
    cells = []
    for half in range(-2 * reach, 2 * reach + 2):
        for x in range(-2 * reach, 2 * reach + 1):
            y = (half - 0.5) / 2  # row 0's two halves lie a quarter above and below its middle
            parts = [(led, _weight(x - px, y - py)) for led, (px, py) in enumerate(places(radius))]
            parts = [part for part in parts if part[1] > _WORTH]
            glass = _glass(math.hypot(x / 2, y), radius)
            if parts or glass:
                cells.append((x, half, glass, parts))
    return cells


def _weight(dx: float, dy: float) -> float:
    square = (dx / 2) ** 2 + dy**2
    near = _NEAR * math.exp(-square / (2 * _NEAR_ROWS**2))
    return near + _FAR * math.exp(-square / (2 * _FAR_ROWS**2))


def _glass(distance: float, radius: int) -> float:
    """1 on the disk, 0 outside, a soft rim between."""
    return max(0.0, min(1.0, (radius + _GLASS_EDGE - distance) / 0.7))


def draw_ring(canvas: Canvas, cx: int, cy: int, radius: int, view: PodView, beat: float) -> None:
    """`beat` is 1 at the instant of a beat and falls to 0."""
    leds = [(view.leds[3 * i], view.leds[3 * i + 1], view.leds[3 * i + 2]) for i in range(LEDS)]
    lights = [expose(*led) for led in leds]
    _draw_light(canvas, cx, cy, radius, lights)
    for led, (x, y) in enumerate(places(radius)):
        _draw_star(canvas, cx + x, cy + y, leds[led], lights[led], view.leds_known)
    _draw_heart(canvas, cx, cy, radius, view, beat)


def _draw_light(canvas: Canvas, cx: int, cy: int, radius: int, lights: list[Rgb]) -> None:
    for x, half, glass, parts in _lit_pixels(radius):
        r, g, b = glass * GLASS[0], glass * GLASS[1], glass * GLASS[2]
        for led, weight in parts:
            light = lights[led]
            r += weight * light[0]
            g += weight * light[1]
            b += weight * light[2]
        if glass:
            canvas.put(cx + x, cy + half // 2, " ", DIM)  # nobody's star stands before the glass
        if r or g or b:
            canvas.glow(cx + x, 2 * cy + half, r, g, b)


def _draw_star(canvas: Canvas, x: int, y: int, led: Rgb, light: Rgb, known: bool) -> None:
    if not any(led):
        canvas.put(x, y, "·" if known else "?", UNLIT)
        return
    canvas.put(x, y, glyph(*led), mix(light, WHITE, 0.72), bold=True)


def _draw_heart(canvas: Canvas, cx: int, cy: int, radius: int, view: PodView, beat: float) -> None:
    canvas.centre(cx, cy - 1, view.id[: 4 * radius - 5], INK, bold=True)
    colour = mix(HEART, WHITE, 0.5 * beat) if view.heart_bpm else DIM
    canvas.centre(cx, cy, heart_text(view, beat), colour, bold=beat > 0.5)
    if radius >= 4 and view.contact:
        canvas.centre(cx, cy + 1, quality_text(view.quality), DIM)


def heart_text(view: PodView, beat: float = 0.0) -> str:
    if view.heart_bpm is not None:
        return f"{'♥' if beat > 0.3 else '♡'} {view.heart_bpm} bpm"
    if not view.online:
        return "away"
    if not view.contact:
        return "no finger"
    return "♡ listening" if view.heart_shared else "♡ private"


def quality_text(quality: int) -> str:
    filled = max(0, min(5, round(quality / 20)))
    return "▪" * filled + "▫" * (5 - filled) + f" {quality}%"
