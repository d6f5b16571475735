"""The truth about one pod: what happened to it, from the scenario; from the trace without one.

With a scenario the trace's own `mode`, `armed`, `profile`, `dawn`, `calibration`, `switch` and
`button` are claims; without one the recorder's `switch` and `button` are all there is.
"""

import json
from typing import Any

from starlit import scenario as sc
from starlit.check import limits as lim
from starlit.check.dark import DarkWatch
from starlit.check.messages import Heard, hear
from starlit.check.report import Report
from starlit.check.settings import Settings
from starlit.check.timeline import PLUG_IN_MS, Timeline

HAND_MS = 2000  # a decision this long after a press is still the hand's
CONSENT_MS = 3000  # a press of so long takes what the host proposed
RELEASE_MS = 2000  # of a sound that a hand's setting ends, as under the quiet rule
DARK_ROOM_LX = 1.0
SETTLE_MS = 12_000  # to fall from 60 cd/m2 at 10 a second, after a reversal's wait of 4 s
RED_SETTLE_MS = 64_000  # the same of a saturated red, by 1 cd/m2 a second (SAFETY 3)
ARMED_MS = 30 * 86_400_000
# So much within so long is a flood: a pod takes four commands a second (pod.link), and has room for
# 8 KB that wait, with their envelopes (pod.inbox).
FLOOD_MS, FLOOD_MESSAGES, FLOOD_BYTES = 1000, 4, 4096


