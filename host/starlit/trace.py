"""Traces: what a pod did, one JSON object a line (docs/trace.md, version 1)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from starlit.errors import UserError

VERSION = 1
DARK = bytes(36)

# These words hold until the next object that names them, so a repetition says nothing.
LASTING = frozenset({
    "leds", "leds_cmd", "sound_rms", "sound_peak", "rail", "switch", "mode", "state", "night",
    "dose", "fault", "sensor_ok", "heart", "lux", "heartbeat_line", "armed", "share_heart", "dawn",
    "calibration", "wall", "profile", "sleep",
})  # fmt: skip
# These happen; each stands in the trace, repeated or not.
HAPPENING = frozenset({
    "button", "boot", "cue", "rx", "tx", "layer", "flash", "why", "sky_hash", "second",
})  # fmt: skip
WORDS = LASTING | HAPPENING

HEADER_KEYS = (
    "version", "pod", "profile", "seed", "transmission", "distance_m", "area_m2", "sound",
)  # fmt: skip


def make_header(config: Any, start_unix_s: int | None = None) -> dict[str, Any]:
    """The first line, from a `pod.config.Config`: millionths and millimetres become SI units."""
    header = {
        "version": VERSION,
        "pod": config.pod,
        "profile": config.profile,
        "seed": config.seed,
        "transmission": config.transmission_ppm / 1e6,
        "distance_m": config.distance_mm / 1e3,
        "area_m2": config.area_mm2 / 1e6,
        "sound": {
            "full_scale_dba": float(config.sound_cal_db),
            "rate_hz": 16000,
            "block": 320,
        },
    }
    if start_unix_s is not None:
        header["start_unix_s"] = start_unix_s
    return header


def frame_json(frame: bytes | bytearray) -> str:
    """36 bytes as twelve `rrggbb`."""
    return '["' + frame.hex(",", 3).replace(",", '","') + '"]'


def _dumps(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def news(note: dict[str, Any], last: dict[str, Any]) -> dict[str, Any]:
    """What of a note belongs in a trace; `last` learns it. Lasting words that did not change are
    left out, but a decision (one with `why`) is kept whole."""
    if "why" not in note:
        note = {k: v for k, v in note.items() if k not in LASTING or last.get(k, last) != v}
    last.update((key, note[key]) for key in note if key in LASTING)
    return note


class TraceWriter:
    """Writes only what changed. `start` opens the file, `close` ends it; also a context manager.

    A crash loses at most `flush_ms` of the trace's own time.
    """

    def __init__(self, path: Path | str, header: dict[str, Any], flush_ms: int = 1000):
        self.path = Path(path)
        self.header = header
        self.flush_ms = flush_ms
        self._file: IO[str] | None = None
        self._last: dict[str, Any] = {}
        self._shown = b""
        self._cmd = b""
        self._sound = (0, 0)
        self._sky_second = -1
        self._flushed_ms = 0

    def start(self) -> "TraceWriter":
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8", buffering=1 << 18)
        except OSError as error:
            raise UserError(
                f"trace {self.path}: cannot be written ({error.strerror}); "
                "give a directory of yours with --trace"
            ) from None
        self._file.write(_dumps(self.header) + "\n")
        return self

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> "TraceWriter":
        return self.start() if self._file is None else self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- what changes often has a way of its own, because a night has a million of them --

    def leds(self, t_ms: int, shown: bytes, cmd: bytes) -> None:
        """What the LEDs show, and what the guard let through; 36 bytes each."""
        text = ""
        if shown != self._shown:
            self._shown = bytes(shown)
            text = f',"leds":{frame_json(self._shown)}'
        if cmd != self._cmd:
            self._cmd = bytes(cmd)
            text += f',"leds_cmd":{frame_json(self._cmd)}'
        if text:
            self._line(t_ms, text)

    def sound(self, t_ms: int, rms: int, peak: int) -> None:
        """One 20 ms block as the speaker gives it; (0, 0) when the sound has ended."""
        if (rms, peak) != self._sound:
            self._sound = (rms, peak)
            self._line(t_ms, f',"sound_rms":{rms},"sound_peak":{peak}')

    def sky(self, t_ms: int, second: int, sky_hash: int) -> None:
        """The sky's hash at a whole second of shared time; once a second."""
        if second >= 0 and second != self._sky_second:
            self._sky_second = second
            self._line(t_ms, f',"sky_hash":{sky_hash},"second":{second}')

    def put(self, t_ms: int, **words: Any) -> None:
        """Any words of the vocabulary; lasting ones that did not change are left out."""
        self.note(t_ms, words)

    def note(self, t_ms: int, note: dict[str, Any]) -> None:
        """A note of the core. A decision (one with `why`) is kept whole."""
        note = news(note, self._last)
        text = "".join(f',"{key}":{_dumps(value)}' for key, value in note.items() if key != "t_ms")
        if text:
            self._line(t_ms, text)

    def _line(self, t_ms: int, text: str) -> None:
        if self._file is None:
            return
        self._file.write(f'{{"t_ms":{t_ms}{text}}}\n')
        if t_ms - self._flushed_ms >= self.flush_ms:
            self._flushed_ms = t_ms
            self._file.flush()


def _parse(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UserError(
            f"trace {path}:{number}: not JSON ({error}); is the recording complete?"
        ) from None
    if not isinstance(value, dict):
        raise UserError(f"trace {path}:{number}: not an object; each line must be one {{...}}")
    return value


def _check_header(path: Path, header: dict[str, Any]) -> None:
    missing = [key for key in HEADER_KEYS if key not in header]
    if missing:
        raise UserError(f"trace {path}:1: the header lacks {', '.join(missing)}; see docs/trace.md")
    if header["version"] != VERSION:
        raise UserError(
            f"trace {path}:1: version {header['version']!r} is not {VERSION}; "
            "use the starlit that wrote it"
        )


def _check_change(path: Path, number: int, change: dict[str, Any], last_ms: int) -> int:
    t_ms = change.get("t_ms")
    if not isinstance(t_ms, int) or isinstance(t_ms, bool):
        raise UserError(f"trace {path}:{number}: t_ms must be an integer; see docs/trace.md")
    if t_ms < last_ms:
        raise UserError(f"trace {path}:{number}: t_ms {t_ms} is before {last_ms}; sort the lines")
    if len(change) < 2:
        raise UserError(f"trace {path}:{number}: nothing beside t_ms; see docs/trace.md")
    return t_ms


def read_trace(path: Path | str) -> Iterator[dict[str, Any]]:
    """The header, then each change in order. Errors are a `UserError` that names file and line.

    Words that this version does not know are passed through: a later writer may add some.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8") as lines:
            last_ms = 0
            for number, line in enumerate(lines, 1):
                value = _parse(path, number, line)
                if number == 1:
                    _check_header(path, value)
                else:
                    last_ms = _check_change(path, number, value, last_ms)
                yield value
    except OSError as error:
        raise UserError(
            f"trace {path}: cannot be read ({error.strerror}); give a file of --trace"
        ) from None
    except UnicodeDecodeError:
        raise UserError(f"trace {path}: not UTF-8 text; give a file of --trace") from None
