"""A turning-point tracker: how far a value may go before it makes a counted reversal too early.

It counts a reversal once the value is a threshold back from its last turning point, and says
between which bounds it may move so that two reversals are at least `s[REVERSAL]` ms apart. Between
97 and 103 % of the threshold the count is in doubt (another reckoning may round another way): every
step that goes further in between counts anew.

Its eight words stand in a guard's array `s` from `z` on (light_state.py). What changes the measure
is here; what is done at every frame is in `zigzag_kernel`.
"""

from ..compat import const
from .light_state import EARLY, IN_DOUBT, SURE, TURN

_EARLY = const(97)  # percent of the threshold at which a reversal is taken as counted ...
_SURE = const(103)  # ... and at which nobody's rounding can doubt it


def threshold(s, z, measure, value):
    """Another measure of a reversal, from `value` on; the way that led here goes on."""
    early = measure * _EARLY // 100
    if early == s[z + EARLY]:
        return
    s[z + TURN] = value
    s[z + EARLY] = early
    s[z + SURE] = measure * _SURE // 100
    s[z + IN_DOUBT] = 0


def widen(s, z, measure, value):
    """A second measure beside the first, which may begin anew at `value`: what counts by one
    of them is in doubt until it has by both. Only while no reversal has to wait; `move` then
    says what already counts."""
    s[z + EARLY] = min(s[z + EARLY], measure * _EARLY // 100)
    s[z + SURE] = max(s[z + SURE], measure * _SURE // 100 + abs(value - s[z + TURN]))


def narrow(s, z, measure, value):
    """One measure again: nobody says whether it begins anew, at `value`, or went on."""
    s[z + EARLY] = measure * _EARLY // 100
    s[z + SURE] = measure * _SURE // 100 + abs(value - s[z + TURN])
