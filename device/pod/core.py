"""The pod: one step from inputs to outputs, with no clock, no I/O and no chance of its own.

    sensors -> beats, light -> night and cues -> sky and sound -> guard -> LEDs, speaker

`Pod` composes the stages and decides only what lies between them: whether anything may show.
"""

from . import button, cues, night, orders, quiet, reporter, ticks
from . import room as room_light
from . import sleep as sleep_state
from . import io
from .beats import BeatDetector
from .guard import Guard, limits
from .dose import Dose
from .heart import Heart
from .link import Link
from .night import Night
from .player import Player
from .plug import Plug
from .pulse import PulseStar
from .scene import FRAME_MS, Scene, breath
from .synth import Synth
from .timebase import Timebase

NO_BROKER_MS = 10000  # after boot, where there is no broker (DESIGN, Unhook)
CLOCK_STEP_MS = 2000  # SAFETY 8
SENSOR_FAULT_MS = 10000  # SAFETY 8
RING_MLX_PER_CD = 40  # light of the ring on its own sensor, behind the baffle (p)
PACE_MS = 10000
REST_MS = 60000  # the longest that a pod at rest asks to be left alone

_SENSOR_FAULTS = io.FAULT_SENSOR | io.FAULT_BUS | io.FAULT_IDENTITY | io.FAULT_FIFO
_FAULT_WHY = (
    (io.FAULT_TASK, "task", "a task is late by more than 5 s"),
    (io.FAULT_CONFIG, "config", "the configuration's checksum is wrong"),
    (io.FAULT_HOT, "hot", "45 C or more inside the case"),
)
_RESETS = ("power", "soft", "watchdog", "brownout")


