"""Keys change over without a gap, wherever the power fails, and no box opens at another pod."""

import json
from itertools import pairwise

import pytest
from tests.pod.pod_on_a_bench import PodOnABench

from pod import io
from pod.envelope import seal
from starlit.keyring import Keyring
from starlit.trust import rotation
from starlit.trust.model import CottageKey, PodTrust, Trust

KEY = b"the first key of this cottage..."
POD_KEY = b"a key that only pod-1 has......."
DESIRED = "pod/pod-1/set/desired"


class Host:
    """A trust of two pods and what it says to pod-1; the other has whatever is newest."""

    def __init__(self):
        first = PodTrust("", POD_KEY, 0, [1])
        self.trust = Trust("home", "", [CottageKey(1, KEY)], 1, pods={"pod-1": first})
        self.version = 0
        self.now_s = 1000
        self.refused = 0

    def rotate(self):
        return rotation.begin(self.trust, self.now_s)

    def hear(self, bench):
        """What the pod said last of its keys; then what is due."""
        ack = bench.last("ack")
        rotation.took(self.trust, "pod-1", ack["keys"])
        rotation.advance(self.trust, self.now_s)

    def tell(self, bench):
        """The pod's desired state, as it stands."""
        self.now_s += rotation.DROP_AFTER_S
        body = {"tz_min": 0, "friends": []}
        key = rotation.told(self.trust, "pod-1", self.now_s)
        if key:
            body["key"] = key
        self.version += 1
        self.say(bench, DESIRED, body, version=self.version)

    def say(self, bench, topic, body, **stamp):
        ring = rotation.keyring_of(self.trust)
        full = "starlit/home/" + topic
        before = bench.pod.link.refused
        bench.deliver(full, ring.seal(full, json.dumps(body), **stamp))
        self.refused += bench.pod.link.refused - before

    def command(self, bench):
        nonce = bench.pod.link.issue_nonce(bench.now_ms)
        self.say(bench, "pod/pod-1/set/play", {"do": "morning"}, nonce=nonce)

    def turn(self, bench):
        """One round of everything: told, stored, said, heard, and a command."""
        self.tell(bench)
        bench.run(100)
        self.hear(bench)
        self.command(bench)


def make(stored=None):
    bench = PodOnABench(stored, link=True, key=KEY, pod_key=POD_KEY)
    bench.run(100)
    return bench


def ids(bench):
    return bench.pod.link.keys.ids()


def test_a_new_key_takes_over_and_no_command_is_refused():
    host, bench = Host(), make()
    assert host.rotate() == 2
    seen = []
    for _ in range(4):
        host.turn(bench)
        seen.append((ids(bench), host.trust.signs, len(host.trust.keys)))
    assert seen[0] == ([1, 2], 2, 2), "it has both, and the host signs with the new one at once"
    assert seen[-1] == ([2], 2, 1), "and both have forgotten the old one"
    assert host.refused == 0
    assert bench.pod.link.keys.key() == host.trust.keys[0].key != KEY


def test_what_the_pod_signs_can_be_verified_at_every_step():
    host, bench = Host(), make()
    host.rotate()
    for _ in range(4):
        topic, will = bench.pod.report.will()
        rotation.keyring_of(host.trust).open(topic, will)
        host.turn(bench)


def test_an_acknowledged_key_is_a_stored_one():
    host, bench = Host(), make()
    bench.goodnight()  # light: nothing is stored now
    host.rotate()
    host.tell(bench)
    bench.run(2000)
    assert ids(bench) == [1, 2] and bench.last("ack")["keys"] == [1]
    host.hear(bench)
    assert host.trust.signs == 1
    bench.press(1200)
    bench.run(20_000)
    assert bench.last("ack")["keys"] == [1, 2]


def stores(bench):
    """(key, value) of everything stored while two rotations go through, in order."""
    written = []
    collect = bench._collect

    def watch():
        written.extend(bench.outputs.store)
        collect()

    bench._collect = watch
    host = Host()
    for _ in range(2):
        host.rotate()
        for _ in range(4):
            host.turn(bench)
    return written, host


def test_power_lost_at_each_store_leaves_a_pod_that_the_host_still_reaches():
    written, _ = stores(make())
    cuts = len(written)
    assert [key for key, _ in written].count("keys") == 4, "two writes a change, and no more"
    for cut in range(cuts + 1):
        host, bench = Host(), make()
        done = []

        def collect(real=bench._collect, bench=bench, done=done, cut=cut):
            if len(done) + len(bench.outputs.store) > cut >= len(done):
                del bench.outputs.store[cut - len(done) :]
                bench.outputs.messages.clear()  # the power fails in the middle: nothing is sent
                done.extend([None] * 1000)
            else:
                done.extend(bench.outputs.store)
            real()

        bench._collect = collect
        for _ in range(2):
            host.rotate()
            for _ in range(4):
                host.turn(bench)
                if len(done) >= 1000:  # power is back, with what had been stored
                    del done[:]
                    done.extend([None] * 10_000)
                    bench = make(bench.stored)
        for _ in range(3):
            host.turn(bench)
        assert ids(bench) == [3] and host.trust.signs == 3, f"cut at store {cut} of {cuts}"


