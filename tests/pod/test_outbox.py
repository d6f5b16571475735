"""Events through a reset: power is cut after every write, and a host counts each of them once."""

import copy
import json

from tests.pod.pod_on_a_bench import PodOnABench

from pod.reporter import KEPT
from starlit.inbox import Inbox


class Journal:
    """Of starlit.journal, what an inbox needs."""

    def __init__(self, kept=()):
        self.kept = dict(kept)

    def heard(self):
        return dict(self.kept)

    def hear(self, news):
        self.kept.update(news)


class Host:
    """Takes what a linked bench has said, and says so in pongs."""

    def __init__(self, journal):
        self.inbox = Inbox(journal)
        self.inbox.start()
        self.counted = []

    def listen(self, bench, seconds):
        bench.inputs.link_up = True
        for _ in range(seconds * 5):
            bench.step(200)
            said, bench.sent = bench.sent, []
            for topic, body, _, _ in said:
                if topic.endswith("/event") and self.inbox.take("pod-1", body):
                    self.counted.append(tuple(body.get("was") or (body["boot"], body["seq"])))
            self.inbox.save()
            for topic, body, _, _ in said:
                if topic.endswith("/ping"):
                    self._pong(bench, body["n"])

    def _pong(self, bench, number):
        at = {name: bench.t_ms if name.endswith("ms") else 0
              for name in ("rx_ms", "rx_us", "tx_ms", "tx_us")}  # fmt: skip
        body = {"n": number, **at, "epoch": 1, "unix_s": 0, **self.inbox.receipt("pod-1")}
        bench.message("pod/pod-1/set/pong", body, nonce=str(number))


class Cut:
    """What power leaves behind after one write: records and, at the host, its journal."""

    def __init__(self, bench, host, raised):
        self.stored, self.journal = dict(bench.stored), copy.copy(host.inbox._saved)
        self.counted, self.raised = list(host.counted), list(raised)


def an_evening(host):
    """Hands, unhooks and faults, at times with a link: a `Cut` for each write."""
    bench = PodOnABench(profile="adult")
    cuts, raised = [], []
    event, collect = bench.pod.report.event, bench._collect

    def raise_event(body):
        event(body)
        if body["event"] in KEPT:
            raised.append((body["boot"], body["seq"]))

    def watched():
        written = bool(bench.outputs.store)
        collect()
        if written:
            cuts.append(Cut(bench, host, raised))

    bench.pod.report.event, bench._collect = raise_event, watched
    bench.plug_in()
    bench.switch(False)
    bench.run(400)
    bench.switch(True)
    host.listen(bench, 5)
    bench.press(1100)
    bench.unhook(3)
    bench.inputs.link_up = False
    bench.run(1000)
    bench.press(1100)
    bench.set_up(share_heart=True)
    bench.inputs.faults = 64
    bench.run(6000)
    host.listen(bench, 5)
    bench.inputs.link_up = False
    bench.inputs.faults = 0
    bench.press(1100)
    bench.press(1100)
    bench.run(1000)
    return cuts


def again(cut, starts):
    """Power comes, and goes after each of `starts` but the last without anybody having listened."""
    stored, host = cut.stored, Host(Journal(cut.journal))
    host.counted = list(cut.counted)
    for _ in range(starts):
        bench = PodOnABench(stored=stored, profile="adult")
        bench.run(200)
        stored = bench.stored
    host.listen(bench, 8)
    return bench, host


def test_after_a_cut_at_any_write_a_host_counts_each_event_once():
    cuts = an_evening(Host(Journal()))
    assert len(cuts) >= 8 and any(cut.counted != cut.raised for cut in cuts)
    for cut in cuts:
        for starts in (1, 3):
            bench, host = again(cut, starts)
            assert sorted(set(host.counted)) == sorted(host.counted), "none twice"
            assert set(cut.raised) <= set(host.counted), "none lost"
            assert bench.pod.report.record() == ("events", b"[]")


def test_a_record_that_is_older_than_the_receipt_brings_nothing_back():
    cut = an_evening(Host(Journal()))[-1]
    bench, host = again(cut, 1)
    counted = list(host.counted)
    assert json.loads(bench.stored["events"]), "no write but with other records"
    cut.stored, cut.journal, cut.counted = bench.stored, host.inbox._saved, counted
    assert again(cut, 2)[1].counted == counted


def test_no_event_is_written_for_its_own_sake():
    bench = PodOnABench(profile="adult").plug_in()
    writes, collect = [], bench._collect

    def watched():
        writes.extend(dict(bench.outputs.store))
        collect()

    bench._collect = watched
    bench.run(60_000)
    bench.deliver("starlit/home/unhook/host", b"of a stranger")
    bench.run(60_000)
    assert bench.pod.plug.unhooked and writes == []
