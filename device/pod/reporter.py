"""What a pod says: state, telemetry, events, acknowledgements and pings, each sealed and numbered.

Events wait in a bounded store (the oldest is dropped and counted) until the host says in a pong
that it has them; it knows them by boot and number. Everything else is only worth sending now.

The newest of `KEPT` outlive a reset: they stand in a record that is written with others and never
for its own sake. In the next start they go first, numbered anew; `was` is what they were.
"""

import json

from . import jsontext, ticks

EVENTS = 32
KEPT = ("dark", "fault", "plug", "disarmed", "safe")
KEPT_MAX = 6
RESEND_MS = 3000  # a host that answers pings has had time to say that it has an event
TELE_MS = 1000
BURST_PINGS = 20
BURST_MS = 100
PING_MS = 1000


class Reporter:
    def __init__(self, config, link, boot, stored=()):
        self.dropped = 0
        self._link = link
        self._boot = boot
        self._sequence = 0
        self.now_ms = 0
        self._events = []  # (body, when)
        self._number = 0  # of the newest event since the start
        self._sent = 0  # of `_events`, from the oldest
        self._sent_ms = 0
        # No pong of an earlier boot answers a ping of this one: it would set the time back.
        self._ping = (boot & 0xFFFFF) << 20
        self._ping_ms = 0
        self._burst = 0
        self._asked_us = {}  # ping number -> local microseconds
        if "events" in stored:
            self._restore(stored["events"])

    def _restore(self, record):
        try:
            for body in json.loads(record):
                body["was"] = body.get("was") or [body["boot"], body["seq"]]
                self.event(body)
        except Exception:  # torn: the pod tells what is to come
            pass

    def record(self):
        """(key, bytes): what of the events outlives a reset."""
        kept = [body for body, _ in self._events if body.get("event") in KEPT]
        return ("events", jsontext.dumps(kept[-KEPT_MAX:]).encode())

    def _send(self, outputs, topic, body, qos, retain):
        self._sequence += 1
        payload = self._link.keys.seal(topic, jsontext.dumps(body), version=self._sequence)
        outputs.messages.append((topic, payload, qos, retain))

    def will(self):
        """(topic, payload) that the broker publishes when the pod is lost."""
        topic = self._link.own + "state"
        body = jsontext.dumps({"online": False, "boot": self._boot})
        return topic, self._link.keys.seal(topic, body, version=0)

    def event(self, body):
        if len(self._events) == EVENTS:
            self._forget()
            self.dropped += 1
        self._number += 1
        body["boot"], body["seq"] = self._boot, self._number
        self._events.append((body, self.now_ms))

    def flush(self, outputs):
        """Send, in order, what was not yet sent over this link."""
        while self._sent < len(self._events):
            body, at_ms = self._events[self._sent]
            body["age_ms"] = None if "was" in body else max(ticks.diff(self.now_ms, at_ms), 0)
            body["oldest"] = self._events[0][0]["seq"]  # what is older is gone or has arrived
            self._send(outputs, self._link.own + "event", body, 1, False)
            self._sent += 1
            self._sent_ms = self.now_ms

    def arrived(self, number):
        """The host has the events of this boot up to `number`; if it lacks others, once more."""
        while self._events and self._events[0][0]["seq"] <= number:
            self._forget()
        if self._sent and ticks.diff(self.now_ms, self._sent_ms) > RESEND_MS:
            self._sent = 0

    def _forget(self):
        self._events.pop(0)
        self._sent = max(self._sent - 1, 0)

    def state(self, outputs, body):
        body["online"] = True
        body["boot"] = self._boot
        self._send(outputs, self._link.own + "state", body, 1, True)

    def tele(self, outputs, body):
        self._send(outputs, self._link.own + "tele", body, 0, False)

    def ack(self, outputs, epochs, desired):
        body = {"unhooks": epochs, "desired": desired, "keys": self._link.keys.kept}
        self._send(outputs, self._link.own + "ack", body, 1, True)

    def serve(self, outputs, body):
        """An answer to what the host asked of the body."""
        self._send(outputs, self._link.own + "service", body, 1, False)

    def give(self, outputs, kind, body):
        """Something that this pod's person gives to others: star, shadow or pulse."""
        qos = 1 if kind == "star" else 0
        self._send(outputs, self._link.own + "send/" + kind, body, qos, False)

    # -- clock exchange --------------------------------------------------------------------

    def linked(self, now_ms):
        """The link is up again: a burst of pings begins, and events go once more."""
        self._sent = 0
        self._burst = BURST_PINGS
        self._ping_ms = now_ms
        self._asked_us = {}

    def ping(self, outputs, now_ms, now_us):
        """Send a ping; `now_us` is the whole local time in microseconds."""
        self._ping += 1
        self._ping_ms = ticks.add(now_ms, BURST_MS if self._burst > 0 else PING_MS)
        self._burst -= 1 if self._burst > 0 else 0
        if len(self._asked_us) > 8:
            self._asked_us = {}
        self._asked_us[self._ping] = now_us
        self._send(outputs, self._link.own + "ping", {"n": self._ping}, 0, False)

    def asked_us(self, number):
        """When ping `number` went out, once; None if it did not."""
        return self._asked_us.pop(number, None)

    def due_ms(self, now_ms):
        return max(ticks.diff(self._ping_ms, now_ms), 0)
