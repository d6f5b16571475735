"""The pod's beat detector, and other people's beside it where they are installed."""

import importlib.metadata
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from starlit.bench.faults import Trial
from starlit.bench.records import RATE_HZ, TOP

Found = tuple[NDArray[Any], NDArray[Any] | None]  # beat times in samples; their quality, if told
Detector = Callable[[Trial], Found]


def starlit(trial: Trial) -> Found:
    """The pod's own, one reading at a time: beat times in its samples, and quality."""
    detector = _pod_detector()(trial.told_inverted)
    push, gaps = detector.push, dict(trial.gaps)
    beats, quality = [], []
    for position, reading in enumerate(trial.readings.tolist()):
        if position in gaps:
            detector.gap(gaps[position])
        beat = push(reading)
        if beat >= 0:
            beats.append(beat / 16)
            quality.append(detector.quality)
    return np.array(beats), np.array(quality)


def _pod_detector() -> Callable[[bool], Any]:
    try:
        from pod.beats import BeatDetector
    except ImportError:  # a checkout that is not installed
        sys.path.insert(0, str(Path(__file__).parents[3] / "device"))
        from pod.beats import BeatDetector
    return BeatDetector


def _whole(trial: Trial) -> NDArray[Any]:
    """The readings as software for whole records wants them: upright and without holes."""
    x = trial.readings.astype(float)
    at = np.arange(len(x), dtype=float)
    for position, lost in trial.gaps:
        at[position:] += lost
    x = np.interp(np.arange(at[-1] + 1), at, x)
    return TOP - x if trial.told_inverted else x


def neurokit(method: str) -> Detector:
    """A NeuroKit2 detector by name, after NeuroKit2's standard filter."""

    def detect(trial: Trial) -> Found:
        import neurokit2

        signal = neurokit2.ppg_clean(_whole(trial), sampling_rate=RATE_HZ, method="elgendi")
        found = neurokit2.ppg_findpeaks(signal, sampling_rate=RATE_HZ, method=method)
        return np.asarray(found["PPG_Peaks"], float), None

    return detect


def heartpy(trial: Trial) -> Found:
    """HeartPy, all peaks that it found before it rejects any."""
    import heartpy as hp

    x = _whole(trial)
    try:  # without its band-pass it finds half of the beats in noise or wandering
        x = hp.filter_signal(x - x.mean(), [0.7, 3.5], RATE_HZ, order=3, filtertype="bandpass")
        working, _ = hp.process(x, float(RATE_HZ))
    except hp.exceptions.BadSignalWarning:
        return np.array([]), None
    return np.asarray(working["peaklist"], float), None


OTHERS: dict[str, dict[str, Detector]] = {
    "neurokit2": {"elgendi": neurokit("elgendi"), "charlton": neurokit("charlton")},
    "heartpy": {"heartpy": heartpy},
}


def available() -> tuple[dict[str, Detector], dict[str, str | None]]:
    """The detectors that can run here, and the versions of what they come from."""
    found: dict[str, Detector] = {"starlit": starlit}
    versions: dict[str, str | None] = {
        "python": sys.version.split()[0],
        "numpy": np.__version__,
    }
    for package, detectors in OTHERS.items():
        try:
            versions[package] = importlib.metadata.version(package)
            found.update(detectors)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = None
    return found, versions
