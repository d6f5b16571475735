"""Invariant 10, as far as a trace shows it: what only a hand may change, unhook, what is sent.

The mode of a sleeping pod and a host's goodnights are in modes.py.
"""

import json
from collections.abc import Iterator
from typing import Any

from starlit.check.base import Check
from starlit.check.context import Context
from starlit.check.messages import Heard

UNHOOK_MS = 1000
BOOT_WAIT_MS = 10_000
REQUEST_MS = 60_000
HEART_WORDS = frozenset(("heart_bpm", "bpm", "hrv", "rmssd", "ibi", "ibi_ms", "beats"))
RAW_WORDS = frozenset(("ppg", "ir", "raw"))


class Link(Check):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._ahead_ms = 0  # of the pod's clock, by its steps since the boot
        self._seen_unhooks: set[Any] = set()
        self._check_bounds(0, context.header)
        self._wait_for_unhook(0)

    # -- unhook --

    def truth(self, t_ms: int, kind: str, value: Any) -> None:
        if kind == "message" and value is not None and value.kind == "unhook":
            self._unhook(t_ms, value)
        elif kind == "reboot":
            self._ahead_ms = 0
            self.context.timeline.add(t_ms, "boot-wait")
        elif kind == "boot-wait":
            self._wait_for_unhook(t_ms)
        elif kind == "fault" and value[0] == "clock" and value[1] > 0:
            self._hasten(t_ms, value[1])
        elif (kind, value) in (("link", "up"), ("no-broker-end", self.context.boot_ms)):
            self.context.dark.may("no-broker")

    def _wait_for_unhook(self, t_ms: int) -> None:
        """DESIGN: nothing shows before unhook/# is subscribed, or 10 s without a broker."""
        if not self.context.link_up:
            self.context.dark.must("no-broker", t_ms + 100, 10, "in 10 s of boot with no broker")
            self.context.timeline.add(t_ms + BOOT_WAIT_MS, "no-broker-end", t_ms)

    def _hasten(self, t_ms: int, step_ms: int) -> None:
        """To a pod at rest its clock's step is time that has passed."""
        boot_ms = self.context.boot_ms
        self._ahead_ms += step_ms
        end_ms = max(boot_ms + BOOT_WAIT_MS - self._ahead_ms, t_ms)
        self.context.timeline.add(end_ms, "no-broker-end", boot_ms)

    def _unhook(self, t_ms: int, heard: Heard) -> None:
        if not heard.data:
            return
        context = self.context
        target, epoch = heard.body.get("target"), heard.body.get("epoch")
        ours = target in ("all", context.pod)
        # What does not validate may darken too, whoever it names.
        context.free_falls(t_ms, UNHOOK_MS)
        if target is not None and not ours:
            return
        # One that was heard before, or may be refused, need not stop the pod again.
        key = epoch if heard.valid else heard.data
        fresh = key not in self._seen_unhooks and (epoch is None or epoch not in self._seen_unhooks)
        self._seen_unhooks.add(key)
        if epoch is not None:
            self._seen_unhooks.add(epoch)
        if fresh and (heard.valid is False or (heard.valid and ours and epoch is not None)):
            context.dark.must("unhook", t_ms + UNHOOK_MS, 10, "1 s after an unhook")
            context.timeline.add(t_ms + UNHOOK_MS, "idle", "unhook")

    # -- claims --

    def note(self, t_ms: int, key: str, value: Any, change: dict[str, Any]) -> None:
        context = self.context
        if key == "tx":
            self._sent(t_ms, value)
        elif key == "calibration":
            self._calibration(t_ms, value or {})
        elif key == "cue" and context.told:
            self._asked_for(t_ms, value)
        elif context.told:
            self._claim(t_ms, key, value)

    def _claim(self, t_ms: int, key: str, value: Any) -> None:
        context = self.context
        if context.forgot(t_ms, key, value):
            return
        truth = {
            "profile": ("adult", context.profile),
            "armed": (True, context.armed),
            "share_heart": (True, context.share_heart),
            "dawn": (value if value is not None else "", context.dawn),
        }.get(key)
        if truth is None or value != truth[0] or value == truth[1]:
            return
        if not context.was(t_ms, key, value):
            text = f"{key} is {value} and no hand at the pod set it"
            context.blame(t_ms, 10, f"claim-{key}", text)

    def _calibration(self, t_ms: int, claim: dict[str, Any]) -> None:
        context = self.context
        self._check_bounds(t_ms, claim)
        sound = claim.get("sound") or {}
        wanted = {key: claim[key] for key in context.calibration if key in claim}
        if "full_scale_dba" in sound:
            wanted["full_scale_dba"] = sound["full_scale_dba"]
        built = {
            **{key: context.header[key] for key in context.calibration},
            "full_scale_dba": context.header["sound"]["full_scale_dba"],
        }
        now = {**context.calibration, "full_scale_dba": context.full_scale_dba}
        for key, value in wanted.items():
            if value in (now[key], built[key]) or context.may_hold(t_ms, key, value):
                if value != now[key]:
                    context.adopt(key, float(value))
            else:
                text = f"calibration {key} {value} and no hand at the pod set it"
                context.blame(t_ms, 10, "claim-calibration", text, value, now[key])

    def _check_bounds(self, t_ms: int, claim: dict[str, Any]) -> None:
        bounds = ("transmission", 0.02, 1.0), ("distance_m", 0.0, 1.0), ("area_m2", 0.0028, 1.0)
        for name, least, most in bounds:
            value = claim.get(name)
            if value is not None and not least <= value <= most:
                text = f"calibration {name} {value} is not from {least} to {most}"
                self.context.blame(t_ms, 10, "calibration-bounds", text, value, least)

    # -- commands and what is sent --

    def _asked_for(self, t_ms: int, cue: dict[str, Any]) -> None:
        """A cue outside the plan was asked for, in a message that a pod may obey, or by hand."""
        if cue.get("phase") != "start" or cue.get("slot") is not None:
            return
        asked = any(
            heard.kind in ("play", "cue", "other") and heard.valid is not False
            and t_ms - heard.t_ms <= REQUEST_MS
            for heard in self.context.heard
        )  # fmt: skip
        if not asked and not self.context.hand(t_ms):
            text = f"cue {cue.get('id')} that neither a valid message nor a hand asked for"
            self.context.blame(t_ms, 10, "cue-from-nowhere", text)

    def _sent(self, t_ms: int, message: dict[str, Any]) -> None:
        context = self.context
        topic, payload = str(message.get("topic")), message.get("payload")
        context.sent(t_ms, message)
        home = f"starlit/{context.cottage}/"
        own = f"{home}pod/{context.pod}/"
        allowed = topic.startswith(own) and not topic.startswith(own + "set/")
        if not allowed and topic != f"{home}unhook/{context.pod}":
            context.blame(t_ms, 10, "topic", f"sent to {topic}, where a pod may not write")
        if topic == own + "send/pulse" and not context.pulse_agreed:
            text = "a pulse sent that no press of 3 s agreed to"
            context.blame(t_ms, 10, "pulse-sent", text)
        if not isinstance(payload, str) or not any(word in payload for word in _SUSPECT):
            return
        for key, value in _leaves(_decoded(payload)):
            private = key in RAW_WORDS or (key in HEART_WORDS and not context.share_heart)
            if private and value is not None:
                context.blame(t_ms, 10, "heart-sent", f"{key} {value} sent to {topic}")


_SUSPECT = tuple(f'"{word}"' for word in HEART_WORDS | RAW_WORDS) + ('\\"',)


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Keys with their plain values, also inside the text of an envelope's body."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, str(name))
    elif isinstance(value, list) and any(isinstance(inner, (dict, list)) for inner in value):
        for inner in value:
            yield from _leaves(inner, key)
    elif isinstance(value, str) and key == "body":
        yield from _leaves(_decoded(value))
    else:
        yield key, value
