"""Plays a cue through the pod's own player, scene, synth and guard, and counts what the guard left
as it was (a score that leans on the guard is badly written)."""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import log10

from pod.config import Config
from pod.cues import Cue
from pod.guard import Guard, limits
from pod.io import BLOCK_SAMPLES
from pod.night import DAWN_MS, FULL
from pod.player import Player
from pod.scene import FRAME_MS, Scene
from pod.score import Score
from pod.sound.synth import Synth

BAR = 0.95  # of frames and of blocks
BLOCK_MS = 20
_SILENCE = array("h", [0] * BLOCK_SAMPLES)
TAIL_MS = 3000
_DAWN_AT_MS = 900_000  # a dawn cue is played over the second half of a dawn


@dataclass
class Played:
    """One cue, once, at one profile, at tonight's whole cap."""

    cue: str
    mode: str
    profile: str
    frames: int = 0
    frames_untouched: int = 0
    blocks: int = 0
    blocks_untouched: int = 0
    most_m_lx: float = 0.0
    most_l_cd_m2: float = 0.0
    most_dba: float = 0.0
    shown: list[bytes] = field(default_factory=list)  # one frame each 33 ms
    samples: array = field(default_factory=lambda: array("h"))
    rms: list[int] = field(default_factory=list)  # one each 20 ms

    @property
    def frame_share(self) -> float:
        return self.frames_untouched / self.frames if self.frames else 1.0

    @property
    def block_share(self) -> float:
        return self.blocks_untouched / self.blocks if self.blocks else 1.0

    @property
    def ok(self) -> bool:
        return self.frame_share >= BAR and self.block_share >= BAR

    def to_dict(self) -> dict[str, object]:
        return {
            "cue": self.cue, "mode": self.mode, "profile": self.profile, "ok": self.ok,
            "frames": self.frames, "frames_untouched": self.frames_untouched,
            "blocks": self.blocks, "blocks_untouched": self.blocks_untouched,
            "most_m_lx": round(self.most_m_lx, 5), "most_l_cd_m2": round(self.most_l_cd_m2, 3),
            "most_dba": round(self.most_dba, 1),
        }  # fmt: skip


class Stage:
    """A pod without its senses: one cue from its first frame to its last."""

    def __init__(self, cue: Cue, profile: str, seed: int):
        self.config = Config(profile=profile, seed=seed)
        self.cue = cue
        self.guard = Guard(self.config)
        self.scene = Scene(profile)
        self.synth = Synth(self.guard.sound.cap)
        self.player = Player(self.config, self.synth)
        self.played = Played(cue.name, limits.MODES[cue.mode], profile)
        self._out = array("h", [0] * BLOCK_SAMPLES)

    def run(self, keep: bool, progress: Callable[[float], None] | None = None) -> Played:
        cue, played = self.cue, self.played
        begin_ms = self._warm_up()
        chance = 1 + self.config.seed * 7919
        self.player.begin(cue, 0, begin_ms, self.guard, chance, False, 100)
        end_ms = cue.duration_ms + TAIL_MS
        for t_ms, is_frame in _ticks(end_ms):
            if progress and t_ms % 9900 == 0:
                progress(t_ms / end_ms)
            if self.player.step(begin_ms + t_ms, self.guard):
                self.player.stop()
            if is_frame:
                self._frame(begin_ms + t_ms, t_ms < cue.duration_ms, keep)
            else:
                self._block(keep)
        played.most_dba = max(0.0, played.most_dba)
        return played

    def _warm_up(self) -> int:
        """The dark, or a dawn that has come half of its way."""
        if self.cue.mode != limits.DAWN:
            self.guard.request(self.cue.mode, True)
            self.guard.start(0)
            return FRAME_MS
        now_ms = 0
        while now_ms < _DAWN_AT_MS:
            now_ms += FRAME_MS
            self.guard.request(limits.DAWN, False)
            self.scene.dawn_light(self._dawn_level(now_ms))
            self.guard.frame(now_ms, self.scene.settle())
        return now_ms

    def _dawn_level(self, now_ms: int) -> int:
        return min(now_ms, DAWN_MS) // 8 * FULL // (DAWN_MS // 8)

    def _frame(self, now_ms: int, counts: bool, keep: bool) -> None:
        guard, scene, played = self.guard, self.scene, self.played
        guard.request(self.cue.mode, True)
        if self.cue.mode == limits.DAWN:
            scene.dawn_light(self._dawn_level(now_ms))
        else:
            scene.clear()
        self.player.light(scene, now_ms, FULL, False)
        wanted = scene.settle()
        guard.frame(now_ms, wanted)
        if keep:
            played.shown.append(bytes(guard.light.shown))
        if counts:
            played.frames += 1
            played.frames_untouched += guard.light.shown == wanted
            played.most_m_lx = max(played.most_m_lx, guard.light.m / limits.LX)
            played.most_l_cd_m2 = max(played.most_l_cd_m2, guard.light.l / limits.CD)

    def _block(self, keep: bool) -> None:
        sound, played = self.guard.sound, self.played
        if not self.synth.sounding() and not sound.sounding():
            if keep:
                played.rms.append(0)
                played.samples.extend(_SILENCE)
            return
        held = sound.held
        self.guard.block(self.synth.render(), self._out)
        played.blocks += 1
        played.blocks_untouched += sound.held == held
        if sound.rms:
            level = self.config.sound_cal_db + 20 * log10(sound.rms / 32767)
            played.most_dba = max(played.most_dba, level)
        if keep:
            played.rms.append(sound.rms)
            played.samples.extend(self._out)


def _ticks(end_ms: int) -> Iterator[tuple[int, bool]]:
    """(t_ms, whether it is a frame or a block), in order."""
    frame_ms = block_ms = 0
    while min(frame_ms, block_ms) < end_ms:
        if frame_ms <= block_ms:
            yield frame_ms, True
            frame_ms += FRAME_MS
        else:
            yield block_ms, False
            block_ms += BLOCK_MS


def profiles_of(cue: Cue) -> tuple[str, ...]:
    return ("child", "adult") if cue.mode == limits.EVENING else ("adult",)


def measure(
    data: list,
    seed: int = 1,
    keep: bool = False,
    profile: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Played]:
    """Every cue of a compiled score, at each profile that may play it, or at one alone."""
    stages = [
        Stage(cue, each, seed)
        for cue in Score(data).cues
        for each in profiles_of(cue)
        if profile in (None, each)
    ]
    whole_ms = sum(stage.cue.duration_ms for stage in stages) or 1
    played, done_ms = [], 0
    for stage in stages:
        before, length_ms = done_ms, stage.cue.duration_ms

        def show(share: float, before: int = before, length_ms: int = length_ms) -> None:
            if progress:
                progress((before + share * length_ms) / whole_ms)

        played.append(stage.run(keep, show))
        done_ms += length_ms
    return played
