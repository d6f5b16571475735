"""The cue that plays now: its light into the scene, its sound into the synth, never two at once."""

from . import sound, ticks
from .cues import CUES

_SOUND_RELEASE_MS = 900  # of the 2 s that the quiet rule has


class Player:
    def __init__(self, voices):
        self.cue = None
        self.slot = None
        self.muted = False  # it takes its time, and nothing of it is seen or heard
        self._chance = 0
        self._synth = voices
        self._start_ms = 0

    def begin(self, name, slot, now_ms, guard, chance, muted):
        """Start a cue; False if its sound may not begin yet (SAFETY 5). `chance`: 30 bits."""
        cue = CUES[name]
        if cue.sound is not None:
            if not guard.onset(cue.sound, now_ms):
                return False
            if not muted:
                self._synth.begin(0, cue.sound, chance, cue.attack_ms)
        self.muted = muted
        self.cue, self.slot, self._start_ms, self._chance = cue, slot, now_ms, chance
        return True

    def mute(self):
        """Nothing more of this cue, but its time goes on: what a heart silences frees nothing."""
        self.muted = True
        if self.cue.sound is not None:
            self._synth.end(0, _SOUND_RELEASE_MS)

    def stop(self):
        """Stop early; its sound fades out."""
        if self.cue is not None:
            self.mute()
        self.cue = None

    def step(self, now_ms):
        """True when the cue has just ended."""
        if self.cue is None:
            return False
        t_ms = ticks.diff(now_ms, self._start_ms)
        if self.cue.sound is not None and t_ms >= self.cue.duration_ms - self.cue.release_ms:
            self._synth.end(0, self.cue.release_ms)
        return t_ms >= self.cue.duration_ms

    def light(self, linear, now_ms, level):
        """Add the cue's light, no brighter than the scene's own level."""
        cue = self.cue
        if cue is None or self.muted or cue.light is None:
            return
        t_ms = ticks.diff(now_ms, self._start_ms)
        envelope = cue.envelope(t_ms) * level >> 12
        if envelope > 0:
            cue.light(linear, t_ms, envelope, cue.duration_ms, self._chance)

    def layer(self):
        """The sound layer's name for the trace, or None."""
        if self.cue is None or self.cue.sound is None:
            return None
        return sound.NAMES[self.cue.sound]
