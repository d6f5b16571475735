"""The pod: one step from inputs to outputs, with no clock, no I/O and no chance of its own.

    sensors -> senses -> director -> show (sky, sound) -> guard -> LEDs, speaker
    messages -> link -> orders ---------^                   ^ plug, health

`Pod` composes the stages and decides only what lies between them: whether anything may show.
"""

from . import arming, button, health, io, night, orders, part, settings, ticks
from .bond import Bond
from .compat import const
from .config import SETTINGS, ConfigError
from .director import Director
from .guard import limits
from .hash import mix
from .link import Link
from .plug import Plug
from .powerup import RESET, SAFE, PowerUp
from .reporter import Reporter
from .senses import Senses
from .show import Show
from .sound import FULL, TONE
from .teller import Teller
from .timebase import Timebase
from .voice import Voice

NO_BROKER_MS = 10000  # after boot, where there is no broker (DESIGN, Unhook)
REST_MS = 60000  # the longest that a pod at rest asks to be left alone
HAND_MS = 600000  # the rail stays on after a hand, then rests while nothing shows
_LATE_MS = const(80)  # between two blocks: 20 ms, and what a body holds of them
_HEARTBEAT_MS = const(250)  # between edges of the dead-man line; its timer ends after 402 ms
_LONG_MS = const(1 << 29)
_DAY_MS = const(86400000)
_RESET = "a hand at the pod has reset it"
_SAFE = "safe mode: linked and dark until its power is taken away and given back"
_HELD_MS = const(50)  # between steps while the button is held


