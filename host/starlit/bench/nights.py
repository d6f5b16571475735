"""`starlit bench nights`: the cue engine alone through thousands of random nights.

Director, dose, quiet rule, learned cap, scores and player are the pod's own. Hearts, hands, hosts,
reboots, lit rooms and lost clocks are random; a second reckoning, which shares nothing with the
engine, says for each second whether a cue in sleep may be open, and counts every one that is and
may not.

What is stepped: every second of which something can change. That is each second while a cue plays
or a heart is raised (from 35 s before to its end), each second of an order, a slot, a hand, a
lamp, a reboot. Between two of them nothing moves but time, and the engine is stepped once, at the
next one.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from pod import ticks
from pod.config import Config
from pod.director import Director
from pod.guard import Guard, limits
from pod.player import Player
from pod.quiet import CALM, SURGED, QuietRule
from pod.room import Room
from pod.teller import Teller
from pod.timebase import Timebase

DAY_S = 86_400
NIGHT_S = 9 * 3600
LIFE_NIGHTS = 50  # of one pod, with its records; then another one
WALL_S = 1_800_000_000
GOODNIGHT_S = 60
ASLEEP_S = GOODNIGHT_S + 720
BEFORE_S = 35  # of a raised heart: what the rule remembers of the rate before
ARMED_S = 30 * DAY_S
Progress = Callable[[float], None]


@dataclass
class Raised:
    """A heart above its median, from second `begin` until second `end`."""

    begin: int
    end: int
    bpm: int


@dataclass
class Plan:
    """What happens in one night. Seconds from its beginning."""

    bpm: int  # at rest; 0 is no finger
    raised: list[Raised]
    orders: list[int]  # a host asks for the sleeping cue
    lit: tuple[int, int]
    lost_wall: int  # a reboot without time; NIGHT_S is none
    again: int  # a second goodnight, by hand
    back: bool  # the time is known again by then
    morning: int

    def events(self) -> list[int]:
        once = [GOODNIGHT_S, ASLEEP_S, *self.orders, *self.lit, self.lost_wall, self.again]
        return sorted({*once, self.morning, *(one.begin - BEFORE_S for one in self.raised)})


def make_plan(chance: random.Random) -> Plan:
    bpm = chance.choice((0, 48, 55, 62, 70, 84))
    orders = [chance.randrange(NIGHT_S) for _ in range(chance.choice((0, 0, 1, 3, 30)))]
    raised = []
    for _ in range(chance.choice((0, 1, 2, 4))):
        begin = chance.randrange(ASLEEP_S, NIGHT_S - 200)
        if chance.random() < 0.5:  # an order soon after, before or at it
            orders.append(begin + chance.choice((-20, -3, 0, 4, 7, 30, 400, 604, 606, 620)))
        more = chance.choice((4, 8, 9, 10, 11, 13, 16, 20, 26, 40, 60))
        raised.append(Raised(begin, begin + chance.choice((3, 5, 6, 7, 11, 30, 90)), bpm + more))
    lit = chance.randrange(ASLEEP_S, NIGHT_S) if chance.random() < 0.2 else NIGHT_S
    lost = chance.randrange(NIGHT_S) if chance.random() < 0.1 else NIGHT_S
    return Plan(
        bpm,
        sorted(raised, key=lambda one: one.begin) if bpm else [],
        orders,
        (lit, min(NIGHT_S, lit + chance.choice((60, 900, 5000)))),
        lost,
        min(NIGHT_S, lost + chance.choice((30, 600, NIGHT_S))),
        chance.random() < 0.5,
        NIGHT_S - chance.choice((1, 1, 7200)),
    )


class Truth:
    """What may be, reckoned from the plan and from what hands did: none of the engine's code."""

    def __init__(self) -> None:
        self.adult = True
        self.armed_at_s: int | None = None  # true Unix time
        self.cue_nights: list[int] = []  # when each began, true Unix time
        self.wall_known = True
        self.night_began_s = 0
        self.cues = 0
        self.cue_s = 0

    def goodnight(self, unix_s: int) -> None:
        if unix_s - self.night_began_s >= 14 * 3600:
            self.night_began_s, self.cues, self.cue_s = unix_s, 0, 0

    def locked(self, plan: Plan, second: int) -> bool:
        """The quiet rule, by SAFETY 9, at its own thresholds: no measuring error here."""
        for one in plan.raised:
            lasts = one.end - one.begin
            more, rest = one.bpm - plan.bpm, plan.bpm
            if second < one.begin:
                continue
            if more * 2 >= rest and lasts > 0:
                return True
            if more * 10 >= rest * 3 and lasts > 10 and second >= one.begin + 10:
                return True
            aroused = more >= 10 or more * 100 >= rest * 15
            if aroused and lasts > 5 and one.begin + 5 <= second < one.end - 1 + 600:
                return True
        return False

    def refusal(self, unix_s: int) -> str:
        if not self.adult:
            return "child"
        if self.armed_at_s is None or not 0 <= unix_s - self.armed_at_s <= ARMED_S:
            return "consent"
        return "" if self.wall_known else "no wall time"

    def begun(self) -> str:
        """A cue in sleep has begun; what of the dose it breaks."""
        self.cues += 1
        if self.night_began_s not in self.cue_nights:
            self.cue_nights.append(self.night_began_s)
        week = [at for at in self.cue_nights if self.night_began_s - at < 7 * DAY_S]
        if len(week) > limits.CUE_NIGHTS:
            return "cue nights"
        return "dose" if self.cues > limits.CUES_PER_NIGHT else ""


