"""How strong a cue in sleep may be: first the lowest level, rising within the night, under a cap
that arousals have taught (SAFETY, Sound). Whatever is learned only lowers.

Two writes for an arousal during a cue, and for a surge.
"""

from .record import Record

LOWEST_PERCENT = 25  # of the personal cap: the first cue that plays in a night
STEP_PERCENT = 15  # more for each one that played
AROUSALS = 4
CAP_PERCENT = 75  # of the mean level of the last four that woke the sleeper

_FIELDS = ("cap", "woke", "surged")


class Learned:
    """`cap`: percent of the mode's cap; `woke`: levels, in percent, that woke the sleeper."""

    def __init__(self, stored):
        self.cap = 100
        self.woke = []
        self.surged = 0  # number of the last night whose heart surged: it stays quiet to its end
        self._played = 0  # this night; dropped cues do not count, so a heart only lowers
        self._record = Record("learned", stored, self, _FIELDS, self._take)
        if self._record.lost:
            self.cap = LOWEST_PERCENT

    def _take(self, body):
        cap, woke = body["cap"], body["woke"]
        if type(cap) is not int or not 0 <= cap <= 100 or len(woke) > AROUSALS:
            raise ValueError
        sum(woke)
        self.cap, self.woke, self.surged = cap, woke, int(body["surged"])

    def forget(self, teller):
        """A hand has disarmed the pod: whoever arms it next begins anew."""
        if self.woke or self.cap < 100:
            self.cap, self.woke = 100, []
            self._record.keep(teller)

    def surge(self, night, teller):
        """No further cue in this night, whatever is reset."""
        if self.surged != night:
            self.surged = night
            self._record.keep(teller)

    def new_night(self):
        self._played = 0

    def played(self):
        self._played += 1

    def level(self):
        """Percent of the mode's cap for the next cue in sleep."""
        return self.cap * min(LOWEST_PERCENT + self._played * STEP_PERCENT, 100) // 100

    def aroused(self, percent, teller):
        """A cue at `percent` of the mode's cap has woken the sleeper."""
        self.woke = (self.woke + [percent])[-AROUSALS:]
        if len(self.woke) == AROUSALS:
            self.cap = min(self.cap, sum(self.woke) * CAP_PERCENT // (100 * AROUSALS))
        self._record.keep(teller)
