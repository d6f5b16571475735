"""Carries a pod's doings into its trace: what the body really shows, not what was meant."""

from typing import Any

from pod.io import Outputs
from starlit.calibration import to_trace
from starlit.trace import TraceWriter
from starlit.virtual.body import VirtualBody

# The body knows these at first hand; the core's own word on them is left out.
BODY_WORDS = ("switch", "rail", "button", "leds", "leds_cmd", "sound_rms", "sound_peak")


class Recorder:
    """One pod's trace. `step` after every step of the pod, `look` when only time has passed."""

    def __init__(self, trace: TraceWriter, body: VirtualBody):
        self.trace = trace
        self.body = body
        self._cmd = bytes(36)
        self._hardware: tuple[Any, ...] = ()
        self._down = False
        self._wall_at: tuple[int, int] | None = None  # Unix s, and the trace's ms of it

    def start(self) -> None:
        self.trace.start()
        self.trace.leds(0, self.body.leds_shown(), self._cmd)
        self.trace.put(0, sound_rms=0, sound_peak=0)
        self._wall(0, None)
        self.look(0)

    def stop(self) -> None:
        self.trace.close()

    def boot(self, t_ms: int) -> None:
        """A new start of the controller: what it had commanded and known is void."""
        self._cmd = bytes(36)
        self._wall(t_ms, None)

    def step(self, t_ms: int, outputs: Outputs) -> None:
        trace = self.trace
        for note in outputs.notes:
            note = {k: v for k, v in note.items() if k not in BODY_WORDS}
            if "calibration" in note:
                note["calibration"] = to_trace(note["calibration"])
            if "wall" in note:
                self._wall(t_ms, note.pop("wall"))
            trace.note(t_ms, note)
        if outputs.leds_changed:
            self._cmd = bytes(outputs.leds)
        if outputs.sky_second >= 0:
            trace.sky(t_ms, outputs.sky_second, outputs.sky_hash)
        self.look(t_ms)

    def _wall(self, t_ms: int, unix_s: int | None) -> None:
        """Wall time as the pod knows it; that it goes on is no news."""
        if unix_s is not None and self._wall_at is not None:
            known_s, since_ms = self._wall_at
            if abs(known_s + (t_ms - since_ms) // 1000 - unix_s) <= 1:
                return
        self._wall_at = None if unix_s is None else (unix_s, t_ms)
        self.trace.put(t_ms, wall=unix_s)

    def look(self, t_ms: int) -> None:
        """Rail, switch, light and sound as they are now."""
        body, trace = self.body, self.trace
        rail = body.rail_on
        hardware = rail, body.rail.closed, body.heartbeat_line, body.button_contact.down
        if hardware != self._hardware:
            self._note_hardware(t_ms, hardware)
        trace.leds(t_ms, body.leds_shown(), self._cmd)
        amplifier = body.amplifier
        if rail and amplifier.due_us is not None and body.heartbeat_line == "toggling":
            trace.sound(t_ms, amplifier.rms, amplifier.peak)
        else:
            trace.sound(t_ms, 0, 0)

    def _note_hardware(self, t_ms: int, hardware: tuple[bool, bool, str, bool]) -> None:
        self._hardware = hardware
        rail, closed, line, down = hardware
        self.trace.put(t_ms, switch="in" if closed else "out", rail=rail, heartbeat_line=line)
        if down != self._down:
            self._down = down
            self.trace.put(t_ms, button="down" if down else "up")

    def sent(self, t_ms: int, topic: str, payload: bytes) -> None:
        text = payload.decode("utf-8", "replace")
        self.trace.put(t_ms, tx={"topic": topic, "payload": text})
