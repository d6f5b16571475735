"""What can happen to a record on its way to the detector."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from starlit.bench.records import RATE_HZ, TOP, Record, Span, resample

SEED = 1000


@dataclass
class Trial:
    """What a detector is given, and what to leave out when it is scored."""

    readings: NDArray[Any]
    gaps: list[tuple[int, int]] = field(default_factory=list)  # position among readings, lost
    true_hz: float = RATE_HZ
    told_inverted: bool = False
    no_finger: list[Span] = field(default_factory=list)


def clean(x: NDArray[Any], random: Generator) -> Trial:
    return Trial(x)


def noise(x: NDArray[Any], random: Generator) -> Trial:
    """White noise at 10 dB."""
    return Trial(x + random.normal(0, x.std() / np.sqrt(10), len(x)))


def low_perfusion(x: NDArray[Any], random: Generator) -> Trial:
    """A pulse of 60 counts."""
    return Trial(100000 + 0.06 * (x - 100000) + random.normal(0, 2, len(x)))


def wander(x: NDArray[Any], random: Generator) -> Trial:
    """A baseline five pulses high, at the pace of breathing."""
    t = np.arange(len(x)) / RATE_HZ
    phase = random.uniform(0, 2 * np.pi)
    swell = 1 + 0.3 * np.sin(2 * np.pi * 0.01 * t)
    return Trial(x + 5000 * np.sin(2 * np.pi * 0.25 * t + phase) * swell)


def motion(x: NDArray[Any], random: Generator) -> Trial:
    """A rolling hand: 3 s of random walk every 45 s."""
    x = x.astype(float)
    for start in range(2000, len(x) - 300, 4500):
        x[start : start + 300] += np.cumsum(random.normal(0, 400, 300))
    return Trial(x)


def finger_off(x: NDArray[Any], random: Generator) -> Trial:
    """5 s without a finger every 60 s."""
    x = x.astype(float)
    spans: list[Span] = []
    for start in range(2500, len(x) - 500, 6000):
        x[start : start + 500] = random.normal(800, 30, 500)
        spans.append((start / RATE_HZ, start / RATE_HZ + 5))
    return Trial(x, no_finger=spans)


def dc_step(x: NDArray[Any], random: Generator) -> Trial:
    """The LED current changes every 60 s. Not clipped: the sum may leave the converter's range."""
    x = x.astype(float)
    for start in range(3000, len(x), 6000):
        x[start:] += random.choice([-1, 1]) * random.uniform(5000, 30000)
    return Trial(x)


def dropped(x: NDArray[Any], random: Generator) -> Trial:
    """The FIFO overflows every 18 s: 5 to 60 readings are lost, and counted."""
    keep, removed = np.ones(len(x), bool), 0
    gaps: list[tuple[int, int]] = []
    for start in range(2200, len(x) - 60, 1800):
        lost = int(random.integers(5, 61))
        keep[start : start + lost] = False
        gaps.append((start - removed, lost))
        removed += lost
    return Trial(x[keep], gaps=gaps)


def clock_error(x: NDArray[Any], random: Generator) -> Trial:
    """The sensor's clock runs 3 % fast or slow, and nobody knows."""
    hz = RATE_HZ * (1 + random.choice([-0.03, 0.03]))
    return Trial(resample(x, RATE_HZ, hz), true_hz=hz)


def saturation(x: NDArray[Any], random: Generator) -> Trial:
    """2 s at the converter's end every 60 s."""
    x = x.astype(float)
    spans: list[Span] = []
    for start in range(2500, len(x) - 200, 6000):
        x[start : start + 200] = TOP
        spans.append((start / RATE_HZ, start / RATE_HZ + 2))
    return Trial(x, no_finger=spans)


def wrong_polarity(x: NDArray[Any], random: Generator) -> Trial:
    """The detector is told that systole is a dip, and it is a peak."""
    return Trial(x, told_inverted=True)


CONDITIONS: dict[str, Callable[[NDArray[Any], Generator], Trial]] = {
    "clean": clean,
    "noise": noise,
    "low perfusion": low_perfusion,
    "wander": wander,
    "motion": motion,
    "finger off": finger_off,
    "DC step": dc_step,
    "dropped samples": dropped,
    "clock 3 % off": clock_error,
    "saturation": saturation,
    "polarity said wrongly": wrong_polarity,
}


def make_trial(record: Record, number: int, condition: str) -> Trial:
    """One record under one fault; the same number gives the same noise, always."""
    trial = CONDITIONS[condition](record.readings, np.random.default_rng(SEED + number))
    trial.readings = np.round(trial.readings).astype(np.int64)
    return trial
