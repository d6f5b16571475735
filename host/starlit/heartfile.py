"""Nights of heart rate as files: rows of t_s,bpm turned to beat instants.

The format of ../shared/data/sleep_accel: `t_s` in seconds from lights off, `bpm` about every 5 s.
"""

import bisect
import gzip
import math
from collections.abc import Iterator
from pathlib import Path

from starlit.errors import UserError

GAP_S = 60.0  # a longer silence of the file is a hand without a sensor
BREATH_S = 4.3  # respiratory sinus arrhythmia, so that no two intervals are alike
BREATH_SHARE = 0.03
SUFFIXES = (".csv", ".csv.gz")


def find_heart_files(path: Path) -> list[Path]:
    """The file itself, or a folder's `*_hr.csv[.gz]` (else every CSV), one for each pod."""
    if not path.is_dir():
        return [path]
    files = sorted(p for p in path.iterdir() if p.name.endswith(SUFFIXES))
    named = [p for p in files if "_hr." in p.name]
    if not files:
        raise UserError(f"--heart {path}: no *.csv or *.csv.gz in it; give a file of t_s,bpm")
    return named or files


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"--heart {path}: not text; give rows of t_s,bpm") from None
    except (OSError, EOFError) as error:
        why = getattr(error, "strerror", None) or "broken gzip"
        raise UserError(f"--heart {path}: cannot be read ({why}); check the path") from None


def _row(line: str) -> tuple[float, float]:
    t_s, bpm = (float(part) for part in line.split(",")[:2])
    if not math.isfinite(t_s) or not 20 <= bpm <= 300:
        raise ValueError
    return t_s, bpm


def read_heart(path: Path) -> list[tuple[float, float]]:
    """(t_s, bpm) in the order of time, from the last row before 0 on; one row an instant."""
    rows: dict[float, float] = {}
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip() or (number == 1 and line[:1].isalpha()):
            continue
        try:
            t_s, bpm = _row(line)
        except ValueError:
            raise UserError(
                f"--heart {path}:{number}: '{line.strip()[:40]}' is not t_s,bpm with "
                "20 to 300 bpm; mend or delete the line"
            ) from None
        rows[t_s] = bpm
    night = sorted(rows.items())
    start = max(0, bisect.bisect_right(night, (0.0, math.inf)) - 1)
    if len(night) < 2:
        raise UserError(f"--heart {path}: fewer than two rows; give a night of t_s,bpm")
    return night[start:]


class HeartNight:
    """Beat instants after the file's `t_s` 0, and where a finger is on.

    The rate holds from each row to the next; a gap of more than 60 s is no contact.
    """

    def __init__(self, rows: list[tuple[float, float]]):
        self.rows = rows

    def spans(self) -> Iterator[tuple[float, float, float]]:
        """(from_s, to_s, bpm) of each row's validity."""
        following = [t for t, _ in self.rows[1:]] + [self.rows[-1][0] + 5.0]
        for (t_s, bpm), next_s in zip(self.rows, following, strict=True):
            end_s = next_s if next_s - t_s <= GAP_S else t_s + 5.0
            if end_s > 0:
                yield max(0.0, t_s), end_s, bpm

    def segments_ms(self) -> list[tuple[list[int], int]]:
        """Spans with a finger on: the beats' instants, and when the finger leaves, in ms."""
        segments: list[tuple[list[int], int]] = []
        beats: list[int] = []
        at_s, phase = 0.0, 0.0
        for from_s, to_s, bpm in self.spans():
            if from_s > at_s + 0.001 and beats:
                segments.append((beats, int(at_s * 1000)))
                beats, phase = [], 0.0
            at_s, phase = _beats_in(max(at_s, from_s), to_s, bpm, phase, beats)
        segments.append((beats, int(at_s * 1000)))
        return [segment for segment in segments if segment[0]]


def _beats_in(
    at_s: float, to_s: float, bpm: float, phase: float, beats: list[int]
) -> tuple[float, float]:
    """Appends the beats up to `to_s`; returns that and the share of the next one gone by."""
    while True:
        sway = 1.0 + BREATH_SHARE * math.sin(2 * math.pi * at_s / BREATH_S)
        rate = bpm * sway / 60.0
        beat_s = at_s + (1.0 - phase) / rate
        if beat_s >= to_s:
            return to_s, phase + (to_s - at_s) * rate
        beats.append(int(beat_s * 1000))
        at_s, phase = beat_s, 0.0


# -- true stages beside a heart file -----------------------------------------------------------

EPOCH_S = 30
STAGES = {-1: "unscored", 0: "wake", 1: "N1", 2: "N2", 3: "N3", 5: "REM"}


def find_stages(heart: Path) -> Path | None:
    """`<name>_stages.csv[.gz]` beside `<name>_hr.csv[.gz]`, if it is there."""
    name = heart.name
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    beside = [heart.parent / (name.removesuffix("_hr") + "_stages" + end) for end in SUFFIXES]
    return next((path for path in beside if path.is_file() and path != heart), None)


def read_stages(path: Path) -> dict[int, int]:
    """Stage by epoch of 30 s, the number of which is `t_s` // 30."""
    stages: dict[int, int] = {}
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip() or (number == 1 and line[:1].isalpha()):
            continue
        try:
            t_s, stage = line.split(",")[:2]
            epoch, stage_number = int(float(t_s) // EPOCH_S), int(float(stage))
            if stage_number not in STAGES:
                raise ValueError
        except (ValueError, OverflowError):
            raise UserError(
                f"{path}, line {number}: rows are t_s,stage with a stage of "
                f"{', '.join(map(str, STAGES))}; mend or delete the line"
            ) from None
        stages[epoch] = stage_number
    return stages


def stage_at(stages: dict[int, int], t_s: float) -> str:
    return STAGES[stages.get(int(t_s // EPOCH_S), -1)]
