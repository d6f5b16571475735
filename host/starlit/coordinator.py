"""One sky over all pods of a cottage. Pure logic: messages and time in, messages out.

It decides nothing that a pod could not refuse, and a cottage without it goes on alone.
"""

import json
import random
from collections.abc import Callable
from typing import Any

from pod import jsontext
from pod.envelope import seal
from pod.part import EVENING_MS
from starlit.gifts import GIFTS, Gift, Gifts, passed_on
from starlit.inbox import Inbox
from starlit.journal import Journal, Sky
from starlit.roster import News, Roster, natural_key
from starlit.unhooks import Out, Unhooks

PACE_MS = 9200  # of a breath as a ritual begins: six and a half a minute; pods let it fall
SKY_MAX_AGE_MS = 16 * 3600 * 1000  # the next evening gets a sky of its own
SKY_LAST_MS = 1 << 29  # shared time stays below 2**30; half of it is left as a margin
FRIENDS_MAX = 64  # as many as a pod takes


class Coordinator:
    def __init__(
        self,
        cottage: str,
        key: bytes,
        seed: int | None,
        journal: Journal,
        members: list[str] | None = None,
        tz_min: int = 0,
    ):
        self.cottage = cottage
        self.key = key
        self.seed = seed
        self.journal = journal
        self.roster = Roster(cottage, key)
        self.topics = self.roster.topics
        self.members = list(members or [])
        self.tz_min = tz_min
        self.sky: Sky | None = None
        self.on_news: Callable[[News], None] = lambda news: None
        self.gifts = Gifts()
        self.inbox = Inbox(journal)
        self.ritual_ms: int | None = None  # shared time of the evening's first goodnight
        self.unhooks = Unhooks(cottage, key, journal)
        self._announced: list[str] | None = None  # members in the sky as last published
        self._scores: dict[str, str] = {}  # of the night, as last published
        self._kept: dict[str, Out] = {}  # retained messages, to publish again at a reconnect

    # -- lifecycle ----------------------------------------------------------------

    def start(self, now_ms: int) -> None:
        """Takes up the sky where a restarted host left it, unless the night is over."""
        self.inbox.start()
        last = self.journal.last_sky()
        age_ms = now_ms - last.start_ms if last else -1
        fits = self.seed is None or (last is not None and last.seed == self.seed)
        if last and fits and 0 <= age_ms < SKY_MAX_AGE_MS:
            self.sky = last
        else:
            self._new_sky(now_ms)

    def connected(self) -> list[Out]:
        """Everything that must stand at the broker, once more: it may have forgotten."""
        if self._announced != self.members:
            self._announce()
        return self.unhooks.current() + list(self._kept.values())

    def tick(self, now_ms: int) -> list[Out]:
        """About once a second."""
        outs = []
        if self._sky_is_old(now_ms):
            self._new_sky(now_ms)
        if self._announced != self.members:
            outs += self._announce()
        elif (scores := self.journal.scores()) != self._scores:
            # `starlit score use` writes the journal: what this publishes again must agree.
            changed = [pod for pod in self.members if scores.get(pod) != self._scores.get(pod)]
            self._scores = scores
            outs += [self._desired(pod) for pod in changed]
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
    ) -> list[Out]:
        """`now_us` is steady Unix time in microseconds, `rx_us` when the message came in."""
        now_ms = now_us // 1000
        news = self.roster.handle(topic, payload, now_ms, retained)
        if news is None:
            return []
        if news.leaf == "event" and not retained and not self.inbox.take(news.pod, news.body):
            return []
        self.on_news(news)
        if news.pod not in self.members and not retained:
            self.members = sorted([*self.members, news.pod], key=natural_key)
        if news.leaf == "ping":
            return self._pong(news, rx_us or now_us, now_us)
        if news.leaf == "tele":
            return self._give(news.pod, now_ms)
        if news.leaf == "ack":
            self.journal.settle(news.pod, self.roster.pods[news.pod].unhooks.get("host", 0))
        elif news.leaf in GIFTS and not retained:
            return self._pass_on(GIFTS[news.leaf], news.pod, news.body, now_ms)
        elif news.leaf == "event" and news.body.get("event") == "ritual" and not retained:
            return self._ritual(news.body, now_ms)
        return []

    def _pong(self, news: News, rx_us: int, now_us: int) -> list[Out]:
        n = news.body.get("n")
        if type(n) is not int or self.sky is None:
            return []
        start_us = self.sky.start_ms * 1000
        rx_ms, rx_rest = divmod(max(0, rx_us - start_us), 1000)
        tx_ms, tx_rest = divmod(max(0, now_us - start_us), 1000)
        body = {
            "n": n,
            "rx_ms": rx_ms,
            "rx_us": rx_rest,
            "tx_ms": tx_ms,
            "tx_us": tx_rest,
            "epoch": self.sky.epoch,
            "unix_s": now_us // 1_000_000,
            **self.inbox.receipt(news.pod),
        }
        return [self._seal(self.topics.pod(news.pod, "set/pong"), body, nonce=str(n))]

    def _friends(self, sender: str) -> list[str]:
        """All of one cottage are friends until provisioning lets people choose."""
        return [pod for pod in self.members if pod != sender]

    def _pass_on(self, do: str, sender: str, body: dict[str, Any], now_ms: int) -> list[Out]:
        place = self.members.index(sender) if sender in self.members else None
        receivers = self._receivers(do, sender, body)
        self.gifts.put(receivers, Gift(do, sender, now_ms, passed_on(do, body, place)))
        return [out for pod in receivers for out in self._give(pod, now_ms)]

    def _receivers(self, do: str, sender: str, body: dict[str, Any]) -> list[str]:
        """A star goes to chosen friends; a farewell and a shadow through everyone's sky; a pulse
        only where both pods say in their telemetry that a hand has agreed to the other."""
        if do == "pulse":
            friend = self.roster.pods[sender].tele.get("pulse")
            record = self.roster.pods.get(friend) if isinstance(friend, str) else None
            return [record.id] if record and record.tele.get("pulse") == sender else []
        if do == "star" and body.get("farewell") is not True:
            return self._friends(sender)
        return [pod for pod in self.members if pod != sender]

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
        self.ritual_ms = None
        self._announced = None

    def _announce(self) -> list[Out]:
        """Sky and each pod's desired state, under new versions."""
        self._announced = list(self.members)
        self._scores = self.journal.scores()
        return [self._sky()] + [self._desired(pod) for pod in self.members]

    def _ritual(self, body: dict[str, Any], now_ms: int) -> list[Out]:
        """The evening's first goodnight sets breath and moon for all that follow."""
        assert self.sky is not None, "coordinator not started"
        age_ms = body.get("age_ms")
        at_ms = now_ms - self.sky.start_ms - (age_ms if type(age_ms) is int else 0)
        under_way = self.ritual_ms is not None and 0 <= at_ms - self.ritual_ms < EVENING_MS
        if under_way or at_ms <= 0:
            return []
        self.ritual_ms = at_ms
        return [self._sky()]

    def _sky(self) -> Out:
        assert self.sky is not None, "coordinator not started"
        body = {
            "seed": self.sky.seed,
            "epoch": self.sky.epoch,
            "pace_ms": PACE_MS,
            "members": self.members,
        }
        if self.ritual_ms is not None:
            body["ritual_ms"] = self.ritual_ms
        return self._keep(self.topics.sky, body)

    def _desired(self, pod: str) -> Out:
        body = {
            "cottage": self.cottage,
            "friends": self._friends(pod)[:FRIENDS_MAX],
            "score": json.loads(self._scores.get(pod, '"default"')),
            "tz_min": self.tz_min,
        }
        return self._keep(self.topics.pod(pod, "set/desired"), body)

    # -- messages out -------------------------------------------------------------

    def _keep(self, topic: str, body: dict[str, Any]) -> Out:
        version = self.journal.next_version(topic)
        self._kept[topic] = self._seal(topic, body, qos=1, retain=True, version=version)
        return self._kept[topic]

    def _seal(
        self, topic: str, body: dict[str, Any], qos: int = 0, retain: bool = False, **stamp: Any
    ) -> Out:
        return Out(topic, seal(self.key, topic, jsontext.dumps(body), **stamp), qos, retain)
