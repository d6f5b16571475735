"""The night and its cues: when the ritual begins and ends, what plays, and why something does not.

Every refusal is a sentence that a person can act on; every slot of the night is told, played or
dropped.
"""

from . import cues, night, ticks
from . import sleep as sleep_state
from .dose import Dose
from .hash import mix
from .night import Night

_SLOT_CUE = "ember"
_QUIET = "quiet rule"
_STAR = "star"


class Director:
    """`may_show` and `failed` are the core's word on whether anything may be seen."""

    def __init__(self, config, stored, show, senses, health, time, teller):
        self.config = config
        self.dose = Dose(stored)
        self.night = Night(config.seed)
        self.tz_min = config.tz_min
        self._show = show
        self._senses = senses
        self._health = health
        self._time = time
        self._teller = teller
        self._planned = None
        self._planned_ms = 0
        self._asked = 0  # cues asked for, played or not: chance must not depend on a heart
        self._now_ms = 0

    def start(self, now_ms):
        self._now_ms = now_ms
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
        slots = self.config.armed and self.config.profile == "adult"
        self.night.goodnight(now_ms, self.dose.night, dim, slots)
        self._teller.tell(
            {"night": self.dose.night, "dose": self.left()},
            {"event": "ritual", "night": self.dose.night},
        )
        return None

    def fix_dawn(self, now_ms):
        """By a hand only: at the goodnight, or where the dawn is set at the pod."""
        wall_s = self._time.wall_s(now_ms)
        self.night.fix_dawn(now_ms, self.config.dawn, wall_s, self.tz_min)

    def _keep_dose(self):
        if self.dose.readable:  # or a goodnight would forgive a ledger that was torn
            self.dose.record.keep(self._teller)

    def end_night(self, now_ms, why):
        self.abandon(why)
        self.night.end(now_ms)
        self._teller.tell({"why": why}, {"event": "morning", "why": why})

    def abandon(self, why):
        """End the cue that plays; its sound fades. Forget what was planned."""
        self._planned = None
        player = self._show.player
        if player.cue is not None:
            self._end(player, why)
            player.stop()

    def _end(self, player, why):
        if not player.muted:
            self._cue_note("end", player.cue.name, player.slot, why)
            self._layer_note(False)

    def step(self, now_ms, dt_ms, may_show):
        self._now_ms = now_ms
        self.dose.step(now_ms)
        if self.night.step(now_ms, dt_ms) and self.night.state == night.FADE:
            self.abandon("the ritual ends")
        if self.night.state == night.NIGHT:
            self._night_goes_on(now_ms, may_show)
        if self._planned is not None and ticks.diff(now_ms, self._planned_ms) >= 0:
            name, self._planned = self._planned, None
            self.cue(name, None, may_show)
        self._cue_goes_on(now_ms)

    def cue_plays(self):
        """Whether a cue shows or sounds; a star is a gift within the ritual, not a cue."""
        player = self._show.player
        return player.cue is not None and not player.muted and player.cue.name != _STAR

    def due_ms(self, now_ms):
        wait_ms = self.night.due_ms(now_ms)
        if self._planned is not None:
            wait_ms = min(wait_ms, max(ticks.diff(self._planned_ms, now_ms), 0))
        return wait_ms

    def _night_goes_on(self, now_ms, may_show):
        if self.night.dawn_due(now_ms):
            self.night.begin_dawn(now_ms)
        elif not self.dose.running():
            self.end_night(now_ms, "the night is over")
        slot = self.night.take_slot(now_ms)
        if slot is not None:
            self._slot(slot[0], slot[1], may_show)

    def _cue_goes_on(self, now_ms):
        player = self._show.player
        if player.cue is None:
            return
        if not player.muted and not self._senses.calm():
            self._end(player, _QUIET)
            player.mute()
        if player.step(now_ms):
            self._end(player, None)
            player.stop()

    # -- cues ------------------------------------------------------------------------------

    def plan_cue(self, name, ahead_ms):
        """A cue that begins on all pods at the same shared time."""
        self._planned = name
        self._planned_ms = ticks.add(self._now_ms, ahead_ms)

    def cue(self, name, slot, may_show):
        """Play a cue; None, or why it is refused."""
        cue = cues.CUES[name]
        self._asked += 1
        why = self._refusal(cue, may_show)
        if why is None and cue.mode == cues.ASLEEP and slot is None:
            why = self._charge(cue)
        if why is None:
            why = self._begin(name, slot)
        told = "start" if why is None else "refused" if slot is None else "dropped"
        self._cue_note(told, name, slot, why)
        if why is None:
            self._layer_note(True)
        return why

    def _begin(self, name, slot):
        """Begin; None, or why nothing is heard of it. The heart is asked last, and what it
        silences takes its dose and its time all the same (SAFETY 9)."""
        chance = mix(self.config.seed + self.dose.night, self._asked if slot is None else slot)
        show, muted = self._show, not self._senses.calm()
        if not show.player.begin(name, slot, self._now_ms, show.guard, chance, muted):
            return "its sound began less than 10 s ago"
        return _QUIET if muted else None

    def _refusal(self, cue, may_show):
        asleep = cue.mode == cues.ASLEEP
        if asleep and self.config.profile == "child":
            return "a child's pod plays no cue during sleep"
        if asleep and not self.config.armed:
            return "not armed: an adult arms sleeping cues in the set-up window at the pod"
        if not may_show:
            return "the pod is dark until a hand plugs it in"
        if cue.name != _STAR and not self._time.wall_s(self._now_ms):
            return "no authenticated time since the pod started"
        if not asleep and (self.night.state != night.RITUAL or self.night.dim):
            return "evening cues belong to the ritual: say goodnight first"
        if asleep and self.night.state != night.NIGHT:
            return "a sleeping cue belongs to the night, after the ritual has faded"
        if self._show.player.cue is not None:
            return "another cue is playing"
        return "a sensor is broken" if self._health.sensor_lost() else None

    def _slot(self, number, late, may_show):
        """A slot of the night is due: charged in any case, then played or dropped."""
        cue = cues.CUES[_SLOT_CUE]
        why = self._charge(cue)
        if why is None and late:
            why = "too late"
        if why is None and self.sleep_state() == sleep_state.AWAKE:
            why = "the room is lit"
        if why is None:
            self.cue(cue.name, number, may_show)
        else:
            self._cue_note("dropped", cue.name, number, why)

    def sleep_state(self):
        return sleep_state.state(self.night.state == night.NIGHT, self._senses.room)

    def _charge(self, cue):
        wall_s = self._time.wall_s(self._now_ms)
        why = self.dose.refusal(cue.duration_ms, wall_s)
        if why is None:
            self.dose.charge(cue.duration_ms, wall_s)
            self._keep_dose()
            self._teller.note({"dose": self.left()})
        return why

    def _cue_note(self, phase, name, slot, why):
        if name == _STAR:
            return  # a gift within the ritual, not a cue of the night
        note = {"cue": {"id": name, "slot": slot, "phase": phase}}
        if why:
            note["why"] = why
        self._teller.tell(
            note, {"event": "cue", "id": name, "slot": slot, "phase": phase, "why": why}
        )

    def _layer_note(self, on):
        name = self._show.player.layer()
        if name is not None:
            note = {"id": name, "on": on, "envelope": 32767 if on else 0}
            self._teller.note({"layer": note})
