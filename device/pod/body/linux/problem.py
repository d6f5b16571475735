"""What a user can mend, in one line; and what is said once, however often it happens."""

from __future__ import annotations

import sys


class Problem(Exception):
    """One line: what, where, what to do. A command ends with exit code 2."""


class Log:
    """Lines for the journal. A part that fails over and over is named once."""

    def __init__(self) -> None:
        self.lost: dict[str, str] = {}

    def say(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    def missing(self, part: str, why: object) -> None:
        """`part` does not work; the rest goes on. Said again only if the reason is another."""
        if self.lost.get(part) != str(why):
            self.lost[part] = str(why)
            self.say(f"missing: {part}: {why}")

    def found(self, part: str) -> None:
        if self.lost.pop(part, None) is not None:
            self.say(f"works again: {part}")
