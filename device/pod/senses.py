"""What the pod feels: a finger and its beats, the quiet rule's verdict, the room's light."""

from . import quiet, ticks
from .beats import BeatDetector
from .heart import Heart
from .pulse import PulseStar
from .room import Room

_INDEX_MASK = 0x3FFFFFF  # sample index: sixteenths of it wrap at 2**30
_SAMPLE_MS = 10
NO_SAMPLES_MS = 1000


class Senses:
    def __init__(self):
        self.beats = BeatDetector(True)  # a reflectance sensor: systole is a dip
        self.heart = Heart()
        self.pulse = PulseStar()
        self.quiet = quiet.QuietRule()
        self.room = Room()
        self.contact = False
        self.open = False  # the open-gate reference run: the heart closes nothing (SAFETY 9)
        self._index = -1
        self._sampled_ms = 0

    def feel(self, inputs, dt_ms, ring_l):
        """Take this step's samples; `ring_l` is the ring's light, which the sensor sees too."""
        self.open = inputs.heart_open
        if inputs.ppg_lost:
            self._index = (self._index + inputs.ppg_lost) & _INDEX_MASK
            self.beats.gap(inputs.ppg_lost)
            self.heart.gap()
        count = inputs.ppg_count
        if count:
            self._take(inputs.now_ms, inputs.ppg, count)
            self._sampled_ms = inputs.now_ms
            self._touch(self.beats.contact)
        elif self.contact and not inputs.beats_given:
            # A sensor that nobody touches gives no samples: contact must not outlive them.
            self._touch(ticks.diff(inputs.now_ms, self._sampled_ms) < NO_SAMPLES_MS)
        for i in range(inputs.beats_count):
            age16 = (inputs.beats_now - inputs.beats[i]) & 0x3FFFFFFF
            self._beat(inputs.now_ms, inputs.beats[i], 100, min(age16, 0xFFFF) * 10 >> 4)
        if inputs.beats_given:
            self._index = inputs.beats_now >> 4
            self._touch(inputs.beats_contact)
        self.room.step(dt_ms, inputs.lux_mlx, ring_l)

    def _take(self, now_ms, ppg, count):
        """PPG samples, the newest last; one at a time costs a Pico a call more."""
        beats, index = self.beats, self._index
        for i in range(count):
            index = (index + 1) & _INDEX_MASK
            beat = beats.push(ppg[i])
            if beat >= 0:
                age_samples = (index - (beat >> 4)) & _INDEX_MASK
                newer = count - 1 - i
                self._beat(now_ms, beat, beats.quality, (age_samples + newer) * _SAMPLE_MS)
        self._index = index

    def each_second(self, now_ms):
        if self._index >= 0:
            self.heart.tick(self._index << 4)
        if not self.open:
            self.quiet.step(now_ms, self.heart.bpm_x10, self.heart.median_bpm * 10)

    def calm(self):
        return self.open or self.quiet.verdict == quiet.CALM

    def surged(self):
        return not self.open and self.quiet.verdict == quiet.SURGED

    def _beat(self, now_ms, index16, quality, age_ms):
        self.heart.beat(index16, quality)
        self.pulse.beat(now_ms, age_ms)

    def _touch(self, contact):
        if self.contact and not contact:
            self.heart.lost()
        self.contact = contact
