"""What crosses the sky and what stands in it, added to a window of twelve LEDs.

`w` is a scene's array (scene_state.py): in the window, light and tint are 0..32767. Nothing here
adds up: where two lights meet, the brighter shows. `x` runs in 1/256 LED.
"""

from .compat import const
from .hash import mix
from .io import LEDS
from .part import COMET, CROSS_MS, EVENTS, SCATTER_MS, SHADOW
from .scene_state import FROM_LED, FRONT, SITES, STEP_MS, TAIL
from .sky import CELL_STEPS

try:
    from . import scene_kernel_thumb as kernel
except (ImportError, SyntaxError):  # another processor than an ARM
    from . import scene_kernel as kernel  # type: ignore[no-redef]

_RARE = const(20)  # one cell in so many has a comet: an evening in seven
_CELL_MS = CELL_STEPS * STEP_MS

# Kind -> tail in 1/256 LED, tint, light.
_TAIL = (0, 1024, 384, 640)
_TINT = (0, 14000, 9000, 12000)
_PEAK = (0, 26000, 26000, 26000)  # under a tenth of a child's cap on M: no turn is counted

_MOON_MS = const(720000)  # ritual and fade
_MOON_FROM = const(8)  # LED on which it rises; it sets on the eighth after, over the top
_MOON_PEAK = const(17000)
_MOON_WIDE = const(512)

_SHADE_WIDE = const(1280)
_SOWN = const(12)  # thirds of the circle's sites, one star of the constellation in each
_SPREAD = (5, 7, 11)
_NOTHING = bytes(EVENTS)  # kinds of a part in which nothing crosses


def constellation(seed, members):
    """The night's stars, one for each pod of the cottage and four more, twelve at most: a list of
    (site, height 0..255, size 140..219). The picture has the height, the ring shows the rest."""
    h = mix(seed, 0x5747)
    stars = []
    for k in range(min(members, _SOWN - 4) + 4):
        g = mix(h, k)
        third = (5 * k + h) % _SOWN
        stars.append((third * (SITES // _SOWN) + (g >> 9) % 2, g & 255, 140 + (g >> 12) % 80))
    return stars


def comet_ms(seed, cell):
    """When in its cell a comet leaves the first place, or -1: unannounced, and rare."""
    h = mix(seed ^ 0x3C0DE, cell)
    return -1 if h % _RARE else 8000 + (h >> 9) % 100000


def cross(w, kind, since_ms):
    """A comet or a star: one point with a tail, in at the first LED and out at the last."""
    if not 0 <= since_ms < CROSS_MS[kind]:
        return
    tail = _TAIL[kind]
    x = since_ms * ((LEDS << 8) + 256 + tail) // CROSS_MS[kind] - 256
    w[FRONT], w[TAIL], w[FROM_LED] = 256, tail, 0
    kernel.spot(w, x, _PEAK[kind], _TINT[kind])


def shade(lit, copy, start_ms, since_ms):
    """A shadow that dims the stars as it passes. Those behind it stand elsewhere: each LED shows
    another's star, and all find home within a minute. `copy` is room for twelve values."""
    end_ms = CROSS_MS[SHADOW]
    left_ms = end_ms + SCATTER_MS - since_ms
    if since_ms < 0 or left_ms <= 0:
        return
    x = min(since_ms, end_ms) * ((LEDS << 8) + 2 * _SHADE_WIDE) // end_ms - _SHADE_WIDE
    home = min(left_ms * 256 // SCATTER_MS, 256)
    step = _SPREAD[mix(start_ms, 1) % 3]
    first = mix(start_ms, 2) % LEDS
    for led in range(LEDS):
        copy[led] = lit[led]
    for led in range(LEDS):
        behind = x - (led << 8)
        moved = min(max(behind * 512 // _SHADE_WIDE, 0), home)
        light = copy[led]
        light += (copy[(led * step + first) % LEDS] - light) * moved >> 8
        near = _SHADE_WIDE - abs(behind)
        if near > 0:
            near = near * 256 // _SHADE_WIDE
            near = near * near * (768 - 2 * near) >> 16
            light -= light * near * 3 >> 10
        lit[led] = light


def moon(w, since_ms):
    """It rises with the ritual, ember at first, and pales as it climbs: all pods see the same."""
    if not 0 <= since_ms < _MOON_MS:
        return
    x = (since_ms >> 5) * (LEDS * 170) // (_MOON_MS >> 5)  # eight LEDs of the ring
    peak = _MOON_PEAK * min(since_ms >> 4, 8192) >> 13
    w[FRONT], w[TAIL], w[FROM_LED] = _MOON_WIDE, _MOON_WIDE, _MOON_FROM
    kernel.spot(w, x, peak, since_ms // 22)


def draw(part, scene, shared_ms):
    """All of it, as it is at `shared_ms`, into the scene's window."""
    w = scene.light
    moon(w, shared_ms - part.ritual_ms)
    if part.kind != _NOTHING:
        _cross_all(part, scene, w, shared_ms)
    cell = shared_ms // _CELL_MS
    if cell != scene.cell:
        scene.cell = cell
        scene.comet_ms = comet_ms(part.seed, cell)
    if scene.comet_ms >= 0:
        start_ms = cell * _CELL_MS + scene.comet_ms
        cross(w, COMET, part.since_ms(COMET, start_ms, 0, shared_ms))


def _cross_all(part, scene, w, shared_ms):
    for k in range(EVENTS):
        kind = part.kind[k]
        if kind:
            start_ms = part.start_ms[k]
            since_ms = part.since_ms(kind, start_ms, part.origin[k], shared_ms)
            if kind == SHADOW:
                shade(w, scene.copy, start_ms, since_ms)
            else:
                cross(w, kind, since_ms)
