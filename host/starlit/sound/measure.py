"""Listening by numbers: level, crest, spectrum and steps of 16 kHz samples. Needs numpy."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np

from pod.io import BLOCK_SAMPLES, SOUND_RATE_HZ

FULL_SCALE = 32767
_WINDOW = 4096  # 0.26 s: lines of 3.9 Hz


@dataclass(frozen=True)
class Figures:
    """What docs/sound.md tables of a kind."""

    rms: float  # counts
    peak: int
    crest_db: float
    centroid_hz: float
    steepest: float  # the largest step from a sample to the next, as a share of the peak
    loudest_rms: float  # over 100 ms
    swing_db: float  # from the 5th to the 95th percentile of the 100 ms envelope


def samples_of(samples: array[int]) -> np.ndarray:
    return np.frombuffer(samples, np.int16).astype(float)


def figures(samples: np.ndarray) -> Figures:
    """Of a stretch without start and end."""
    rms = float(np.sqrt(np.mean(samples**2)))
    peak = int(np.abs(samples).max())
    hz, power = spectrum(samples)
    slow = envelope(samples)
    low, high = np.percentile(slow, (5, 95))
    return Figures(
        rms,
        peak,
        20 * float(np.log10(peak / rms)),
        float((hz * power).sum() / power.sum()),
        float(np.abs(np.diff(samples)).max()) / peak,
        float(slow.max()),
        20 * float(np.log10(high / max(low, 1e-9))),
    )


def level_dba(rms: float, full_scale_dba: float) -> float:
    """dBA at the pillow by the guard's model, which takes every frequency as 1 kHz."""
    return full_scale_dba + 20 * float(np.log10(max(rms, 1e-9) / FULL_SCALE))


def envelope(samples: np.ndarray) -> np.ndarray:
    """RMS over 100 ms, each 20 ms."""
    blocks = (samples[: len(samples) // BLOCK_SAMPLES * BLOCK_SAMPLES] ** 2).reshape(
        -1, BLOCK_SAMPLES
    )
    return np.sqrt(np.convolve(blocks.mean(axis=1), np.ones(5) / 5, "valid"))


def spectrum(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(Hz, power a Hz) by Welch's method: Hann windows of 0.26 s, half overlapped."""
    window = np.hanning(_WINDOW)
    starts = range(0, len(samples) - _WINDOW + 1, _WINDOW // 2)
    power = np.zeros(_WINDOW // 2 + 1)
    for start in starts:
        power += np.abs(np.fft.rfft(samples[start : start + _WINDOW] * window)) ** 2
    power *= 2 / (SOUND_RATE_HZ * (window**2).sum() * max(len(starts), 1))
    return np.fft.rfftfreq(_WINDOW, 1 / SOUND_RATE_HZ), power


def thirds(hz: np.ndarray, power: np.ndarray, low: float, high: float) -> tuple[np.ndarray, ...]:
    """(Hz, mean power a Hz in dB) over thirds of an octave from `low` to `high`."""
    centres = low * 2 ** (np.arange(int(3 * np.log2(high / low)) + 1) / 3)
    means = [power[(hz >= c / 2 ** (1 / 6)) & (hz < c * 2 ** (1 / 6))].mean() for c in centres]
    return centres, 10 * np.log10(means)


def slope_db_per_octave(samples: np.ndarray, low: float, high: float) -> tuple[float, float]:
    """(slope of a straight line through the thirds, the farthest third from it in dB)."""
    centres, db = thirds(*spectrum(samples), low, high)
    octaves = np.log2(centres)
    slope, offset = np.polyfit(octaves, db, 1)
    return float(slope), float(np.abs(db - slope * octaves - offset).max())
