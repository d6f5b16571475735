"""What a cottage trusts, as `trust.json` keeps it."""

from dataclasses import dataclass, field
from typing import Any

from starlit.errors import UserError

VERSION = 1
HOST = "host"  # the MQTT user of coordinator and commands: no pod may be called so
ACTIVE, REVOKED = "active", "revoked"


@dataclass
class CottageKey:
    id: int
    key: bytes


@dataclass
class PodTrust:
    """One pod's. Its password stands here only as a hash; the pod key is what new cottage keys are
    wrapped under. `keys`: ids of those that the pod has said it keeps. `box`: the one on its way,
    made once, so that the words that stand at the broker do not change by themselves."""

    hash: str
    pod_key: bytes
    made_s: int
    keys: list[int]
    virtual: bool = False
    state: str = ACTIVE
    box: tuple[int, str] | None = None


@dataclass
class Trust:
    cottage: str
    password: str  # of the user `host`
    keys: list[CottageKey]  # oldest first
    signs: int  # id of the one that signs; a newer one is being given out
    since_s: int = 0  # when that began
    grace_s: int = 0  # for how long pods that are away are waited for
    pods: dict[str, PodTrust] = field(default_factory=dict)
    listen: dict[str, Any] = field(default_factory=dict)  # host and port that pods are told

    def key(self, number: int) -> bytes | None:
        return next((one.key for one in self.keys if one.id == number), None)

    def active(self) -> dict[str, PodTrust]:
        return {pod: one for pod, one in self.pods.items() if one.state == ACTIVE}


def to_json(trust: Trust) -> dict[str, Any]:
    return {
        "version": VERSION,
        "cottage": trust.cottage,
        "password": trust.password,
        "keys": [{"id": one.id, "key": one.key.hex()} for one in trust.keys],
        "signs": trust.signs,
        "since_s": trust.since_s,
        "grace_s": trust.grace_s,
        "listen": trust.listen,
        "pods": {
            name: {**vars(one), "pod_key": one.pod_key.hex()} for name, one in trust.pods.items()
        },
    }


def from_json(data: dict[str, Any]) -> Trust:
    """Raises KeyError, TypeError or ValueError for what is none."""
    if data["version"] > VERSION:
        raise UserError("written by a newer starlit: update this one")
    return Trust(
        data["cottage"],
        data["password"],
        [CottageKey(int(one["id"]), bytes.fromhex(one["key"])) for one in data["keys"]],
        data["signs"],
        data["since_s"],
        data["grace_s"],
        {name: _pod(one) for name, one in data["pods"].items()},
        data["listen"],
    )


def _pod(data: dict[str, Any]) -> PodTrust:
    box = data["box"]
    return PodTrust(
        **{
            **data,
            "pod_key": bytes.fromhex(data["pod_key"]),
            "box": (int(box[0]), str(box[1])) if box else None,
        }
    )
