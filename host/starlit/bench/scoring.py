"""How one record is scored.

Protocol: readings at 100 Hz, scaled to a sensor's counts, one at a time. One constant
lag a record (-0.5 to 1.5 s in 20 ms steps, most matches), then one-to-one matches
within 150 ms. Not scored: the first 10 s, the last 2 s, excluded spans and, where a
fault takes the finger away, its span and the 3 s after. The heart rate is compared in
windows of 30 s. 'Flagged' leaves out what the detector itself calls doubtful: only
stretches between two neighbouring good beats at most 2 s apart are scored then, and
coverage is their share of the reference beats.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from starlit.bench.faults import Trial
from starlit.bench.matching import best_lag, pair
from starlit.bench.records import Record, Span

FIRST_S, LAST_S = 10.0, 2.0
RECOVERY_S = 3.0
WINDOW_S = 30.0
LONGEST_INTERVAL_S = 2.0
GOOD = 50


def score(
    record: Record, trial: Trial, found: NDArray[Any], quality: NDArray[Any] | None
) -> dict[str, Any]:
    """Counts and errors of one record; found is in the detector's samples."""
    found = np.asarray(found, float) / trial.true_hz
    lag = best_lag(record.beats, found)
    pairs = pair(record.beats, found - lag)
    spans = record.excluded + [(a, b + RECOVERY_S) for a, b in trial.no_finger]
    in_true = _scored(record.beats, spans, record.seconds)
    in_found = _scored(found - lag, spans, record.seconds)
    counts = _counts(pairs, in_true, in_found)
    result: dict[str, Any] = {
        **counts,
        "f1": f1(counts),
        "lag_s": round(lag, 2),
        "ibi_errors_ms": _interval_errors(record.beats, found, pairs, in_true),
        "rate_errors_bpm": _rate_errors(record, found - lag, spans),
        "no_finger_beats": int(sum(((found >= a) & (found < b)).sum() for a, b in trial.no_finger)),
        "no_finger_s": sum(b - a for a, b in trial.no_finger),
    }
    if quality is not None:
        result["flagged"] = _flagged(record.beats, found - lag, quality, pairs, in_true, in_found)
    return result


def f1(counts: dict[str, int]) -> float:
    """F1 in percent of hits, missed and invented."""
    total = 2 * counts["hits"] + counts["missed"] + counts["invented"]
    return round(200 * counts["hits"] / total, 3) if total else 0.0


def _scored(times: NDArray[Any], spans: list[Span], seconds: float) -> NDArray[Any]:
    inside = (times >= FIRST_S) & (times <= seconds - LAST_S)
    for start, end in spans:
        inside &= ~((times >= start) & (times <= end))
    return inside


def _counts(pairs: NDArray[Any], in_true: NDArray[Any], in_found: NDArray[Any]) -> dict[str, int]:
    matched_true, matched_found = np.zeros(len(in_true), bool), np.zeros(len(in_found), bool)
    matched_true[pairs[:, 0]] = True
    matched_found[pairs[:, 1]] = True
    return {
        "hits": int((in_true & matched_true).sum()),
        "missed": int((in_true & ~matched_true).sum()),
        "invented": int((in_found & ~matched_found).sum()),
    }


def _interval_errors(
    true: NDArray[Any], found: NDArray[Any], pairs: NDArray[Any], in_true: NDArray[Any]
) -> list[float]:
    """Neighbouring true beats that match neighbouring found ones."""
    if len(pairs) < 2:
        return []
    i, j = pairs[:, 0], pairs[:, 1]
    next_to = (np.diff(i) == 1) & (np.diff(j) == 1) & in_true[i[:-1]] & in_true[i[1:]]
    next_to &= np.diff(true[i]) < LONGEST_INTERVAL_S
    errors: list[float] = (1000 * np.abs(np.diff(found[j]) - np.diff(true[i])))[next_to].tolist()
    return errors


def _rate_errors(record: Record, found: NDArray[Any], spans: list[Span]) -> list[float]:
    errors = []
    start = FIRST_S
    while start + WINDOW_S <= record.seconds - LAST_S:
        end = start + WINDOW_S
        rate = _rate(record.beats, start, end)
        if rate and not any(a < end and b > start for a, b in spans):
            errors.append(abs(_rate(found, start, end) - rate))
        start = end
    return errors


def _rate(times: NDArray[Any], start: float, end: float) -> float:
    inside = times[(times >= start) & (times < end)]
    return 60 * (len(inside) - 1) / (inside[-1] - inside[0]) if len(inside) > 2 else 0.0


def _flagged(
    true: NDArray[Any],
    found: NDArray[Any],
    quality: NDArray[Any],
    pairs: NDArray[Any],
    in_true: NDArray[Any],
    in_found: NDArray[Any],
) -> dict[str, int]:
    """The same counts over stretches between two neighbouring good beats."""
    good = quality >= GOOD
    joined = good[:-1] & good[1:] & (np.diff(found) <= LONGEST_INTERVAL_S)
    kept_found = np.zeros(len(found), bool)
    kept_found[:-1] |= joined
    kept_found[1:] |= joined
    kept_found &= in_found
    after = np.searchsorted(found, true) - 1
    between = (after >= 0) & (after < len(joined))
    kept_true = np.zeros(len(true), bool)
    kept_true[between] = joined[after[between]]
    kept_true[pairs[:, 0]] = kept_found[pairs[:, 1]]  # a match decides where it is on an edge
    kept_true &= in_true
    counts = _counts(pairs, kept_true, kept_found)
    counts["covered"], counts["of"] = int(kept_true.sum()), int(in_true.sum())
    return counts
