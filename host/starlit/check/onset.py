"""Invariant 5: sound comes and goes gently, by its 100 ms envelope."""

from typing import Any

from starlit.check.base import Check
from starlit.check.blocks import ENVELOPE_BLOCKS, Blocks, Envelope
from starlit.check.context import Context
from starlit.check.sound import level_dba, rms_of

PAST = 30  # blocks: 600 ms
FLOOR_DBA = 15.0
HEARD_DBA = 0.0  # the threshold of hearing: below it nothing begins or ends
RISE_DB = 2.0  # in 100 ms: 20 dB/s
GRAIN_DB = 3.0
ONSET_MS, LOOK_MS = 500, 1500
FULL_SHARE = 0.95  # of the highest of the second after an onset, counts as 100 %
RELEASE_SHARE = 0.26  # of the last 600 ms' highest, over the last 100 ms before silence
DROP_SHARE = 0.7  # of it, lost within 100 ms
LAYER_GAP_MS = 10_000
TAIL_MS = 5000  # a layer that is off may ring out
QUANTUM = 1.0  # one count of RMS


class Onset(Check):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._blocks = Blocks()
        self._envelope = Envelope(PAST)
        self._layers: dict[str, int] = {}  # last onset of each
        self._on: set[str] = set()
        self._off_ms = -TAIL_MS - 1
        self._free_ms = -1
        self._began_ms: int | None = None  # of the sound since the last silence
        self._early = self._late = 0.0  # highest envelope before and after 500 ms
        self._early_ms = 0  # how old the sound was at the former
        self._judged = True
        self._silent_blocks = PAST

    def sound(self, t_ms: int, rms: int, peak: int) -> None:
        self._blocks.change(t_ms, rms)

    def until(self, t_ms: int) -> None:
        for begin_ms, rms in self._blocks.until(t_ms):
            self._block(begin_ms, rms)

    def truth(self, t_ms: int, kind: str, value: Any) -> None:
        """7, 8 and a reset may cut sound short; an unhook may not."""
        cut = kind in ("reboot", "fade-begun") or (kind == "switch" and value == "out")
        if cut or (kind == "fault" and value[0] != "none"):
            self._free_ms = t_ms + 3500
            self._judged = True

    def note(self, t_ms: int, key: str, value: Any, change: dict[str, Any]) -> None:
        if key == "boot":
            self._on.clear()
            self._layers.clear()
        if key != "layer":
            return
        name = str(value.get("id"))
        if value.get("on"):
            gap_ms = t_ms - self._layers.get(name, t_ms - LAYER_GAP_MS)
            if gap_ms < LAYER_GAP_MS and name not in self._on:
                text = f"layer {name} began {gap_ms} ms after its last onset"
                self.context.blame(t_ms, 5, "layer-gap", text, gap_ms, LAYER_GAP_MS)
            if name not in self._on:
                self._layers[name] = t_ms
            self._on.add(name)
        elif name in self._on:
            self._on.discard(name)
            self._off_ms = t_ms
            self._judge_early_end(t_ms)

    def _judge_early_end(self, t_ms: int) -> None:
        """A sound that is taken back while it comes never reaches its 100 %."""
        if self._began_ms is not None and t_ms < self._began_ms + LOOK_MS:
            self._judged = True

    def _block(self, t_ms: int, rms: int) -> None:
        if not rms and self._silent_blocks >= PAST:
            return
        past = self._envelope.past
        before, highest = past[-ENVELOPE_BLOCKS], max(past)
        now = self._envelope.push(rms)
        self._silent_blocks = 0 if rms else self._silent_blocks + 1
        if rms:
            self._rise(t_ms, now, before, rms)
            self._layered(t_ms)
        if t_ms > self._free_ms:
            self._fall(t_ms, rms, now, before, highest)
        self._onset(t_ms, rms, now)

    def _rise(self, t_ms: int, now: float, before: float, rms: int) -> None:
        full_scale = self.context.full_scale_dba
        floor = rms_of(FLOOR_DBA, full_scale)
        allowed = max(before + QUANTUM, floor) * 10 ** (RISE_DB / 20)
        if now > allowed:
            level, limit = level_dba(now, full_scale), level_dba(allowed, full_scale)
            text = f"envelope {level:.1f} dBA, at most {limit:.1f} after the 100 ms before"
            self.context.blame(t_ms, 5, "rise", text, level, limit)
        allowed = now * 10 ** (GRAIN_DB / 20)
        if rms > floor and rms > allowed + QUANTUM:
            level, limit = level_dba(rms, full_scale), level_dba(allowed, full_scale)
            text = f"a block of {level:.1f} dBA stands out of its envelope, limit {limit:.1f}"
            self.context.blame(t_ms, 5, "grain", text, level, limit)

    def _layered(self, t_ms: int) -> None:
        if not self._on and t_ms - self._off_ms > TAIL_MS:
            self.context.blame(t_ms, 5, "no-layer", "sound while no layer is on")

    def _fall(self, t_ms: int, rms: int, now: float, before: float, highest: float) -> None:
        """`highest` and the envelope before this block: the last 600 ms."""
        if highest <= rms_of(HEARD_DBA, self.context.full_scale_dba):
            return
        if not rms and self._silent_blocks == 1:
            last = self._envelope.past[-2]
            if last > highest * RELEASE_SHARE + 2 * QUANTUM:
                text = "sound ended in less than 250 ms"
                share = last / highest
                self.context.blame(t_ms, 5, "release", text, share, RELEASE_SHARE)
        if before - now > highest * DROP_SHARE + 2 * QUANTUM:
            text = "sound fell too far within 100 ms for a release of 250 ms"
            share = (before - now) / highest
            self.context.blame(t_ms, 5, "release", text, share, DROP_SHARE)

    def _onset(self, t_ms: int, rms: int, now: float) -> None:
        if self._began_ms is None:
            if rms:
                self._began_ms, self._early, self._late = t_ms, 0.0, 0.0
                self._judged = False
            return
        age_ms = t_ms + 20 - self._began_ms
        if age_ms < ONSET_MS and now > self._early:
            self._early, self._early_ms = now, age_ms
        elif ONSET_MS <= age_ms <= LOOK_MS:
            self._late = max(self._late, now)
        ended = not rms and self._silent_blocks >= ENVELOPE_BLOCKS
        if (ended or age_ms > LOOK_MS) and not self._judged:
            self._judged = True
            self._judge(t_ms, ended)
        if ended:
            self._began_ms = None

    def _judge(self, t_ms: int, ended: bool) -> None:
        """What has ended already was perhaps taken back as it came: its full level is not known,
        and is the cap's at most."""
        floor = rms_of(HEARD_DBA, self.context.full_scale_dba)
        full = FULL_SHARE * self._late
        if ended:
            cap = rms_of(self.context.cap_dba(t_ms), self.context.full_scale_dba)
            full = max(full, cap * self._early_ms / ONSET_MS)
        if self._early > max(full + 2 * QUANTUM, floor):
            text = "an onset reached its full level in less than 500 ms"
            self.context.blame(t_ms, 5, "onset", text, self._early, self._late)
