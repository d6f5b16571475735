"""A trace in memory, for runs that are judged at once: the words of `starlit.trace`, no JSON."""

from typing import Any

from starlit.trace import news

DARK = bytes(36)


class MemoryTrace:
    """Takes a `TraceWriter`'s place under a `Recorder`. Frames stay bytes (`check.optics`)."""

    def __init__(self, header: dict[str, Any]):
        self.lines: list[dict[str, Any]] = [header]
        self._last: dict[str, Any] = {}
        self._shown = b""
        self._cmd = b""
        self._sound = (0, 0)
        self._second = -1

    def start(self) -> "MemoryTrace":
        return self

    def close(self) -> None:
        pass

    def leds(self, t_ms: int, shown: bytes, cmd: bytes) -> None:
        line: dict[str, Any] = {}
        if shown != self._shown:
            self._shown = line["leds"] = bytes(shown)
        if cmd != self._cmd:
            self._cmd = line["leds_cmd"] = bytes(cmd)
        if line:
            line["t_ms"] = t_ms
            self.lines.append(line)

    def sound(self, t_ms: int, rms: int, peak: int) -> None:
        if (rms, peak) != self._sound:
            self._sound = rms, peak
            self.lines.append({"t_ms": t_ms, "sound_rms": rms, "sound_peak": peak})

    def sky(self, t_ms: int, second: int, sky_hash: int) -> None:
        if second >= 0 and second != self._second:
            self._second = second
            self.lines.append({"t_ms": t_ms, "sky_hash": sky_hash, "second": second})

    def put(self, t_ms: int, **words: Any) -> None:
        self.note(t_ms, words)

    def note(self, t_ms: int, note: dict[str, Any]) -> None:
        note = news(note, self._last)
        if note.keys() - {"t_ms"}:
            self.lines.append({**note, "t_ms": t_ms})
