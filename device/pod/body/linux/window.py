"""The set-up window: for ten minutes after the button was held for 6 s, `starlit-pod set` counts.

The command leaves a file in the state folder; a pod whose window is open takes it away. What lies
there when a window opens was meant for another, and goes unread.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pod.config import Config, ConfigError

from .files import write_private
from .problem import Problem

OPEN_US = 600_000_000
_LOOK_US = 500_000
_WAIT_S = 3.0
_BOOLEAN = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
# word -> (field of the core's calibration, that many of its units to one of the word's)
_CALIBRATION = {
    "transmission": ("transmission_ppm", 1_000_000),
    "distance_m": ("distance_mm", 1000),
    "full_scale_dba": ("sound_cal_db", 1),
}
WORDS = ("profile", "armed", "share_heart", "dawn", *_CALIBRATION)


class Window:
    def __init__(self, state: Path) -> None:
        self._file = state / "set.json"
        self._until_us = 0
        self._looked_us = 0

    def open(self, now_us: int) -> None:
        self._until_us = now_us + OPEN_US
        self._file.unlink(missing_ok=True)

    def take(self, now_us: int) -> dict[str, Any] | None:
        """What a hand has set since the last look."""
        if now_us >= self._until_us or now_us - self._looked_us < _LOOK_US:
            return None
        self._looked_us = now_us
        try:
            given = json.loads(self._file.read_text())
            self._file.unlink()
        except (OSError, ValueError):
            return None
        return given if _is_taken(given) else None


def _is_taken(given: Any) -> bool:
    if not isinstance(given, dict):
        return False
    try:
        Config().change(dict(given))
    except (ConfigError, AttributeError, TypeError, ValueError):
        return False
    return True


def parsed(words: list[str]) -> dict[str, Any]:
    """NAME=VALUE each, as the core's set-up takes them. Problem for what it would refuse."""
    given: dict[str, Any] = {}
    for word in words:
        name, _, value = word.partition("=")
        if name in _CALIBRATION:
            field, scale = _CALIBRATION[name]
            given.setdefault("calibration", {})[field] = round(_number(word, value) * scale)
        elif name in ("armed", "share_heart"):
            if value not in _BOOLEAN:
                raise Problem(f"{word}: say {name}=yes or {name}=no")
            given[name] = _BOOLEAN[value]
        elif name in WORDS:
            given[name] = None if value == "none" else value
        else:
            raise Problem(f"{word}: there is {', '.join(WORDS)}, each with =VALUE")
    try:
        Config().change(dict(given))
    except ConfigError as error:
        raise Problem(error.args[0]) from None
    return given


def _number(word: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise Problem(f"{word}: not a number") from None


def give(state: Path, given: dict[str, Any], sleep: Callable[[float], None] = time.sleep) -> None:
    """Hands it to the running pod. Problem where its window is not open."""
    path = state / "set.json"
    try:
        owner = state.stat()
        write_private(path, json.dumps(given).encode())
        shutil.chown(path, owner.st_uid, owner.st_gid)
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}; run it with sudo") from None
    for _ in range(int(_WAIT_S / 0.1)):
        if not path.exists():
            return
        sleep(0.1)
    path.unlink(missing_ok=True)
    raise Problem("no set-up window is open: hold the pod's button for 6 s, then say it again")
