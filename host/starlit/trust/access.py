"""Who may do what at the broker: DESIGN's rule, for mosquitto and for the one built in.

A pod writes below `pod/<its id>/` (never `set`) and to its own `unhook`; it reads unhooks, what is
for all, and what is for it. The host may do everything in the cottage. Nobody may do anything
without a password, on loopback neither.
"""

from dataclasses import dataclass, field
from pathlib import Path

from starlit.trust.files import private_folder, write_private
from starlit.trust.model import HOST
from starlit.trust.passwords import matches

PASSWORDS, ACL = "mosquitto.passwd", "mosquitto.acl"
WRITES = ("state", "tele", "event", "ack", "ping", "service", "send/+")


@dataclass
class Access:
    cottage: str
    password: str  # of the host, in clear: it logs in with it
    folder: Path
    hashes: dict[str, str] = field(default_factory=dict)  # MQTT user -> hash

    @property
    def password_file(self) -> Path:
        return self.folder / PASSWORDS

    @property
    def acl_file(self) -> Path:
        return self.folder / ACL

    def write(self) -> None:
        private_folder(self.folder)
        lines = [f"{user}:{kept}\n" for user, kept in self.hashes.items()]
        write_private(self.password_file, "".join(lines).encode())
        write_private(self.acl_file, acl(self.cottage).encode())

    def admits(self, user: str | None, password: str | None) -> bool:
        kept = self.hashes.get(user or "")
        return kept is not None and password is not None and matches(password, kept)

    def allows(self, user: str | None, topic: str, write: bool) -> bool:
        """As mosquitto reads `acl`; `topic` may be a filter to subscribe to."""
        root = f"starlit/{self.cottage}/"
        if user is None or user not in self.hashes or not topic.startswith(root):
            return False
        if user == HOST:
            return True
        rest = topic[len(root) :].split("/")
        if write:
            return rest == ["unhook", user] or rest[:2] == ["pod", user] and _may_write(rest[2:])
        return rest[0] in ("unhook", "all") or rest[:3] == ["pod", user, "set"]


def _may_write(leaf: list[str]) -> bool:
    return leaf in [[name] for name in WRITES] or len(leaf) == 2 and leaf[0] == "send"


def acl(cottage: str) -> str:
    root = f"starlit/{cottage}/"
    reads = ["unhook/#", "all/#", "pod/%u/set/#"]
    writes = [*(f"pod/%u/{leaf}" for leaf in WRITES), "unhook/%u"]
    lines = [
        "# written by starlit up; changes are overwritten",
        f"user {HOST}",
        f"topic readwrite {root}#",
        *(f"pattern read {root}{topic}" for topic in reads),
        *(f"pattern write {root}{topic}" for topic in writes),
    ]
    return "\n".join(lines) + "\n"
