"""What the host takes out of an envelope: only values that it can count with, keep and print.

A valid MAC says who has the key, not that what was said makes sense. JSON holds whole numbers of
four thousand digits, lone surrogates and numbers that are none; none of them passes here, so
nothing behind has to fear them.
"""

import json
from typing import Any

from pod.envelope import EnvelopeError, Opened, open_envelope

NUMBER_MAX = 1 << 53  # SQLite's and every JSON reader's
# Versions are seconds since 2026 and a few more: what lies beyond is nobody's honest word, and
# taking it up would leave no room for a later one.
VERSION_MAX = 1 << 32
DEPTH_MAX = 12  # a score has five levels


def open_heard(key: bytes | list[bytes], topic: str, payload: bytes) -> Opened:
    """Like `open_envelope`, whose errors it has; and EnvelopeError for values out of all bounds."""
    opened = open_envelope(key, topic, payload)
    _check(opened.nonce, DEPTH_MAX)
    _check(opened.body, DEPTH_MAX)
    return opened


def parse_json(text: str | bytes) -> Any:
    """Raises ValueError for all that is no JSON, whatever the interpreter raises for it."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _check(value: Any, depth: int) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, (int, float)):
        if not -NUMBER_MAX < value < NUMBER_MAX:  # also for what is not a number
            raise EnvelopeError("a number out of all bounds")
    else:
        _check_inside(value, depth)


def _check_inside(value: Any, depth: int) -> None:
    if depth == 0:
        raise EnvelopeError("nested too deep")
    if isinstance(value, dict):
        for key in value:
            _check_text(key)
        value = value.values()
    for part in value:
        _check(part, depth - 1)


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise EnvelopeError("bad text") from None


def printable(text: str, most: int = 120) -> str:
    """For a terminal or a log: one line, and no sign that would steer the terminal."""
    text = "".join(sign if sign.isprintable() else "?" for sign in text[: most + 1])
    return text if len(text) <= most else text[: most - 3] + "..."
