"""One layer of the pod's own synthesiser, with and without its guard, as samples.

Nothing is imitated: these are `pod.sound` and `pod.guard`, stepped a block at a time.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pod import sound
from pod.config import Config
from pod.guard.sound import SoundGuard
from pod.io import BLOCK_SAMPLES, SOUND_RATE_HZ
from pod.sound.synth import Synth

BLOCK_S = BLOCK_SAMPLES / SOUND_RATE_HZ
KINDS = {name: kind for kind, name in enumerate(sound.NAMES) if kind != sound.NONE}
RELEASE_MS = 1500
TAIL_S = 3.0  # by when a release is over, the guard's own included
Progress = Callable[[float], None]  # share done, 0 to 1


@dataclass(frozen=True)
class Rendered:
    """16 kHz mono counts, and what the guard made of them."""

    wanted: array[int]
    guarded: array[int]
    cap: int  # RMS of the cap, which is also the highest sample
    full_scale_dba: int
    held: int  # blocks that the guard changed
    blocks: int

    @property
    def untouched(self) -> float:
        """The share of the sounding blocks that the guard let through as they were."""
        return 1 - self.held / max(self.blocks, 1)


def config_for(profile: str, full_scale_dba: int) -> Config:
    config = Config(profile=profile)
    config.sound_cal_db = full_scale_dba
    return config.check()


def render(
    kind: int,
    seconds: float,
    seed: int = 1,
    *,
    profile: str = "adult",
    full_scale_dba: int = 65,
    level: int = sound.FULL,
    attack_ms: int = 2000,
    recordings: Sequence[array[int]] = (),
    progress: Progress | None = None,
) -> Rendered:
    """`seconds` of one layer from silence, its release at their end, and 3 s for it to end in."""
    guard = SoundGuard(config_for(profile, full_scale_dba))
    synth = Synth(guard.cap)
    synth.recordings = tuple(recordings)  # type: ignore[assignment]
    synth.begin(0, kind, seed, attack_ms, level)
    wanted, guarded = array("h"), array("h")
    out = array("h", bytes(2 * BLOCK_SAMPLES))
    silence = array("h", bytes(2 * BLOCK_SAMPLES))
    held = sounding = 0
    release, last = int((seconds - RELEASE_MS / 1000) / BLOCK_S), int((seconds + TAIL_S) / BLOCK_S)
    for number in range(last):
        if number == release:
            synth.end(0, RELEASE_MS)
        block = synth.render()
        guard.block(block, out)
        if block is None and not guard.sounding():
            break
        block = silence if block is None else block
        sounding += 1
        held += block != out
        wanted += block
        guarded += out
        if progress and number % 50 == 0:
            progress(number / last)
    return Rendered(wanted, guarded, guard.cap, full_scale_dba, held, sounding)
