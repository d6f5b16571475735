"""A recorded pulse laid on the virtual sensor (`--replay`).

One column of numbers, a header if the first line is none, plain or gzip: the format of
../shared/data/bidmc, whose `pleth_e5` is 125 Hz. Scaled as its README does, around 100,000 with
5th to 95th percentile 1,000 apart, and turned over: there systole is a peak, here a dip.
"""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from starlit.errors import UserError

DEFAULT_RATE_HZ = 125.0
_CENTRE = 100_000.0
_SPAN = 1000.0
_SUFFIXES = (".csv", ".txt", ".csv.gz", ".txt.gz")


class Recording:
    """Plays `values` (counts) from its first use on, and again from the start at the end."""

    def __init__(self, values: list[float], rate_hz: float, name: str = "") -> None:
        self.values = values
        self.rate_hz = rate_hz
        self.name = name
        self._start_us: int | None = None
        self._ring = [*values, values[0]]

    @property
    def duration_s(self) -> float:
        return len(self.values) / self.rate_hz

    def fill(self, start_us: int, step_us: int, count: int) -> list[float]:
        if self._start_us is None:
            self._start_us = start_us
        ring, length = self._ring, len(self.values)
        per_us = self.rate_hz / 1e6
        at = (start_us - self._start_us) * per_us % length
        step = step_us * per_us
        light = []
        for _ in range(count):
            if at >= length:
                at -= length
            i = int(at)
            x = ring[i]
            light.append(x + (ring[i + 1] - x) * (at - i))
            at += step
        return light


def find(path: str | Path) -> list[Path]:
    """The recordings at `path`: the file itself, or a folder's `*_ppg.*` (else all), by name."""
    path = Path(path)
    if not path.is_dir():
        return [path]
    files = sorted(f for f in path.iterdir() if f.is_file() and f.name.endswith(_SUFFIXES))
    files = [f for f in files if "_ppg." in f.name] or files
    if not files:
        raise UserError(f"{path}: no recording (*.csv, *.txt, plain or .gz) in this folder")
    return files


def load(path: str | Path, rate_hz: float = DEFAULT_RATE_HZ) -> Recording:
    """Reads one recording. Raises UserError naming file and line."""
    if not 10.0 <= rate_hz <= 10_000.0:
        raise UserError(f"--rate {rate_hz:g}: give samples a second, 10 to 10000")
    numbers = _numbers(Path(path))
    if len(numbers) < rate_hz:
        raise UserError(f"{path}: {len(numbers)} numbers are under one second; give more")
    return Recording(_counts(numbers, Path(path)), rate_hz, Path(path).name)


def for_pod(path: str | Path, index: int, rate_hz: float = DEFAULT_RATE_HZ) -> Recording:
    """The recording of pod `index` (from 0): each its own where a folder has enough."""
    files = find(path)
    return load(files[index % len(files)], rate_hz)


def _lines(path: Path) -> list[str]:
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
        return raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise UserError(f"{path}: not text; give one column of numbers, plain or gzip") from None
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "broken gzip"
        raise UserError(f"{path}: cannot be read ({reason}); check the path") from None


def _numbers(path: Path) -> list[float]:
    lines = _lines(path)
    first = 1 if lines and not _is_number(lines[0]) else 0
    try:
        numbers = [float(line) for line in lines[first:] if line and not line.isspace()]
    except ValueError:
        bad = _first_bad(lines, first)
        word = lines[bad].strip()[:40]
        raise UserError(
            f"{path}:{bad + 1}: '{word}' is not a number; give one column of numbers"
        ) from None
    if any(x - x != 0.0 for x in numbers):  # inf, nan
        raise UserError(f"{path}: holds inf or nan; replace them by numbers")
    return numbers


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _first_bad(lines: list[str], first: int) -> int:
    lines_left = enumerate(lines[first:], first)
    return next(i for i, line in lines_left if line.strip() and not _is_number(line))


def _counts(numbers: list[float], path: Path) -> list[float]:
    ordered = sorted(numbers)
    low, high = _percentile(ordered, 5), _percentile(ordered, 95)
    if high <= low:
        raise UserError(f"{path}: has no pulse, its numbers hardly differ; give another recording")
    scale = _SPAN / (high - low)
    return [_CENTRE - scale * (x - low) for x in numbers]


def _percentile(ordered: list[float], percent: float) -> float:
    """With linear interpolation, as numpy's default."""
    at = (len(ordered) - 1) * percent / 100.0
    i = int(at)
    j = min(i + 1, len(ordered) - 1)
    return ordered[i] + (ordered[j] - ordered[i]) * (at - i)
