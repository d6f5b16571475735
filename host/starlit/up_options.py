"""What `starlit up` was asked for."""

from dataclasses import dataclass
from pathlib import Path

from starlit.settings import DEFAULT_COTTAGE
from starlit.trust.listen import Listen


@dataclass(frozen=True)
class UpOptions:
    cottage: str = DEFAULT_COTTAGE
    virtual: int = 0
    broker: str | None = None
    port: int | None = None
    replay: Path | None = None
    rate_hz: float = 125.0
    duration_s: float | None = None
    trace_dir: Path | None = None
    welcome: bool = False
    profile: str = "child"
    finger: bool = True
    plain: bool = False
    recordings: tuple[Path, ...] = ()
    keep_nights: bool = False
    listen: Listen | None = None
