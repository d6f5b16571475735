"""Two cottages far apart: what one says to the other, and what it takes from it. Pure.

Only the sky (its seed and when it began) and that a star was given can pass: each message is built
from, and read by, the fields named here. They are signed with a key that only the two have, never
with a cottage's own. The older sky leads. (docs/far.md)
"""

from collections import deque
from dataclasses import dataclass

from pod import jsontext
from pod.envelope import EnvelopeError, seal
from starlit.allowance import Allowance
from starlit.heard import VERSION_MAX, open_heard
from starlit.journal import Journal, Sky
from starlit.unhooks import Out

ROOT = "starlit-far/"
SKY, STAR = "sky", "star"
SENDER = "far"  # from whom a star comes, to the pods
PAYLOAD_MAX = 512
STARS_PER_S, STARS_BURST = 0.5, 5
OLDER_MS = 1000  # by less than this no sky is older
ADOPT_EVERY_MS = 15 * 60_000  # a far host that changes its mind moves nothing here meanwhile
LATE_MS = 8000  # as pods take a gift
SHARED_MAX_MS = 1 << 30


@dataclass(frozen=True)
class FarSky:
    seed: int
    start_ms: int  # Unix


@dataclass(frozen=True)
class FarStar:
    start_ms: int  # of shared time


class Far:
    """`pair`: the id that both know; `side`: ours, a or b. `outs` waits for the link."""

    def __init__(self, pair: str, side: str, key: bytes, journal: Journal):
        self.dropped = 0  # messages of the other that were not taken
        self.outs: deque[Out] = deque(maxlen=16)
        self._own = f"{ROOT}{pair}/{side}/"
        self._other = f"{ROOT}{pair}/{'b' if side == 'a' else 'a'}/"
        self._second = side == "b"
        self._key = key
        self._journal = journal
        self._sent = Allowance(STARS_PER_S, STARS_BURST, keys=1)
        self._taken = Allowance(STARS_PER_S, STARS_BURST, keys=2)
        self._adopted_ms: int | None = None

    @property
    def topics(self) -> list[tuple[str, int]]:
        """What is read: the other's two leaves, by name."""
        return [(self._other + SKY, 1), (self._other + STAR, 1)]

    @property
    def sky_topic(self) -> str:
        return self._own + SKY

    # -- out ------------------------------------------------------------------------------

    def tell_sky(self, sky: FarSky) -> None:
        self._put(SKY, {"seed": sky.seed, "start_ms": sky.start_ms}, retain=True)

    def tell_star(self, star: FarStar, now_ms: int) -> None:
        if self._sent.admits(STAR, now_ms * 1_000_000):
            self._put(STAR, {"start_ms": star.start_ms}, retain=False)

    def _put(self, leaf: str, body: dict[str, int], retain: bool) -> None:
        topic = self._own + leaf
        version = self._journal.next_version(topic)
        payload = seal(self._key, topic, jsontext.dumps(body), version=version)
        self.outs.append(Out(topic, payload, 1, retain))

    # -- in -------------------------------------------------------------------------------

    def hear(self, topic: str, payload: bytes, now_ms: int) -> FarSky | FarStar | None:
        """None for what is not the other's word, is an old one, or comes too often."""
        said = self._said(topic, payload, now_ms)
        self.dropped += said is None
        return said

    def _said(self, topic: str, payload: bytes, now_ms: int) -> FarSky | FarStar | None:
        leaf = topic.removeprefix(self._other)
        if leaf not in (SKY, STAR) or len(payload) > PAYLOAD_MAX:
            return None
        if not self._taken.admits(leaf, now_ms * 1_000_000):
            return None
        try:
            opened = open_heard(self._key, topic, payload)
        except EnvelopeError:
            return None
        version, fields = opened.version, {"start_ms", "seed"} if leaf == SKY else {"start_ms"}
        if version is None or not self._journal.reached(topic) < version < VERSION_MAX:
            return None
        body = opened.body
        if body.keys() != fields or not all(type(n) is int and n >= 0 for n in body.values()):
            return None
        self._journal.reach(topic, version)
        if leaf == SKY:
            return FarSky(body["seed"], body["start_ms"]) if body["seed"] < 1 << 30 else None
        return FarStar(body["start_ms"]) if body["start_ms"] < SHARED_MAX_MS else None

    def leads(self, theirs: Sky, ours: Sky, now_ms: int) -> bool:
        """Whether their sky is older, and none was taken over just now. Of two that began at once,
        that of side a is."""
        younger_ms = theirs.start_ms - ours.start_ms
        at_once = abs(younger_ms) < OLDER_MS and theirs.seed != ours.seed
        if not (younger_ms <= -OLDER_MS or at_once and self._second):
            return False
        at_ms = self._adopted_ms
        if at_ms is not None and 0 <= now_ms - at_ms < ADOPT_EVERY_MS:
            return False
        self._adopted_ms = now_ms
        return True
