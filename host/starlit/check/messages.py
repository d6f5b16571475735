"""What a message of the scenario is worth: could a correct pod have obeyed it?

The envelope is checked here with the standard library, from the words of DESIGN.md.
"""

import hashlib
import hmac
import json
from typing import Any, NamedTuple

from starlit.scenario import Message

# Public on purpose: pods share it until they are provisioned.
TEST_KEY = b"starlit-cottage test key, not a secret"
NONCE_MS = 2000


class Heard(NamedTuple):
    t_ms: int
    kind: str  # "play", "pong", "cue", "unhook" or "other"
    body: dict[str, Any]
    valid: bool | None  # None: cannot be told from the scenario
    data: bytes


def relative(topic: str, cottage: str) -> str | None:
    """The topic under this cottage; None when it belongs to another."""
    if not topic.startswith("starlit/"):
        return topic
    prefix = f"starlit/{cottage}/"
    return topic[len(prefix) :] if topic.startswith(prefix) else None


def kind_of(topic: str, pod: str) -> str:
    kinds = {f"pod/{pod}/set/play": "play", f"pod/{pod}/set/pong": "pong", "all/cue": "cue"}
    if topic.startswith("unhook/"):
        return "unhook"
    return kinds.get(topic, "other")


def _object(text: Any) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _mac(topic: str, outer: dict[str, Any]) -> str:
    stamp = outer.get("nonce", outer.get("version"))
    text = f"{topic}\n{stamp}\n{outer.get('expiry_s')}\n{outer.get('body')}"
    return hmac.new(TEST_KEY, text.encode(errors="replace"), hashlib.sha256).hexdigest()


def _sealed_by_hand(
    message: Message, topic: str, kind: str, t_ms: int, nonces: dict[str, int]
) -> tuple[dict[str, Any], bool | None]:
    """A payload that already is an envelope, perhaps: a replay, a forgery, garbage."""
    outer = _object(message.data)
    body = _object(outer.get("body")) if outer else None
    if outer is None or body is None or outer.get("mac") != _mac(topic, outer):
        return {}, False
    if kind in ("play", "pong"):
        issued_ms = nonces.get(str(outer.get("nonce")))
        return body, issued_ms is not None and t_ms - issued_ms <= NONCE_MS
    return body, None  # versions and expiry depend on what came before


def _signed(message: Message, kind: str) -> tuple[dict[str, Any], bool | None]:
    body = _object(message.data)
    if body is None or (kind == "play" and (message.nonce_age_ms or 0) > NONCE_MS):
        return body or {}, False
    doubtful = message.version is not None or (message.expiry_ms or 1) <= 0
    return body, None if doubtful or message.nonce_age_ms else True


def hear(
    message: Message, t_ms: int, pod: str, cottage: str, nonces: dict[str, int]
) -> Heard | None:
    """`nonces` are those that the pod has sent, with their times. None: not for this pod."""
    topic = relative(message.topic, cottage)
    if topic is None:
        return None
    kind = kind_of(topic, pod)
    if message.sign:
        body, valid = _signed(message, kind)
    else:
        body, valid = _sealed_by_hand(message, f"starlit/{cottage}/{topic}", kind, t_ms, nonces)
    return Heard(t_ms, kind, body, valid, message.data)
