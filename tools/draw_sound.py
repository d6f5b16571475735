#!/usr/bin/env python3
"""Draws what the pod's sounds are made of, and prints the tables of docs/sound.md.

    .venv/bin/python tools/draw_sound.py [FOLDER]

Synthesiser and guard are the pod's own. Needs numpy and matplotlib (`make setup` brings both).
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "device"), str(ROOT / "host")]

import matplotlib  # noqa: E402
import numpy as np  # noqa: E402

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402

from pod.io import SOUND_RATE_HZ  # noqa: E402
from pod.sound import PINK, RECORDING  # noqa: E402
from starlit.sound.measure import (  # noqa: E402
    envelope,
    figures,
    level_dba,
    samples_of,
    slope_db_per_octave,
    spectrum,
    thirds,
)
from starlit.sound.render import KINDS, Rendered, render  # noqa: E402

NIGHT_SKY, PANEL, INK, GLOW, PALE = "#05070f", "#0b1020", "#aab1cc", "#ffb454", "#7aa2f7"
SECONDS = 66.0
EDGE = 5 * SOUND_RATE_HZ  # start and end, left out of figures
LOOKS = ("waves", "wind", "crackle", "chime")
TONAL = ("hum", "chime", "tone")
STARTS = ("hum", "pink", "rain")


def dress(axes, title: str = "") -> None:
    axes.set_facecolor(PANEL)
    axes.set_title(title, color=INK, fontsize=10, loc="left")
    axes.tick_params(colors=INK, labelsize=8, length=3)
    axes.xaxis.label.set_color(INK)
    axes.yaxis.label.set_color(INK)
    for side in axes.spines.values():
        side.set_visible(False)


def save(figure, path: Path) -> None:
    figure.savefig(path, dpi=96, bbox_inches="tight", facecolor=NIGHT_SKY)
    print(f"wrote {path}")


def middle(made: Rendered) -> np.ndarray:
    return samples_of(made.wanted)[EDGE:-EDGE]


def draw_spectra(made: dict[str, Rendered], folder: Path) -> None:
    """Thirds of an octave of every kind, all on one scale; a dashed line falls as pink does."""
    figure, all_axes = plt.subplots(2, 4, figsize=(13, 5.6), sharex=True, sharey=True)
    figure.set_facecolor(NIGHT_SKY)
    for axes, name in zip(all_axes.flat, made, strict=True):
        hz, power = spectrum(middle(made[name]))
        centres, db = thirds(hz, power, 50, 7000)
        top = 10 * np.log10(power.max())
        axes.semilogx(hz[1:], 10 * np.log10(power[1:] + 1e-9) - top, color=PALE, lw=0.8)
        if name not in TONAL:
            axes.semilogx(centres, db - top, color=GLOW, lw=1.8)
            pink = -10 * np.log10(centres / centres[0])
            axes.semilogx(centres, pink + (db - top - pink).mean(), color=INK, lw=0.8, ls="--")
        dress(axes, name)
        axes.set_ylim(-72, 3)
        axes.set_xlim(30, 8000)
        axes.set_xticks([50, 200, 1000, 5000], ["50", "200", "1k", "5k"])
        axes.minorticks_off()
        axes.grid(color="#1b2340", lw=0.6)
    for axes in all_axes[:, 0]:
        axes.set_ylabel("dB a Hz", fontsize=9)
    for axes in all_axes[-1]:
        axes.set_xlabel("Hz", fontsize=9)
    figure.subplots_adjust(wspace=0.06, hspace=0.18)
    save(figure, folder / "sound-spectra.png")


def draw_minutes(made: dict[str, Rendered], folder: Path) -> None:
    """A minute of what moves: time to the right, pitch upwards; the level below it."""
    figure, all_axes = plt.subplots(
        2, len(LOOKS), figsize=(13, 4.6), sharex=True, gridspec_kw={"height_ratios": [3, 1]}
    )
    figure.set_facecolor(NIGHT_SKY)
    for (above, below), name in zip(all_axes.T, LOOKS, strict=True):
        samples = samples_of(made[name].guarded)
        with np.errstate(divide="ignore"):
            above.specgram(
                samples, NFFT=512, Fs=SOUND_RATE_HZ, noverlap=256, cmap="magma", vmin=-40, vmax=22
            )
        above.set_yscale("log")
        above.set_ylim(80, 8000)
        above.set_yticks([100, 400, 1600, 6400], ["100", "400", "1.6k", "6.4k"])
        above.minorticks_off()
        dress(above, name)
        loud = envelope(samples)
        below.plot(
            np.arange(len(loud)) * 0.02,
            [max(level_dba(rms, 65), 0) for rms in loud],
            color=GLOW,
            lw=1,
        )
        dress(below)
        below.set_ylim(0, 40)
        below.set_xlabel("s", fontsize=9)
        below.grid(color="#1b2340", lw=0.6)
    all_axes[0][0].set_ylabel("Hz", fontsize=9)
    all_axes[1][0].set_ylabel("dBA", fontsize=9)
    figure.subplots_adjust(wspace=0.16, hspace=0.08)
    save(figure, folder / "sound-minutes.png")


def draw_starts(made: dict[str, Rendered], folder: Path) -> None:
    """The first and the last seconds, sample by sample."""
    figure, all_axes = plt.subplots(len(STARTS), 2, figsize=(13, 5), sharey="row")
    figure.set_facecolor(NIGHT_SKY)
    span = int(4 * SOUND_RATE_HZ)
    for row, name in zip(all_axes, STARTS, strict=True):
        share = samples_of(made[name].guarded) / made[name].cap
        last = int(np.flatnonzero(share)[-1]) + SOUND_RATE_HZ // 5
        parts = (share[:span], share[last - span : last])
        for axes, part, what in zip(row, parts, ("start", "end"), strict=True):
            axes.plot(np.arange(len(part)) / SOUND_RATE_HZ, part, color=GLOW, lw=0.4)
            dress(axes, f"{name}, {what}")
            axes.set_xlim(0, 4)
        row[0].set_ylabel("of the cap", fontsize=9)
    for axes in all_axes[-1]:
        axes.set_xlabel("s", fontsize=9)
    figure.subplots_adjust(wspace=0.06, hspace=0.42)
    save(figure, folder / "sound-starts.png")


def table(made: dict[str, Rendered]) -> None:
    heads = "layer", "average dBA", "peak, of the cap", "crest", "swing", "centroid", "step", "kept"
    print(f"| {' | '.join(heads)} |")
    for name, one in made.items():
        told = figures(middle(one))
        print(
            f"| {name} | {level_dba(told.rms, 65):.1f} | {told.peak / one.cap:.2f} "
            f"| {told.crest_db:.1f} dB | {told.swing_db:.1f} dB | {told.centroid_hz:.0f} Hz "
            f"| {told.steepest * told.peak / one.cap:.2f} | {100 * one.untouched:.1f} % |"
        )
    slope, farthest = slope_db_per_octave(middle(made["pink"]), 50, 6000)
    print(f"pink: {slope:.2f} dB an octave, 50 Hz to 6 kHz; the farthest third {farthest:.2f} dB")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        name: render(kind, 240.0 if kind == PINK else SECONDS, 3)
        for name, kind in KINDS.items()
        if kind != RECORDING
    }
    table(made)
    draw_spectra(made, folder)
    draw_minutes(made, folder)
    draw_starts(made, folder)


if __name__ == "__main__":
    main()
