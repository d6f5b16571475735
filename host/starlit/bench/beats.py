"""Scores beat detectors on recordings with known beats: `starlit bench beats DIR`.

run(folder, faults)   every detector under every condition, as a JSON-able dict
table(result)         the same for people, as a rich table

What a folder holds is in the head of `records.py`, the protocol in that of `scoring.py`.
"""

import time
import warnings
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from starlit.bench.beats_table import table
from starlit.bench.detectors import Detector, available
from starlit.bench.faults import CONDITIONS, make_trial
from starlit.bench.records import Record, read_folder
from starlit.bench.scoring import f1, score

__all__ = ["run", "table"]

Progress = Callable[[int, int, str], None]


def run(
    folder: Path | str,
    faults: bool = False,
    detectors: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Runs detectors (names; all that are installed by default) over a folder.

    progress(done, total, what) is called before each record. Raises FileNotFoundError
    where the folder has no recordings, ValueError for a detector that is not here.
    """
    records, notes = read_folder(folder)
    found, versions = available()
    names = list(detectors or found)
    for name in names:
        if name not in found:
            raise ValueError(f"no detector '{name}' here; there are: {', '.join(found)}")
    conditions = list(CONDITIONS) if faults else ["clean"]
    total, done = len(names) * len(conditions) * len(records), 0
    results: dict[str, dict[str, Any]] = {}
    for name in names:
        results[name] = {}
        for condition in conditions:
            scores = {}
            for number, record in enumerate(records):
                if progress:
                    progress(done, total, f"{name}, {condition}, {record.name}")
                scores[record.name] = _one(record, number, condition, found[name])
                done += 1
            results[name][condition] = _pooled(scores)
    return {
        "bench": "beats",
        "folder": str(folder),
        "date": date.today().isoformat(),
        "versions": versions,
        "records": len(records),
        "notes": notes,
        "conditions": conditions,
        "detectors": results,
    }


def _one(record: Record, number: int, condition: str, detect: Detector) -> dict[str, Any]:
    trial = make_trial(record, number, condition)
    before = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        beats, quality = detect(trial)
    cpu_s = time.process_time() - before
    result = score(record, trial, beats, quality)
    result["cpu_s"] = cpu_s
    result["minutes"] = record.seconds / 60
    return result


def _pooled(scores: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Figures over all records, and a line for each of them."""
    every = list(scores.values())
    counts = {key: sum(s[key] for s in every) for key in ("hits", "missed", "invented")}
    worst = min(scores, key=lambda name: scores[name]["f1"])
    rates = np.concatenate([s["rate_errors_bpm"] for s in every])
    intervals = np.concatenate([s["ibi_errors_ms"] for s in every])
    cpu_s, minutes = (sum(s[key] for s in every) for key in ("cpu_s", "minutes"))
    pooled = {
        "f1": f1(counts),
        "sensitivity": _share(counts["hits"], counts["hits"] + counts["missed"]),
        "ppv": _share(counts["hits"], counts["hits"] + counts["invented"]),
        "worst_record": worst,
        "worst_f1": scores[worst]["f1"],
        "rate_error_bpm": _mean(rates),
        "rate_within_5_bpm": _share((rates <= 5).sum(), len(rates)),
        "ibi_error_ms": _mean(intervals),
        "no_finger_beats_per_min": _no_finger_beats(every),
        "cpu_ms_per_min": round(1000 * cpu_s / minutes, 2),
    }
    if all("flagged" in s for s in every):
        flagged = {key: sum(s["flagged"][key] for s in every) for key in every[0]["flagged"]}
        pooled["flagged_f1"] = f1(flagged)
        pooled["coverage"] = _share(flagged["covered"], flagged["of"])
    pooled["per_record"] = {name: _line(s) for name, s in scores.items()}
    return pooled


def _no_finger_beats(every: list[dict[str, Any]]) -> float | None:
    """Beats a minute found where there was no finger."""
    seconds = sum(s["no_finger_s"] for s in every)
    return round(60 * sum(s["no_finger_beats"] for s in every) / seconds, 3) if seconds else None


def _line(scored: dict[str, Any]) -> dict[str, Any]:
    line = {key: scored[key] for key in ("f1", "hits", "missed", "invented", "lag_s")}
    line["rate_error_bpm"] = _mean(scored["rate_errors_bpm"])
    line["ibi_error_ms"] = _mean(scored["ibi_errors_ms"])
    return line


def _share(part: float, whole: float) -> float | None:
    return round(100 * float(part) / float(whole), 3) if whole else None


def _mean(values: Any) -> float | None:
    return round(float(np.mean(values)), 3) if len(values) else None
