"""One pod as a person sees it, whatever way it came: telemetry, or the local socket."""

from dataclasses import dataclass, field
from typing import Any

from starlit.heard import printable
from starlit.roster import PodRecord

LEDS = 12
REMIND_S = 7 * 86_400
DARK = bytes(3 * LEDS)


@dataclass
class PodView:
    id: str
    online: bool = False
    state: str = "unknown"
    mode: str = "unknown"
    switch: str = "unknown"
    leds: bytes = DARK
    leds_known: bool = False
    heart_bpm: int | None = None
    heart_shared: bool = False
    contact: bool = False
    quality: int = 0
    lux: float | None = None
    sync_error_us: int | None = None
    coasting: bool = False
    armed: bool = False
    armed_until_s: int | None = None  # Unix seconds
    score: str = "unknown"
    profile: str = "child"
    rail: bool = False
    dose: dict[str, int] = field(default_factory=dict)
    sky: dict[str, int] = field(default_factory=dict)
    refused: int = 0  # messages that the pod took for none of its own
    dropped: int = 0  # and those it had no room for
    age_ms: int | None = None

    def as_status(self) -> dict[str, Any]:
        """The stable keys of `status --json` (docs/cli.md)."""
        return {
            "pod": self.id,
            "online": self.online,
            "state": self.state,
            "mode": self.mode,
            "switch": self.switch,
            "heart_bpm": self.heart_bpm,
            "heart_shared": self.heart_shared,
            "contact": self.contact,
            "quality": self.quality,
            "lux": self.lux,
            "leds": _hex_list(self.leds) if self.leds_known else None,
            "sky": self.sky or None,
            "dose": self.dose or None,
            "sync_error_us": self.sync_error_us,
            "coasting": self.coasting,
            "armed": self.armed,
            "armed_until_s": self.armed_until_s,
            "score": self.score,
            "profile": self.profile,
            "rail": self.rail,
            "refused": self.refused,
            "dropped": self.dropped,
            "age_ms": self.age_ms,
        }


def _hex_list(frame: bytes) -> list[str]:
    return [frame[i : i + 3].hex() for i in range(0, len(frame), 3)]


def parse_frame(text: Any) -> bytes | None:
    """36 bytes of 72 hex digits, or None."""
    try:
        frame = bytes.fromhex(text)
    except (TypeError, ValueError):
        return None
    return frame if len(frame) == len(DARK) else None


def view_of(record: PodRecord, now_ms: int) -> PodView:
    frame = parse_frame(record.tele.get("leds"))
    lux_mlx = _whole(record.tele.get("lux_mlx"))
    online = record.online(now_ms)
    return PodView(
        id=record.id,
        online=online,
        state=_word(record.get("state")),
        mode=_word(record.get("mode")),
        switch=_word(record.get("switch")),
        leds=frame or DARK,
        leds_known=online and frame is not None,
        heart_bpm=_rate(record.tele.get("heart_bpm")) if online else None,
        heart_shared=record.state.get("share_heart") is True,
        contact=online and record.tele.get("contact") is True,
        quality=_whole(record.tele.get("quality")) or 0,
        lux=lux_mlx / 1000 if lux_mlx is not None and lux_mlx >= 0 else None,
        sync_error_us=_whole(record.tele.get("sync_error_us")),
        coasting=record.tele.get("coasting") is True,
        armed=record.state.get("armed") is True,
        armed_until_s=_whole(record.state.get("armed_until_s")) or None,
        score=_word(record.state.get("score")),
        profile=_word(record.state.get("profile")),
        rail=record.tele.get("rail") is True,
        refused=_whole(record.tele.get("bad_rx")) or 0,
        dropped=_whole(record.tele.get("dropped_rx")) or 0,
        dose=_counts(record.tele.get("dose")),
        sky=_counts(record.tele.get("sky")),
        age_ms=None if record.seen_ms is None else max(0, now_ms - record.seen_ms),
    )


def lux_text(lux: float) -> str:
    """A bedroom at night lies below 1 lx."""
    if lux < 1:
        return f"{lux:.3f}"
    return f"{lux:.3g}" if lux < 1000 else f"{lux:.0f}"


def sync_text(view: PodView) -> str:
    """How far from the host's time this pod can be, and whether it has to do without the host."""
    error_ms = (view.sync_error_us or 0) / 1000
    return f"{'coasts ' if view.coasting else ''}±{error_ms:.1f} ms"


def dose_text(view: PodView) -> str:
    """Only an armed adult's pod has cues in sleep to be left."""
    if not view.dose or not view.armed or view.profile != "adult":
        return ""
    return f"{view.dose.get('cues', 0)} cues left tonight"


def arming_text(view: PodView, unix_s: float) -> str:
    """Arming lasts thirty days; in its last week this says so."""
    if not view.armed_until_s or view.armed_until_s - unix_s > REMIND_S:
        return ""
    days = max(0, int(view.armed_until_s - unix_s)) // 86_400
    left = "ends today" if days == 0 else f"ends in {days} day{'s' * (days > 1)}"
    return f"arming {left}: renew it in the set-up window at the pod"


def _word(value: Any) -> str:
    return printable(value, 32) if isinstance(value, str) else "unknown"


def _whole(value: Any, most: int = 1 << 40) -> int | None:
    return value if type(value) is int and abs(value) <= most else None


def _rate(value: Any) -> int | None:
    return value if type(value) is int and 0 < value < 400 else None


def _counts(value: Any) -> dict[str, int]:
    if not isinstance(value, dict):
        return {}
    return {key: number for key, number in value.items() if type(number) is int}