def test_a_reboot_at_any_moment_of_a_change_loses_nothing():
    for when in range(6):
        host, bench = Host(), make()
        host.rotate()
        for turn in range(6):
            if turn == when:
                bench = make(bench.stored)
            host.turn(bench)
        assert ids(bench) == [2] and host.refused == 0


def test_a_pod_that_was_away_for_two_changes_is_told_by_the_key_it_has():
    host, bench = Host(), make()
    for _ in range(2):
        host.rotate()
        host.now_s += rotation.GRACE_S
        rotation.advance(host.trust, host.now_s)
    assert host.trust.signs == 3 and ids(bench) == [1]
    host.tell(bench)
    bench.run(100)
    assert ids(bench) == [1, 3] and host.refused == 0
    for _ in range(3):
        host.hear(bench)
        host.turn(bench)
    assert ids(bench) == [3] and host.refused == 0
    assert [one.id for one in host.trust.keys] == [3]


@pytest.mark.parametrize("what", ["another pod", "another id", "bent", "short", "no text", "old"])
def test_a_box_that_is_not_for_this_pod_opens_nothing(what):
    bench = make()
    who, number, key = "home/pod-1", 2, b"n" * 32
    box = rotation.wrap(POD_KEY, "home/pod-2" if what == "another pod" else who, number, key)
    given = {
        "another pod": {"id": 2, "box": box},
        "another id": {"id": 3, "box": box},
        "bent": {"id": 2, "box": box[:40] + ("0" if box[40] != "0" else "1") + box[41:]},
        "short": {"id": 2, "box": box[:-2]},
        "no text": {"id": 2, "box": 5},
        "old": {"id": 1, "box": box},
    }[what]
    bench.message(DESIRED, {"key": given}, KEY, version=1)
    assert ids(bench) == [1]
    assert bench.pod.link.refused == (0 if what == "old" else 1)


def test_a_pod_without_a_key_of_its_own_takes_none():
    bench = PodOnABench(link=True, key=KEY)
    box = rotation.wrap(POD_KEY, "home/pod-1", 2, b"n" * 32)
    bench.message(DESIRED, {"key": {"id": 2, "box": box}}, KEY, version=1)
    assert ids(bench) == [1]


def test_an_old_word_of_the_only_key_drops_nothing():
    """A broker that replays: the ring keeps what the newest key has not asked to drop."""
    host, bench = Host(), make()
    host.rotate()
    host.turn(bench)
    assert ids(bench) == [1, 2]
    bench = make(bench.stored)
    bench.message(DESIRED, {"key": {"id": 1}}, KEY, version=1)
    bench.message(DESIRED, {"key": {"id": 2}}, KEY, version=2)  # by the old key
    assert ids(bench) == [1, 2]


def test_the_old_key_is_refused_once_it_is_dropped():
    host, bench = Host(), make()
    host.rotate()
    for _ in range(4):
        host.turn(bench)
    bench.message("pod/pod-1/set/play", {"do": "goodnight"}, KEY)
    assert bench.pod.link.refused == 1


def test_a_torn_record_of_keys_falls_back_to_the_copy_before():
    host, bench = Host(), make()
    host.rotate()
    host.turn(bench)
    stored = {**bench.stored, "keys": bench.stored["keys"][:-3]}
    assert ids(make(stored)) == [1]
    assert ids(make({**stored, "keys_old": b"torn"})) == [1], "and then to what it was given"


def test_pongs_of_an_earlier_start_answer_no_ping_of_this_one():
    bench = make()
    first = [body["n"] for topic, body, _, _ in bench.sent if topic.endswith("/ping")]
    again = make(bench.stored)
    bench_pings = [body["n"] for topic, body, _, _ in again.sent if topic.endswith("/ping")]
    assert first and bench_pings and not set(first) & set(bench_pings)
    assert all(b - a == 1 for a, b in pairwise(bench_pings))


def test_the_ring_of_the_host_says_which_is_current():
    ring = Keyring(b"new", b"old", behind={"pod-9": b"old"})
    topic = "starlit/home/all/sky"
    late = "starlit/home/pod/pod-9/set/desired"
    assert not ring.current(topic, ring.open(topic, seal(b"old", topic, "{}", version=1)))
    assert ring.current(topic, ring.open(topic, ring.seal(topic, "{}", version=1)))
    assert ring.current(late, ring.open(late, seal(b"old", late, "{}", version=1)))


def test_resets_do_not_matter_to_the_ring():
    host, bench = Host(), make()
    host.rotate()
    host.turn(bench)
    bench.boot(io.RESET_WATCHDOG)
    assert ids(bench) == [1, 2]
