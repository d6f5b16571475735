"""A turning-point tracker: how far a value may go before it makes a counted reversal too early."""

from ..compat import const

_EARLY = const(97)  # percent of the threshold at which a reversal is taken as counted ...
_SURE = const(103)  # ... and at which nobody's rounding can doubt it


class Zigzag:
    """Counts a reversal once the value is `threshold` back from its last turning point, and says
    between which bounds it may move so that two reversals are at least `apart_ms` apart.

    Between 97 and 103 % of the threshold the count is in doubt (another reckoning may round
    another way): every step that goes further in between counts anew.
    """

    def __init__(self, apart_ms):
        self.apart_ms = apart_ms
        self.rising = False  # dark after a fall: the first rise counts
        self.turn = 0  # the extreme since the last reversal
        self.wait_ms = 0  # until another reversal may count
        self._early = 1
        self._sure = 1
        self.in_doubt = False  # whether the last reversal has counted for sure
        self._sure_at = 0
        self._hold_ms = 0  # until a reversal in doubt may become sure

    def threshold(self, threshold, value):
        """Another measure of a reversal, from `value` on; the way that led here goes on."""
        early = threshold * _EARLY // 100
        if early == self._early:
            return
        self.turn = value
        self._early = early
        self._sure = threshold * _SURE // 100
        self.in_doubt = False

    def widen(self, threshold, value):
        """A second measure beside the first, which may begin anew at `value`: what counts by one
        of them is in doubt until it has by both. Only while no reversal has to wait; `move` then
        says what already counts."""
        self._early = min(self._early, threshold * _EARLY // 100)
        self._sure = max(self._sure, threshold * _SURE // 100 + abs(value - self.turn))

    def narrow(self, threshold, value):
        """One measure again: nobody says whether it begins anew, at `value`, or went on."""
        self._early = threshold * _EARLY // 100
        self._sure = threshold * _SURE // 100 + abs(value - self.turn)

    def age(self, dt_ms):
        if self.wait_ms:
            self.wait_ms = self.wait_ms - dt_ms if self.wait_ms > dt_ms else 0
        if self._hold_ms:
            self._hold_ms = self._hold_ms - dt_ms if self._hold_ms > dt_ms else 0

    def floor(self, held=False):
        """The lowest value allowed now, or -1 for no bound; `held`, so that nothing counts."""
        if self.rising:
            return self.turn - self._early + 1 if self.wait_ms or held else -1
        return self.turn if self._hold_ms or held and self.in_doubt else -1

    def ceiling(self, held=False):
        """The highest value allowed now, or -1 for no bound; `held`, so that nothing counts."""
        if not self.rising:
            return self.turn + self._early - 1 if self.wait_ms or held else -1
        return self.turn if self._hold_ms or held and self.in_doubt else -1

    def may_oppose(self, other):
        """Whether this one may count one way and `other` the other way at the same time."""
        return self.rising != other.rising or self.in_doubt or other.in_doubt

    def echo(self, rising):
        """Another quantity has turned this way: a turn back here waits as well, and so does the
        rest of a turn back that is still in doubt."""
        if self.rising == rising:
            self.wait_ms = self.apart_ms
        elif self.in_doubt:
            self._hold_ms = self.apart_ms

    def move(self, value):
        """True where this value made a reversal count, or may have."""
        if self.rising:
            if value > self.turn:
                return self._extend(value)
            if value <= self.turn - self._early:
                return self._reverse(value, self.turn - self._sure)
        else:
            if value < self.turn:
                return self._extend(value)
            if value >= self.turn + self._early:
                return self._reverse(value, self.turn + self._sure)
        return False

    def _extend(self, value):
        """On in the same way. In doubt, any of these steps may be the one that counts."""
        self.turn = value
        if not self.in_doubt:
            return False
        self.wait_ms = self.apart_ms
        self.in_doubt = value < self._sure_at if self.rising else value > self._sure_at
        return True

    def _reverse(self, value, sure_at):
        self.rising = not self.rising
        self.turn = value
        self.wait_ms = self.apart_ms
        self._hold_ms = 0  # what was held was the other way
        self._sure_at = sure_at
        self.in_doubt = value < sure_at if self.rising else value > sure_at
        return True
