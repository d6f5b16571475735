"""Recordings with known beats, as the readings that a sensor would give.

A folder holds `*_ppg.csv[.gz]` with `*_beats.csv` and `*_excluded.csv` beside it
(125 Hz), or PhysioNet's BIDMC files as downloaded (`bidmc_NN_Signals.csv`); those have
no beats, so two of NeuroKit2's ECG detectors find them and only what both agree on is
scored.
"""

import csv
import gzip
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from starlit.bench.matching import pair

RATE_HZ = 100
RECORDED_HZ = 125
TOP = 262143  # an 18-bit converter's end

Span = tuple[float, float]  # from, to, in s


@dataclass
class Record:
    """One recording: readings at 100 Hz in counts, true beats and unscored spans in s."""

    name: str
    readings: NDArray[Any]
    beats: NDArray[Any]
    excluded: list[Span] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return len(self.readings) / RATE_HZ


def read_folder(folder: Path | str) -> tuple[list[Record], list[str]]:
    """All records of a folder, sorted by name, and notes on what could not be read."""
    folder = Path(folder)
    own = sorted([*folder.glob("*_ppg.csv.gz"), *folder.glob("*_ppg.csv")])
    if own:
        return [_read_own(path) for path in own], []
    downloaded = sorted(folder.glob("bidmc_*_Signals.csv"))
    if downloaded:
        return _read_downloaded(downloaded)
    raise FileNotFoundError(
        f"{folder}: no recordings here. Expected NAME_ppg.csv[.gz] with NAME_beats.csv, "
        "or PhysioNet BIDMC files such as bidmc_01_Signals.csv"
    )


def _read_own(path: Path) -> Record:
    stem = path.name.split("_ppg.csv")[0]
    beats = _columns(path.with_name(stem + "_beats.csv"))
    spans_path = path.with_name(stem + "_excluded.csv")
    spans = _columns(spans_path) if spans_path.exists() else np.zeros((0, 2))
    return Record(
        stem,
        to_counts(resample(_columns(path)[:, 0], RECORDED_HZ)),
        np.sort(beats[:, 0]),
        [(start, end) for start, end in spans],
    )


def _columns(path: Path) -> NDArray[Any]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else open(path) as lines:
        rows = [line.split(",") for line in lines][1:]
    return np.array([[float(value) for value in row] for row in rows if row != ["\n"]])


def _read_downloaded(paths: list[Path]) -> tuple[list[Record], list[str]]:
    try:
        import neurokit2
    except ImportError as error:
        raise RuntimeError(
            "PhysioNet's files hold no beats; they are found in the ECG by NeuroKit2, which "
            "is not installed. Install the extra: pip install 'starlit-cottage[bench]'"
        ) from error
    records, notes = [], ["reference beats: NeuroKit2's 'neurokit' and 'pantompkins1985' agree"]
    for path in paths:
        with open(path, newline="") as lines:
            rows = list(csv.reader(lines))
        names = [name.strip() for name in rows[0]]
        stem = path.name.removesuffix("_Signals.csv")
        if "PLETH" not in names or "II" not in names:
            notes.append(f"{stem} left out: it has no column PLETH or II")
            continue
        values = np.array([[float(v) if v.strip() else np.nan for v in row] for row in rows[1:]])
        pleth, ecg = (_filled(values[:, names.index(name)]) for name in ("PLETH", "II"))
        beats, excluded = _reference(neurokit2, ecg)
        records.append(Record(stem, to_counts(resample(pleth, RECORDED_HZ)), beats, excluded))
    return records, notes


def _filled(values: NDArray[Any]) -> NDArray[Any]:
    known = ~np.isnan(values)
    return np.interp(np.arange(len(values)), np.flatnonzero(known), values[known])


def _reference(neurokit2: Any, ecg: NDArray[Any]) -> tuple[NDArray[Any], list[Span]]:
    """R peaks that two ECG detectors agree on, and spans around those they do not."""
    clean = neurokit2.ecg_clean(ecg, sampling_rate=RECORDED_HZ)

    def peaks(method: str) -> NDArray[Any]:
        found = neurokit2.ecg_findpeaks(clean, sampling_rate=RECORDED_HZ, method=method)
        return np.asarray(found["ECG_R_Peaks"]) / RECORDED_HZ

    first, second = peaks("neurokit"), peaks("pantompkins1985")
    pairs = pair(first, second)
    alone = np.sort(np.concatenate([np.delete(first, pairs[:, 0]), np.delete(second, pairs[:, 1])]))
    return first[pairs[:, 0]], [(t - 0.4, t + 0.4) for t in alone]


def resample(
    x: NDArray[Any], from_hz: float, to_hz: float = RATE_HZ, taps: int = 16
) -> NDArray[Any]:
    """Windowed-sinc resampling; edges repeat the outermost value."""
    x = np.asarray(x, float)
    at = np.arange(int(len(x) * to_hz / from_hz)) * (from_hz / to_hz)
    near = np.floor(at).astype(int)
    cut = min(1.0, to_hz / from_hz)
    out, gain = np.zeros(len(at)), np.zeros(len(at))
    for tap in range(1 - taps, taps + 1):
        away = near + tap - at
        weight = np.sinc(away * cut) * np.cos(np.pi * away / (2 * taps + 2)) ** 2
        out += weight * x[np.clip(near + tap, 0, len(x) - 1)]
        gain += weight
    return out / gain


def to_counts(x: NDArray[Any]) -> NDArray[Any]:
    """A finger on the sensor: about 100,000 counts with a pulse of about 1000."""
    low, high = np.percentile(x, [5, 95])
    return np.round(100000 + 1000 * (x - low) / ((high - low) or 1)).astype(np.int64)
