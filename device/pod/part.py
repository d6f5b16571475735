"""This pod's part in the sky: its place in the cottage, when the ritual began, what crosses.

An event is data: (kind, shared ms at which it left, place that it left from). With seed,
shared time and part every pod of a cottage draws the same (`pod.stars` says how it looks).
"""

from array import array

from .io import LEDS
from .night import RITUAL_MS
from .sky import SITES

NAMES = ("", "comet", "star", "farewell", "shadow")
COMET, STAR, FAREWELL, SHADOW = 1, 2, 3, 4
# Kind -> ms in which it crosses one ring, ms from one place to the next.
CROSS_MS = (0, 12000, 8000, 16000, 12000)
_NEXT_MS = (0, 12000, 2000, 8000, 4000)
_WAY_MS = 120000  # no event takes longer from the first place to the last
LEAD_MS = 4000  # from the giver's sky to the next: more than the longest way over the network
SCATTER_MS = 60000  # stars that a shadow has moved are home again
APART_MS = 2000  # between two events of one kind from one place
EVENTS = 8  # one more is refused

EVENING_MS = 1200000  # rituals that begin within this share the first one's breath and moon
KEPT = ("seed", "word", "members", "place", "pace_ms")  # through a reboot
_SLOW_MS = 510000  # of breath at the pace in which it began: what a whole ritual has room for


class Part:
    def __init__(self, seed):
        self.seed = seed
        self.word = 0  # version of the host's word that this is
        self.unsaved = False
        self.place = 0
        self.members = 1
        self.pace_ms = 9200  # of a breath, at the ritual's begin: six and a half a minute
        self.ritual_ms = 0  # shared time of the cottage's first goodnight
        self.coming_ms = 0  # the same in a shared time that this pod is not in yet; 0 none
        self.kind = bytearray(EVENTS)  # 0: free
        self.start_ms = array("i", [0] * EVENTS)
        self.origin = array("i", [0] * EVENTS)

    def restore(self, kept):
        for name in KEPT:
            setattr(self, name, kept[name])

    def leap(self, ms):
        """Shared time has leapt: what has begun in the old one goes on in the new."""
        self.ritual_ms = self.coming_ms or self.ritual_ms + ms
        self.coming_ms = 0
        for k in range(EVENTS):
            if self.kind[k]:
                self.start_ms[k] += ms

    def turns(self):
        """How often the circle of sites is gone round before the sky is seen from every place."""
        return (self.members * LEDS + SITES - 1) // SITES

    def goodnight(self, shared_ms):
        """A ritual begins here: the cottage's, unless one is under way."""
        self.ritual_ms = self.coming_ms or self.ritual_ms
        self.coming_ms = 0
        if not 0 <= shared_ms - self.ritual_ms < EVENING_MS or not self.ritual_ms:
            self.ritual_ms = shared_ms

    def add(self, kind, start_ms, origin, shared_ms):
        """Take an event; None, or why not."""
        free = -1
        for k in range(EVENTS):
            if self.kind[k] and self.ended(k, shared_ms):
                self.kind[k] = 0
            if not self.kind[k]:
                free = k
            elif self.kind[k] == kind and self.origin[k] == origin:
                if abs(start_ms - self.start_ms[k]) < APART_MS:
                    return "the last one has only just begun"
        if free < 0:
            return "the sky is full"
        self.kind[free] = kind
        self.start_ms[free] = start_ms
        self.origin[free] = origin
        return None

    def since_ms(self, kind, start_ms, origin, shared_ms):
        """Milliseconds since an event has reached this place; negative before."""
        away = (self.place - origin) % self.members
        wait_ms = away * min(_NEXT_MS[kind], _WAY_MS // self.members)
        if away and kind != COMET and wait_ms < LEAD_MS:
            wait_ms = LEAD_MS
        return shared_ms - start_ms - wait_ms

    def ended(self, k, shared_ms):
        """Whether event `k` has passed this place, or its start makes no sense any more."""
        since_ms = self.since_ms(self.kind[k], self.start_ms[k], self.origin[k], shared_ms)
        return not -2 * _WAY_MS < since_ms < CROSS_MS[self.kind[k]] + SCATTER_MS

    def breath(self, shared_ms):
        """The sky's breath, 3072..4096 of 4096. Its pace falls over the ritual by three tenths,
        as a function of the cottage's ritual: all pods breathe together."""
        since_ms = shared_ms - self.ritual_ms
        pace_ms = self.pace_ms
        if 0 <= since_ms < RITUAL_MS:
            # Breaths so far, in ms of the first pace: t - 3 t^2 / (20 ritual).
            x = (since_ms - (since_ms >> 5) * (since_ms >> 5) // 3906) % pace_ms * 4096 // pace_ms
        else:
            slow_ms = pace_ms * 10 // 7
            x = _SLOW_MS % pace_ms * 4096 // pace_ms
            x = (x + (since_ms - RITUAL_MS) % slow_ms * 4096 // slow_ms) & 4095
        x = x * 2 if x < 2048 else (4096 - x) * 2  # a triangle, 0..4096
        smooth = x * x // 4096 * (3 * 4096 - 2 * x) // 4096  # 3x^2 - 2x^3
        return 3072 + (smooth >> 2)
