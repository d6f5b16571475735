#!/usr/bin/env python3
"""Draws evenings of the sky as the LEDs show them, for docs/sky.md.

    .venv/bin/python tools/draw_sky.py [FOLDER]

Scene, night and guard are the pod's own, stepped as a pod steps them, without a finger. Needs
numpy and matplotlib (`make setup` brings both).
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "device"), str(ROOT / "host")]

import matplotlib  # noqa: E402
import numpy as np  # noqa: E402

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402

from pod.config import Config  # noqa: E402
from pod.guard import Guard  # noqa: E402
from pod.io import LEDS  # noqa: E402
from pod.night import Night  # noqa: E402
from pod.scene import FRAME_MS, Scene, breath  # noqa: E402
from starlit.views.colour import expose  # noqa: E402

NIGHT_SKY = "#05070f"
INK = "#aab1cc"
PACE_MS = 10_000
MINUTES = 13  # ritual 10, fade 2, and a minute of dark
SHARED_MS = 3_600_000  # an hour into the sky
KEEP_MS = 500


def evening(seed: int, place: int, profile: str, minutes: float = MINUTES) -> np.ndarray:
    """Levels after the guard, one row each half second: (time, LED, channel), 0 to 255."""
    config = Config(profile=profile, seed=seed)
    scene, guard, night = Scene(profile), Guard(config), Night()
    scene.sky.begin(seed)
    guard.start(0)
    night.goodnight(0, False)
    rows = []
    for now_ms in range(FRAME_MS, int(minutes * 60_000), FRAME_MS):
        night.step(now_ms, FRAME_MS)
        guard.request(night.mode(), False)
        shared_ms = SHARED_MS + now_ms
        if night.level:
            scene.sky_light(shared_ms, place, night.level, breath(shared_ms, PACE_MS))
        else:
            scene.clear()
        guard.frame(now_ms, scene.settle())
        if now_ms // KEEP_MS != (now_ms - FRAME_MS) // KEEP_MS:
            rows.append(np.frombuffer(bytes(guard.light.shown), np.uint8).reshape(LEDS, 3))
    return np.array(rows)


def exposed(levels: np.ndarray) -> np.ndarray:
    """As `starlit watch` exposes them: levels 1 to 96 fill the screen's range. 0 to 1."""
    flat = levels.reshape(-1, 3)
    return np.array([expose(*map(int, led)) for led in flat]).reshape(levels.shape) / 255


def glow(picture: np.ndarray, at: tuple[float, float], colour: np.ndarray, width: float) -> None:
    """Adds a soft point of light."""
    rows, columns = np.ogrid[: picture.shape[0], : picture.shape[1]]
    away = (rows - at[0]) ** 2 + (columns - at[1]) ** 2
    core = np.exp(-away / (2 * width**2)) + 0.28 * np.exp(-away / (2 * (3.2 * width) ** 2))
    picture += core[:, :, None] * colour


def ring(leds: np.ndarray, size: int = 220) -> np.ndarray:
    """One ring of twelve exposed LEDs, the first at the top, clockwise."""
    picture = np.zeros((size, size, 3)) + np.array([5, 7, 15]) / 255
    for i, colour in enumerate(leds):
        turn = 2 * np.pi * i / LEDS
        at = (size / 2 - np.cos(turn) * size * 0.33, size / 2 + np.sin(turn) * size * 0.33)
        glow(picture, at, colour, size / 34)
    return np.clip(picture, 0, 1)


def strip(leds: np.ndarray, rows: int = 16) -> np.ndarray:
    """Time to the right, LEDs from top to bottom, each a soft band that meets its neighbours."""
    time, count, _ = leds.shape
    line = (np.arange(count * rows) + 0.5) / rows - 0.5
    share = np.exp(-(((line[:, None] - np.arange(count)) / 0.62) ** 2))
    picture = np.einsum("yl,tlc->ytc", share, leds) * 1.35 + np.array([5, 7, 15]) / 255
    return np.clip(picture, 0, 1)


def dress(axes, title: str) -> None:
    axes.set_facecolor(NIGHT_SKY)
    axes.set_title(title, color=INK, fontsize=10, loc="left")
    axes.tick_params(colors=INK, labelsize=9, length=3)
    for side in axes.spines.values():
        side.set_visible(False)


def draw_evening(folder: Path) -> None:
    """Three pods of one cottage, from the goodnight to the dark."""
    figure, all_axes = plt.subplots(3, 1, figsize=(11, 7), sharex=True, facecolor=NIGHT_SKY)
    for place, axes in enumerate(all_axes):
        levels = evening(20261123, place, "child")
        axes.imshow(
            strip(exposed(levels)),
            aspect="auto",
            extent=(0, MINUTES, LEDS + 0.5, 0.5),
            interpolation="bilinear",
        )
        dress(axes, f"pod-{place + 1}")
        axes.set_yticks([1, 4, 7, 10])
        axes.set_ylabel("LED", color=INK, fontsize=9)
        print(f"evening, pod-{place + 1}: highest level {levels.max()}")
    all_axes[-1].set_xticks(range(0, MINUTES + 1))
    all_axes[-1].set_xlabel("minutes after goodnight", color=INK, fontsize=10)
    save(figure, folder / "sky-evening.png")


def draw_two_nights(folder: Path) -> None:
    """One pod on two nights, a ring each minute."""
    minutes = range(1, 9)
    figure, all_axes = plt.subplots(2, len(minutes), figsize=(13, 3.9), facecolor=NIGHT_SKY)
    for night, seed in enumerate((64, 65)):
        levels = exposed(evening(seed, 0, "adult", max(minutes) + 0.1))
        for column, minute in enumerate(minutes):
            axes = all_axes[night][column]
            axes.imshow(ring(levels[minute * 60_000 // KEEP_MS]))
            dress(axes, f"seed {seed}" if column == 0 else "")
            axes.set_xticks([])
            axes.set_yticks([])
            if night == 1:
                axes.set_xlabel(f"{minute} min", color=INK, fontsize=9)
    figure.subplots_adjust(left=0.01, right=0.99, wspace=0.02, hspace=0.12)
    save(figure, folder / "sky-two-nights.png")


def save(figure, path: Path) -> None:
    figure.savefig(path, dpi=96, bbox_inches="tight", facecolor=NIGHT_SKY)
    print(f"wrote {path}")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    draw_evening(folder)
    draw_two_nights(folder)


if __name__ == "__main__":
    main()
