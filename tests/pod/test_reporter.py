"""Events wait, go out in order, and stay until the host has them."""

import json

from pod.config import Config
from pod.io import Outputs
from pod.link import Link
from pod.reporter import EVENTS, KEPT_MAX, RESEND_MS, Reporter


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


def test_the_newest_that_matter_outlive_a_reset_and_go_first_and_keep_what_they_were():
    desk = Desk()
    desk.happen("plug", "cue", "dark", "ritual", "fault")
    desk.report.arrived(1)
    name, record = desk.report.record()
    config = Config()
    for boot, was in ((5, [[4, 3], [4, 5]]), (6, [[4, 3], [4, 5], [5, 3]])):
        desk.report = Reporter(config, Link(config, boot), boot, {name: record})
        desk.happen("plug")
        desk.report.flush(desk.outputs)
        bodies = [json.loads(json.loads(m[1])["body"]) for m in desk.outputs.messages]
        desk.outputs.messages.clear()
        assert [b["was"] for b in bodies if "was" in b] == was
        assert [b["seq"] for b in bodies] == list(range(1, len(was) + 2))
        assert {b["boot"] for b in bodies} == {boot}
        assert [b["age_ms"] for b in bodies] == [None] * len(was) + [0]
        record = desk.report.record()[1]


def test_their_record_is_bounded_and_a_torn_one_is_as_good_as_none():
    desk = Desk()
    for _ in range(40):
        desk.report.event({"event": "dark", "why": "unhooked by " + "w" * 32})
    record = desk.report.record()[1]
    assert len(json.loads(record)) == KEPT_MAX and len(record) < 1024
    config = Config()
    for torn in (record[:-9], b"", b"[1]", b"{}", b"\xff", b'[{"event":"dark"}]'):
        desk.report = Reporter(config, Link(config, 5), 5, {"events": torn})
        assert desk.sent() == []
    desk.report = Reporter(config, Link(config, 5), 5, {"events": b'[{"boot":1,"seq":1}]'})
    assert desk.report.record() == ("events", b"[]")
