"""Light and sound: the scene and the synth into the guard, when a frame or a block is due."""

from . import ticks
from .guard import Guard, limits
from .part import KEPT, Part
from .player import Player
from .record import Record
from .scene import FRAME_MS, Scene
from .sound.synth import Synth

_LEAP_MS = 500  # of shared time against the pod's own: no slew goes so far between two frames


class Show:
    def __init__(self, config, stored):
        self.config = config
        self.part = Part(config.seed)
        self._record = Record("sky", stored, self.part, KEPT, self.part.restore)
        self.count = 0  # LEDs that count along with a hand
        self._frame_ms = 0  # ticks of the last frame
        self._frame = -1  # number of the last frame in shared time
        self.guard = None
        self.build()

    def build(self):
        """Make every stage for the profile and calibration in force. Only in the dark."""
        before, self.guard = self.guard, Guard(self.config)
        if before is not None:
            self.guard.remember(before)
        self.scene = Scene(self.config.profile)
        self.scene.begin(self.part)
        self.synth = Synth(self.guard.sound.cap)
        self.player = Player(self.config, self.synth)

    def start(self, now_ms, outputs):
        self.rebase(now_ms)
        outputs.leds = self.guard.light.shown

    def rebase(self, now_ms):
        """The local clock begins here (a start, or a step of the clock): a frame is due."""
        self.guard.start(now_ms)
        self._frame = -1

    def join(self, seed, members, place):
        """Show the cottage's sky from `place`; slowly, where another shows."""
        part = self.part
        part.unsaved = True
        if seed != part.seed or members != part.members or place != part.place:
            self.scene.veil()
            part.seed, part.members, part.place = seed, members, place
            self.scene.begin(part)

    def goodnight(self, shared_ms, teller):
        """A ritual begins. What is known of the sky is written down, once an evening at most."""
        self.part.goodnight(shared_ms)
        if self.part.unsaved:
            self.part.unsaved = False
            self._record.keep(teller)

    def cut(self, outputs):
        """Dark and silent now."""
        self.guard.cut(outputs.sound)
        self.synth.silence()
        self.scene.clear()
        outputs.leds_changed = True

    def lapse(self):
        """No block came for so long that the speaker fell silent: what sounds now begins anew."""
        self.guard.sound.cut()

    def darken(self, outputs):
        """Dark now; what sounds is released within 500 ms."""
        self.guard.darken()
        self.synth.silence()
        self.scene.clear()
        outputs.leds_changed = True

    def lit(self, the_night):
        """Whether frames are due at all."""
        return (
            the_night.lit() or self.player.cue is not None or self.count
            or self.guard.lit(the_night.mode())
        )

    def frame_in_ms(self, shared_ms):
        """Milliseconds to the next frame: they begin at whole multiples of FRAME_MS of shared
        time, so all pods of a cottage show the same frame together."""
        return FRAME_MS - shared_ms % FRAME_MS

    def frame(self, now_ms, the_night, senses, bond, shared_ms, may_show, outputs):
        """One frame of twelve LEDs, if it is due."""
        number = shared_ms // FRAME_MS
        if number == self._frame or not (the_night.level or self.lit(the_night)):
            return
        leap_ms = (number - self._frame) * FRAME_MS - ticks.diff(now_ms, self._frame_ms)
        if not -_LEAP_MS <= leap_ms <= _LEAP_MS and self.scene.veil():
            self.part.leap(leap_ms)
        self._frame = number
        self._frame_ms = now_ms
        cue = self.player.cue
        self.guard.request(the_night.mode(), cue is not None and cue.mode == limits.ASLEEP)
        stars = self._paint_night(now_ms, number * FRAME_MS, the_night, senses, bond)
        calm = self._without_heart(now_ms, the_night.level, stars, senses, bond)
        if not may_show:
            self.scene.clear()
            calm, stars = None, 0
        target = self._with_heart(stars, senses.pulse, bond.star, calm)
        if self.guard.frame(now_ms, target, calm):
            outputs.leds_changed = True

    def _paint_night(self, now_ms, shared_ms, the_night, senses, bond):
        """All but the cue and the pulse stars; the level of these."""
        scene, level = self.scene, the_night.level
        stars = level
        if the_night.dawn_lit:
            scene.dawn_light(level)
            stars = 0
        elif self.count:
            scene.count(self.count)
        elif level:
            scene.sky_light(shared_ms, self.part, level)
            senses.pulse.step(now_ms, senses.contact, senses.open)
            bond.star.step(now_ms, bond.friend is not None, senses.open)
        else:
            scene.clear()
        return stars

    def _without_heart(self, now_ms, level, stars, senses, bond):
        """Lay the cue's light over it, once for both. The target of the night without a heart, or
        None where none is about."""
        player, calm = self.player, None
        about = not senses.open and (stars or player.muted)
        player.light(self.scene, now_ms, level, player.muted and not about)
        if about:
            own = senses.pulse.open_level * stars >> 12
            friend = bond.star.open_level * stars >> 12
            calm = self.scene.settle_calm(own << 9, friend << 9)
        return calm

    def _with_heart(self, stars, own, friend, calm):
        """The target with the pulse stars as they are."""
        if self.player.muted and self.player.cue is not None:
            self.scene.mute()
            calm = None
        # The two together dim no more than one alone: SAFETY 3's swing.
        shift = 1 if own.level and friend.level else 0
        mine = (own.level * stars >> 12) << 9 | own.dim >> shift
        theirs = (friend.level * stars >> 12) << 9 | friend.dim >> shift
        return self.scene.settle(mine, theirs, calm)

    def sounding(self):
        return self.synth.sounding() or self.guard.sound.sounding()

    def dark(self):
        """Whether nothing shows and nothing sounds."""
        return self.guard.light.l == 0 and not self.guard.sound.sounding()

    def sound(self, recordings, outputs):
        """The block of sound that is due, if anything sounds."""
        if self.sounding():
            self.synth.recordings = recordings
            self.block(outputs)

    def block(self, outputs):
        guard = self.guard
        sound = guard.sound
        sound.muted = self.player.muted  # of the last cue too, until its sound has ended
        guard.block(self.synth.render(), outputs.sound)
        outputs.sound_ready = True
        outputs.sound_rms, outputs.sound_peak = sound.rms, sound.peak
