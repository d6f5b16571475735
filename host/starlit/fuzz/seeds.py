"""What is really said on each topic, as the point from which inputs of the edges are made."""

import json
from random import Random
from typing import Any

from starlit.fuzz.entry import Entry
from starlit.fuzz.messages import CUE, CUES, DESIRED, PLAY, POD, PONG, SKY, score
from starlit.trust.rotation import wrap

PAIR = "0011223344556677"
POD_KEY = bytes(range(32))
_STATE = {
    "online": True, "boot": 3, "state": "ritual", "mode": "evening", "night": 4,
    "firmware": "0.1.0", "body": "virtual", "profile": "child", "armed": False,
    "share_heart": True, "armed_until_s": 0, "cap": 100, "score": "default",
    "cues": ["comet", "tide"], "switch": "in",
    "calibration": {"transmission_ppm": 50000, "distance_mm": 500, "area_mm2": 2827,
                    "sound_cal_db": 65},
}  # fmt: skip
_TELE = {
    "nonce": "00ff00ff00ff", "quality": 90, "contact": True, "heart_bpm": 72, "sleep": "awake",
    "lux_mlx": 4200, "temp_c": 24, "mem_free": 90000, "state": "ritual", "mode": "evening",
    "switch": "in", "rail": True, "dose": {"cues": 20, "seconds": 200}, "bad_rx": 0,
    "sync_error_us": 900, "coasting": False, "sky": {"second": 12, "hash": 99}, "pulse": "pod-2",
    "pending": True, "leds": "0a0400" * 12,
}  # fmt: skip
_EVENTS: tuple[dict[str, Any], ...] = (
    {"event": "ritual", "night": 4},
    {"event": "cue", "id": "comet", "phase": "start"},
    {"event": "cue", "id": "ember", "phase": "refused", "why": "a child's pod plays no cue"},
    {"event": "plug", "why": "plugged in at the pod"},
    {"event": "dark", "why": "unhooked by host"},
    {"event": "command", "do": "goodnight", "ok": False, "why": "unplugged"},
    {"event": "pulse", "with": "pod-2"},
    {"event": "fault", "fault": "hot", "why": "too warm"},
    {"event": "calibration", "applied": True},
)
_NUMBERED = {"boot": 3, "seq": 1, "oldest": 1, "age_ms": 10, "was": [2, 1]}
_WHO = {"boot": "ab12cd34", "since_s": 9, "computer": "cottage", "process": 77}
_SAID_SKY = {
    "seed": 7, "epoch": 9, "start_ms": 1_790_000_000_000, "pace_ms": 9200,
    "members": ["pod-1", "pod-2"], "ritual_ms": 5000,
}  # fmt: skip
_PONG = {
    "n": 1, "rx_ms": 5000, "rx_us": 0, "tx_ms": 5000, "tx_us": 100, "epoch": 9,
    "unix_s": 1_790_000_005, "boot": 3, "seq": 2,
}  # fmt: skip


def for_host() -> list[Entry]:
    """What pods, commands and other coordinators say to a coordinator."""
    own = f"pod/{POD}/"
    said: list[tuple[str, Any]] = [
        (own + "state", _STATE), (own + "state", {"online": False, "boot": 3}),
        (own + "tele", _TELE), (own + "ack", {"unhooks": {"host": 5}, "desired": 7}),
        (own + "ping", {"n": 12}), (own + "send/star", {"start_ms": 5000}),
        (own + "send/star", {"start_ms": 5000, "farewell": True}),
        (own + "send/shadow", {"start_ms": 5000}), (own + "send/pulse", {"dips_ms": [100, 900]}),
        (own + "set/desired", _desired("default")), ("all/sky", _SAID_SKY),
        ("pod/pod-2/tele", {**_TELE, "pulse": POD}), ("pod/pod-2/state", _STATE),
        (own + "ack", {"unhooks": {}, "keys": [1, 2]}),
        ("host/ping", {"n": 3}), ("host/claim", _WHO), ("host/alive", _WHO),
        ("host/state", {**_WHO, "online": True}),
    ]  # fmt: skip
    said += [(own + "event", {**event, **_NUMBERED}) for event in _EVENTS]
    entries = [_sealed("host", topic, body) for topic, body in said]
    return [*entries, Entry("host", own + "state", b""), Entry("host", own + "ack", b"x")]


