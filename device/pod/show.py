"""Light and sound: the scene and the synth into the guard, when a frame or a block is due."""

from .guard import Guard, limits
from .player import Player
from .scene import FRAME_MS, Scene, breath
from .sound.synth import Synth

PACE_MS = 10000


class Show:
    def __init__(self, config):
        self.config = config
        self.pace_ms = PACE_MS
        self.place = 0
        self._frame = -1  # number of the last frame in shared time
        self.guard = None
        self.build(config.seed)

    def build(self, sky_seed):
        """Make every stage for the profile and calibration in force. Only in the dark."""
        before, self.guard = self.guard, Guard(self.config)
        if before is not None:
            self.guard.remember(before)
        self.scene = Scene(self.config.profile)
        self.scene.sky.begin(sky_seed)
        self.synth = Synth(self.guard.sound.cap)
        self.player = Player(self.config, self.synth)

    def start(self, now_ms, outputs):
        self.rebase(now_ms)
        outputs.leds = self.guard.light.shown

    def rebase(self, now_ms):
        """The local clock begins here (a start, or a step of the clock): a frame is due."""
        self.guard.start(now_ms)
        self._frame = -1

    def join(self, seed, pace_ms, place):
        """Show the cottage's sky from `place`."""
        self.scene.sky.begin(seed)
        self.pace_ms = pace_ms
        self.place = place

    def cut(self, outputs):
        """Dark and silent now."""
        self.guard.cut(outputs.sound)
        self.synth.silence()
        outputs.leds_changed = True

    def darken(self, outputs):
        """Dark now; what sounds is released within 500 ms."""
        self.guard.darken()
        self.synth.silence()
        outputs.leds_changed = True

    def lit(self, the_night):
        """Whether frames are due at all."""
        light = self.guard.light
        return (
            the_night.lit() or self.player.cue is not None or light.l > 0
            or light.mode != the_night.mode() or self.guard.failing()
        )

    def frame_in_ms(self, shared_ms):
        """Milliseconds to the next frame: they begin at whole multiples of FRAME_MS of shared
        time, so all pods of a cottage show the same frame together."""
        return FRAME_MS - shared_ms % FRAME_MS

    def frame(self, now_ms, the_night, senses, shared_ms, may_show, outputs):
        """One frame of twelve LEDs, if it is due."""
        number = shared_ms // FRAME_MS
        if number == self._frame or not self.lit(the_night):
            return
        self._frame = number
        cue = self.player.cue
        cue_open = cue is not None and cue.mode == limits.ASLEEP
        self.guard.request(the_night.mode(), cue_open)
        self._paint(now_ms, the_night, senses, number * FRAME_MS)
        if not may_show:
            self.scene.clear()
        if self.guard.frame(now_ms, self.scene.settle()):
            outputs.leds_changed = True

    def _paint(self, now_ms, the_night, senses, shared_ms):
        scene, level = self.scene, the_night.level
        if the_night.dawn_lit:
            scene.dawn_light(level)
        elif level:
            scene.sky_light(shared_ms, self.place, level, breath(shared_ms, self.pace_ms))
            senses.pulse.step(now_ms, senses.contact, senses.open)
            scene.star_light(senses.pulse.level * level >> 12, senses.pulse.dim)
        else:
            scene.clear()
        self.player.light(scene.linear, now_ms, level)

    def sounding(self):
        return self.synth.sounding() or self.guard.sound.sounding()

    def dark(self):
        """Whether nothing shows and nothing sounds."""
        return self.guard.light.l == 0 and not self.guard.sound.sounding()

    def sound(self, recordings, outputs):
        """The block of sound that is due, if anything sounds."""
        if not self.sounding():
            return
        self.synth.recordings = recordings
        self.guard.sound.muted = self.player.muted  # of the last cue too, until its sound has ended
        self.guard.block(self.synth.render(), outputs.sound)
        outputs.sound_ready = True
        outputs.sound_rms = self.guard.sound.rms
        outputs.sound_peak = self.guard.sound.peak