class Pod:
    """`config`: pod.config.Config; `stored`: what `outputs.store` kept before the last reboot."""

    def __init__(self, config, stored):
        self.settings = settings.kept_in(stored, config)
        self.config = config
        self.boot = _number(stored.get("boot")) + 1
        self.plug = Plug(stored)
        self.button = button.Button()
        self.health = health.Health()
        self.senses = Senses()
        self.time = Timebase()
        self.link = Link(config, self.boot, stored)
        self.report = Reporter(config, self.link, self.boot, stored)
        self.teller = Teller(self.report)
        self.bond = Bond()
        self.show = Show(config, stored)
        # The same word of the host once more is welcome, an older one is not.
        self.link.versions["sky"] = self.show.part.word - 1
        self.director = Director(
            config, stored, self.show, self.senses, self.health, self.time, self.teller
        )
        self.voice = Voice(self)
        self.power_up = PowerUp(False)
        self.safe = False  # safe mode: linked and dark, until power goes
        self.forgetting = "forgetting" in stored
        self.failed = None  # why, once the pod has failed dark
        self._kept = stored.get("failed")
        self.probe = 0  # LEDs that a self-test lights
        self.friends = None  # ids, once desired state has told them
        self.pending = {}  # a calibration that waits for the hand at the pod
        # Ticks of the last 24 h; those before a start count as just given.
        self.host_goodnights = [0] * min(_number(stored.get("hosted")), orders.HOST_GOODNIGHTS)
        self.host_writes = []  # and of what it had written to flash
        self.now_ms = 0
        self._shared_ms = 0  # as of the last step
        self._past_us = 0
        self.uptime_ms = 0  # counted up to six days
        self._wait_ms = 0  # from the last step to the one that was due then
        self._alone_ms = 0  # from the last step to the last block alone
        self._railed = False  # the rail was on after the last step
        self._sounds = False  # and blocks of sound were wanted
        self._faulty = False  # a cause to fail dark is there now
        self._hand_ms = 0  # left of the time for which a hand keeps the rail on
        self._rebuilding = False  # a profile or calibration waits for the dark, and a new guard
        self._dark_ms = limits.REVERSAL_MS  # how long nothing has shown, up to this
        self._linked = False
        self._listening = True  # for unhooks, before anything may show
        self._wall_given = 0
        self._heard = 0
        self._owes_ack = False  # an unhook, a calibration or a key is acknowledged once stored

    def start(self, now_ms, reset_cause, outputs):
        """Begin after a boot: dark, idle, and remembering what was stored."""
        self.now_ms = self.report.now_ms = now_ms
        # Its own shared time, until a host has told it another: not with the same sky again.
        self.time.start(ticks.add(now_ms, -(mix(self.config.seed, self.boot) >> 1)))
        self.host_goodnights = [now_ms] * len(self.host_goodnights)
        self.teller.outputs = outputs
        self.power_up = PowerUp(reset_cause == io.RESET_POWER)
        self.show.start(now_ms, outputs)
        self.director.start(now_ms)
        self.voice.start(now_ms)
        self.teller.keep(("boot", str(self.boot).encode()))
        self.teller.note({"boot": {"n": self.boot, "cause": health.RESETS[reset_cause]}})
        for name in SETTINGS:
            self.teller.note({name: getattr(self.config, name)})
        self.teller.note({"calibration": self.config.calibration()})
        self.teller.note({"dose": self.director.left()})
        fault = health.reset_fault(reset_cause) or health.kept_fault(self._kept)
        if fault is not None:
            self.fail(fault)

    def step(self, inputs, outputs):
        """Take this instant's inputs; the ticks at which the next step is due at the latest."""
        self.teller.outputs = outputs
        outputs.sound_ready = outputs.leds_changed = False
        if inputs.sound_due and self._sounds:
            due_ms = self._sound_alone(inputs, outputs)
            if due_ms >= 0:
                return due_ms
        outputs.alive ^= 1
        dt_ms = self._take_time(inputs)
        self._hand(inputs, dt_ms)
        lost = io.FAULT_CONFIG if self.settings.lost else 0
        self._watch(inputs.faults | lost, dt_ms, inputs.fault_age_ms)
        self._listen(inputs)
        if inputs.setup is not None:
            self._set_up(inputs.setup)
        while inputs.served:
            self.report.serve(outputs, inputs.served.pop(0))
        self.senses.feel(inputs, dt_ms, self.show.guard.light.l)
        if self.senses.room.hand and self.director.night.state == night.RITUAL:
            self._give(part.SHADOW)
        self._dark_ms = min(self._dark_ms + dt_ms, limits.REVERSAL_MS) if self.show.dark() else 0
        if self._rebuilding and self._dark_ms == limits.REVERSAL_MS:
            self._rebuild()
        self.director.step(self.now_ms, dt_ms, self.may_show())
        self.bond.step(self.director.night.state == night.RITUAL)
        self._output(inputs, outputs)
        self.voice.step(inputs, outputs)
        self._railed, self._sounds = outputs.rail, outputs.sound_wanted
        self._wait_ms = self._next_ms(outputs)
        return ticks.add(self.now_ms, self._wait_ms)

    def _sound_alone(self, inputs, outputs):
        """Where nothing happens but a block of sound that is due: that, and when the next step is.
        There are fifty a second, and what a step decides would take a Pico longer than the block.
        Else -1. What merely lasts, as light does, is seen by the step that comes next."""
        since_ms = ticks.diff(inputs.now_ms, self.now_ms)
        if not (
            0 <= since_ms - self._alone_ms <= _LATE_MS and since_ms < self._wait_ms
            and inputs.switch_in and inputs.setup is None and self.failed is None
        ) or (
            inputs.button or self.button.down or inputs.faults or inputs.messages
            or inputs.ppg_count or inputs.ppg_lost or inputs.beats_given or inputs.served
        ):  # fmt: skip
            return -1
        self._alone_ms = since_ms
        self.show.block(outputs)
        if outputs.sound_peak or self.show.sounding():
            return ticks.add(self.now_ms, self._wait_ms)
        self._sounds = outputs.sound_wanted = False  # its end is seen by a step of its own, at once
        return ticks.add(inputs.now_ms, 1)

    def _take_time(self, inputs):
        now_ms = inputs.now_ms
        dt_ms = ticks.diff(now_ms, self.now_ms)
        late_ms = dt_ms - self._wait_ms
        back = dt_ms < self._alone_ms
        if self._sounds and dt_ms - self._alone_ms > _LATE_MS:
            self.show.lapse()
        self.now_ms = self.report.now_ms = self.director.now_ms = now_ms
        self._alone_ms = 0
        self._past_us = inputs.now_us
        if dt_ms >= health.DEAD_MAN_MS:
            if self.button.down:
                self._void()  # nobody saw how long it was held
            if self._railed:
                self._was_cut()
        if back or late_ms > health.CLOCK_STEP_MS:
            dt_ms = 0
            self.fail(health.CLOCK)
            self.show.rebase(self.now_ms)
        self.uptime_ms = min(self.uptime_ms + dt_ms, _LONG_MS)
        if inputs.wall_s != self._wall_given:
            self._wall_given = inputs.wall_s
            self.learn_wall(inputs.wall_s)
        return dt_ms

    def _output(self, inputs, outputs):
        show = self.show
        self.time.step(self.now_ms, self.director.night.level > 0)
        self._shared_ms = self.shared_ms()
        if self._store(outputs):
            return
        outputs.forget = self.forgetting and not self.teller.records
        the_night, may_show, shared_ms = self.director.night, self.may_show(), self._shared_ms
        show.frame(self.now_ms, the_night, self.senses, self.bond, shared_ms, may_show, outputs)
        if inputs.sound_due:
            show.sound(inputs.recordings, outputs)
        fading = self.failed is not None and show.guard.failing()
        fading = fading or show.guard.light.l > 0 and self._shut()
        # Off at rest: a pod that shows nothing then owes the dead-man cut no heartbeat.
        held = self._hand_ms > 0 and not inputs.rest
        wanted = held or show.lit(the_night) or show.sounding()
        ending = fading and self.plug.may_show() or self.plug.unhooked and self._unhooking()
        outputs.rail = wanted and may_show or ending
        outputs.sound_wanted = outputs.rail and show.sounding()

    def _store(self, outputs):
        """Records leave in the dark only, with the rail off: a flash erase can stall for 400 ms.
        True where it took this step, so that a record is kept before its light or sound begins."""
        if not self.teller.records or not self.show.dark():
            return False
        for record in self.teller.records:
            outputs.store.append(record)
        outputs.store.append(self.report.record())
        self.teller.records = []
        outputs.rail = outputs.sound_wanted = False
        self.link.keys.kept = self.link.keys.ids()
        if self._owes_ack:
            self._owes_ack = False
            self.acknowledge()
        return True

    def _next_ms(self, outputs):
        """Milliseconds to the next step at the latest."""
        wait_ms = min(REST_MS, self.director.due_ms(self.now_ms))
        if self.show.lit(self.director.night):
            wait_ms = min(wait_ms, self.show.frame_in_ms(self._shared_ms))
        if self._linked:
            wait_ms = min(wait_ms, self.report.due_ms(self.now_ms), self.voice.due_ms(self.now_ms))
        if outputs.rail:
            wait_ms = min(wait_ms, _HEARTBEAT_MS)
        if self._rebuilding and self._dark_ms:
            wait_ms = min(wait_ms, limits.REVERSAL_MS - self._dark_ms)
        if self._listening:
            wait_ms = min(wait_ms, max(NO_BROKER_MS - self.uptime_ms, 1))
        return max(min(wait_ms, _HELD_MS) if self.button.down else wait_ms, 1)

    def _was_cut(self):
        """Stalled with the rail on: the dead-man has cut it and waits for the button, and so does
        the pod. Nothing is left to fade."""
        self.plug.plugged = False
        self.show.cut(self.teller.outputs)
        self.director.abandon(health.STALLED)
        self.director.reset()
        self.teller.tell({"why": health.STALLED}, {"event": "dark", "why": health.STALLED})

    # -- a hand at the pod -----------------------------------------------------------------

    def _hand(self, inputs, dt_ms):
        """At most steps no hand is about, which costs a Pico no calls."""
        if (
            inputs.switch_in and self.plug.switch_in and not (inputs.button or self.button.down)
            and not (self.power_up.holding or self.probe)
        ):
            self._hand_ms = max(self._hand_ms - dt_ms, 0)
            self.show.count = 0
        else:
            self._take_hand(inputs, dt_ms)

    def _take_hand(self, inputs, dt_ms):
        was_in = self.plug.switch_in
        if self.plug.set_switch(inputs.switch_in):
            if self.director.night.state != night.IDLE:
                self._give(part.FAREWELL)
            self.darken("the switch is open")
            self.teller.keep(("unplugged", b"1"))
        self._hand_ms = HAND_MS if inputs.button else max(self._hand_ms - dt_ms, 0)
        if inputs.switch_in != was_in:
            self._void()
        if self.probe and not self._may_test():
            self.probe = 0
        act = self.button.step(self.now_ms, inputs.button)
        if self._power_up(inputs.button, dt_ms) and act in (button.CONSENT, button.SET_UP):
            return
        if act == button.PLUG_IN:
            self._long_press()
        elif act == button.SHORT:
            self._short_press()
        elif act == button.CONSENT:
            self._consent()
        elif act == button.SET_UP:
            self.teller.outputs.set_up = True

    def _void(self):
        self.button.forget()
        self.power_up.forget()

    def _power_up(self, down, dt_ms):
        """Whether the button is held, or was until now, as power came."""
        held = self.power_up.holding
        asked = self.power_up.step(down, dt_ms)
        self.show.count = self.power_up.lights() or self.probe
        if asked == SAFE:
            self.safe = True
            self.teller.tell({"why": _SAFE}, {"event": "safe", "why": _SAFE})
        elif asked == RESET:
            self._forget()
        return held

    def _forget(self):
        """A factory reset: first on record that it is under way and that tonight's dose is spent,
        then the body wipes all else. Power that fails in between changes nothing."""
        self.forgetting = True
        self.director.abandon(_RESET)
        self.director.reset()
        self.bond.friend = None
        self.teller.tell({"why": _RESET}, {"event": "dark", "why": _RESET})
        self.teller.records = []
        self.director.dose.spend(self.teller)
        self.teller.keep(("forgetting", b"1"))

    def _long_press(self):
        """Plug in; where the pod is plugged in, end the night."""
        self._forgive()
        if self.failed is None and self.plug.press():
            self.teller.keep(("unplugged", b"0"))
            self.teller.keep(self.plug.record())
            why = "plugged in at the pod"
            self.teller.tell({"why": why}, {"event": "plug", "why": why})
        elif not self.plug.switch_in:
            self.teller.note({"why": "the switch is open: close it, then hold the button"})
        elif self.director.night.state != night.IDLE:
            self.director.end_night(self.now_ms, "a hand at the pod")

    def _short_press(self):
        state = self.director.night.state
        if state == night.IDLE:
            why = self.goodnight(False)
            if why is not None:
                self.teller.note({"why": why})
        elif state == night.RITUAL:
            self._give(part.STAR)

    def _give(self, kind):
        """From this sky to the others: what a person here gives."""
        start_ms, place = self.shared_ms(), self.show.part.place
        if self.event(kind, start_ms, place) is None:
            body = {"start_ms": start_ms}
            if kind == part.FAREWELL:
                body["farewell"] = True
            self.report.give(
                self.teller.outputs, "shadow" if kind == part.SHADOW else "star", body
            )

    def event(self, kind, start_ms, place):
        """Into the sky's score; None, or why not."""
        why = self.show.part.add(kind, start_ms, place, self.shared_ms())
        if why is None:
            note = {"kind": part.NAMES[kind], "start_ms": start_ms, "place": place}
            self.teller.note({"sky_event": note})
        else:
            self.teller.note({"why": why})
        return why

    def _consent(self):
        """What the host proposed is set, as if in the set-up window."""
        if self.bond.asked is not None or self.bond.friend is not None:
            friend = self.bond.consent()
            self.report.event({"event": "pulse", "with": friend})
        if not self.pending:
            return
        given, self.pending = self.pending, {}
        self._set_up({"calibration": given})
        self.report.event({"event": "calibration", "applied": True})
        self._owes_ack = True  # once it is stored

    def _set_up(self, given):
        """A hand in the set-up window: all of it, or nothing; only an arming waits for the time."""
        if given.get("armed") and not self.wall_s():
            given = dict(given)
            del given["armed"]
            why = "not armed: that needs the time, which the host tells: connect it first"
            self.teller.note({"why": why})
        try:
            self.config.change(given)
        except ConfigError as error:
            self.teller.note({"why": "not set: " + error.args[0]})
            return
        if "armed" in given:
            self.config.armed_s = self.wall_s()
            if not given["armed"]:
                self.director.learned.forget(self.teller)
        for name in sorted(given):
            if name == "profile" or name == "calibration":
                self._rebuilding = True
            else:
                self.teller.note({name: given[name]})
        self.settings.keep(self.teller)
        self.voice.linked(self.now_ms)
        if "dawn" in given:
            self.director.fix_dawn(self.now_ms)
        if self._rebuilding:
            self.director.night.dim = True  # what still shines obeys the old caps: the lowest
            if self.director.night.state != night.IDLE:
                self.director.end_night(self.now_ms, "set up anew")

    def _rebuild(self):
        """Another profile or calibration: a guard made for it, once the old one has been dark for
        so long that no reversal counts any more: a new one remembers none."""
        self.show.build()
        self.show.start(self.now_ms, self.teller.outputs)
        self._rebuilding = False
        self.teller.note({"profile": self.config.profile})
        self.teller.note({"calibration": self.config.calibration()})

    # -- whether anything may show ---------------------------------------------------------

    def may_show(self):
        held_dark = self.failed is not None or self._listening or self._shut()
        return self.plug.may_show() and not held_dark

    def _shut(self):
        """Safe mode or a reset: what shines goes out by itself."""
        return self.safe or self.forgetting

    def darken(self, why):
        """Dark in this very step and idle afterwards; silent too, where the switch is open."""
        self.director.abandon(why)
        self.director.reset()
        self.bond.friend = None
        if self.plug.switch_in:
            self.show.darken(self.teller.outputs)
        else:
            self.show.cut(self.teller.outputs)
        self.teller.tell({"why": why}, {"event": "dark", "why": why})

    def _unhooking(self):
        """Dark already, but a sound is still being released (SAFETY 5)."""
        unhooked = self.plug.unhooked and not self.plug.unplugged and self.failed is None
        return unhooked and self.show.sounding()

    def fail(self, fault):
        """Fade to dark and stay so for the night (SAFETY 8)."""
        if self.failed is not None:
            return
        name, self.failed = fault
        self.teller.keep(("failed", name.encode()))
        self.director.abandon(self.failed)
        self.director.reset()
        self.show.guard.fail()
        self.teller.tell(
            {"fault": name, "why": self.failed},
            {"event": "fault", "fault": name, "why": self.failed},
        )

    def _watch(self, faults, dt_ms, age_ms):
        was_ok = self.health.sensor_ok
        if not faults and was_ok and self.failed is None:
            self._faulty = False
            return
        # No heart is asked for in the open gate's run: its slots play, whatever a sensor does.
        cue_plays = self.director.cue_plays() and not self.senses.open
        fault = self.health.watch(faults, dt_ms, cue_plays, age_ms)
        if self.health.sensor_ok != was_ok:
            self.teller.note({"sensor_ok": self.health.sensor_ok})
        self._faulty = fault is not None
        if fault is not None:
            self.fail(fault)
        if self.failed is not None and not self.show.guard.failing():
            self._stay_failed()

    def _stay_failed(self):
        if self.show.sounding():
            self.show.cut(self.teller.outputs)

    def _forgive(self):
        """A plug-in press ends a failure once its cause is gone and no night is under way."""
        if self.failed is None or self.director.dose.running() or self._faulty:
            return
        self.failed = None
        self.plug.plugged = False
        self.teller.keep(("failed", b""))
        self.teller.note({"fault": "none"})

    # -- what the body does for a host: self-test, update (pod.service) --------------------

    def night_runs(self):
        """Whether somebody may be asleep."""
        return self.director.night.state != night.IDLE or self.director.dose.running()

    def rest_rail(self):
        """A hand was here, and what comes now needs the rail off where nothing shows."""
        self._hand_ms = 0

    def shine(self, leds):
        """So many LEDs for a self-test, through the guard; False where nothing may show."""
        self.probe = leds if self._may_test() else 0
        return self.probe == leds

    def sound_tone(self):
        """1 kHz for a self-test, through the guard; `hush` ends it."""
        if not self._may_test() or not self.show.guard.onset(TONE, self.now_ms):
            return False
        self.show.synth.begin(0, TONE, 0, 500, FULL // 2)
        return True

    def hush(self):
        self.show.synth.end(0, 500)

    def _may_test(self):
        return self.may_show() and not self.night_runs()

    # -- messages and what they may ask ----------------------------------------------------

    def _listen(self, inputs):
        if self._listening and (inputs.link_up or self.uptime_ms >= NO_BROKER_MS):
            self._listening = False
        if inputs.link_up and not self._linked:
            self.report.linked(self.now_ms)
            self.voice.linked(self.now_ms)
            self.acknowledge()
        self._linked = inputs.link_up
        if self.host_goodnights:
            self._forget_old(self.host_goodnights)
        if self.host_writes:
            self._forget_old(self.host_writes)
        if inputs.messages:
            self._receive(inputs.messages)

    def _receive(self, messages):
        """More than a step's share is what no body of ours gives; it goes, and is counted."""
        for i in range(min(len(messages), io.MESSAGES_A_STEP)):
            orders.receive(self, *messages[i])
        self.link.dropped += max(len(messages) - io.MESSAGES_A_STEP, 0)

    def _forget_old(self, instants):
        while instants and self._since(instants[0]) >= _DAY_MS:
            instants.pop(0)

    def _since(self, at_ms):
        return ticks.diff(self.now_ms, at_ms)

    def learn_wall(self, unix_s):
        """Authenticated wall time, or 0 where it is lost; noted where it is news."""
        known_s = self.wall_s()
        self.time.set_unix(unix_s, self.now_ms)
        if not unix_s or not known_s or abs(unix_s - known_s) > 2:
            self.teller.note({"wall": unix_s or None})

    def renew(self):
        """Arming ends after 30 days; one of unknown age counts from the first known time."""
        config, wall_s = self.config, self.wall_s()
        if not config.armed or not wall_s:
            return
        why = None
        if not config.armed_s:
            config.armed_s = wall_s
        elif arming.until_s(config) <= wall_s:
            config.armed = False
            why = arming.EXPIRED
            self.teller.tell({"armed": False, "why": why}, {"event": "disarmed", "why": why})
        else:
            return
        self.settings.keep(self.teller)
        self.voice.linked(self.now_ms)

    def heard(self, topic, ok, why):
        self._heard += 1
        self.teller.note({"rx": {"id": self._heard, "topic": topic, "ok": ok, "why": why}})

    def unhooked(self, writer, write):
        """A verified unhook: dark first, then stored, then acknowledged (DESIGN)."""
        self.darken("unhooked by " + writer)
        if write:
            self.teller.keep(self.plug.record())
            self._owes_ack = True
        elif not self._owes_ack:
            self.acknowledge()

    def rekeyed(self):
        """Other keys count: all that the host keeps of this pod is signed anew."""
        self.link.keys.keep(self.teller)
        self._owes_ack = True
        self.voice.linked(self.now_ms)

    def acknowledge(self):
        self.report.ack(self.teller.outputs, self.plug.epochs, self.link.versions["desired"])

    def goodnight(self, dim):
        """Begin the ritual; None, or why not."""
        if self.failed is not None:
            return "the pod has failed dark: " + self.failed
        if not self.plug.may_show():
            return "unplugged: hold the button at the pod for 1 s"
        if self.safe:
            return _SAFE
        if self._listening:
            return "the pod is still listening for unhooks"
        if self._rebuilding:
            return "the pod is being set up anew"
        why = self.director.goodnight(self.now_ms, dim)
        if why is None:
            self.show.goodnight(self.shared_ms(), self.teller)
        return why

    def state(self):
        if self.failed is not None:
            return "failed"
        if self.plug.unplugged:
            return "unplugged"
        if self.safe:
            return "safe"
        return "unhooked" if self.plug.unhooked else self.director.night.state

    def mode(self):
        return limits.MODES[self.show.guard.light.mode]

    def shared_ms(self):
        return self.time.shared_ms(self.now_ms)

    def now_us(self):
        """Local time in microseconds of wrapping ticks; beyond 31 bits, so only when asked for."""
        return self.now_ms * 1000 + self._past_us

    def wall_s(self):
        return self.time.wall_s(self.now_ms)


def _number(record):
    try:
        return int(record)
    except (TypeError, ValueError):
        return 0
