"""One input of an edge, and the files that keep such inputs: one JSON object a line.

    {"edge": "pod", "topic": "pod/pod-1/set/play", "text": "{...}", "stamp": "nonce"}

`topic` follows `starlit/home/`, or begins with `/` and is taken without its first character. With a
`stamp` (`nonce` or `version`) the text is a body that is sealed with the right key just before it
is given, so that what lies behind the envelope is reached too. Bytes that are no UTF-8 are `b64`.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlit.errors import UserError

HOME = "starlit/home/"
STAMPS = ("", "nonce", "version")


@dataclass(frozen=True)
class Entry:
    edge: str
    topic: str
    data: bytes
    stamp: str = ""
    retained: bool = False

    @property
    def full_topic(self) -> str:
        return self.topic[1:] if self.topic.startswith("/") else HOME + self.topic

    def line(self) -> str:
        said: dict[str, Any] = {"edge": self.edge, "topic": self.topic}
        try:
            said["text"] = self.data.decode()
        except UnicodeDecodeError:
            said["b64"] = base64.b64encode(self.data).decode()
        if self.stamp:
            said["stamp"] = self.stamp
        if self.retained:
            said["retained"] = True
        return json.dumps(said)


def parse(line: str) -> Entry:
    """Raises ValueError for what is no entry."""
    said = json.loads(line)
    if not isinstance(said, dict) or not isinstance(said.get("edge"), str):
        raise ValueError("names no edge")
    topic, stamp = said.get("topic", ""), said.get("stamp", "")
    if not isinstance(topic, str) or stamp not in STAMPS:
        raise ValueError("bad topic or stamp")
    data = base64.b64decode(said["b64"]) if "b64" in said else str(said.get("text", "")).encode()
    return Entry(said["edge"], topic, data, stamp, said.get("retained") is True)


def read(path: Path) -> list[Entry]:
    """All entries of a file, or of every `.jsonl` of a folder."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise UserError(f"{path}: holds no .jsonl of kept inputs")
    entries = []
    for file in files:
        try:
            lines = file.read_text().splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{file}: cannot be read ({error}); give a file of entries") from None
        for number, line in enumerate(lines, 1):
            try:
                entries.append(parse(line))
            except (ValueError, TypeError) as error:
                raise UserError(f"{file}:{number}: {error}; see docs/fuzz-log.md") from None
    return entries
