"""One frame as an SVG picture that needs nothing from anywhere else."""

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from starlit.errors import UserError
from starlit.views.canvas import Canvas
from starlit.views.colour import GLYPHS, Rgb
from starlit.views.scene import Scene, paint

CELL_W, CELL_H = 10, 20
_FONT_PX = 16.6  # DejaVu Sans Mono advances 0.602 em
_BASELINE = 0.74
_STARS = [sign for level, sign in GLYPHS if level > 1]
_STAR_PX = 25
_STAR_BASELINE = 0.9

_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img">
<title>starlit watch: the rings of a cottage's pods under one sky</title>
<defs><clipPath id="frame"><rect width="{w}" height="{h}" rx="12"/></clipPath></defs>
<g clip-path="url(#frame)">
<g shape-rendering="crispEdges">
"""
_MIDDLE = """\
</g>
<g font-family="'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="{size}"
 xml:space="preserve">
"""
_TAIL = "</g>\n</g>\n</svg>\n"


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _runs(row: list[Rgb]) -> Iterator[tuple[int, int, Rgb]]:
    start = 0
    for x in range(1, len(row) + 1):
        if x == len(row) or row[x] != row[start]:
            yield start, x - start, row[start]
            start = x


def _lights(canvas: Canvas) -> Iterator[str]:
    half = CELL_H // 2
    for y, row in enumerate(canvas.pixels):
        for x, width, colour in _runs(row):
            yield (
                f'<rect x="{x * CELL_W}" y="{y * half}" width="{width * CELL_W}" '
                f'height="{half}" fill="{_hex(colour)}"/>\n'
            )


def _words(canvas: Canvas, y: int) -> Iterator[tuple[int, str, Rgb, bool]]:
    """Signs of one colour and weight that stand together."""
    signs, fronts, bolds = canvas.signs[y], canvas.fronts[y], canvas.bolds[y]
    start = 0
    for x in range(1, canvas.width + 1):
        here = (fronts[start], bolds[start], signs[start] == " ")
        if x == canvas.width or (fronts[x], bolds[x], signs[x] == " ") != here:
            if signs[start] != " ":
                yield start, "".join(signs[start:x]), fronts[start], bolds[start]
            start = x


def _star(x: int, y: int, sign: str, colour: Rgb) -> str:
    """A picture has room for stars larger than a terminal's cell."""
    return (
        f'<text x="{(x + 0.5) * CELL_W:g}" y="{(y + _STAR_BASELINE) * CELL_H:.1f}" '
        f'text-anchor="middle" font-size="{_STAR_PX}" fill="{_hex(colour)}">{sign}</text>\n'
    )


def _signs(canvas: Canvas) -> Iterator[str]:
    for y in range(canvas.height):
        for x, text, colour, bold in _words(canvas, y):
            if text in _STARS:
                yield _star(x, y, text, colour)
                continue
            weight = ' font-weight="bold"' if bold else ""
            yield (
                f'<text x="{x * CELL_W}" y="{(y + _BASELINE) * CELL_H:.1f}" '
                f'textLength="{len(text) * CELL_W}" fill="{_hex(colour)}"{weight}>'
                f"{escape(text)}</text>\n"
            )


def svg_text(canvas: Canvas) -> str:
    size = {"w": canvas.width * CELL_W, "h": canvas.height * CELL_H}
    parts = [_HEAD.format(**size), *_lights(canvas), _MIDDLE.format(size=_FONT_PX)]
    return "".join([*parts, *_signs(canvas), _TAIL])


def save_svg(scene: Scene, path: Path, width: int = 100, height: int = 30) -> None:
    try:
        path.write_text(svg_text(paint(scene, width, height)), encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"cannot write {path} ({error.strerror}): give a file in a folder of yours"
        ) from error
