"""The night and its cues: when the ritual begins and ends, what plays, and why something does not.

Every refusal is a sentence that a person can act on; every slot of the night is told, played or
dropped.
"""

from . import arming, night, score, sleep, sound, ticks
from .dose import Dose
from .guard import limits
from .hash import mix
from .learned import Learned
from .night import Night

SLOT_LATE_MS = 60000  # a slot that was missed by more is dropped
_QUIET = "quiet rule"
_PLAYING = "another cue is playing"
_LAMP = "lamp"  # a meter reads it: dimmed it would tell of a diffuser that lets less through
_ENDED_MS = 10000  # an arousal so soon after a cue is still its doing
_LIT = "the room is lit"
_DROPS = {sleep.AWAKE: 1, sleep.UNKNOWN: 2, sleep.ASLEEP: 0}


class Director:
    """`may_show` and `failed` are the core's word on whether anything may be seen."""

    def __init__(self, config, stored, show, senses, health, time, teller):
        self.config = config
        self.dose = Dose(stored)
        self.learned = Learned(stored)
        self.scores = score.Scores(stored)
        self.night = Night()
        self.sleep = sleep.Sleep()
        self.tz_min = config.tz_min
        self._show = show
        self._senses = senses
        self._health = health
        self._time = time
        self._teller = teller
        self._planned = None
        self._planned_ms = 0
        self._slots = []  # of the night or its dawn: (ms, cue, drops), in order
        self._slot = 0  # the next one
        self._slots_ms = 0  # since when they count
        self._missed = False  # it was due while another cue showed, and waits for the dark
        self._before = 0  # slots of the night, where these are its dawn's
        self._gave_way = False
        self._woke = 0  # percent of tonight's cap of the cue that has just ended
        self._ended_ms = 0
        self._asked = 0  # cues asked for, played or not: chance must not depend on a heart
        self.now_ms = 0  # what a message asks for begins now, not at the step before it

    def start(self, now_ms):
        self.now_ms = now_ms
        self.dose.start(now_ms)

    def left(self):
        """What is left of tonight's dose."""
        return {"cues": self.dose.cues_left, "ms": self.dose.ms_left}

    # -- the night -------------------------------------------------------------------------

    def goodnight(self, now_ms, dim):
        """Begin the ritual; None, or why not. `dim` keeps it at the asleep caps."""
        if self.night.state != night.IDLE:
            return "the night has begun already"
        if self.dose.goodnight(now_ms):
            self._senses.quiet.new_night()
            self._show.guard.sound.new_night()
        self._keep_dose()
        self.fix_dawn(now_ms)
        self.scores.change(self._teller)
        self.learned.new_night()
        self._senses.room.evening()
        self.sleep.begin(now_ms)
        self.night.goodnight(now_ms, dim)
        self.now_ms = now_ms
        self._plan(score.GOODNIGHT)
        self._teller.tell(
            {"night": self.dose.night, "dose": self.left()},
            {"event": "ritual", "night": self.dose.night},
        )
        return None

    def hand_down(self, data, now):
        """A score for the nights to come; it lights nothing. True where it has changed already,
        ConfigError where it is none. Without `now` it changes at the next goodnight."""
        self.scores.hand_down(data)
        return now and self.night.state == night.IDLE and self.scores.change(self._teller)

    def _plan(self, begin):
        """Fix the slots of the night, or of its dawn: before any of them, by score and seed. A
        child's night, or one that nobody has armed, has no slots after the ritual."""
        tonight = self.scores.tonight
        slots = tonight.plan(begin, self.config.seed + self.dose.night)
        if arming.refusal(self.config, self._time.wall_s(self.now_ms)):
            slots = [slot for slot in slots if tonight.cues[slot[1]].mode == limits.EVENING]
        self._before = len(self._slots) if begin else 0
        self._slots, self._slot, self._slots_ms = slots, 0, self.now_ms
        self._missed = False

    def fix_dawn(self, now_ms):
        """By a hand only: at the goodnight, or where the dawn is set at the pod."""
        wall_s = self._time.wall_s(now_ms)
        self.night.fix_dawn(now_ms, self.config.dawn, wall_s, self.tz_min)

    def _keep_dose(self):
        if self.dose.readable:  # or a goodnight would forgive a ledger that was torn
            self.dose.record.keep(self._teller)

    def end_night(self, now_ms, why):
        self.abandon(why)
        self._slots = []
        self.sleep.end()
        self.night.end(now_ms)
        self._teller.tell({"why": why}, {"event": "morning", "why": why})

    def abandon(self, why):
        """End the cue that plays; its sound fades. Forget what was planned."""
        self._planned = None
        player = self._show.player
        if player.cue is not None:
            self._end(player, why)
            player.stop()

    def reset(self):
        """Idle, with nothing planned: the night is not resumed."""
        self._slots = []
        self.sleep.end()
        self.night.reset()

    def _end(self, player, why):
        if player.muted:
            return
        if player.cue.mode == limits.ASLEEP:
            self._woke, self._ended_ms = player.percent, self.now_ms
        self._cue_note("end", player.cue, player.slot, why)
        for layer in player.cue.sounds:
            if layer.on:
                self._layer_note(sound.NAMES[layer.id], False)

    def step(self, now_ms, dt_ms, may_show):
        self.now_ms = now_ms
        self.dose.step(now_ms)
        senses, the_night = self._senses, self.night
        self.sleep.step(now_ms, senses.room, 0 if senses.open else senses.heart.bpm_x10)
        turned = the_night.step(now_ms, dt_ms, senses.room)
        if turned:
            self._turned()
        if the_night.closing(now_ms) and self._show.player.cue is not None:
            self.abandon("the night begins")
        gave_way, self._gave_way = self._gave_way, the_night.gives_way(senses.room)
        if self._gave_way and not gave_way:
            self.abandon(_LIT)
            if not turned:
                self._tell_night("light", _LIT)
        if the_night.state == night.NIGHT:
            if the_night.dawn_due(now_ms):
                self._dawn(now_ms)
            elif not self.dose.running():
                self.end_night(now_ms, "the night is over")
        elif the_night.state == night.DAWN and senses.room.lit:
            self.end_night(now_ms, _LIT)
        if self._senses.surged() and self.dose.running():
            self.learned.surge(self.dose.night, self._teller)
        self._take_slot(now_ms, may_show)
        if self._planned is not None and ticks.diff(now_ms, self._planned_ms) >= 0:
            cue, self._planned = self._planned, None
            self.cue(cue, None, may_show)
        self._cue_goes_on(now_ms)

    def _turned(self):
        """The night has moved on by itself."""
        state, room, why = self.night.state, self._senses.room, None
        if state == night.IDLE:
            self.end_night(self.now_ms, "the dawn is over")
            return
        if state == night.NIGHT:
            why = _LIT if room.lit else None
        elif room.fell_dark():
            why = "the room went dark"
        self._tell_night(state, why)

    def _tell_night(self, name, why):
        if why:
            self._teller.note({"why": why})
        self._teller.report.event({"event": name, "why": why})

    def _dawn(self, now_ms):
        """It begins, unless the day is there already: then the night goes on, as it may end only
        by a hand (SAFETY 10)."""
        if self._senses.room.lit:
            self.night.fix_dawn(now_ms, None, 0, 0)
            self._tell_night("light", _LIT)
            return
        self.abandon("the dawn begins")
        self.night.begin_dawn(now_ms)
        self._plan(score.AT_DAWN)
        self._tell_night(night.DAWN, None)

    def cue_plays(self):
        """Whether a cue shows or sounds."""
        player = self._show.player
        return player.cue is not None and not player.muted

    def due_ms(self, now_ms):
        wait_ms = self.night.due_ms(now_ms)
        if self._planned is not None:
            wait_ms = min(wait_ms, ticks.diff(self._planned_ms, now_ms))
        if self._slot < len(self._slots) and not (self._missed and not self._show.dark()):
            since_ms = ticks.diff(now_ms, self._slots_ms)
            wait_ms = min(wait_ms, self._slots[self._slot][0] - since_ms)
        return max(wait_ms, 0)

    def _cue_goes_on(self, now_ms):
        player, calm = self._show.player, self._senses.calm()
        if player.cue is None or player.muted:
            self._learn(now_ms, calm)
        elif not calm:
            self._end(player, _QUIET)
            player.mute()
            self._learn(now_ms, calm)
        if player.step(now_ms, self._show.guard):
            self._end(player, None)
            player.stop()
        while player.began:
            self._layer_note(player.began.pop(0), True)

    def _learn(self, now_ms, calm):
        """An arousal during a cue in sleep, or just after it, lowers what the next ones may be."""
        if self._woke and ticks.diff(now_ms, self._ended_ms) > _ENDED_MS:
            self._woke = 0
        if self._woke and not calm:
            self.learned.aroused(self._woke, self._teller)
            self._woke = 0

    # -- cues ------------------------------------------------------------------------------

    def plan_cue(self, cue, ahead_ms):
        """A cue that begins on all pods at the same shared time."""
        self._planned = cue
        self._planned_ms = ticks.add(self.now_ms, ahead_ms)

    def cue(self, cue, slot, may_show, quiet=None):
        """Play a cue; None, or why it is refused. `quiet`: why it takes its time unseen."""
        self._asked += 1
        why = self._refusal(cue, may_show)
        if why is None and (slot is not None or cue.mode == limits.ASLEEP):
            why = _LIT if self._senses.room.bright() else None
        if why is None and cue.mode == limits.ASLEEP and slot is None:
            why = self._charge(cue)
        if why is None:
            why = self._begin(cue, slot, quiet)
        told = "start" if why is None else "refused" if slot is None else "dropped"
        self._cue_note(told, cue, slot, why)
        return why

    def _begin(self, cue, slot, quiet):
        """Begin; None, or why nothing is heard of it. The heart is asked last, and what it
        silences takes its dose and its time all the same (SAFETY 9)."""
        chance = mix(self.config.seed + self.dose.night, self._asked if slot is None else slot)
        if not self._senses.calm() or self.learned.surged == self.dose.night:
            quiet = _QUIET
        if self._senses.open:
            quiet = None
        asleep = cue.mode == limits.ASLEEP
        percent = self.learned.level() if asleep else 100
        show = self._show
        if not show.player.begin(
            cue, slot, self.now_ms, show.guard, chance, quiet is not None, percent
        ):
            return "its sound began less than 10 s ago"
        if asleep and quiet is None:
            self.learned.played()
        return quiet

    def _refusal(self, cue, may_show):
        state, mode = self.night.state, cue.mode
        if mode != limits.EVENING:
            why = arming.refusal(self.config, self._time.wall_s(self.now_ms))
            if why is not None:
                return why
        if not may_show:
            return "the pod is dark until a hand plugs it in"
        if not self._time.wall_s(self.now_ms):
            return "no authenticated time since the pod started"
        if mode == limits.EVENING and (state != night.RITUAL or self.night.dim):
            return "evening cues belong to the ritual: say goodnight first"
        if cue.name == _LAMP and self.night.gave_way:
            return _LIT
        if mode == limits.ASLEEP and state != night.NIGHT:
            return "a sleeping cue belongs to the night, after the ritual has faded"
        if mode == limits.DAWN and state != night.DAWN:
            return "a dawn cue belongs to the dawn"
        if self._show.player.cue is not None or mode == limits.ASLEEP and not self._show.dark():
            return _PLAYING
        return "a sensor is broken" if self._health.sensor_lost() else None

    def _take_slot(self, now_ms, may_show):
        """A slot that is due: charged in any case where it is one of sleep, then played or
        dropped. What sleep knows only drops, and takes the cue's time as if it had played."""
        if self._slot >= len(self._slots):
            return
        late_ms = ticks.diff(now_ms, self._slots_ms) - self._slots[self._slot][0]
        if late_ms < 0:
            return
        number, (_, at, drops) = self._before + self._slot, self._slots[self._slot]
        cue = self.scores.tonight.cues[at]
        why = quiet = None
        if cue.mode == limits.ASLEEP:
            if not self._show.dark():
                self._missed = True  # what it is charged can be kept in the dark only
                return
            why = self._charge(cue)
        self._slot += 1
        if why is None and self._missed:
            why = _PLAYING
        self._missed = False
        if why is None and late_ms > SLOT_LATE_MS:
            why = "too late"
        if why is None and drops == score.BY_CHANCE:
            why = "left out by chance"
        if why is None and drops & _DROPS[self.sleep_state()]:
            quiet = "the sleep state is " + self.sleep_state()
        if why is None:
            self.cue(cue, number, may_show, quiet)
        else:
            self._cue_note("dropped", cue, number, why)

    def sleep_state(self):
        """Light speaks at once, the rest once an epoch."""
        return sleep.AWAKE if self._senses.room.bright() else self.sleep.state

    def _charge(self, cue):
        wall_s = self._time.wall_s(self.now_ms)
        why = self.dose.refusal(cue.duration_ms, wall_s)
        if why is None:
            self.dose.charge(cue.duration_ms, wall_s)
            self._keep_dose()
            self._teller.note({"dose": self.left()})
        return why

    def _cue_note(self, phase, cue, slot, why):
        note = {"cue": {"id": cue.name, "slot": slot, "phase": phase}}
        if why:
            note["why"] = why
        self._teller.tell(
            note, {"event": "cue", "id": cue.name, "slot": slot, "phase": phase, "why": why}
        )

    def _layer_note(self, name, on):
        self._teller.note({"layer": {"id": name, "on": on, "envelope": 32767 if on else 0}})
