"""What a turning-point tracker (zigzag.py) does at every frame, plain."""

from .light_state import EARLY, HOLD_MS, IN_DOUBT, REVERSAL, RISING, SURE, SURE_AT, TURN, WAIT_MS


def age(s, z, dt_ms):
    s[z + WAIT_MS] = max(s[z + WAIT_MS] - dt_ms, 0)
    s[z + HOLD_MS] = max(s[z + HOLD_MS] - dt_ms, 0)


def floor(s, z, held):
    """The lowest value allowed now, or 0 for no bound; `held`, so that nothing counts."""
    if s[z + RISING]:
        return max(s[z + TURN] - s[z + EARLY] + 1, 0) if s[z + WAIT_MS] or held else 0
    return s[z + TURN] if s[z + HOLD_MS] or held and s[z + IN_DOUBT] else 0


def ceiling(s, z, held):
    """The highest value allowed now, or -1 for no bound; `held`, so that nothing counts."""
    if not s[z + RISING]:
        return s[z + TURN] + s[z + EARLY] - 1 if s[z + WAIT_MS] or held else -1
    return s[z + TURN] if s[z + HOLD_MS] or held and s[z + IN_DOUBT] else -1


def may_oppose(s, z, other):
    """Whether this one may count one way and `other` the other way at the same time."""
    return s[z + RISING] != s[other + RISING] or s[z + IN_DOUBT] or s[other + IN_DOUBT]


def echo(s, z, rising):
    """Another quantity has turned this way: a turn back here waits as well, and so does the
    rest of a turn back that is still in doubt."""
    if s[z + RISING] == rising:
        s[z + WAIT_MS] = s[REVERSAL]
    elif s[z + IN_DOUBT]:
        s[z + HOLD_MS] = s[REVERSAL]


def move(s, z, value):
    """True where this value made a reversal count, or may have."""
    on, back = value - s[z + TURN], s[z + EARLY]
    if not s[z + RISING]:
        on = -on
    if on > 0:
        return _extend(s, z, value)
    return on <= -back and _reverse(s, z, value)


def _extend(s, z, value):
    """On in the same way. In doubt, any of these steps may be the one that counts."""
    s[z + TURN] = value
    if not s[z + IN_DOUBT]:
        return False
    s[z + WAIT_MS] = s[REVERSAL]
    _doubt(s, z)
    return True


def _reverse(s, z, value):
    sure = s[z + SURE]
    s[z + SURE_AT] = s[z + TURN] - sure if s[z + RISING] else s[z + TURN] + sure
    s[z + RISING] ^= 1
    s[z + TURN] = value
    s[z + WAIT_MS] = s[REVERSAL]
    s[z + HOLD_MS] = 0  # what was held was the other way
    _doubt(s, z)
    return True


def _doubt(s, z):
    to_go = s[z + SURE_AT] - s[z + TURN]
    s[z + IN_DOUBT] = int(to_go > 0 if s[z + RISING] else to_go < 0)