def for_command() -> list[Entry]:
    """What a command meets at the broker."""
    heard = [Entry("command", e.topic, e.data, e.stamp, e.retained) for e in for_host()]
    return [*heard, _sealed("command", "host/pong", {**_PONG, "n": 1 << 20})]


def for_pod(chance: Random) -> list[Entry]:
    """What a coordinator, good or not, says to a pod."""
    said: list[tuple[str, Any]] = [
        (PLAY, {"do": do, "from": "pod-2", "start_ms": 5000, "place": 1, "dips_ms": [5000]})
        for do in ("goodnight", "morning", "star", "shadow", "pulse")
    ]
    said += [(PLAY, {"do": "cue", "cue": name}) for name in CUES]
    said += [(DESIRED, _desired(score(chance))) for _ in range(8)]
    said += [
        (DESIRED, {**_desired("default"), "calibration": {"distance_mm": 600}, "pulse": "pod-2"}),
        (SKY, _SAID_SKY), (CUE, {"cue": "comet", "start_ms": 9000}), (PONG, _PONG),
        ("unhook/host", {"epoch": 3, "target": "all"}),
        ("unhook/pod-2", {"epoch": 3, "target": POD}),
    ]  # fmt: skip
    said += [(DESIRED, {**_desired("default"), "key": key}) for key in _keys(chance)]
    return [*(_sealed("pod", topic, body) for topic, body in said), Entry("pod", "unhook/x", b"")]


def _keys(chance: Random) -> list[dict[str, Any]]:
    """Of a change of keys: in a box for this pod, for another one, and the end of it."""
    box = wrap(POD_KEY, f"home/{POD}", 2, bytes(32), chance.randbytes(16))
    other = wrap(POD_KEY, "home/pod-2", 3, bytes(32), chance.randbytes(16))
    return [{"id": 2, "box": box}, {"id": 3, "box": other}, {"id": 2}, {"id": 1}]


def for_far() -> list[Entry]:
    """Of a far cottage."""
    start_ms = 1_790_000_000_000
    said: list[tuple[str, Any]] = [("sky", {"seed": 7, "start_ms": start_ms})]
    said += [("star", {"start_ms": 5000})] * 2
    return [_sealed("far", f"/starlit-far/{PAIR}/a/{leaf}", body) for leaf, body in said]


def for_hands() -> list[Entry]:
    """Lines of the local socket."""
    asked: list[dict[str, Any]] = [
        {"do": "frames"}, {"do": "switch", "pod": POD, "to": "out"},
        {"do": "switch", "pod": POD, "to": "in"}, {"do": "button", "pod": POD, "to": 1200},
        {"do": "finger", "pod": POD, "to": 70}, {"do": "finger", "pod": POD, "to": "off"},
        {"do": "lux", "pod": POD, "to": 4.5}, {"do": "hand", "pod": POD, "to": 900},
        {"do": "power", "pod": POD, "to": 3000}, {"do": "provision", "pod": POD, "to": "/nowhere"},
        {"do": "fault", "pod": POD, "to": "bus"}, {"do": "fault", "pod": POD, "to": "none"},
    ]  # fmt: skip
    return [Entry("hands", "", json.dumps(line).encode()) for line in asked]


def _desired(score_: Any) -> dict[str, Any]:
    return {
        "cottage": "home", "member": True, "friends": ["pod-2"], "score": score_, "tz_min": 60,
    }  # fmt: skip


def _sealed(edge: str, topic: str, body: Any) -> Entry:
    nonce = topic in (PLAY, PONG) or topic.startswith("host/p")
    return Entry(edge, topic, json.dumps(body).encode(), "nonce" if nonce else "version")