class Context(Settings):
    def __init__(
        self,
        header: dict[str, Any],
        scenario: list[sc.Event] | None,
        report: Report,
        dims: tuple[bool, ...] = (),
    ):
        self.pod = header["pod"]
        self.report = report
        self.told = scenario is not None
        self.timeline = Timeline()
        for event in scenario or []:
            if event.pod in (None, self.pod):
                self.timeline.play(event)
        self.timeline.let_go()
        self.dark = DarkWatch(self.pod, report)
        self.cottage = "home"
        Settings.__init__(self, header)
        self.pulse_asked = not self.told
        # The world, by the defaults of docs/trace.md.
        self.switch_in = True
        self.link_up = True
        self.lux = 5.0
        self.lux_since_ms = 0
        self.wall: tuple[int, int] | None = None  # Unix seconds, and when it was so
        self.wall_known = False
        self.profile_ms = -RED_SETTLE_MS - 1  # when a hand last set another
        self._waits_ms = -1  # an arming at this instant waits for the time
        self._waits_hung = False  # an arming in a hang, until that is over
        self.press: tuple[int, int | None] | None = None  # begin, end (None: still down)
        self.held_press: tuple[int, int | None] | None = None  # the last of 1 s or more
        self.heard: list[Heard] = []
        self._came: list[tuple[int, int]] = []  # when the last messages did, and their bytes
        self.nonces: dict[str, int] = {}
        self.rx_ms = -HAND_MS - 1  # the last message that the trace says was taken
        self.free_until_ms = -1  # falls faster than SAFETY 2 are allowed until then
        self.mode = "idle"
        self.limits = lim.IDLE
        self.limits_before = lim.IDLE
        self.limits_since_ms = -1000
        self.grace_until_ms = self.grace_from_ms = -1
        self.red_ms = -1  # when saturated red last changed, which may do so by 1 cd/m2 a second
        self.dim = False  # a host's goodnight in a dark room
        self.doubts = 0  # goodnights of a host's that a pod may keep dim, and need not
        self._dims = dims
        self.night_ms: int | None = None  # the running night's first goodnight
        self.night_ahead_ms = 0  # how far steps of the pod's clock have brought it since

    def blame(
        self, t_ms: float, invariant: int, kind: str, text: str,
        value: float | None = None, limit: float | None = None,
    ) -> None:  # fmt: skip
        self.report.add(t_ms, self.pod, invariant, kind, text, value, limit)

    # -- what really happens --

    def apply(self, t_ms: int, kind: str, value: Any) -> Any:
        """Brings the world up to date; gives what the checks shall hear (a message is opened)."""
        if kind == "message":
            return self._hear(t_ms, value)
        if kind == "set" and self.dark.hung:
            self.hung()
        if kind in ("set", "release") and not self.dark.dark:
            self.keep_later(t_ms, self.dark.dark_ms)
        handler = getattr(self, f"_on_{kind}", None)
        if handler is not None:
            handler(t_ms, value)
        return value

    def _hear(self, t_ms: int, message: sc.Message) -> Heard | None:
        if not self.link_up or self.dark.hung:
            return None
        heard = hear(message, t_ms, self.pod, self.cottage, self.nonces)
        flooded = self._flooded(t_ms, message)
        if heard is not None:
            self.heard = [old for old in self.heard if t_ms - old.t_ms < 60_000] + [heard]
            if heard.kind == "pong" and heard.valid is not False:
                self.wall_known = True
            if heard.kind == "other" and heard.valid is not False:
                if "calibration" in heard.body:
                    self.propose(heard.body["calibration"], flooded or heard.valid is None)
                self.pulse_asked = self.pulse_asked or "pulse" in heard.body
        return heard

    def _flooded(self, t_ms: int, message: sc.Message) -> bool:
        """Whether a body may have dropped this one for want of room (pod.inbox)."""
        self._came = [one for one in self._came if t_ms - one[0] < FLOOD_MS]
        self._came.append((t_ms, len(message.payload or message.payload_b64 or "")))
        size = sum(size for _, size in self._came)
        return len(self._came) > FLOOD_MESSAGES or size > FLOOD_BYTES

    def _on_fault(self, t_ms: int, value: tuple[str, int]) -> None:
        name, step_ms = value
        if name == "clock" and step_ms > 0:
            self.night_ahead_ms += step_ms
        if name == "none":
            self.goes_on()
            if self._waits_hung:  # what was set in a hang is heard now
                self._waits_ms, self._waits_hung = t_ms, False

    def _on_switch(self, t_ms: int, value: str) -> None:
        self.switch_in = value == "in"

    def _on_link(self, t_ms: int, value: str) -> None:
        self.link_up = value == "up"

    def _on_lux(self, t_ms: int, value: float) -> None:
        if (value < DARK_ROOM_LX) != (self.lux < DARK_ROOM_LX):
            self.lux_since_ms = t_ms
        self.lux = value

    def arm(self, t_ms: int, armed: bool) -> None:
        """Its thirty days count from a known time, which may come in the same instant; a recording
        without a scenario does not always tell what was before."""
        self._waits_hung = False
        if armed and self.told and not self.wall_known:
            self._waits_ms, self._waits_hung = t_ms, self.dark.hung
            return
        super().arm(t_ms, armed)

    def _on_wall(self, t_ms: int, value: int | None) -> None:
        if value is not None and (t_ms == self._waits_ms or self._waits_hung):
            super().arm(t_ms, True)
            self._waits_hung = False
        self.wall = None if value is None else (value, t_ms)
        self.wall_known = self.wall_known or value is not None

    def _on_press(self, t_ms: int, _: Any) -> None:
        self.press = t_ms, None

    def _on_held(self, t_ms: int, _: Any) -> None:
        if self.press is not None and self.press[1] is None:
            self.held_press = self.press

    def _on_release(self, t_ms: int, length_ms: int) -> None:
        if length_ms >= CONSENT_MS:
            self.consent(t_ms)
        if self.press is not None:
            self.press = self.press[0], t_ms
        if self.held_press is not None and self.held_press[1] is None:
            self.held_press = self.held_press[0], t_ms

    def held_on(self, t_ms: int) -> None:
        """A button that is down as a controller starts, or goes on, counts from there."""
        if self.press is not None:
            self.timeline.add(t_ms + PLUG_IN_MS, "held-on", self.press[0])

    def still_pressed(self, since_ms: Any) -> bool:
        return self.press is not None and self.press == (since_ms, None)

    def _on_reboot(self, t_ms: int, _: Any) -> None:
        self.boot_ms = t_ms
        self._waits_hung = False
        self.rebooted(t_ms, self.dark)
        self.refresh(t_ms)
        self.wall_known = self.wall is not None
        self.pulse_asked = not self.told  # a recording does not hold what the host proposed
        self.pulse_agreed = False

    def profile_changed(self, t_ms: int) -> None:
        self.profile_ms = t_ms
        self.grace_until_ms, self.grace_from_ms = t_ms + SETTLE_MS, t_ms
        self.refresh(t_ms)

    def cap_dba(self, t_ms: int) -> float:
        """Of sound (SAFETY 4); what another profile allowed has a moment to be released."""
        if t_ms - self.profile_ms <= RELEASE_MS:
            return max(lim.CAP_DBA.values())
        return lim.CAP_DBA[self.profile]

    # -- questions --

    def hand(self, t_ms: int, held: bool = False, within_ms: int = HAND_MS) -> bool:
        """Whether a press is going on or ended within 2 s; `held`: of 1 s or more."""
        press = self.held_press if held else self.press
        return press is not None and (press[1] is None or t_ms - press[1] <= within_ms)

    def may_cue_asleep(self, t_ms: int) -> str:
        """Why no cue may sound in sleep, or nothing."""
        if self.profile == "child":
            return "child profile"
        armed = self.armed or self.was(t_ms, "armed", True)
        if not armed or t_ms - self.armed_ms > ARMED_MS:
            return "not armed at the pod"
        return "" if self.wall_known else "no authenticated wall time since boot"

    def night_running(self, t_ms: int) -> bool:
        return self.night_ms is not None and t_ms < self.night_end_ms

    def rebooted_in_night(self, t_ms: int) -> bool:
        """A pod that was off counts its night from its last record: it may have ended earlier by
        our count, and another begun in it."""
        return self.boot_ms > 0 and t_ms - self.boot_ms < 2 * lim.NIGHT_MS

    @property
    def night_end_ms(self) -> int:
        """By the pod's own ticks, which a step of its clock takes with it (SAFETY, night)."""
        return (self.night_ms or 0) + lim.NIGHT_MS - self.night_ahead_ms

    # -- consequences --

    def free_falls(self, t_ms: float, span_ms: float) -> None:
        """Unhook, 7, 8 or a reset: light may fall fast, and the lower mode's caps wait for it."""
        self.free_until_ms = max(self.free_until_ms, int(t_ms + span_ms))
        self.grace_until_ms = max(self.grace_until_ms, self.free_until_ms)
        self.grace_from_ms = int(t_ms)

    def dim_by_choice(self) -> bool:
        """Whether it kept this goodnight dim though nothing asked for it, by the run's guess."""
        self.doubts += 1
        return self.doubts <= len(self._dims) and self._dims[self.doubts - 1]

    def set_mode(self, t_ms: int, mode: str) -> None:
        self.mode = mode
        self.refresh(t_ms)

    def refresh(self, t_ms: int) -> None:
        """Lower caps wait while a fall that a hand or a failure caused is under way, which it is
        no more once it has been dark."""
        wanted = lim.limits_of(self.mode, self.profile, self.dim)
        if wanted == self.limits:
            return
        lower = (
            wanted.m_lx <= self.limits.m_lx
            and wanted.lum_cd_m2 <= self.limits.lum_cd_m2
            and wanted.blue <= self.limits.blue
        )
        grace_ms = self.grace_until_ms
        if t_ms - self.profile_ms <= RED_SETTLE_MS and t_ms - self.red_ms <= 1000:
            grace_ms = max(grace_ms, t_ms + 1000)
        if t_ms < grace_ms and lower and self.dark.kept_ms <= self.grace_from_ms:
            self.timeline.add(grace_ms, "refresh")
            return
        self.limits_before, self.limits, self.limits_since_ms = self.limits, wanted, t_ms

    def _on_refresh(self, t_ms: int, _: Any) -> None:
        self.refresh(t_ms)

    def sent(self, t_ms: int, message: dict[str, Any]) -> None:
        """Learns the cottage and the nonces from what the pod says."""
        topic, payload = message.get("topic"), message.get("payload")
        if not isinstance(topic, str) or not isinstance(payload, str):
            return
        parts = topic.split("/")
        if len(parts) > 3 and parts[0] == "starlit":
            self.cottage = parts[1]
        if topic.endswith("/tele"):
            try:
                body = json.loads(json.loads(payload)["body"])
                self.nonces[str(body["nonce"])] = t_ms
            except (ValueError, KeyError, TypeError):
                return
            while len(self.nonces) > 8:
                del self.nonces[next(iter(self.nonces))]
