"""A night's sky as a picture: its constellation, and what each ring shows over time.

The constellation is drawn from the same stars that
the ring shows, in their places on the circle, with the heights that the ring has no room for.
"""

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import numpy as np
from matplotlib import pyplot as plt

from pod import stars
from pod.io import LEDS
from pod.sky import SITES
from starlit.evening import Evening, levels

NIGHT = np.array([5, 7, 15]) / 255
DEEP = np.array([14, 20, 44]) / 255
INK = "#aab1cc"
FAINT = "#4a5276"
LINE = "#c9b48a"
EMBER = np.array([255, 176, 110]) / 255
PALE = np.array([236, 240, 255]) / 255
CHART_PX = 900
RECORD_PX = 900
STRIPS_MAX = 3
EXPOSURE_FULL = 48  # the level that fills the screen's range
EXPOSURE_POWER = 0.65


def exposed(rows: np.ndarray) -> np.ndarray:
    """Levels as a screen shows them, 0 to 1: hue stays, brightness follows a power law with more
    contrast than that of `starlit watch`."""
    brightest = np.maximum(rows.max(axis=2, keepdims=True), 1)
    gain = np.minimum(brightest / EXPOSURE_FULL, 1) ** EXPOSURE_POWER / brightest
    return rows * gain


def add_glow(
    picture: np.ndarray, at: tuple[float, float], colour: np.ndarray, width: float
) -> None:
    """Adds a soft point of light at (row, column)."""
    reach = int(8 * width) + 2
    top, left = max(int(at[0]) - reach, 0), max(int(at[1]) - reach, 0)
    part = picture[top : int(at[0]) + reach, left : int(at[1]) + reach]
    rows, columns = np.ogrid[top : top + part.shape[0], left : left + part.shape[1]]
    away = (rows - at[0]) ** 2 + (columns - at[1]) ** 2
    light = np.exp(-away / (2 * width**2)) + 0.22 * np.exp(-away / (2 * (3 * width) ** 2))
    part += light[:, :, None] * colour


# -- the constellation ------------------------------------------------------------------------


def polar(site: float, height: float) -> tuple[float, float]:
    """(x, y) from -1 to 1, the first site at the top, clockwise, as the ring runs."""
    turn = 2 * np.pi * (site + 0.5) / SITES
    away = 0.12 + 0.72 * height / 255
    return float(away * np.sin(turn)), float(away * np.cos(turn))


def tree(points: list[tuple[float, float]]) -> list[tuple[int, int]]:
    """The shortest lines that join all points (Prim 1957)."""
    joined, lines = {0}, []
    while len(joined) < len(points):
        a, b = min(
            ((a, b) for a in joined for b in range(len(points)) if b not in joined),
            key=lambda ab: np.hypot(*np.subtract(points[ab[0]], points[ab[1]])),
        )
        joined.add(b)
        lines.append((a, b))
    return lines


def dust(seed: int, size: int) -> np.ndarray:
    """A faint band of light across the disc: smooth noise of a few scales, another each night."""
    chance = np.random.default_rng(seed)
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    lean = chance.uniform(0, np.pi)
    across = x * np.sin(lean) + y * np.cos(lean) + 0.18 * np.sin(3 * x + chance.uniform(0, 6))
    cloud = np.zeros((size, size))
    for scale in (5, 11, 23, 47):
        grid = chance.normal(size=(scale + 1, scale + 1))
        at = np.linspace(0, scale, size)
        low = np.minimum(at.astype(int), scale - 1)
        part = at - low
        part = part * part * (3 - 2 * part)
        rows = grid[low] + (grid[low + 1] - grid[low]) * part[:, None]
        cloud += (rows[:, low] + (rows[:, low + 1] - rows[:, low]) * part) / scale**0.7
    return np.exp(-((across / 0.34) ** 2)) * np.clip(0.55 + 0.75 * cloud, 0, None)


def chart(seed: int, members: int) -> np.ndarray:
    """The disc of the night, without its lines."""
    size = CHART_PX
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    away = np.hypot(x, y)
    picture = DEEP + (NIGHT - DEEP) * np.clip(away, 0, 1)[:, :, None] ** 1.4
    picture = picture + dust(seed, size)[:, :, None] * np.array([0.055, 0.060, 0.085])
    chance = np.random.default_rng(seed + 1)
    for _ in range(420):
        turn, far = chance.uniform(0, 2 * np.pi), np.sqrt(chance.uniform(0, 0.92))
        faint = 0.10 + 0.5 * chance.uniform() ** 4
        at = (size / 2 * (1 - far * np.cos(turn)), size / 2 * (1 + far * np.sin(turn)))
        add_glow(picture, at, faint * (EMBER + (PALE - EMBER) * chance.uniform()), 0.9)
    for site, height, weight in stars.constellation(seed, members):
        x_at, y_at = polar(site, height)
        at = (size / 2 * (1 - y_at), size / 2 * (1 + x_at))
        colour = EMBER + (PALE - EMBER) * ((height * 37 + site * 91) % 256 / 255)
        add_glow(picture, at, 0.9 * colour, 2.6 + 3.4 * (weight - 140) / 80)
    edge = np.clip((0.985 - away) * size / 3, 0, 1)[:, :, None]
    return np.clip(NIGHT + (picture - NIGHT) * edge, 0, 1)


