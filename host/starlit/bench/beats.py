"""Scores beat detectors on recordings with known beats: `starlit bench beats DIR`.

run(folder, faults)   every detector under every condition, as a JSON-able dict
table(result)         the same for people, as a rich table

A folder holds `*_ppg.csv[.gz]` with `*_beats.csv` and `*_excluded.csv` beside it
(125 Hz), or PhysioNet's BIDMC files as downloaded (`bidmc_NN_Signals.csv`); those have
no beats, so two of NeuroKit2's ECG detectors find them and only what both agree on is
scored. NeuroKit2 and HeartPy run beside the pod's detector where they are installed.

Protocol: readings at 100 Hz, scaled to a sensor's counts, one at a time. One constant
lag a record (-0.5 to 1.5 s in 20 ms steps, most matches), then one-to-one matches
within 150 ms. Not scored: the first 10 s, the last 2 s, excluded spans and, where a
fault takes the finger away, its span and the 3 s after. The heart rate is compared in
windows of 30 s. 'Flagged' leaves out what the detector itself calls doubtful: only
stretches between two neighbouring good beats at most 2 s apart are scored then, and
coverage is their share of the reference beats.
"""
import csv
import gzip
import importlib.metadata
import sys
import time
import warnings
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

RATE_HZ = 100
RECORDED_HZ = 125
TOP = 262143
TOLERANCE_S = 0.15
LAGS_S = np.arange(-0.5, 1.501, 0.02)
FIRST_S, LAST_S = 10.0, 2.0
RECOVERY_S = 3.0
WINDOW_S = 30.0
LONGEST_INTERVAL_S = 2.0
GOOD = 50
SEED = 1000


# --- records ---------------------------------------------------------------------------

@dataclass
class Record:
    """One recording: readings at 100 Hz in counts, true beats and unscored spans in s."""
    name: str
    readings: np.ndarray
    beats: np.ndarray
    excluded: list = field(default_factory=list)

    @property
    def seconds(self):
        return len(self.readings) / RATE_HZ


def read_folder(folder):
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
        "or PhysioNet BIDMC files such as bidmc_01_Signals.csv")


def _read_own(path):
    stem = path.name.split("_ppg.csv")[0]
    beats = _columns(path.with_name(stem + "_beats.csv"))
    spans_path = path.with_name(stem + "_excluded.csv")
    spans = _columns(spans_path) if spans_path.exists() else []
    return Record(stem, to_counts(resample(_columns(path)[:, 0], RECORDED_HZ)),
                  np.sort(beats[:, 0]), [tuple(span) for span in spans])


