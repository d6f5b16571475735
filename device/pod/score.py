"""The score of the night: cues and their slots, as data. Whatever comes in is checked here, once.

    [1, name, [cue, ...], [slot, ...]]
    cue    name, mode, length, sky %, [light, ...], [sound, ...]
    light  kind, r, g, b, %, fill, first LED, LEDs, start, length, attack, release, period, a, b, c
    sound  kind, %, start, length, attack, release
    slot   cue, from (0 goodnight, 1 dawn), after, within, every, times, chance %, drops

Whole numbers and names. Times of cues are tenths of a second, of slots tenths of a minute; `fill`
is the most LEDs lit in all, in sixteenths; `drops` the sleep states that drop a slot (1 awake,
2 unknown). The host writes it from a person's TOML (docs/scores.md).
"""

import json

from . import jsontext
from .compat import const
from .config import ConfigError, is_name
from .cues import Cue
from .guard import limits
from .hash import below
from .record import Record

VERSION = 1
TEXT_MAX = 1100  # of a handed-down score: desired state has room for it in an envelope
GOODNIGHT, AT_DAWN = 0, 1
TENTH_MS = 6000  # of a minute
BY_CHANCE = -1  # instead of `drops`: chance has left this slot out
_CUES = const(8)
_LIGHTS = const(4)
_SOUNDS = const(3)
_SLOTS = const(8)

# Least and most of each number of a row. Within them nothing that a cue computes leaves its bounds.
_CUE = (1, 3, 10, 18000, 0, 100)
_LIGHT = (0, 4, 0, 255, 0, 255, 0, 255, 0, 100, 1, 192, 0, 12, 1, 12, 0, 18000, 1, 18000, 1, 2400,
          0, 2400, 20, 2400, -96, 100, 0, 100, -12, 100)  # fmt: skip
_SOUND = (1, 15, 1, 100, 0, 18000, 10, 18000, 5, 2400, 3, 2400)
_SLOT = (0, 7, 0, 1, 0, 8400, 0, 8400, 1, 8400, 1, 20, 1, 100, 0, 3)

# host/starlit/scores/default.toml, compiled; a test holds the two equal.
DEFAULT = (
    '[1,"default",[["tide",1,480,60,[[0,255,102,0,20,96,0,12,0,480,40,40,120,100,0,1]],[[1,60,0'
    ',480,40,40]]],["comet",1,200,60,[[2,255,102,0,9,58,12,12,0,200,50,30,200,12,4,16]],[[3,60,'
    '0,200,20,20]]],["story",1,3000,0,[[0,255,102,0,60,192,0,12,0,3000,120,120,100,0,0,0]],[]],'
    '["fireflies",1,320,60,[[1,255,102,0,8,16,0,12,0,320,30,30,40,2,100,0]],[]],["ember",2,160,'
    '0,[[0,255,128,0,42,192,0,12,0,160,90,65,100,0,0,0]],[[2,12,0,160,90,60]]]],[[4,0,750,400,6'
    '00,6,100,1]]]'
)
# What a meter reads (docs/calibrate.md): no score rewrites it. The lamp is one steady amber of
# these levels, not of a percent: at the reference geometry M is 94 % of a child's evening cap.
_OWN = (
    '[["lamp",1,600,0,[[4,36,10,0,100,192,0,12,0,600,80,60,100,0,0,0]],[]],'
    '["tone",1,600,100,[],[[4,100,0,600,40,20]]]]'
)
KEPT = ("lamp", "tone")


class Score:
    """A checked score; ConfigError for anything else."""

    def __init__(self, data):
        _list(data, 4)
        _need(len(data) == 4 and data[0] == VERSION and is_name(data[1]))
        self.name, self.slots = data[1], data[3]
        self.cues = [_cue(row) for row in _list(data[2], _CUES)]
        left = limits.CUES_PER_NIGHT
        for slot in _rows(self.slots, _SLOTS, _SLOT):
            left -= slot[5]
            _need(slot[0] < len(self.cues))
        _need(left >= 0)

    def find(self, name):
        for cue in self.cues:
            if cue.name == name:
                return cue
        return None

    def plan(self, begin, seed):
        """[(ms, cue, drops)] in order, after the goodnight or the dawn's beginning: the candidate
        slots, each with its chance drawn from hash(seed, slot) (SAFETY 9)."""
        planned = []
        n = 64 * begin
        for cue, since, after, within, every, times, chance, drops in self.slots:
            for k in range(times if since == begin else 0):
                at = after + k * every + below(within + 1, seed, 2 * n)
                comes = below(100, seed, 2 * n + 1) < chance
                planned.append((at * TENTH_MS, cue, drops if comes else BY_CHANCE))
                n += 1
        return sorted(planned)


class Scores:
    """The built-in score, and the one handed down for the night, through reboots: two writes for
    each other score, none where it is the same."""

    def __init__(self, stored):
        self.own = Score(json.loads(DEFAULT))
        self.own.cues += [Cue(row) for row in json.loads(_OWN)]
        self.tonight = self.own
        self.text = ""  # of the one handed down; empty: the built-in one
        self._wanted = None
        self._record = Record("score", stored, self, ("text",), self._take)

    def _take(self, body):
        text = body["text"]
        self.tonight = Score(json.loads(text)) if text else self.own
        self.text = text

    def hand_down(self, data):
        """For the nights to come: "default", or a score's data. ConfigError if it is neither."""
        text = ""
        if data != "default":
            Score(data)
            text = jsontext.dumps(data)
            _need(len(text) <= TEXT_MAX)
        self._wanted = text

    def change(self, teller):
        """Between nights: take what was handed down. True where it is another."""
        if self._wanted is None or self._wanted == self.text:
            return False
        self._take({"text": self._wanted})
        self._record.keep(teller)
        return True

    def find(self, name):
        """The cue of this name, or None."""
        cue = None if name in KEPT else self.tonight.find(name)
        return cue or self.own.find(name)

    def names(self):
        """What may be asked for by name: tonight's cues, and the pod's own."""
        return [cue.name for cue in self.tonight.cues + self.own.cues]


def _cue(row):
    _need(len(_list(row, 6)) == 6 and is_name(row[0]))
    _numbers(row[1:4], _CUE)
    _rows(row[4], _LIGHTS, _LIGHT)
    _rows(row[5], _SOUNDS, _SOUND)
    return Cue(row)


def _list(value, most):
    _need(isinstance(value, list) and len(value) <= most)
    return value


def _rows(value, most, bounds):
    for row in _list(value, most):
        _numbers(_list(row, len(bounds)), bounds)
    return value


def _numbers(row, bounds):
    _need(2 * len(row) == len(bounds))
    for k in range(len(row)):
        _need(type(row[k]) is int and bounds[2 * k] <= row[k] <= bounds[2 * k + 1])


def _need(ok):
    if not ok:
        raise ConfigError("bad score")
