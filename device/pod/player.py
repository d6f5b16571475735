"""The cue that plays now: its light into the scene, its sound into the synth, never two at once."""

from . import sound as kinds
from . import ticks
from .guard import limits

_SOUND_RELEASE_MS = 900  # of the 2 s that the quiet rule has
# In sleep a sound rises by at most 1 % of the cap in this time: 0.075 % of full scale a second
# where full scale is 65 dBA (SAFETY, Sound).
_ONE_PERCENT_MS = 750


class Player:
    def __init__(self, config, voices):
        self.cue = None
        self.slot = None
        self.percent = 100  # of tonight's cap
        self.muted = False  # it takes its time, and nothing of it is seen or heard
        self.began = []  # sound layers that have begun, until the director tells of them
        self._config = config
        self._chance = 0
        self._synth = voices
        self._start_ms = 0

    def begin(self, cue, slot, now_ms, guard, chance, muted, percent):
        """Start a cue; False if its sound may not begin yet (SAFETY 5). `chance`: 30 bits;
        `percent` of the mode's cap."""
        for sound in cue.sounds:
            sound.on = False
            if sound.start_ms == 0 and not guard.onset(sound.id, now_ms):
                return False
        self.muted, self.percent = muted, percent
        self.cue, self.slot, self._start_ms, self._chance = cue, slot, now_ms, chance
        cue.begin(self._config, chance)
        return True

    def mute(self):
        """Nothing more of this cue, but its time goes on: what a heart silences frees nothing.
        Its sound goes on too, and is muted behind the guard."""
        self.muted = True

    def stop(self):
        """Stop early; its sound fades out."""
        if self.cue is not None:
            for voice in range(len(self.cue.sounds)):
                self._synth.end(voice, _SOUND_RELEASE_MS)
        self.cue = None

    def step(self, now_ms, guard):
        """True when the cue has just ended."""
        if self.cue is None:
            return False
        t_ms = ticks.diff(now_ms, self._start_ms)
        for voice in range(len(self.cue.sounds)):
            self._sound(voice, t_ms, now_ms, guard)
        return t_ms >= self.cue.duration_ms

    def _sound(self, voice, t_ms, now_ms, guard):
        sound = self.cue.sounds[voice]
        t_ms -= sound.start_ms
        if t_ms >= sound.length_ms - sound.release_ms:
            self._synth.end(voice, sound.release_ms)
        elif t_ms >= 0 and not sound.on:
            sound.on = True  # muted or not, it goes its way and its ten seconds pass (SAFETY 9)
            if sound.start_ms and not guard.onset(sound.id, now_ms):
                return
            attack_ms = sound.attack_ms
            if self.cue.mode == limits.ASLEEP:
                attack_ms = max(attack_ms, sound.percent * _ONE_PERCENT_MS)
            level = sound.percent * self.percent * kinds.FULL // 10000
            seed = self._chance
            if sound.kind >= kinds.RECORDING:
                seed = sound.kind - kinds.RECORDING  # which of the body's own
            self._synth.begin(voice, sound.id, seed, attack_ms, level)
            if not self.muted:
                self.began.append(kinds.NAMES[sound.id])

    def light(self, scene, now_ms, level, muted):
        """Lay the cue's light over what is painted; an evening's is no brighter than the scene's
        own level."""
        cue = self.cue
        if cue is not None:
            if cue.mode == limits.ASLEEP:
                level = level or 4096
            t_ms = ticks.diff(now_ms, self._start_ms)
            cue.draw(scene.light, t_ms, level * self.percent // 100, muted)