@dataclass
class Found:
    nights: int = 0
    steps: int = 0
    played: int = 0
    dropped: Counter = field(default_factory=Counter)
    violations: Counter = field(default_factory=Counter)
    first: list[str] = field(default_factory=list)

    def blame(self, what: str, where: str) -> None:
        self.violations[what] += 1
        if len(self.first) < 5:
            self.first.append(f"{where}: {what}")


class Life:
    """One pod over its nights: records and dose go on, as do the months of its arming."""

    def __init__(self, seed: int, scores: list[Any], found: Found):
        self.chance = random.Random(seed)
        self.scores = scores
        self.found = found
        self.config = Config(profile="adult", seed=seed & 0xFFFFFF)
        self.truth = Truth()
        self.stored: dict[str, bytes] = {}
        self.day = 0
        self.second = 0
        self.lux_mlx = 50
        self.name = f"life {seed}"
        self._boot()

    def _boot(self) -> None:
        guard = Guard(self.config)
        synth = SimpleNamespace(begin=lambda *a: True, end=lambda *a: None)
        # No frame is made here, so nothing has to go out before a charge is kept.
        self.show = SimpleNamespace(
            guard=guard, player=Player(self.config, synth), dark=lambda: True
        )
        self.quiet = QuietRule()
        self.room = Room()
        self.senses = SimpleNamespace(
            quiet=self.quiet, room=self.room, open=False, heart=SimpleNamespace(bpm_x10=0),
            calm=lambda: self.quiet.verdict == CALM, surged=lambda: self.quiet.verdict == SURGED,
        )  # fmt: skip
        self.time = Timebase()
        self.teller = Teller(SimpleNamespace(event=self._event))
        self.notes: list[Any] = []
        self.teller.outputs = SimpleNamespace(notes=self.notes)
        health = SimpleNamespace(sensor_lost=lambda: False)
        self.director = Director(
            self.config, dict(self.stored), self.show, self.senses, health, self.time, self.teller
        )
        self.director.start(self._now_ms())

    def _event(self, body: dict[str, Any]) -> None:
        if body.get("event") == "cue" and body["phase"] in ("dropped", "refused"):
            self.found.dropped[body["why"]] += 1

    def _unix_s(self) -> int:
        return WALL_S + self.day * DAY_S + self.second

    def _now_ms(self) -> int:
        return self._unix_s() * 1000 % ticks.PERIOD

    def night(self) -> None:
        self._evening()
        plan = make_plan(self.chance)
        events = [second for second in plan.events() if 0 <= second < NIGHT_S]
        self.second = 0
        open_cue = None
        for second in self._seconds(plan, events):
            self.second = second
            self._happen(plan, second)
            self._step(plan)
            open_cue = self._judge(plan, open_cue)
            self.found.steps += 1
        self.second = 0
        for _ in range(self.chance.choice((1, 1, 1, 1, 2, 9))):
            self.day += 1  # a pod at rest is stepped too: its ticks turn over in days
            self.director.step(self._now_ms(), 0, True)
        self.found.nights += 1

    def _seconds(self, plan: Plan, events: list[int]) -> Iterator[int]:
        """Every second of which something can change."""
        second, at = 0, 0
        while second < NIGHT_S:
            yield second
            while at < len(events) and events[at] <= second:
                at += 1
            following = events[at] if at < len(events) else NIGHT_S
            busy = self.show.player.cue is not None or any(
                one.begin - BEFORE_S <= second <= one.end for one in plan.raised
            )
            due_s = -(-self.director.due_ms(self._now_ms()) // 1000)
            second = second + 1 if busy else min(following, second + max(due_s, 1))

    # -- what happens ---------------------------------------------------------------------

    def _evening(self) -> None:
        """Before bed: the set-up window, a score from the host, the time."""
        chance, config, truth = self.chance, self.config, self.truth
        self.time.set_unix(self._unix_s(), self._now_ms())
        truth.wall_known = True
        self.director.step(self._now_ms(), 0, True)
        if chance.random() < 0.03:
            config.profile = chance.choice(("child", "adult", "adult"))
            truth.adult = config.profile == "adult"
            self.show.player = Player(config, self.show.player._synth)
        if truth.armed_at_s is None and chance.random() < 0.3 or chance.random() < 0.02:
            config.armed, config.armed_s = True, self._unix_s()
            truth.armed_at_s = self._unix_s()
        elif chance.random() < 0.02:
            config.armed, truth.armed_at_s = False, None
        if chance.random() < 0.1:
            self.director.hand_down(chance.choice(self.scores), True)

    def _happen(self, plan: Plan, second: int) -> None:
        director, truth = self.director, self.truth
        self.lux_mlx = 50_000 if plan.lit[0] <= second < plan.lit[1] else 50
        if second == plan.lost_wall:
            self._keep()
            self._boot()
            truth.wall_known = False
            director = self.director
        if second in (GOODNIGHT_S, plan.again) and director.night.state == "idle":
            if second == plan.again and plan.back:
                self.time.set_unix(self._unix_s(), self._now_ms())
                truth.wall_known = True
            director.step(self._now_ms(), 0, True)
            truth.goodnight(self._unix_s())
            director.goodnight(self._now_ms(), False)
        if second in plan.orders:
            director.cue(self._sleeping_cue(), None, True)
        if second == plan.morning and director.night.state != "idle":
            director.end_night(self._now_ms(), "a hand at the pod")

    def _sleeping_cue(self) -> Any:
        cues = self.director.scores.tonight.cues + self.director.scores.own.cues
        return self.chance.choice([cue for cue in cues if cue.mode == limits.ASLEEP])

    def _step(self, plan: Plan) -> None:
        now_ms, bpm = self._now_ms(), plan.bpm
        for one in plan.raised:
            if one.begin <= self.second < one.end:
                bpm = max(bpm, one.bpm)
        self.quiet.step(now_ms, bpm * 10, plan.bpm * 10)
        since_ms = max(ticks.diff(now_ms, self.director.now_ms), 0)
        self.senses.heart.bpm_x10 = bpm * 10
        self.room.step(since_ms, self.lux_mlx, 0)
        self.director.step(now_ms, since_ms, True)
        self._keep()
        self.notes.clear()

    def _keep(self) -> None:
        for key, value in self.teller.records:
            self.stored[key] = value
        self.teller.records = []

    # -- what may be ----------------------------------------------------------------------

    def _judge(self, plan: Plan, before: Any) -> Any:
        """The cue in sleep that is open now, as (cue, slot, begin), or None."""
        player, found, truth = self.show.player, self.found, self.truth
        if player.cue is None or player.muted or player.cue.mode != limits.ASLEEP:
            return None
        where = f"{self.name}, day {self.day}, second {self.second}"
        if before is None or before != (player.cue, player._start_ms):
            found.played += 1
            what = truth.begun()
            if what:
                found.blame(what, where)
        truth.cue_s += 1
        if truth.cue_s > limits.CUE_MS_PER_NIGHT // 1000:
            found.blame("dose time", where)
        if truth.locked(plan, self.second):
            found.blame("lockout", where)
        refusal = truth.refusal(self._unix_s())
        if refusal:
            found.blame(refusal, where)
        return player.cue, player._start_ms


def run(nights: int = 10_000, seed: int = 1, progress: Progress | None = None) -> dict[str, Any]:
    """Random nights; `ok` is that no cue in sleep was ever open where it may not be."""
    from starlit.score import catalogue
    from starlit.score.compile import compile_score

    scores = ["default", *(compile_score(catalogue.load(name)) for name in catalogue.TEN)]
    found, began, life = Found(), time.perf_counter(), None
    for night in range(nights):
        if night % LIFE_NIGHTS == 0:
            life = Life(seed * 100_003 + night, scores, found)
        assert life is not None
        life.night()
        if progress and night % 20 == 0:
            progress(night / nights)
    return {
        "version": 1, "ok": not found.violations and found.played > 0, "nights": found.nights,
        "seed": seed, "seconds": found.nights * NIGHT_S, "stepped": found.steps,
        "played": found.played, "dropped": dict(found.dropped.most_common()),
        "violations": dict(found.violations), "first": found.first,
        "wall_s": round(time.perf_counter() - began, 1),
    }  # fmt: skip
