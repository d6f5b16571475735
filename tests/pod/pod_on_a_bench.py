"""A pod on a bench: steps the core in virtual time, with a hand, a host and a heart for it.

Nothing is patched: inputs go in as a body gives them, outputs are what a body would carry out.
"""

import json
from array import array

from pod import io, ticks
from pod.config import Config
from pod.core import Pod
from pod.envelope import TEST_KEY, seal

WALL_S = 1767297600 + 20 * 3600
STEP_MS = 20  # one block of sound
HOME = "starlit/home/"
DARK = bytes(io.FRAME_BYTES)


class Moment:
    """What a person at the pod saw and heard from `t_ms` on."""

    def __init__(self, t_ms, leds, rms, peak):
        self.t_ms, self.leds, self.rms, self.peak = t_ms, leds, rms, peak


class PodOnABench:
    """`config` fields as keywords; `stored` is what outlives a reboot."""

    def __init__(self, stored=None, now_ms=1000, link=False, wall_s=WALL_S, **config):
        self.config = Config()
        for name, value in config.items():
            setattr(self.config, name, value)
        if self.config.armed and not self.config.armed_s:
            self.config.armed_s = WALL_S - 3600  # an hour before the bench's time
        self.stored = dict(stored or {})
        self.inputs = io.Inputs()
        self.inputs.switch_in = True
        self.inputs.lux_mlx = 5000
        self.inputs.link_up = link
        self.inputs.wall_s = wall_s
        self.now_ms = now_ms
        self.t_ms = 0
        self.notes, self.sent, self.moments = [], [], []
        self.nonces = []
        self.heart_bpm = None
        self._beat_at = 0.0
        self.boot()

    # -- power and time ----------------------------------------------------------------------

    def boot(self, cause=io.RESET_POWER):
        self.outputs = io.Outputs()
        self.pod = Pod(self.config, dict(self.stored))
        self.pod.start(self.now_ms, cause, self.outputs)
        self.due_ms = self.now_ms
        self._collect()

    def step(self, ms=0):
        """One step `ms` later; what it gave is collected."""
        self.now_ms = ticks.add(self.now_ms, ms)
        self.t_ms += ms
        self.inputs.now_ms = self.now_ms
        self.inputs.sound_due = int(self.outputs.sound_wanted)
        self._beats(ms)
        self.due_ms = self.pod.step(self.inputs, self.outputs)
        self.inputs.messages.clear()
        self.inputs.setup = None
        self._see()
        self._collect()

    def run(self, ms, step_ms=STEP_MS):
        """Step every `step_ms` for `ms`."""
        for _ in range(ms // step_ms):
            self.step(step_ms)

    def sleep(self, ms):
        """Step only when the pod asks for it, or its sound or heart does."""
        end_ms = self.t_ms + ms
        while self.t_ms < end_ms:
            wait_ms = max(ticks.diff(self.due_ms, self.now_ms), 1)
            if self.outputs.sound_wanted:
                wait_ms = min(wait_ms, STEP_MS)
            if self.heart_bpm:
                wait_ms = min(wait_ms, 500)
            self.step(min(wait_ms, end_ms - self.t_ms))

    def rest(self, days):
        """Sleep for days; the sky, which is not looked at, is not computed."""
        voice = self.pod.voice
        voice._hash_sky = lambda outputs: None
        self.sleep(days * 86400_000)
        del voice._hash_sky

    # -- a hand --------------------------------------------------------------------------------

    def press(self, ms):
        self.inputs.button = True
        self.step(STEP_MS)
        self.run(ms, STEP_MS)
        self.inputs.button = False
        self.step(STEP_MS)

    def switch(self, closed):
        """One step with the switch in its new position."""
        self.inputs.switch_in = closed
        self.step(STEP_MS)

    def set_up(self, **given):
        self.inputs.setup = given
        self.step(STEP_MS)

    def plug_in(self):
        """Through the ten seconds without a broker, and plugged in by hand."""
        self.press(1100)
        self.run(10000, 200)
        return self

    def goodnight(self):
        """The ritual, begun by hand, its light risen."""
        self.plug_in()
        self.press(200)
        self.run(8000)
        assert self.night == "ritual"
        return self

    def asleep(self):
        """In the night, after the ritual has faded."""
        self.goodnight()
        self.sleep(13 * 60000)
        assert self.night == "night"
        return self

    # -- a host --------------------------------------------------------------------------------

    def deliver(self, topic, payload, age_us=0):
        """Bytes on a topic, as they come from a broker."""
        self.inputs.messages.append((topic, payload, age_us))
        self.step(STEP_MS)

    def message(self, topic, body, key=TEST_KEY, **stamp):
        """A sealed message on a topic of this cottage; without a stamp, the newest nonce."""
        if not stamp:
            stamp = {"nonce": self.pod.link.issue_nonce(self.now_ms)}
        self.deliver(HOME + topic, seal(key, HOME + topic, json.dumps(body), **stamp))

    def play(self, do, **body):
        self.message("pod/" + self.config.pod + "/set/play", dict(body, do=do))

    def unhook(self, epoch, writer="host", target="all"):
        body = {"epoch": epoch, "target": target}
        self.message("unhook/" + writer, body, version=epoch)

    # -- a heart -------------------------------------------------------------------------------

    def heart(self, bpm):
        """Beats at `bpm` from now on; None is no finger, 0 a finger without a pulse."""
        self.heart_bpm = bpm
        self.inputs.beats_given = True
        self.inputs.beats_contact = bpm is not None
        self._beat_at = self.t_ms

    def _beats(self, ms):
        inputs = self.inputs
        inputs.beats_count = 0
        inputs.beats_now = self.t_ms * 16 // 10 & 0x3FFFFFFF
        if not self.heart_bpm:
            return
        every_ms = 60000 / self.heart_bpm
        while self._beat_at + every_ms <= self.t_ms and inputs.beats_count < 16:
            self._beat_at += every_ms
            inputs.beats[inputs.beats_count] = int(self._beat_at * 1.6) & 0x3FFFFFFF
            inputs.beats_count += 1

    # -- what came out -------------------------------------------------------------------------

    def _see(self):
        leds = bytes(self.outputs.leds) if self.outputs.rail else DARK
        rms = peak = 0
        if self.outputs.sound_ready and self.outputs.rail:
            rms, peak = self.outputs.sound_rms, max(map(abs, self.outputs.sound))
        self.moments.append(Moment(self.t_ms, leds, rms, peak))

    def _collect(self):
        outputs = self.outputs
        for note in outputs.notes:
            self.notes.append(dict(note, t_ms=self.t_ms))
        for topic, payload, qos, retain in outputs.messages:
            body = json.loads(json.loads(payload)["body"])
            self.sent.append((topic, body, qos, retain))
        for key, value in outputs.store:
            self.stored[key] = value
        outputs.notes.clear()
        outputs.messages.clear()
        outputs.store.clear()
        outputs.leds_changed = False

    @property
    def leds(self):
        return self.moments[-1].leds

    @property
    def lit(self):
        return any(self.leds)

    @property
    def dark(self):
        """Neither light nor sound."""
        return not (self.lit or self.moments[-1].peak)

    @property
    def night(self):
        return self.pod.director.night.state

    @property
    def state(self):
        return self.pod.state()

    def said(self, key):
        """Every note with this key, in order."""
        return [note for note in self.notes if key in note]

    def cues(self, phase=None):
        """(id, phase, why) of each cue told; those of one phase if it is named."""
        told = [(n["cue"]["id"], n["cue"]["phase"], n.get("why")) for n in self.said("cue")]
        return [cue for cue in told if phase in (None, cue[1])]

    def events(self, name=None):
        told = [body for topic, body, _, _ in self.sent if topic.endswith("/event")]
        return [body for body in told if name in (None, body["event"])]

    def last(self, kind):
        """The body sent last on this pod's topic `kind`, or None."""
        sent = [body for topic, body, _, _ in self.sent if topic.endswith("/" + kind)]
        return sent[-1] if sent else None

    def light_between(self, begin_ms, end_ms):
        return [m for m in self.moments if begin_ms <= m.t_ms <= end_ms]


def silence():
    return array("h", [0] * io.BLOCK_SAMPLES)