def _columns(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt") as lines:
        rows = [line.split(",") for line in lines][1:]
    return np.array([[float(value) for value in row] for row in rows if row != ["\n"]])


def _read_downloaded(paths):
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


def _filled(values):
    known = ~np.isnan(values)
    return np.interp(np.arange(len(values)), np.flatnonzero(known), values[known])


def _reference(neurokit2, ecg):
    """R peaks that two ECG detectors agree on, and spans around those they do not."""
    clean = neurokit2.ecg_clean(ecg, sampling_rate=RECORDED_HZ)
    first, second = (
        np.asarray(neurokit2.ecg_findpeaks(clean, sampling_rate=RECORDED_HZ, method=method)
                   ["ECG_R_Peaks"]) / RECORDED_HZ
        for method in ("neurokit", "pantompkins1985"))
    pairs = pair(first, second)
    alone = np.sort(np.concatenate([np.delete(first, pairs[:, 0]), np.delete(second, pairs[:, 1])]))
    return first[pairs[:, 0]], [(t - 0.4, t + 0.4) for t in alone]


def resample(x, from_hz, to_hz=RATE_HZ, taps=16):
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


def to_counts(x):
    """A finger on the sensor: about 100,000 counts with a pulse of about 1000."""
    low, high = np.percentile(x, [5, 95])
    return np.round(100000 + 1000 * (x - low) / ((high - low) or 1)).astype(np.int64)


# --- faults ----------------------------------------------------------------------------

@dataclass
class Trial:
    """What a detector is given, and what to leave out when it is scored."""
    readings: np.ndarray
    gaps: list = field(default_factory=list)        # (position among readings, readings lost)
    true_hz: float = RATE_HZ
    told_inverted: bool = False
    no_finger: list = field(default_factory=list)   # spans in s


def clean(x, random):
    return Trial(x)


def noise(x, random):
    """White noise at 10 dB."""
    return Trial(x + random.normal(0, x.std() / np.sqrt(10), len(x)))


def low_perfusion(x, random):
    """A pulse of 60 counts."""
    return Trial(100000 + 0.06 * (x - 100000) + random.normal(0, 2, len(x)))


def wander(x, random):
    """A baseline five pulses high, at the pace of breathing."""
    t = np.arange(len(x)) / RATE_HZ
    phase = random.uniform(0, 2 * np.pi)
    swell = 1 + 0.3 * np.sin(2 * np.pi * 0.01 * t)
    return Trial(x + 5000 * np.sin(2 * np.pi * 0.25 * t + phase) * swell)


def motion(x, random):
    """A rolling hand: 3 s of random walk every 45 s."""
    x = x.astype(float)
    for start in range(2000, len(x) - 300, 4500):
        x[start:start + 300] += np.cumsum(random.normal(0, 400, 300))
    return Trial(x)


def finger_off(x, random):
    """5 s without a finger every 60 s."""
    x, spans = x.astype(float), []
    for start in range(2500, len(x) - 500, 6000):
        x[start:start + 500] = random.normal(800, 30, 500)
        spans.append((start / RATE_HZ, start / RATE_HZ + 5))
    return Trial(x, no_finger=spans)


def dc_step(x, random):
    """The LED current changes every 60 s. Not clipped: the sum may leave the converter's range."""
    x = x.astype(float)
    for start in range(3000, len(x), 6000):
        x[start:] += random.choice([-1, 1]) * random.uniform(5000, 30000)
    return Trial(x)


def dropped(x, random):
    """The FIFO overflows every 18 s: 5 to 60 readings are lost, and counted."""
    keep, gaps, removed = np.ones(len(x), bool), [], 0
    for start in range(2200, len(x) - 60, 1800):
        lost = int(random.integers(5, 61))
        keep[start:start + lost] = False
        gaps.append((start - removed, lost))
        removed += lost
    return Trial(x[keep], gaps=gaps)


def clock_error(x, random):
    """The sensor's clock runs 3 % fast or slow, and nobody knows."""
    hz = RATE_HZ * (1 + random.choice([-0.03, 0.03]))
    return Trial(resample(x, RATE_HZ, hz), true_hz=hz)


def saturation(x, random):
    """2 s at the converter's end every 60 s."""
    x, spans = x.astype(float), []
    for start in range(2500, len(x) - 200, 6000):
        x[start:start + 200] = TOP
        spans.append((start / RATE_HZ, start / RATE_HZ + 2))
    return Trial(x, no_finger=spans)


def wrong_polarity(x, random):
    """The detector is told that systole is a dip, and it is a peak."""
    return Trial(x, told_inverted=True)


CONDITIONS = {
    "clean": clean, "noise": noise, "low perfusion": low_perfusion, "wander": wander,
    "motion": motion, "finger off": finger_off, "DC step": dc_step,
    "dropped samples": dropped, "clock 3 % off": clock_error, "saturation": saturation,
    "polarity said wrongly": wrong_polarity,
}


# --- detectors -------------------------------------------------------------------------

def starlit(trial):
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


def _pod_detector():
    try:
        from pod.beats import BeatDetector
    except ImportError:     # a checkout that is not installed
        sys.path.insert(0, str(Path(__file__).parents[3] / "device"))
        from pod.beats import BeatDetector
    return BeatDetector


def _whole(trial):
    """The readings as software for whole records wants them: upright and without holes."""
    x = trial.readings.astype(float)
    at = np.arange(len(x), dtype=float)
    for position, lost in trial.gaps:
        at[position:] += lost
    x = np.interp(np.arange(at[-1] + 1), at, x)
    return TOP - x if trial.told_inverted else x


def neurokit(method):
    """A NeuroKit2 detector by name, after NeuroKit2's standard filter."""
    def detect(trial):
        import neurokit2
        signal = neurokit2.ppg_clean(_whole(trial), sampling_rate=RATE_HZ, method="elgendi")
        found = neurokit2.ppg_findpeaks(signal, sampling_rate=RATE_HZ, method=method)
        return np.asarray(found["PPG_Peaks"], float), None
    return detect


def heartpy(trial):
    """HeartPy, all peaks that it found before it rejects any."""
    import heartpy as hp
    x = _whole(trial)
    try:        # without its band-pass it finds half of the beats in noise or wandering
        x = hp.filter_signal(x - x.mean(), [0.7, 3.5], RATE_HZ, order=3, filtertype="bandpass")
        working, _ = hp.process(x, float(RATE_HZ))
    except hp.exceptions.BadSignalWarning:
        return np.array([]), None
    return np.asarray(working["peaklist"], float), None


def available():
    """The detectors that can run here, and the versions of what they come from."""
    found, versions = {"starlit": starlit}, {"python": sys.version.split()[0],
                                             "numpy": np.__version__}
    for package, detectors in {
        "neurokit2": {"elgendi": neurokit("elgendi"), "charlton": neurokit("charlton")},
        "heartpy": {"heartpy": heartpy},
    }.items():
        try:
            versions[package] = importlib.metadata.version(package)
            found.update(detectors)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = None
    return found, versions


# --- scoring ---------------------------------------------------------------------------

def pair(true, found):
    """Index pairs of true and found times that are each other's nearest within 150 ms."""
    if not len(true) or not len(found):
        return np.zeros((0, 2), int)
    to_found, to_true = _nearest(found, true), _nearest(true, found)
    mutual = to_true[to_found] == np.arange(len(true))
    close = np.abs(found[to_found] - true) <= TOLERANCE_S
    i = np.flatnonzero(mutual & close)
    return np.column_stack([i, to_found[i]])


def _nearest(sorted_times, times):
    right = np.clip(np.searchsorted(sorted_times, times), 1, max(len(sorted_times) - 1, 1))
    right = np.minimum(right, len(sorted_times) - 1)
    left = np.maximum(right - 1, 0)
    closer = np.abs(sorted_times[left] - times) <= np.abs(sorted_times[right] - times)
    return np.where(closer, left, right)


def best_lag(true, found):
    """The lag with most matches; the first of equals.

    A steady heart has equals a beat apart, and the wrong one compares neighbouring
    intervals: the interval errors of such records are then too large, never too small.
    """
    counts = [len(pair(true, found - lag)) for lag in LAGS_S]
    return float(LAGS_S[int(np.argmax(counts))])


def score(record, trial, found, quality):
    """Counts and errors of one record; found is in the detector's samples."""
    found = np.asarray(found, float) / trial.true_hz
    lag = best_lag(record.beats, found)
    pairs = pair(record.beats, found - lag)
    spans = record.excluded + [(a, b + RECOVERY_S) for a, b in trial.no_finger]
    in_true = _scored(record.beats, spans, record.seconds)
    in_found = _scored(found - lag, spans, record.seconds)
    result = _counts(pairs, in_true, in_found)
    result["f1"] = _f1(result)
    result["lag_s"] = round(lag, 2)
    result["ibi_errors_ms"] = _interval_errors(record.beats, found, pairs, in_true)
    result["rate_errors_bpm"] = _rate_errors(record, found - lag, spans)
    result["no_finger_beats"] = int(sum(((found >= a) & (found < b)).sum()
                                        for a, b in trial.no_finger))
    result["no_finger_s"] = sum(b - a for a, b in trial.no_finger)
    if quality is not None:
        result["flagged"] = _flagged(record.beats, found - lag, quality, pairs,
                                     in_true, in_found)
    return result


def _scored(times, spans, seconds):
    inside = (times >= FIRST_S) & (times <= seconds - LAST_S)
    for start, end in spans:
        inside &= ~((times >= start) & (times <= end))
    return inside


def _counts(pairs, in_true, in_found):
    matched_true, matched_found = np.zeros(len(in_true), bool), np.zeros(len(in_found), bool)
    matched_true[pairs[:, 0]] = True
    matched_found[pairs[:, 1]] = True
    return {"hits": int((in_true & matched_true).sum()),
            "missed": int((in_true & ~matched_true).sum()),
            "invented": int((in_found & ~matched_found).sum())}


def _f1(counts):
    total = 2 * counts["hits"] + counts["missed"] + counts["invented"]
    return round(200 * counts["hits"] / total, 3) if total else 0.0


def _interval_errors(true, found, pairs, in_true):
    """Neighbouring true beats that match neighbouring found ones."""
    if len(pairs) < 2:
        return []
    i, j = pairs[:, 0], pairs[:, 1]
    next_to = (np.diff(i) == 1) & (np.diff(j) == 1) & in_true[i[:-1]] & in_true[i[1:]]
    next_to &= np.diff(true[i]) < LONGEST_INTERVAL_S
    return (1000 * np.abs(np.diff(found[j]) - np.diff(true[i])))[next_to].tolist()


def _rate_errors(record, found, spans):
    errors = []
    start = FIRST_S
    while start + WINDOW_S <= record.seconds - LAST_S:
        end = start + WINDOW_S
        rate = _rate(record.beats, start, end)
        if rate and not any(a < end and b > start for a, b in spans):
            errors.append(abs(_rate(found, start, end) - rate))
        start = end
    return errors


def _rate(times, start, end):
    inside = times[(times >= start) & (times < end)]
    return 60 * (len(inside) - 1) / (inside[-1] - inside[0]) if len(inside) > 2 else 0.0


def _flagged(true, found, quality, pairs, in_true, in_found):
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
    kept_true[pairs[:, 0]] = kept_found[pairs[:, 1]]    # a match decides where it is on an edge
    kept_true &= in_true
    counts = _counts(pairs, kept_true, kept_found)
    counts["covered"], counts["of"] = int(kept_true.sum()), int(in_true.sum())
    return counts


# --- the whole bench -------------------------------------------------------------------

def run(folder, faults=False, detectors=None, progress=None):
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
    total, done, results = len(names) * len(conditions) * len(records), 0, {}
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
    return {"bench": "beats", "folder": str(folder), "date": date.today().isoformat(),
            "versions": versions, "records": len(records), "notes": notes,
            "conditions": conditions, "detectors": results}


def make_trial(record, number, condition):
    """One record under one fault; the same number gives the same noise, always."""
    trial = CONDITIONS[condition](record.readings, np.random.default_rng(SEED + number))
    trial.readings = np.round(trial.readings).astype(np.int64)
    return trial


def _one(record, number, condition, detect):
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


def _pooled(scores):
    """Figures over all records, and a line for each of them."""
    every = list(scores.values())
    counts = {key: sum(s[key] for s in every) for key in ("hits", "missed", "invented")}
    worst = min(scores, key=lambda name: scores[name]["f1"])
    rates = np.concatenate([s["rate_errors_bpm"] for s in every])
    intervals = np.concatenate([s["ibi_errors_ms"] for s in every])
    no_finger_s = sum(s["no_finger_s"] for s in every)
    pooled = {
        "f1": _f1(counts),
        "sensitivity": _share(counts["hits"], counts["hits"] + counts["missed"]),
        "ppv": _share(counts["hits"], counts["hits"] + counts["invented"]),
        "worst_record": worst, "worst_f1": scores[worst]["f1"],
        "rate_error_bpm": _mean(rates), "rate_within_5_bpm": _share((rates <= 5).sum(), len(rates)),
        "ibi_error_ms": _mean(intervals),
        "no_finger_beats_per_min": (
            round(60 * sum(s["no_finger_beats"] for s in every) / no_finger_s, 3)
            if no_finger_s else None),
        "cpu_ms_per_min": round(1000 * sum(s["cpu_s"] for s in every)
                                / sum(s["minutes"] for s in every), 2),
    }
    if all("flagged" in s for s in every):
        flagged = {key: sum(s["flagged"][key] for s in every) for key in every[0]["flagged"]}
        pooled["flagged_f1"] = _f1(flagged)
        pooled["coverage"] = _share(flagged["covered"], flagged["of"])
    pooled["per_record"] = {name: _line(s) for name, s in scores.items()}
    return pooled


def _line(scored):
    line = {key: scored[key] for key in ("f1", "hits", "missed", "invented", "lag_s")}
    line["rate_error_bpm"] = _mean(scored["rate_errors_bpm"])
    line["ibi_error_ms"] = _mean(scored["ibi_errors_ms"])
    return line


def _share(part, whole):
    return round(100 * float(part) / float(whole), 3) if whole else None


def _mean(values):
    return round(float(np.mean(values)), 3) if len(values) else None


COLUMNS = (
    ("F1 %", "f1", 2), ("sens. %", "sensitivity", 2), ("PPV %", "ppv", 2),
    ("worst F1", "worst_f1", 1), ("rate error bpm", "rate_error_bpm", 2),
    ("within 5 bpm %", "rate_within_5_bpm", 1), ("interval error ms", "ibi_error_ms", 1),
    ("flagged F1 %", "flagged_f1", 2), ("coverage %", "coverage", 1),
    ("no finger /min", "no_finger_beats_per_min", 1), ("CPU ms/min", "cpu_ms_per_min", 0),
)


def table(result):
    """The result for people: one line a condition and detector."""
    from rich.table import Table
    shown = Table(title=f"Beats: {result['records']} records of {result['folder']}, "
                        f"{result['date']}", caption=_caption(result))
    shown.add_column("condition")
    shown.add_column("detector")
    for title, _, _ in COLUMNS:
        shown.add_column(title, justify="right")
    for condition in result["conditions"]:
        for number, (name, conditions) in enumerate(result["detectors"].items()):
            shown.add_row("" if number else condition, name,
                          *(_cell(conditions[condition].get(key), digits)
                            for _, key, digits in COLUMNS))
        shown.add_section()
    return shown


def _cell(value, digits):
    return "-" if value is None else f"{value:.{digits}f}"


def _caption(result):
    versions = ", ".join(f"{name} {version or 'not installed'}"
                         for name, version in result["versions"].items())
    return "; ".join([versions, *result["notes"]])
