#!/usr/bin/env python3
"""Measures the sky's chaos, prints the figures of docs/sky.md and draws its plot.

    .venv/bin/python tools/sky_chaos.py [FOLDER]

1. Lyapunov exponents of the lattice in real numbers (Benettin et al., Meccanica 15, 9, 1980).
2. The pod's own integer lattice: how a small difference in one site grows.
3. Autocorrelation of the brightness, and how alike 1,000 seeds are.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "device")]

import matplotlib  # noqa: E402
import numpy as np  # noqa: E402

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402

from pod.sky import CELL_STEPS, FULL, SITES, STEP_MS, Sky, _Lattice  # noqa: E402

R = 16302 / 4096
COUPLING = 16 / 1024
TURNS = 2  # of the map in a step of 2 s
NIGHT_SKY, INK, AMBER, BLUE = "#05070f", "#aab1cc", "#ffb454", "#8fb7ff"
TRIALS = 200
PUSH = 16  # counts of 32767, on one site


def coupled(f: np.ndarray) -> np.ndarray:
    """Each row takes a little of both its neighbours on the circle."""
    return (1 - 2 * COUPLING) * f + COUPLING * (np.roll(f, 1, 0) + np.roll(f, -1, 0))


def exponents(turns: int = 5000, before: int = 500) -> np.ndarray:
    """All Lyapunov exponents of the lattice in real numbers, per turn of the map."""
    chance = np.random.default_rng(1)
    x = chance.random(SITES)
    basis = np.eye(SITES)
    sums = np.zeros(SITES)
    for turn in range(before + turns):
        basis, r = np.linalg.qr(coupled((R * (1 - 2 * x))[:, None] * basis))
        x = coupled(R * x * (1 - x))
        if turn >= before:
            sums += np.log(np.abs(np.diag(r)))
    return np.sort(sums / turns)[::-1]


def pushed_apart(seed: int, push: int) -> tuple[list[float], list[float]]:
    """RMS distance of the map and of the brightness, as shares of FULL, after each step."""
    one, two = _Lattice(), _Lattice()
    one.begin(seed, 0)
    two.begin(seed, 0)
    site = seed % SITES
    two._x[site] += push if two._x[site] + push < FULL else -push
    maps, slows = [], []
    for _ in range(CELL_STEPS):
        one.advance()
        two.advance()
        maps.append(_distance(one._x, two._x))
        slows.append(_distance(one.slow, two.slow))
    return maps, slows


def _distance(a, b) -> float:
    return float(np.sqrt(np.mean((np.array(a, float) - np.array(b, float)) ** 2))) / FULL


def brightness(seed: int, hours: float, every_ms: int) -> np.ndarray:
    """(time, site), 0 to 1."""
    sky = Sky()
    sky.begin(seed)
    rows = []
    for at_ms in range(0, int(hours * 3_600_000), every_ms):
        sky.at(at_ms)
        rows.append([sky.value(site) for site in range(SITES)])
    return np.array(rows) / FULL


def autocorrelation(seeds: int, hours: float, lags: int) -> np.ndarray:
    """Mean over seeds and sites, for lags of 0, 1, 2 ... steps."""
    total = np.zeros(lags)
    for seed in range(seeds):
        series = brightness(seed, hours, STEP_MS)
        series = series - series.mean(0)
        power = (series**2).mean(0)
        for lag in range(lags):
            product = series[: len(series) - lag] * series[lag:]
            total[lag] += (product.mean(0) / power).mean()
    return total / seeds


def most_alike(seeds: int, at_ms: int) -> tuple[int, int, float]:
    """(different skies, different hashes, highest correlation of two of them) at one instant."""
    rows, hashes = [], set()
    for seed in range(seeds):
        sky = Sky()
        sky.begin(seed)
        sky.at(at_ms)
        hashes.add(sky.hash())
        rows.append([sky.value(site) for site in range(SITES)])
    table = np.corrcoef(np.array(rows))
    np.fill_diagonal(table, -1)
    return len({tuple(row) for row in rows}), len(hashes), float(table.max())


def dress(axes, title: str, x: str, y: str) -> None:
    axes.set_facecolor(NIGHT_SKY)
    axes.set_title(title, color=INK, fontsize=11, loc="left")
    axes.set_xlabel(x, color=INK)
    axes.set_ylabel(y, color=INK)
    axes.tick_params(colors=INK, length=3)
    axes.grid(color="#ffffff", alpha=0.08)
    for side in axes.spines.values():
        side.set_visible(False)


def draw(path: Path, largest: float, maps: np.ndarray, slows: np.ndarray, auto: np.ndarray) -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), facecolor=NIGHT_SKY)
    seconds = (np.arange(maps.shape[1]) + 1) * STEP_MS / 1000
    left.semilogy(seconds, np.median(maps, 0), color=AMBER, label="the map")
    left.semilogy(seconds, np.median(slows, 0), color=BLUE, label="the brightness")
    line = np.median(maps, 0)[0] * np.exp(largest * TURNS * np.arange(8))
    left.semilogy(seconds[:8], line, "--", color=INK, lw=1, label=f"exponent {largest:.2f} a turn")
    left.set_xlim(0, 150)
    left.set_ylim(1e-4, 1)
    dress(left, "Two skies that differ by 0.05 % in one site", "s", "distance, of full scale")
    left.legend(facecolor=NIGHT_SKY, edgecolor="none", labelcolor=INK, loc="lower right")
    minutes = np.arange(len(auto)) * STEP_MS / 60_000
    right.plot(minutes, auto, color=AMBER)
    right.axhline(0.3, color=INK, ls="--", lw=1)
    right.text(6.2, 0.33, "asked for at ten minutes: under 0.3", color=INK, fontsize=9)
    dress(right, "How long a star stays as it is", "minutes", "autocorrelation")
    figure.tight_layout()
    figure.savefig(path, dpi=110, facecolor=NIGHT_SKY)
    print(f"wrote {path}")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    spectrum = exponents()
    largest = spectrum[0]
    double_s = np.log(2) / (largest * TURNS) * STEP_MS / 1000
    print(f"largest exponent {largest:.3f} a turn; a small difference doubles in {double_s:.2f} s")
    print(f"positive exponents: {(spectrum > 0).sum()} of {SITES}; smallest {spectrum[-1]:.3f}")

    runs = [pushed_apart(seed, PUSH) for seed in range(TRIALS)]
    alive = [run for run in runs if run[0][-1] > 0]
    maps, slows = np.array([run[0] for run in alive]), np.array([run[1] for run in alive])
    growth = np.log(maps[:, 3] / maps[:, 0]).mean() / 3 / TURNS
    print(f"integers: {growth:.2f} a turn over the first steps, {len(alive)} of {TRIALS} trials")
    ones = sum(pushed_apart(seed, 1)[0][-1] > 0 for seed in range(TRIALS))
    print(f"integers: a difference of one count outlives rounding in {ones} of {TRIALS} trials")
    mean = slows.mean(0)
    half_s = (int(np.argmax(mean >= mean[-32:].mean() / 2)) + 1) * STEP_MS / 1000
    full_s = (int(np.argmax(mean >= 0.95 * mean[-32:].mean())) + 1) * STEP_MS / 1000
    print(f"brightness: half as far apart as strangers in {half_s:.0f} s, 95 % in {full_s:.0f} s")

    auto = autocorrelation(seeds=20, hours=3, lags=361)
    for lag_s in (10, 30, 60, 120, 300, 600):
        print(f"autocorrelation after {lag_s} s: {auto[lag_s * 1000 // STEP_MS]:+.3f}")
    skies, hashes, alike = most_alike(1000, 60_000)
    print(f"1000 seeds, a minute in: {skies} skies, {hashes} hashes; closest pair r = {alike:.2f}")
    draw(folder / "sky-chaos.png", largest, maps, slows, auto)


if __name__ == "__main__":
    main()
