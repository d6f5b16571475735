"""The error of every pod's clock over time, as a picture."""

from pathlib import Path
from typing import Any

NIGHT, INK, QUIET = "#0d1126", "#e8e6f0", "#8a90b0"


def draw(result: dict[str, Any], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    asked, pair = result["asked"], result["pair_error_ms"]
    figure, axes = pyplot.subplots(figsize=(9, 3.6), dpi=150, facecolor=NIGHT)
    axes.set_facecolor(NIGHT)
    colours = pyplot.get_cmap("plasma")
    for n, pod in enumerate(result["over_time"]):
        minutes = [s / 60 for s in pod["s"]]
        colour = colours(0.25 + 0.7 * n / max(len(result["over_time"]) - 1, 1))
        axes.plot(minutes, pod["error_ms"], color=colour, linewidth=1.1, label=pod["pod"])
    axes.axhline(0, color=QUIET, linewidth=0.6)
    axes.set_xlabel("minutes under one sky", color=INK)
    axes.set_ylabel("ahead of the host, ms", color=INK)
    axes.set_title(
        f"{asked['pods']} pods, jitter up to {asked['jitter_ms'] / 2:g} ms up and "
        f"{asked['jitter_ms']:g} ms down: two pods differ by at most {pair['p99']} ms "
        "99 % of the time",
        color=INK,
        fontsize=9,
    )
    axes.tick_params(colors=QUIET)
    for side in axes.spines.values():
        side.set_color(QUIET)
    axes.margins(x=0)
    axes.legend(ncol=4, fontsize=7, frameon=False, labelcolor=INK, loc="upper right")
    figure.tight_layout()
    figure.savefig(path, facecolor=NIGHT)
    pyplot.close(figure)
