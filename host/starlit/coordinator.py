"""One sky over all pods of a cottage. Pure logic: messages and time in, messages out.

It decides nothing that a pod could not refuse, and a cottage without it goes on alone. What it
wants to stand at the broker stands in the journal first: a restart, or a broker that has forgotten,
changes nothing.
"""

import json
import random
from collections.abc import Callable
from itertools import islice
from typing import Any, TypeGuard

from pod import jsontext
from pod.envelope import MAX_PAYLOAD, EnvelopeError, Opened
from pod.part import EVENING_MS
from starlit.desired import PROPOSED
from starlit.far import LATE_MS, SENDER
from starlit.gifts import GIFTS, Gift, Gifts, passed_on
from starlit.heard import VERSION_MAX
from starlit.inbox import Inbox
from starlit.journal import Journal, Sky, Standing
from starlit.keyring import Keyring, keyring
from starlit.membership import Membership
from starlit.morning import morning_offset_min
from starlit.roster import STRANGERS_MAX, News, Roster
from starlit.trust.changeover import Changeover
from starlit.unhooks import Out, Unhooks

PACE_MS = 9200  # of a breath as a ritual begins: six and a half a minute; pods let it fall
SKY_MAX_AGE_MS = 16 * 3600 * 1000  # the next evening gets a sky of its own
SKY_LAST_MS = 1 << 29  # shared time stays below 2**30; half of it is left as a margin
FRIENDS_MAX = 64  # as many as a pod takes
_MEMBERS_BYTES = MAX_PAYLOAD - 400  # of the sky's message, for names and their quotes
_QUOTES = 5  # bytes that a name takes beside itself: a pair of quotes, escaped, and a comma