class Pod:
    def __init__(self, config, stored):
        self.config = config
        self.boot = _boot_number(stored.get("boot")) + 1
        self.plug = Plug(stored)
        self.dose = Dose(stored)
        self.guard = Guard(config)
        self.night = Night(config.seed)
        self.scene = Scene(config.profile)
        self.pulse = PulseStar()
        self.synth = Synth(self.guard.sound.cap)
        self.player = Player(config.seed, self.synth)
        self.beats = BeatDetector(True)  # a reflectance sensor: systole is a dip
        self.heart = Heart()
        self.quiet = quiet.QuietRule()
        self.room = room_light.Room(RING_MLX_PER_CD)
        self.time = Timebase()
        self.link = Link(config, self.boot)
        self.report = reporter.Reporter(config, self.link, self.boot)
        self.button = button.Button()
        self.failed = None  # why, once the pod has failed dark
        self.tz_min = config.tz_min
        self.friends = []
        self.host_goodnights = []  # uptimes
        self.place = 0
        self.pace_ms = PACE_MS
        self.now_ms = 0
        self.now_us = 0
        self.uptime_ms = 0
        self._start_ms = 0
        self._due_ms = 0
        self._frame_ms = 0
        self._tele_ms = 0
        self._linked = False
        self._ever_linked = False
        self._gated = True
        self._ppg_index = -1
        self._contact = False
        self._fault_since_ms = 0
        self._faults = 0
        self._failed_ms = 0
        self._planned = None
        self._planned_ms = 0
        self._said = {}
        self._ring_shown = False
        self._open = False
        self._wall_given = 0
        self._messages = 0

    # -- life ------------------------------------------------------------------------------

    def start(self, now_ms, reset_cause, outputs):
        """Begin after a boot: dark, idle, and remembering what was stored."""
        outputs.leds = self.guard.light.shown
        self.now_ms = self._start_ms = self._due_ms = self._frame_ms = self._tele_ms = now_ms
        self.guard.start(now_ms)
        self.dose.start(now_ms)
        self.scene.sky.begin(self.config.seed)
        outputs.store.append(("boot", str(self.boot).encode()))
        outputs.notes.append({"boot": {"n": self.boot, "cause": _RESETS[reset_cause]}})
        outputs.notes.append({
            "armed": self.config.armed, "share_heart": self.config.share_heart,
            "dawn": self.config.dawn, "dose": self._dose(),
        })
        if reset_cause >= io.RESET_WATCHDOG:
            self.fail("reset by " + _RESETS[reset_cause], _RESETS[reset_cause], outputs)

    def step(self, inputs, outputs):
        """Take the inputs of this instant; the ticks at which the next step is due at the latest."""
        dt_ms = self._take_time(inputs, outputs)
        outputs.sound_ready = False
        outputs.alive ^= 1
        self._hand(inputs, outputs)
        self._health(inputs, outputs)
        self._listen(inputs, outputs)
        if inputs.setup is not None:
            self._set_up(inputs.setup, outputs)
        self._feel(inputs)
        self._live(dt_ms, outputs)
        self._frame(dt_ms, outputs)
        if inputs.sound_due:
            self._sound(outputs)
        self._speak(inputs, outputs)
        outputs.rail = self._may_show() and not (self.failed and not self.guard.failing())
        outputs.sound_wanted = outputs.rail and (
            self.synth.sounding() or self.guard.sound.sounding())
        self._due_ms = ticks.add(self.now_ms, self._next_ms())
        return self._due_ms

    def _take_time(self, inputs, outputs):
        dt_ms = ticks.diff(inputs.now_ms, self.now_ms)
        late_ms = ticks.diff(inputs.now_ms, self._due_ms)
        self.now_ms = inputs.now_ms
        self.now_us = inputs.now_ms * 1000 + inputs.now_us
        if (dt_ms < 0 or late_ms > CLOCK_STEP_MS) and self.uptime_ms:
            self.fail("the local clock stepped", "clock", outputs)
            dt_ms = max(min(dt_ms, FRAME_MS), 0)
        self.uptime_ms += dt_ms
        if inputs.wall_s and inputs.wall_s != self._wall_given:
            self.time.set_unix(inputs.wall_s, self.now_ms)
            self._wall_given = inputs.wall_s
        return dt_ms

    # -- a hand at the pod -----------------------------------------------------------------

    def _hand(self, inputs, outputs):
        if self.plug.set_switch(inputs.switch_in):
            if self.night.state != night.IDLE:
                self.report.give(outputs, "star", {"farewell": True})
            self.darken("the switch is open", outputs)
            outputs.store.append(("unplugged", b"1"))
        act = self.button.step(self.now_ms, inputs.button)
        if act == button.PLUG_IN:
            self._plug_in(outputs)
        elif act == button.SHORT:
            self._short_press(outputs)

    def _plug_in(self, outputs):
        if self.plug.press():
            outputs.store.append(("unplugged", b"0"))
            outputs.store.append(self.plug.record())
            self._tell(outputs, {"why": "plugged in at the pod"},
                       {"event": "plug", "why": "plugged in at the pod"})
        elif not self.plug.switch_in:
            outputs.notes.append({"why": "the switch is open: close it, then hold the button"})
        elif self.night.state != night.IDLE:
            self.end_night("a hand at the pod", outputs)

    def _short_press(self, outputs):
        if self.night.state == night.IDLE:
            why = self.goodnight(outputs, False)
            if why is not None:
                outputs.notes.append({"why": why})
        elif self.night.state == night.RITUAL:
            self.report.give(outputs, "star", {})
            self.cue("star", None, outputs)

    def _set_up(self, given, outputs):
        """A hand in the set-up window: values were validated by whoever opened it."""
        for name in ("armed", "share_heart", "dawn"):
            if name in given:
                setattr(self.config, name, given[name])
                outputs.notes.append({name: given[name]})
        if "profile" in given and given["profile"] != self.config.profile:
            self.config.profile = given["profile"]
            self._rebuild(outputs)
            outputs.notes.append({"profile": given["profile"]})
        if "calibration" in given:
            for name in given["calibration"]:
                setattr(self.config, name, given["calibration"][name])
            self._rebuild(outputs)
            outputs.notes.append({"calibration": given["calibration"]})

    def _rebuild(self, outputs):
        """Another profile or calibration: dark first, then a guard made for it."""
        self.darken("set up anew", outputs)
        self.guard = Guard(self.config)
        self.guard.start(self.now_ms)
        outputs.leds = self.guard.light.shown
        seed = self.scene.sky.seed
        self.scene = Scene(self.config.profile)
        self.scene.sky.begin(seed)
        self.synth = Synth(self.guard.sound.cap)
        self.player = Player(self.config.seed, self.synth)

    # -- whether anything may show ---------------------------------------------------------

    def _may_show(self):
        return self.plug.may_show() and not self._gated

    def _gate(self, inputs):
        """Nothing shows before the pod has listened for unhooks (DESIGN)."""
        if inputs.link_up:
            self._ever_linked = True
        if self._gated and (self._ever_linked or self.uptime_ms >= NO_BROKER_MS):
            self._gated = False

    def darken(self, why, outputs):
        """Dark and silent in this very step; the pod is idle afterwards."""
        self.guard.cut(outputs.sound)
        outputs.leds_changed = True
        self._abandon(why, outputs)
        self.night.reset()
        self.synth.silence()
        self._tell(outputs, {"why": why}, {"event": "dark", "why": why})

    def _abandon(self, why, outputs):
        """End the cue that plays, and what was planned."""
        self._planned = None
        if self.player.cue is not None:
            self._cue_note("end", self.player.cue.name, self.player.slot, why, outputs)
            self.player.stop()

    def fail(self, why, fault, outputs):
        """Fade to dark and stay so for the night (SAFETY 8)."""
        if self.failed:
            return
        self.failed = why
        self._failed_ms = self.now_ms
        self._abandon(why, outputs)
        self.guard.fail()
        self.night.end(self.now_ms)
        self._tell(outputs, {"fault": fault, "why": why},
                   {"event": "fault", "fault": fault, "why": why})

    def _health(self, inputs, outputs):
        for bit, name, why in _FAULT_WHY:
            if inputs.faults & bit:
                self.fail(why, name, outputs)
        sensor = inputs.faults & _SENSOR_FAULTS
        if sensor and not self._faults:
            self._fault_since_ms = self.now_ms
        if (sensor != 0) != (self._faults != 0):
            outputs.notes.append({"sensor_ok": sensor == 0})
        self._faults = sensor
        if self._sensor_lost() and self.player.cue is not None:
            self.fail("a sensor is broken during a cue", "sensor", outputs)
        if self.failed and not self.guard.failing():
            self._stay_failed(outputs)

    def _sensor_lost(self):
        return self._faults and ticks.diff(self.now_ms, self._fault_since_ms) >= SENSOR_FAULT_MS

    def _stay_failed(self, outputs):
        if self.night.state != night.IDLE or self.night.level or self.synth.sounding():
            self.night.reset()
            self.synth.silence()
        if ticks.diff(self.now_ms, self._failed_ms) >= limits.NIGHT_MS:
            self.failed = None
            self.plug.plugged = False
            outputs.notes.append({"why": "the failed night is over: hold the button to plug in"})

    # -- messages --------------------------------------------------------------------------

    def _listen(self, inputs, outputs):
        self._gate(inputs)
        if inputs.link_up and not self._linked:
            self.report.linked(self.now_ms)
            self._said.pop("state", None)
            self._tele_ms = self.now_ms
            self.acknowledge(outputs)
        self._linked = inputs.link_up
        for topic, payload, age_us in inputs.messages:
            orders.receive(self, topic, payload, age_us, outputs)

    def heard(self, topic, ok, why, outputs):
        self._messages += 1
        note = {"rx": {"id": self._messages, "topic": topic, "ok": ok, "why": why}}
        outputs.notes.append(note)

    def answered(self, do, why, outputs):
        """The outcome of a command, for whoever gave it."""
        event = {"event": "command", "do": do, "ok": why is None, "why": why}
        self._tell(outputs, {"why": why} if why else None, event)

    def acknowledge(self, outputs):
        self.report.ack(outputs, self.plug.epochs, self.link.versions["desired"])

    def join_sky(self, seed, pace_ms, place):
        self.scene.sky.begin(seed)
        self.pace_ms = pace_ms
        self.place = place

    # -- the night -------------------------------------------------------------------------

    def goodnight(self, outputs, dim):
        """Begin the ritual; None, or why not."""
        if self.failed:
            return "the pod has failed dark: " + self.failed
        if not self.plug.may_show():
            return "unplugged: hold the button at the pod for 1 s"
        if self._gated:
            return "the pod is still listening for unhooks"
        if self.night.state != night.IDLE:
            return "the night has begun already"
        first = self.dose.goodnight(self.now_ms)
        if first:
            self.quiet.new_night()
            self.guard.sound.new_night()
        outputs.store.append(self.dose.record())
        slots = self.config.armed and self.config.profile == "adult"
        self.night.goodnight(self.now_ms, self.dose.night, dim, slots)
        self._tell(outputs, {"night": self.dose.night, "dose": self._dose()},
                   {"event": "ritual", "night": self.dose.night})
        return None

    def end_night(self, why, outputs):
        self._abandon(why, outputs)
        self.night.end(self.now_ms)
        self._tell(outputs, {"why": why}, {"event": "morning", "why": why})

    def _live(self, dt_ms, outputs):
        self.dose.step(self.now_ms)
        if self.night.step(self.now_ms, dt_ms) and self.night.state == night.FADE:
            self._abandon("the ritual ends", outputs)
        if self.night.state == night.NIGHT:
            self._live_night(outputs)
        if self._planned and ticks.diff(self.now_ms, self._planned_ms) >= 0:
            name, self._planned = self._planned, None
            self.cue(name, None, outputs)
        self._live_cue(outputs)

    def _live_night(self, outputs):
        if self.night.dawn_due(self.config.dawn, self.wall_s(), self.tz_min):
            self.night.begin_dawn(self.now_ms)
        elif not self.dose.running():
            self.end_night("the night is over", outputs)
        slot = self.night.take_slot(self.now_ms)
        if slot is not None:
            self._slot(slot[0], slot[1], outputs)

    def _live_cue(self, outputs):
        cue = self.player.cue
        if cue is None:
            return
        if self.quiet.verdict != quiet.CALM:
            self._abandon("quiet rule", outputs)
        elif self.player.step(self.now_ms):
            self._cue_note("end", cue.name, self.player.slot, None, outputs)
            self._layer_note(False, outputs)
            self.player.stop()

    # -- cues ------------------------------------------------------------------------------

    def plan_cue(self, name, ahead_ms):
        """A cue that begins on all pods at the same shared time."""
        self._planned = name
        self._planned_ms = ticks.add(self.now_ms, ahead_ms)

    def cue(self, name, slot, outputs):
        """Play a cue; None, or why it is refused."""
        cue = cues.CUES[name]
        why = self._cue_refusal(cue)
        if why is None and cue.mode == cues.ASLEEP and slot is None:
            why = self._charge(cue, outputs)
        if why is None and not self.player.begin(name, slot, self.now_ms, self.guard):
            why = "its sound began less than 10 s ago"
        self._cue_note("refused" if why else "start", name, slot, why, outputs)
        if why is None:
            self._layer_note(True, outputs)
        return why

    def _cue_refusal(self, cue):
        if cue.mode == cues.ASLEEP and self.config.profile == "child":
            return "a child's pod plays no cue during sleep"
        if cue.mode == cues.ASLEEP and not self.config.armed:
            return "not armed: an adult arms sleeping cues in the set-up window at the pod"
        if not self._may_show() or self.failed:
            return "the pod is dark until a hand plugs it in"
        if cue.mode == cues.EVENING and (self.night.state != night.RITUAL or self.night.dim):
            return "evening cues belong to the ritual: say goodnight first"
        if cue.mode == cues.ASLEEP and self.night.state != night.NIGHT:
            return "a sleeping cue belongs to the night, after the ritual has faded"
        if self.player.cue is not None:
            return "another cue is playing"
        if self._sensor_lost():
            return "a sensor is broken"
        return "quiet rule" if self.quiet.verdict != quiet.CALM else None

    def _slot(self, number, late, outputs):
        """A slot of the night is due: charged in any case, then played or dropped."""
        cue = cues.CUES["ember"]
        why = self._charge(cue, outputs)
        if why is None and late:
            why = "too late"
        if why is None and sleep_state.state(True, self.room) == sleep_state.AWAKE:
            why = "the room is lit"
        why = why or self._cue_refusal(cue)
        if why is None:
            self.cue(cue.name, number, outputs)
        else:
            self._cue_note("dropped", cue.name, number, why, outputs)

    def _charge(self, cue, outputs):
        day = self.wall_s() // 86400
        why = self.dose.refusal(cue.duration_ms, day)
        if why is None:
            self.dose.charge(cue.duration_ms, day)
            outputs.store.append(self.dose.record())
            outputs.notes.append({"dose": self._dose()})
        return why

    def _cue_note(self, phase, name, slot, why, outputs):
        cue = {"id": name, "slot": slot, "phase": phase}
        event = {"event": "cue", "id": name, "slot": slot, "phase": phase, "why": why}
        note = {"cue": cue}
        if why:
            note["why"] = why
        self._tell(outputs, note, event)

    def _layer_note(self, on, outputs):
        name = self.player.layer()
        if name is not None:
            note = {"layer": {"id": name, "on": on, "envelope": 32767 if on else 0}}
            outputs.notes.append(note)

    # -- heart and room --------------------------------------------------------------------

    def _feel(self, inputs):
        self._open = inputs.heart_open
        if inputs.ppg_lost:
            self._ppg_index = (self._ppg_index + inputs.ppg_lost) & 0x3FFFFFF
            self.beats.gap(inputs.ppg_lost)
            self.heart.gap()
        for i in range(inputs.ppg_count):
            self._sample(inputs.ppg[i], inputs.ppg_count - 1 - i)
        if inputs.ppg_count:
            self._touch(self.beats.contact)
        for i in range(inputs.beats_count):
            self._beat(inputs.beats[i], 100, 0)
        if inputs.beats_count:
            self._touch(inputs.beats_contact)
        self.room.step(self.now_ms, inputs.lux_mlx, self.guard.light.l)

    def _sample(self, sample, newer):
        """One PPG sample; `newer` samples came after it in the same step."""
        self._ppg_index = (self._ppg_index + 1) & 0x3FFFFFF
        beat = self.beats.push(sample)
        if beat >= 0:
            age_samples = (self._ppg_index - (beat >> 4)) & 0x3FFFFFF
            self._beat(beat, self.beats.quality, (age_samples + newer) * 10)

    def _beat(self, index16, quality, age_ms):
        self.heart.beat(index16, quality)
        self.pulse.beat(self.now_ms, age_ms)

    def _touch(self, contact):
        if self._contact and not contact:
            self.heart.lost()
        self._contact = contact

    # -- light and sound -------------------------------------------------------------------

    def _lit(self):
        light = self.guard.light
        return (
            self.night.lit() or self.player.cue is not None or light.l > 0
            or light.mode != self.night.mode() or self.guard.failing()
        )

    def _frame(self, dt_ms, outputs):
        if not self._lit() or ticks.diff(self.now_ms, self._frame_ms) < 0:
            return
        self._frame_ms = ticks.add(self.now_ms, FRAME_MS)
        cue_open = self.player.cue is not None and self.player.cue.mode == cues.ASLEEP
        self.guard.request(self.night.mode(), cue_open)
        self.time.step(self.now_ms, self.night.lit())
        self._paint()
        if not self._may_show():
            self.scene.clear()
        if self.guard.frame(self.now_ms, self.scene.settle()):
            outputs.leds_changed = True

    def _paint(self):
        scene, state, level = self.scene, self.night.state, self.night.level
        shared_ms = self.shared_ms()
        if state == night.DAWN:
            scene.dawn_light(level)
        elif level:
            scene.sky_light(shared_ms, self.place, level, breath(shared_ms, self.pace_ms))
            self.pulse.step(self.now_ms, self._contact, self._open)
            scene.star_light(self.pulse.level * level >> 12, self.pulse.dim)
        else:
            scene.clear()
        self.player.light(scene.linear, self.now_ms, level or 4096)

    def _sound(self, outputs):
        if not (self.synth.sounding() or self.guard.sound.sounding()):
            return
        self.guard.block(self.synth.render(), outputs.sound)
        outputs.sound_ready = True
        outputs.sound_rms = self.guard.sound.rms
        outputs.sound_peak = self.guard.sound.peak

    # -- what the pod says -----------------------------------------------------------------

    def _speak(self, inputs, outputs):
        if ticks.diff(self.now_ms, self._tele_ms) >= 0:
            self._each_second(inputs, outputs)
        self._say_state(outputs)
        if inputs.link_up:
            self.report.flush(outputs)
            self.report.ping(outputs, self.now_ms, self.now_us % 1000)

    def _each_second(self, inputs, outputs):
        self._tele_ms = ticks.add(self.now_ms, reporter.TELE_MS)
        if self._ppg_index >= 0:
            self.heart.tick(self._ppg_index << 4 & 0x3FFFFFFF)
        if self._open:
            self.quiet.verdict = quiet.CALM
        else:
            self.quiet.step(self.now_ms, self.heart.bpm_x10, self.heart.median_bpm * 10)
        self._hash_sky(outputs)
        bpm = self.heart.bpm or None
        self._note_change(outputs, "heart", {"bpm": bpm, "quality": self.heart.quality})
        self._note_change(outputs, "lux", self.room.mlx / 1000 if self.room.mlx >= 0 else None)
        if inputs.link_up:
            self.report.tele(outputs, self._tele(inputs, outputs, bpm))

    def _hash_sky(self, outputs):
        second = self.shared_ms() // 1000
        if second != outputs.sky_second:
            self.scene.sky.at(second * 1000)
            outputs.sky_second = second
            outputs.sky_hash = self.scene.sky.hash()

    def _tele(self, inputs, outputs, bpm):
        shared = self.config.share_heart
        body = {
            "nonce": self.link.issue_nonce(self.now_ms), "quality": self.heart.quality,
            "contact": self._contact, "heart_bpm": bpm if shared else None,
            "lux_mlx": self.room.mlx, "temp_c": inputs.case_temp_c,
            "mem_free": inputs.mem_free, "state": self.state(), "mode": self.mode(),
            "switch": "in" if self.plug.switch_in else "out", "rail": outputs.rail,
            "dose": self._dose(), "bad_rx": self.link.refused,
            "sync_error_us": self.time.error_us if self.time.synced else None,
            "sky": {"second": outputs.sky_second, "hash": outputs.sky_hash},
        }
        if shared or not self._contact:
            body["leds"] = _hex(self.guard.light.shown)
        return body

    def _say_state(self, outputs):
        state, mode = self.state(), self.mode()
        if self._said.get("state") == (state, mode):
            return
        self._said["state"] = (state, mode)
        outputs.notes.append({"state": state, "mode": mode})
        if not self._linked:
            self._said.pop("state")
            if self._said.get("note") == (state, mode):
                outputs.notes.pop()
            self._said["note"] = (state, mode)
            return
        self.report.state(outputs, {
            "state": state, "mode": mode, "night": self.dose.night,
            "firmware": self.config.firmware, "body": self.config.body,
            "profile": self.config.profile, "armed": self.config.armed,
            "share_heart": self.config.share_heart,
            "switch": "in" if self.plug.switch_in else "out",
        })

    def _note_change(self, outputs, name, value):
        if self._said.get(name) != value:
            self._said[name] = value
            outputs.notes.append({name: value})

    def _tell(self, outputs, note, event):
        if note is not None:
            outputs.notes.append(note)
        self.report.event(event)

    def _dose(self):
        return {"cues": self.dose.cues_left, "ms": self.dose.ms_left}

    # -- what others ask -------------------------------------------------------------------

    def state(self):
        if self.failed:
            return "failed"
        if self.plug.unplugged:
            return "unplugged"
        if self.plug.unhooked:
            return "unhooked"
        return self.night.state

    def mode(self):
        return limits.MODES[self.guard.light.mode]

    def shared_ms(self):
        """Shared time; a pod that has never been in step counts from its own start."""
        if self.time.synced:
            return self.time.shared_ms(self.now_ms)
        return self.uptime_ms & (ticks.PERIOD - 1)

    def wall_s(self):
        return self.time.wall_s(self.now_ms)

    def _next_ms(self):
        """Milliseconds to the next step at the latest."""
        wait_ms = REST_MS
        if self._lit():
            wait_ms = min(wait_ms, ticks.diff(self._frame_ms, self.now_ms))
        wait_ms = min(wait_ms, self.night.due_ms(self.now_ms))
        if self._linked:
            wait_ms = min(wait_ms, self.report.due_ms(self.now_ms))
            wait_ms = min(wait_ms, ticks.diff(self._tele_ms, self.now_ms))
        if self.button.down:
            wait_ms = min(wait_ms, 50)
        return max(wait_ms, 1)


def _boot_number(record):
    try:
        return int(record)
    except (TypeError, ValueError):
        return 0


def _hex(frame):
    return "".join(["%02x" % byte for byte in frame])
