"""The dose ledger: how many sleeping cues a night and how many cue nights in seven (SAFETY 6).

A cue is charged whole before it begins, or when it is dropped. The ledger survives a reboot; one
that cannot be read allows nothing, and its older copy allows nothing more that night.

Two writes for each goodnight and each cue: 42 in a night of twenty cues and one goodnight.
"""

from . import ticks
from .guard import limits
from .record import Record

_WEEK_S = 7 * 86400
_FIELDS = ("night", "cues_left", "ms_left", "cue_nights", "_elapsed_ms", "_began_s")


class Dose:
    def __init__(self, stored):
        self.night = 0
        self.cues_left = 0
        self.ms_left = 0
        self.cue_nights = []  # Unix seconds of the last cue nights' goodnights; 0 if unknown
        self._began_s = 0  # this night's goodnight in Unix seconds, once a cue asked for it
        self._elapsed_ms = limits.NIGHT_MS  # of the night, up to the last record
        self._since_ms = 0  # local ticks of that record
        self._running = False
        self.record = Record("dose", stored, self, _FIELDS, self._take)
        self.readable = not self.record.lost
        if self.record.older:
            # What the newest had charged is not known: all of a night, and maybe a new one.
            self.cues_left = self.ms_left = self._elapsed_ms = 0
            self.cue_nights.append(0)

    def _take(self, body):
        for name in _FIELDS:
            setattr(self, name, body[name])

    def spend(self, teller):
        """A reset forgets whose nights these were, and gives nobody another dose: tonight is used
        up, and counts as a cue night at an unknown time."""
        self.night = self.cues_left = self.ms_left = self._elapsed_ms = self._began_s = 0
        self.cue_nights = [0]
        self.record.keep(teller)
        self.record.keep(teller)  # the copy before knew the old ones

    def start(self, now_ms):
        self._since_ms = now_ms
        self._running = self._elapsed_ms < limits.NIGHT_MS

    def step(self, now_ms):
        """Let the night grow older."""
        if not self._running:
            return
        self._elapsed_ms += max(ticks.diff(now_ms, self._since_ms), 0)
        self._since_ms = now_ms
        if self._elapsed_ms >= limits.NIGHT_MS:
            self._running = False

    def running(self):
        """Whether a night (14 h from its first goodnight) is under way."""
        return self._running

    def goodnight(self, now_ms):
        """True if this goodnight begins a new night."""
        if self._running:
            return False
        self.night += 1
        self.cues_left = limits.CUES_PER_NIGHT
        self.ms_left = limits.CUE_MS_PER_NIGHT
        self._elapsed_ms = self._began_s = 0
        self._since_ms = now_ms
        self._running = True
        return True

    def elapsed_ms(self):
        """Since the night's first goodnight."""
        return self._elapsed_ms

    def refusal(self, duration_ms, wall_s):
        """Why a cue of `duration_ms` may not be charged at Unix time `wall_s`, or None."""
        if not self.readable:
            return "the dose ledger cannot be read"
        if not wall_s:
            return "no authenticated time since the pod started"
        if not self._running:
            return "no night has begun"
        if self.cues_left <= 0 or self.ms_left < duration_ms:
            return "tonight's dose is used up"
        began_s = self._began(wall_s)
        if began_s not in self.cue_nights and len(self._week(began_s)) >= limits.CUE_NIGHTS:
            return "five cue nights in seven are enough"
        return None

    def charge(self, duration_ms, wall_s):
        self.cues_left -= 1
        self.ms_left -= duration_ms
        self._began_s = self._began(wall_s)
        if self._began_s not in self.cue_nights:
            self.cue_nights = self._week(self._began_s) + [self._began_s]

    def _began(self, wall_s):
        return self._began_s or wall_s - self._elapsed_ms // 1000

    def _week(self, began_s):
        """The cue nights that began within a week of this one, whichever way the clock went; one
        at an unknown time counts as this one until it can be dated so."""
        return [s or began_s for s in self.cue_nights if not s or abs(began_s - s) < _WEEK_S]