def draw_chart(axes: Any, seed: int, members: int) -> None:
    axes.imshow(chart(seed, members), extent=(-1, 1, -1, 1), interpolation="bilinear")
    found = [polar(site, height) for site, height, _ in stars.constellation(seed, members)]
    for a, b in tree(found):
        ends = np.array([found[a], found[b]])
        step = ends[1] - ends[0]
        gap = min(0.055 / max(float(np.hypot(*step)), 0.12), 0.4)
        line = np.array([ends[0] + gap * step, ends[1] - gap * step])
        axes.plot(*line.T, color=LINE, lw=0.9, alpha=0.55, solid_capstyle="round")
    turn = np.linspace(0, 2 * np.pi, 361)
    axes.plot(0.985 * np.sin(turn), 0.985 * np.cos(turn), color=FAINT, lw=0.8)
    for site in range(SITES):
        at = 2 * np.pi * site / SITES
        inner = 0.955 if site % 3 else 0.935
        ends = np.array([[inner, 0.985]]) * np.array([[np.sin(at)], [np.cos(at)]])
        axes.plot(*ends, color=FAINT, lw=0.6)
    count = len(found)
    _bare(axes, f"the night's constellation: {count} stars, seed {seed}")


# -- what a ring shows --------------------------------------------------------------------------


def record(leds: np.ndarray) -> np.ndarray:
    """Like a gramophone record: the ring goes round, time runs from the middle outwards."""
    size = RECORD_PX
    y, x = np.mgrid[1 : -1 : size * 1j, -1 : 1 : size * 1j]
    away, turn = np.hypot(x, y), np.arctan2(x, y) / (2 * np.pi) % 1 * LEDS
    first, last = 0.22, 0.96
    share = np.clip((away - first) / (last - first), 0, 1)
    when = np.minimum((share * len(leds)).astype(int), len(leds) - 1)
    low = turn.astype(int) % LEDS
    part = turn - turn.astype(int)
    part = part * part * (3 - 2 * part)
    colour = leds[when, low] * (1 - part)[:, :, None]
    colour += leds[when, (low + 1) % LEDS] * part[:, :, None]
    soft = np.clip((last - away) * size / 3, 0, 1) * np.clip((away - first) * size / 3, 0, 1)
    return np.clip(NIGHT + colour * soft[:, :, None], 0, 1)


def draw_record(axes: Any, leds: np.ndarray, minutes: float) -> None:
    axes.imshow(record(leds), extent=(-1, 1, -1, 1), interpolation="bilinear")
    _bare(axes, f"pod-1: its ring over {minutes:g} min, from the middle outwards")


def strip(leds: np.ndarray, rows: int = 16) -> np.ndarray:
    """Time to the right, LEDs from top to bottom, each a soft band that meets its neighbours."""
    time, count, _ = leds.shape
    line = (np.arange(count * rows) + 0.5) / rows - 0.5
    share = np.exp(-(((line[:, None] - np.arange(count)) / 0.62) ** 2))
    return np.clip(np.einsum("yl,tlc->ytc", share, leds) * 1.35 + NIGHT, 0, 1)


def draw_strip(axes: Any, leds: np.ndarray, minutes: float, title: str) -> None:
    axes.imshow(
        strip(leds), aspect="auto", extent=(0, minutes, LEDS + 0.5, 0.5), interpolation="bilinear"
    )
    axes.set_facecolor(tuple(NIGHT))
    axes.set_title(title, color=INK, fontsize=10, loc="left")
    axes.set_yticks([1, 4, 7, 10])
    axes.set_ylabel("LED", color=INK, fontsize=9)
    axes.tick_params(colors=INK, labelsize=9, length=3)
    for side in axes.spines.values():
        side.set_visible(False)


def _bare(axes: Any, title: str) -> None:
    axes.set_title(title, color=INK, fontsize=10)
    axes.set_axis_off()


def draw(evening: Evening, path: Path) -> None:
    """The whole picture, written to `path` as PNG."""
    shown = min(evening.members, STRIPS_MAX)
    rings = [exposed(levels(evening, place)) for place in range(shown)]
    heights = [5.2, *[1.35] * shown]
    figure = plt.figure(figsize=(11, sum(heights) + 0.9), facecolor=tuple(NIGHT))
    grid = figure.add_gridspec(
        1 + shown, 2, height_ratios=heights, hspace=0.32, wspace=0.04,
        left=0.055, right=0.985, top=0.95, bottom=0.075,
    )  # fmt: skip
    draw_chart(figure.add_subplot(grid[0, 0]), evening.seed, evening.members)
    draw_record(figure.add_subplot(grid[0, 1]), rings[0], evening.minutes)
    for place, leds in enumerate(rings):
        axes = figure.add_subplot(grid[1 + place, :])
        draw_strip(axes, leds, evening.minutes, f"pod-{place + 1}")
        if place + 1 < shown:
            axes.set_xticklabels([])
    axes.set_xlabel("minutes after goodnight", color=INK, fontsize=10)
    figure.savefig(path, format="png", dpi=96, facecolor=tuple(NIGHT), metadata={"Software": None})
    plt.close(figure)
