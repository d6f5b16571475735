"""From what an LED does to what a screen shows.

A pod's light is far below a screen's: levels 1 to 70 of 255 behind a diffuser that passes 5 %.
So the view exposes like a photograph of the night sky: one gain for a star's three channels
(its hue stays true), following a power law of its brightest channel.
"""

Rgb = tuple[int, int, int]

EXPOSURE_FULL = 96  # the level that fills the screen's range
EXPOSURE_POWER = 0.42
# Brightness in a second code beside colour, for eyes and terminals without it.
GLYPHS = ((0, "·"), (1, "∘"), (4, "✧"), (12, "✦"), (32, "★"))


def _gain(level: int) -> float:
    if level == 0:
        return 0.0
    return 255 * (min(level, EXPOSURE_FULL) / EXPOSURE_FULL) ** EXPOSURE_POWER / level


_GAINS = [_gain(level) for level in range(256)]


def expose(r: int, g: int, b: int) -> Rgb:
    gain = _GAINS[max(r, g, b)]
    return int(r * gain), int(g * gain), int(b * gain)


def glyph(r: int, g: int, b: int) -> str:
    level = max(r, g, b)
    return next(sign for least, sign in reversed(GLYPHS) if level >= least)


def mix(a: Rgb, b: Rgb, share: float) -> Rgb:
    """`share` 0 is a, 1 is b."""
    return (
        int(a[0] + (b[0] - a[0]) * share),
        int(a[1] + (b[1] - a[1]) * share),
        int(a[2] + (b[2] - a[2]) * share),
    )


def hash01(x: int, y: int) -> float:
    """A fixed scatter for places on the canvas, 0 to 1."""
    n = (x * 374761393 + y * 668265263) & 0xFFFFFFFF
    n = (n ^ (n >> 13)) * 1274126177 & 0xFFFFFFFF
    return ((n ^ (n >> 16)) & 0xFFFF) / 0xFFFF
