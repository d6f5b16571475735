"""A score drawn: each cue's ring at six moments, its LEDs over time, and its sound."""

import io
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from PIL import Image

matplotlib.use("Agg")
from matplotlib import pyplot as plt

from starlit.errors import UserError
from starlit.score.measure import BLOCK_MS, FRAME_MS, Played
from starlit.score.model import Score
from starlit.views.colour import expose

NIGHT = "#05070f"
INK = "#c3c9e4"
FAINT = "#6f789c"
SOUND = "#7f9bd0"
MOMENTS = 6
LEDS = 12
_RING_PX = 150
_WIDE = 9.2  # inches
_FLOOR_DBA = 0.0


def draw(score: Score, played: list[Played], path: Path) -> None:
    """Writes a PNG. UserError where it cannot be written."""
    tall = sum(_height(one) for one in played) + 0.75
    figure = plt.figure(figsize=(_WIDE, tall), facecolor=NIGHT)
    figure.text(0.035, 1 - 0.36 / tall, score.title, color=INK, fontsize=17, va="center")
    top = tall - 0.75
    for one in played:
        _draw_cue(figure, one, top, tall)
        top -= _height(one)
    raw = io.BytesIO()
    figure.savefig(raw, dpi=100, facecolor=NIGHT)
    try:
        # 256 colours of its own are enough for a night, and a third of the size.
        Image.open(raw).convert("RGB").quantize(256, kmeans=2).save(path, "PNG", optimize=True)
    except OSError as error:
        raise UserError(f"--png {path}: cannot be written ({error.strerror})") from error
    finally:
        plt.close(figure)


def _height(one: Played) -> float:
    return 3.75 if one.blocks else 2.95


def _draw_cue(figure: Any, one: Played, top: float, tall: float) -> None:
    def place(left: float, above: float, wide: float, high: float) -> Any:
        box = (left / _WIDE, (top - above - high) / tall, wide / _WIDE, high / tall)
        return figure.add_axes(box, facecolor=NIGHT)

    seconds = len(one.shown) * FRAME_MS / 1000
    figure.text(
        0.035, (top - 0.12) / tall, f"{one.cue}   {one.mode}, {one.profile}", color=FAINT,
        fontsize=10.5, va="center",
    )  # fmt: skip
    levels = np.array([np.frombuffer(frame, np.uint8).reshape(LEDS, 3) for frame in one.shown])
    for moment in range(MOMENTS):
        axes = place(0.62 + moment * 1.38, 0.26, 1.3, 1.3)
        at = int((moment + 0.5) / MOMENTS * len(levels))
        axes.imshow(ring(levels[at]), interpolation="bilinear")
        axes.axis("off")
    axes = place(0.62, 1.62, 8.28, 0.82)
    _draw_leds(axes, levels, seconds, bottom=not one.blocks)
    if one.blocks:
        _draw_sound(place(0.62, 2.5, 8.28, 0.72), one, seconds)


def ring(levels: np.ndarray) -> np.ndarray:
    """A picture of the diffuser: each LED's light spread over its neighbourhood."""
    half = _RING_PX / 2
    y, x = np.mgrid[0:_RING_PX, 0:_RING_PX]
    x, y = (x - half + 0.5) / half, (y - half + 0.5) / half
    picture = np.zeros((_RING_PX, _RING_PX, 3))
    for led in range(LEDS):
        angle = 2 * np.pi * led / LEDS
        away = (x - 0.62 * np.sin(angle)) ** 2 + (y + 0.62 * np.cos(angle)) ** 2
        light = np.array(expose(*(int(c) for c in levels[led]))) / 255
        near, far = np.exp(-away / 0.012), np.exp(-away / 0.07)
        picture += (0.75 * near + 0.42 * far)[..., None] * light
    disk = np.clip((0.97 - np.hypot(x, y)) / 0.03, 0, 1)[..., None]
    night = np.array([5, 7, 15]) / 255
    return np.clip(night + disk * (0.02 + picture), 0, 1)


def _draw_leds(axes: Any, levels: np.ndarray, seconds: float, bottom: bool) -> None:
    step = max(1, len(levels) // 1200)
    picture = np.array([
        [expose(*(int(c) for c in led)) for led in frame] for frame in levels[::step]
    ]) / 255  # fmt: skip
    turned = np.concatenate([picture[:, 6:], picture[:, :6]], axis=1)  # the top in the middle
    axes.imshow(
        turned.transpose(1, 0, 2), aspect="auto", interpolation="bicubic",
        extent=(0, seconds, LEDS - 0.5, -0.5),
    )  # fmt: skip
    axes.set_yticks([0, 6, 11], ["bottom", "top", "bottom"])
    _dress(axes, bottom)


def _draw_sound(axes: Any, one: Played, seconds: float) -> None:
    rms = np.array(one.rms, float)
    smooth = np.sqrt(np.convolve(rms**2, np.ones(10) / 10, "same"))
    level = 65 + 20 * np.log10(np.maximum(smooth, 0.5) / 32767)
    times = np.arange(len(rms)) * BLOCK_MS / 1000
    cap = 35 if one.profile == "child" else 40
    level = np.maximum(level, _FLOOR_DBA)
    axes.fill_between(times, _FLOOR_DBA, level, color=SOUND, lw=0, alpha=0.8)
    axes.axhline(cap, color=FAINT, lw=0.8, ls=(0, (4, 4)))
    axes.text(seconds * 0.995, cap + 1.2, f"cap {cap} dBA", color=FAINT, fontsize=7.5, ha="right")
    axes.set_xlim(0, seconds)
    axes.set_ylim(_FLOOR_DBA, cap + 10)
    axes.set_yticks([0, 20, cap], ["0", "20", f"{cap} dBA"])
    _dress(axes, bottom=True)


def _dress(axes: Any, bottom: bool) -> None:
    axes.tick_params(colors=FAINT, labelsize=7.5, length=2)
    for side in axes.spines.values():
        side.set_visible(False)
    if bottom:
        axes.set_xlabel("seconds", color=FAINT, fontsize=8, labelpad=1)
    else:
        axes.set_xticks([])