class Coordinator:
    def __init__(
        self,
        cottage: str,
        keys: bytes | Keyring,
        seed: int | None,
        journal: Journal,
        members: list[str] | None = None,
        tz_min: int | None = 0,
        changeover: Changeover | None = None,
    ):
        """`members`: pods that belong while this runs; `tz_min` None takes the journal's zone;
        `changeover`: of the same keys, where they may be replaced."""
        self.cottage = cottage
        self.keys = keyring(keys)
        self.seed = seed
        self.journal = journal
        self.membership = Membership(journal, members)
        self.roster = Roster(cottage, self.keys, self.membership.belongs, STRANGERS_MAX)
        self.topics = self.roster.topics
        self.tz_min = tz_min
        self._changeover = changeover
        self._signs = self.keys.signs
        self.sky: Sky | None = None
        self.on_news: Callable[[News], None] = lambda news: None
        self.on_star: Callable[[int], None] = lambda start_ms: None  # for a far cottage
        self.far_away = False  # there is one, whose stars pods may take
        self.gifts = Gifts()
        self.inbox = Inbox(journal)
        self.ritual_ms: int | None = None  # shared time of the evening's first goodnight
        self.unhooks = Unhooks(cottage, self.keys, journal)
        self._now_ms = 0
        self._told = False  # the pods know what we want; before, another's sky is taken up
        self._told_tz_min = 0
        self._scores: dict[str, str] = {}  # of the night, where a pod has one of its own
        self._fresh = False  # this sky has just begun here
        self._stale = True  # what stands at the broker may not be what we want
        self._at_broker: dict[str, int] = {}  # versions, as the broker has given them back
        self._obeyed: dict[str, int] = {}  # unhooks answered since the last tick

    # -- lifecycle ----------------------------------------------------------------

    def start(self, now_ms: int) -> None:
        """Takes up the sky where a restarted host left it, unless the night is over."""
        self._now_ms = now_ms
        self.inbox.start()
        self.journal.changed_elsewhere()
        self.membership.load()
        last = self.journal.last_sky()
        if last and self.fits(last, now_ms):
            self.sky = last
            self.ritual_ms = self._standing_ritual(last)
        else:
            self._new_sky(now_ms)

    def _standing_ritual(self, sky: Sky) -> int | None:
        """The ritual of this sky, as an earlier run of the host has announced it."""
        stands = self.journal.stands(self.topics.sky)
        body = json.loads(stands.body) if stands is not None else {}
        return body.get("ritual_ms") if body.get("epoch") == sky.epoch else None

    def connecting(self) -> None:
        """The link is up (again), and the broker will tell what it has kept."""
        self._at_broker.clear()

    def connected(self) -> list[Out]:
        """Unhooks once more, and all that the broker has forgotten. From the journal: a command
        may have put something newer there. What stands already is not said again, since
        mosquitto writes its whole store for it."""
        if self._stale:
            self._settle()
        standing = self.journal.standing()
        mine = [self.topics.sky, *(self._desired_topic(pod) for pod in self.membership.pods)]
        lost = [t for t in mine if t in standing and self._at_broker.get(t) != standing[t].version]
        return self.unhooks.current() + [self._kept(topic, standing[topic]) for topic in lost]

    def tick(self, now_ms: int) -> list[Out]:
        """About once a second."""
        self._now_ms = now_ms
        if self.journal.changed_elsewhere():
            self.membership.load()
            self._stale = True
        self.membership.save()
        self.journal.settle_all(self._obeyed)
        self._obeyed.clear()
        if self._sky_is_old(now_ms):
            self._new_sky(now_ms)
        if self.tz_min is None and self._zone_min() != self._told_tz_min:
            self._stale = True
        outs = self._follow_trust()
        outs += self._settle() if self._stale else []
        outs += self._signed_anew()
        outs += self.unhooks.repeat(self.roster, now_ms)
        self.gifts.forget_old(now_ms)
        self.inbox.save()
        return outs

    # -- messages -----------------------------------------------------------------

    def handle(
        self,
        topic: str,
        payload: bytes,
        now_us: int,
        rx_us: int | None = None,
        retained: bool = False,
        wall_s: int | None = None,
    ) -> list[Out]:
        """`now_us` is steady Unix time in microseconds, `rx_us` when the message came in, `wall_s`
        what the computer takes for Unix time now."""
        self._now_ms = now_ms = now_us // 1000
        parsed = self.topics.parse_pod(topic)
        if parsed is None or parsed[1] == "set/desired":
            return self._hear_ours(topic, payload, parsed[0] if parsed else None)
        if not payload and parsed[1] == "state":
            self._vanished(parsed[0])
        if self._changeover is not None and self._changeover.revoked(parsed[0]):
            return self._sweep(parsed[0]) if payload else []
        news = self.roster.handle(topic, payload, now_ms, retained)
        if news is None:
            return []
        if news.leaf == "event" and not retained and not self.inbox.take(news.pod, news.body):
            return []
        self.on_news(news)
        if not retained:
            self._hear_pod(news.pod)
        if news.leaf == "ping":
            pong = self._pong(news.body.get("n"), rx_us or now_us, now_us, wall_s)
            if pong is not None:
                pong.update(self.inbox.receipt(news.pod))
            return self._answer(self.topics.pod(news.pod, "set/pong"), pong)
        if news.leaf == "tele":
            return self._give(news.pod, now_ms)
        if news.leaf == "ack":
            return self._acknowledged(news.pod)
        if news.leaf in GIFTS and not retained:
            return self._pass_on(GIFTS[news.leaf], news.pod, news.body, now_ms)
        if news.leaf == "event" and news.body.get("event") == "ritual" and not retained:
            self._ritual(news.body, now_ms)
        return []

    def handle_ask(self, payload: bytes, now_us: int, rx_us: int, wall_s: int) -> list[Out]:
        """A command asks for the time, as a pod does."""
        try:
            opened = self.keys.open(self.topics.host("ping"), payload)
        except EnvelopeError:
            return []
        pong = self._pong(opened.body.get("n"), rx_us, now_us, wall_s)
        return self._answer(self.topics.host("pong"), pong)

    def _hear_pod(self, pod: str) -> None:
        assert self.sky is not None, "coordinator not started"
        before = len(self.membership.pods)
        self.membership.hear(pod, self.sky.epoch)
        self._stale |= len(self.membership.pods) != before

    def _vanished(self, pod: str) -> None:
        before = len(self.membership.pods)
        self.membership.vanish(pod)
        if not self.membership.belongs(pod):
            self.inbox.forget(pod)
        self._stale |= len(self.membership.pods) != before

    def _follow_trust(self) -> list[Out]:
        """Other keys to tell of, or a pod that was thrown out."""
        if self._changeover is None or not self._changeover.tick():
            return []
        self._stale = True
        thrown_out = [pod for pod in self.roster.pods if self._changeover.revoked(pod)]
        return [out for pod in thrown_out for out in self._sweep(pod)]

    def _sweep(self, pod: str) -> list[Out]:
        """It leaves nothing at the broker, its will neither."""
        self.roster.pods.pop(pod, None)
        return [Out(self.topics.pod(pod, leaf), b"", 1, True) for leaf in ("state", "ack")]

    def _acknowledged(self, pod: str) -> list[Out]:
        """Unhooks obeyed; and a pod that has seen newer desired state than ours is told anew."""
        record = self.roster.pods[pod]
        self._obeyed[pod] = record.unhooks.get("host", 0)
        if self._changeover is not None:
            self._changeover.took(pod, record.keys)
        return self._overtake(self._desired_topic(pod), record.desired)

    def _pong(self, n: Any, rx_us: int, now_us: int, wall_s: int | None) -> dict[str, int] | None:
        if type(n) is not int or self.sky is None:
            return None
        start_us = self.sky.start_ms * 1000
        rx_ms, rx_rest = divmod(max(0, rx_us - start_us), 1000)
        tx_ms, tx_rest = divmod(max(0, now_us - start_us), 1000)
        return {
            "n": n,
            "rx_ms": rx_ms,
            "rx_us": rx_rest,
            "tx_ms": tx_ms,
            "tx_us": tx_rest,
            "epoch": self.sky.epoch,
            "unix_s": now_us // 1_000_000 if wall_s is None else wall_s,
        }

    def _answer(self, topic: str, pong: dict[str, int] | None) -> list[Out]:
        return [] if pong is None else [self._seal(topic, pong, nonce=str(pong["n"]))]

    def _friends(self, sender: str) -> list[str]:
        """Who gets what this pod's person gives."""
        return list(self.membership.friends(sender))

    def _pass_on(self, do: str, sender: str, body: dict[str, Any], now_ms: int) -> list[Out]:
        pods = self.membership.pods
        place = pods.index(sender) if sender in pods else None
        receivers = self._receivers(do, sender, body)
        self._pass_far(do, sender, body, now_ms)
        self.gifts.put(receivers, Gift(do, sender, now_ms, passed_on(do, body, place)))
        return [out for pod in receivers for out in self._give(pod, now_ms)]

    def _pass_far(self, do: str, sender: str, body: dict[str, Any], now_ms: int) -> None:
        """A star that goes to everyone goes to the far cottage too: no farewell, no shadow, no
        pulse, and nothing of a pod whose friends were chosen."""
        start_ms = body.get("start_ms")
        plain = do == "star" and body.get("farewell") is not True
        if plain and self.membership.chosen(sender) is None and self._in_time(start_ms, now_ms):
            self.on_star(start_ms)

    def set_far(self, there: bool) -> None:
        self._stale |= there != self.far_away
        self.far_away = there

    def _in_time(self, start_ms: Any, now_ms: int) -> TypeGuard[int]:
        assert self.sky is not None, "coordinator not started"
        shared_ms = now_ms - self.sky.start_ms
        return type(start_ms) is int and abs(start_ms - shared_ms) <= LATE_MS

    def hear_far_star(self, start_ms: int, now_ms: int) -> list[Out]:
        """To all whose friends nobody has chosen. Under another sky it comes too late."""
        if not self._in_time(start_ms, now_ms):
            return []
        pods = [pod for pod in self.membership.pods if self.membership.chosen(pod) is None]
        self.gifts.put(pods, Gift("star", SENDER, now_ms, {"start_ms": start_ms}))
        return [out for pod in pods for out in self._give(pod, now_ms)]

    def _receivers(self, do: str, sender: str, body: dict[str, Any]) -> list[str]:
        """A star goes to chosen friends; a farewell and a shadow through everyone's sky; a pulse
        only where both pods say in their telemetry that a hand has agreed to the other."""
        if do == "pulse":
            friend = self.roster.pods[sender].tele.get("pulse")
            record = self.roster.pods.get(friend) if isinstance(friend, str) else None
            return [record.id] if record and record.tele.get("pulse") == sender else []
        if do == "star" and body.get("farewell") is not True:
            return self._friends(sender)
        return [pod for pod in self.membership.pods if pod != sender]

    def _give(self, pod: str, now_ms: int) -> list[Out]:
        """What waits for this pod, under its newest nonce: one nonce serves several gifts."""
        record = self.roster.pods.get(pod)
        nonce = record.nonce(now_ms) if record else None
        if nonce is None:
            return []
        topic = self.topics.pod(pod, "set/play")
        return [
            self._seal(topic, gift.body(), qos=1, nonce=nonce)
            for gift in self.gifts.take(pod, now_ms)
        ]

    # -- the sky ------------------------------------------------------------------

    def follow(self, theirs: Sky) -> None:
        """A far cottage's sky, under an epoch of ours; an evening that is under way goes on."""
        before = self.sky
        assert before is not None, "coordinator not started"
        self.sky = self.journal.add_sky(theirs.seed, theirs.start_ms)
        self.membership.new_sky(self.sky.epoch)
        if self.ritual_ms is not None:
            self.ritual_ms = max(0, self.ritual_ms + before.start_ms - theirs.start_ms)
        self._fresh = False
        self._stale = True

    def fits(self, sky: Sky, now_ms: int) -> bool:
        """Whether it may be tonight's."""
        age_ms = now_ms - sky.start_ms
        return self.seed in (None, sky.seed) and 0 <= age_ms < SKY_MAX_AGE_MS

    def _sky_is_old(self, now_ms: int) -> bool:
        assert self.sky is not None, "coordinator not started"
        age_ms = now_ms - self.sky.start_ms
        if age_ms >= SKY_LAST_MS or age_ms < 0:
            return True
        return age_ms >= SKY_MAX_AGE_MS and self._all_idle(now_ms)

    def _all_idle(self, now_ms: int) -> bool:
        awake = [r for r in self.roster.pods.values() if r.online(now_ms)]
        return all(r.get("mode", "idle") == "idle" for r in awake)

    def _new_sky(self, now_ms: int) -> None:
        seed = random.SystemRandom().randrange(1 << 30) if self.seed is None else self.seed
        self.sky = self.journal.add_sky(seed, now_ms)
        self.membership.new_sky(self.sky.epoch)
        self.ritual_ms = None
        self._fresh = self._stale = True

    def _ritual(self, body: dict[str, Any], now_ms: int) -> None:
        """The evening's first goodnight sets breath and moon for all that follow."""
        assert self.sky is not None, "coordinator not started"
        age_ms = body.get("age_ms")
        late_ms = age_ms if type(age_ms) is int and 0 <= age_ms < SKY_MAX_AGE_MS else 0
        at_ms = now_ms - self.sky.start_ms - late_ms
        under_way = self.ritual_ms is not None and 0 <= at_ms - self.ritual_ms < EVENING_MS
        if not under_way and at_ms > 0:
            self.ritual_ms = at_ms
            self._stale = True

    # -- what stands at the broker ------------------------------------------------

    def _signed_anew(self) -> list[Out]:
        """Once another key signs: the same words under the same versions, by the new one."""
        if self._signs == self.keys.signs:
            return []
        self._signs = self.keys.signs
        standing = self.journal.standing()
        return self.unhooks.current() + [self._kept(*one) for one in standing.items()]

    def _settle(self) -> list[Out]:
        """Sky and each pod's desired state, under new versions where they say something new."""
        self._told_tz_min = self._zone_min()
        standing = self.journal.standing() if self._told else {}
        self._scores = self.journal.scores()
        bodies = {self.topics.sky: self._sky_body()}
        for pod in self.membership.pods + self.membership.gone():
            topic = self._desired_topic(pod)
            bodies[topic] = self._desired_body(pod, standing.get(topic))
        changed = self.journal.desire(bodies)
        self._told, self._stale, self._fresh = True, False, False
        return [self._kept(topic, standing) for topic, standing in changed.items()]

    def _sky_body(self) -> str:
        assert self.sky is not None, "coordinator not started"
        body = {
            "seed": self.sky.seed,
            "epoch": self.sky.epoch,
            "start_ms": self.sky.start_ms,
            "pace_ms": PACE_MS,
            "members": fitting(self.membership.pods),
        }
        if self.ritual_ms is not None:
            body["ritual_ms"] = self.ritual_ms
        return jsontext.dumps(body)

    def _desired_body(self, pod: str, stands: Standing | None) -> str:
        belongs = self.membership.belongs(pod)
        friends = list(islice(self.membership.friends(pod), FRIENDS_MAX)) if belongs else []
        if belongs and self.far_away and self.membership.chosen(pod) is None:
            friends = [*friends[: FRIENDS_MAX - 1], SENDER]
        body = {
            "cottage": self.cottage,
            "member": belongs,
            "friends": friends,
            "score": json.loads(self._scores.get(pod, '"default"')),
            "tz_min": self._told_tz_min,
            **_proposed(stands),
        }
        if self._changeover is not None and (key := self._changeover.told(pod)):
            body["key"] = key
        return jsontext.dumps(body)

    def _zone_min(self) -> int:
        if self.tz_min is not None:
            return self.tz_min
        return morning_offset_min(self.membership.zone, self._now_ms / 1000)

    def _desired_topic(self, pod: str) -> str:
        return self.topics.pod(pod, "set/desired")

    def _seen(self, topic: str, opened: Opened) -> None:
        """The broker has it; what an older key has signed is told again by the newer one."""
        if self.keys.current(topic, opened):
            self._at_broker[topic] = opened.version

    def _hear_ours(self, topic: str, payload: bytes, pod: str | None) -> list[Out]:
        """What stands at the broker under our topics: ours come back, or somebody else's."""
        try:
            opened = self.keys.open(topic, payload)
        except EnvelopeError:
            return []
        if opened.version is None or opened.version >= VERSION_MAX:
            return []
        if topic == self.topics.sky:
            self._seen(topic, opened)
            if not self._told:
                self._take_up(opened)
            return self._overtake(topic, opened.version)
        stands = self.journal.stands(topic)
        if pod is None or stands is None:
            return []
        self._seen(topic, opened)
        if opened.version == stands.version:
            return []
        if opened.version < stands.version:  # an older one has come back, and a pod refuses it
            return [self._kept(topic, stands)] if self.membership.belongs(pod) else []
        # From another computer: `starlit calibrate` beside us, or a coordinator before us.
        self.journal.adopt(topic, Standing(opened.version, jsontext.dumps(opened.body)))
        return []

    def _take_up(self, opened: Opened) -> None:
        """Another computer has begun tonight's sky: it goes on here."""
        assert self.sky is not None, "coordinator not started"
        sky = _sky_of(opened.body)
        if sky is None:
            return
        newer = self._fresh or sky.start_ms > self.sky.start_ms
        if newer and self.fits(sky, self._now_ms):
            self.sky = self.journal.keep_sky(sky)
            self._fresh = False

    def _overtake(self, topic: str, version: int) -> list[Out]:
        stands = self.journal.stands(topic)
        if version <= (stands.version if stands else 0):
            return []
        newer = self.journal.outrun(topic, version)
        return [self._kept(topic, newer)] if newer else []

    # -- messages out -------------------------------------------------------------

    def _kept(self, topic: str, standing: Standing) -> Out:
        payload = self.keys.seal(topic, standing.body, version=standing.version)
        return Out(topic, payload, 1, True)

    def _seal(
        self, topic: str, body: dict[str, Any], qos: int = 0, retain: bool = False, **stamp: Any
    ) -> Out:
        return Out(topic, self.keys.seal(topic, jsontext.dumps(body), **stamp), qos, retain)


def _sky_of(body: dict[str, Any]) -> Sky | None:
    """As another coordinator has told it; None for what is no sky."""
    numbers: list[Any] = [body.get(name) for name in ("epoch", "seed", "start_ms")]
    if not all(type(n) is int and n >= 0 for n in numbers):
        return None
    sky = Sky(*numbers)
    return sky if sky.epoch < VERSION_MAX and sky.seed < 1 << 30 else None


def fitting(members: list[str]) -> list[str]:
    """As many of them, from the first, as one message may name: some three hundred."""
    left = _MEMBERS_BYTES
    for at, member in enumerate(members):
        left -= len(member) + _QUOTES
        if left < 0:
            return members[:at]
    return members


def _proposed(stands: Standing | None) -> dict[str, Any]:
    """What a command has put there for a hand waits on; not what is from before our start."""
    if stands is None or not any(f'"{name}"' in stands.body for name in PROPOSED):
        return {}
    body = json.loads(stands.body)
    return {name: body[name] for name in PROPOSED if name in body}
