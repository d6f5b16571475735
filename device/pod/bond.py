"""A heartbeat star: two pods whose people have both agreed tonight show each other's pulse.

A friend's star shines steadily from the press on and only ever dims, late by `LATE_MS`. What
travels is when it is to dim; never a rate, and nothing without both consents.
"""

from . import ticks
from .pulse import LAG_MS, PulseStar

LATE_MS = 5000  # from a beat in the signal to the dip at the friend's pod, always
DIPS = 4  # in one message, once a second; further ones are left out


class Bond:
    def __init__(self):
        self.friend = None  # agreed to, by a press here
        self.asked = None  # proposed by the host, until then
        self.star = PulseStar()
        self._shown = False

    def propose(self, friend):
        """A newer word of the host: None withdraws what nobody has agreed to."""
        self.asked = friend if friend != self.friend else None

    def consent(self):
        """A press: agree to what is proposed, or end what was agreed. The friend, or None."""
        self.friend, self.asked = self.asked, None
        return self.friend

    def step(self, ritual):
        """What was agreed holds for one ritual: the next, or the one that runs."""
        if self._shown and not ritual:
            self.friend = None
        self._shown = ritual and self.friend is not None

    def tell(self, pulse, now_ms, shared_ms):
        """The own star's new dips, as shared times of the friend's star; [] for none."""
        told = []
        for k in range(min(pulse.fresh, DIPS)):
            wait_ms = ticks.diff(pulse.fresh_ms[k], now_ms) + LATE_MS - LAG_MS
            told.append(shared_ms + wait_ms)
        pulse.fresh = 0
        return told

    def take(self, friend, dips, now_ms, shared_ms):
        """Dips of the friend's star; None, or why not."""
        if self.friend is None or friend != self.friend:
            return "nobody here has agreed to it"
        if not isinstance(dips, list) or len(dips) > DIPS:
            return "bad dips"
        for at_ms in dips:
            if type(at_ms) is not int or not 0 <= at_ms - shared_ms <= LATE_MS:
                return "too late"
        for at_ms in dips:
            self.star.dip_at(ticks.add(now_ms, at_ms - shared_ms))
        return None
