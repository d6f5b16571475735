"""Events wait, go out in order, and stay until the host has them."""

import json

from pod.config import Config
from pod.io import Outputs
from pod.link import Link
from pod.reporter import EVENTS, RESEND_MS, Reporter


class Desk:
    def __init__(self):
        config = Config()
        self.report = Reporter(config, Link(config, 4), 4)
        self.outputs = Outputs()

    def happen(self, *names):
        for name in names:
            self.report.event({"event": name})

    def sent(self):
        """What `flush` sends now, as (name, boot, number, oldest)."""
        self.report.flush(self.outputs)
        bodies = [json.loads(json.loads(payload)["body"]) for _, payload, _, _ in
                  self.outputs.messages]  # fmt: skip
        self.outputs.messages.clear()
        return [(b["event"], b["boot"], b["seq"], b["oldest"]) for b in bodies]


def test_events_are_numbered_and_sent_once_over_a_link():
    desk = Desk()
    desk.happen("plug", "ritual")
    assert desk.sent() == [("plug", 4, 1, 1), ("ritual", 4, 2, 1)]
    assert desk.sent() == []


def test_after_a_lost_link_what_the_host_has_not_confirmed_goes_once_more():
    desk = Desk()
    desk.happen("plug", "ritual", "dark")
    desk.sent()
    desk.report.arrived(1)
    desk.report.linked(1000)
    assert desk.sent() == [("ritual", 4, 2, 2), ("dark", 4, 3, 2)]
    desk.report.arrived(3)
    desk.report.linked(2000)
    assert desk.sent() == []


def test_a_host_that_answers_pings_and_lacks_an_event_gets_it_again():
    desk = Desk()
    desk.happen("plug")
    desk.sent()
    desk.report.now_ms = RESEND_MS
    desk.report.arrived(0)
    assert desk.sent() == [], "it is given time"
    desk.report.now_ms = RESEND_MS + 1
    desk.report.arrived(0)
    assert desk.sent() == [("plug", 4, 1, 1)]


def test_the_store_is_bounded_and_says_what_it_dropped():
    desk = Desk()
    desk.happen(*["plug"] * (EVENTS + 3))
    assert desk.report.dropped == 3
    sent = desk.sent()
    assert len(sent) == EVENTS and sent[0] == ("plug", 4, 4, 4)
    desk.happen("dark")
    assert desk.sent() == [("dark", 4, EVENTS + 4, 5)]


def test_a_late_event_says_how_old_it_is():
    desk = Desk()
    desk.report.now_ms = (1 << 30) - 500
    desk.happen("plug")
    desk.report.now_ms = 700
    desk.report.flush(desk.outputs)
    body = json.loads(json.loads(desk.outputs.messages[0][1])["body"])
    assert body["age_ms"] == 1200
