"""One coordinator to a cottage: whoever meets whom, and however the network was split."""

import pytest

from pod.envelope import TEST_KEY, seal
from starlit.claim import ANSWER_MS, Claim, Who


class Broker:
    """Keeps what is retained, and passes everything on at once, in order."""

    def __init__(self):
        self.retained = {}
        self.claims = []
        self.now_ms = 0

    def join(self, name, since_s=100):
        claim = Claim("home", TEST_KEY, Who(name, since_s, f"{name}s-box", 7))
        self.connect(claim)
        return claim

    def connect(self, claim):
        self.claims.append(claim)
        for topic, payload in list(self.retained.items()):
            self.send(claim.handle(topic, payload, self.now_ms))
        self.send(claim.connected(self.now_ms))

    def lose(self, claim, will=True):
        self.claims.remove(claim)
        if will:
            self.send([claim.state(False)])

    def send(self, outs):
        for out in outs:
            if out.retain:
                self.retained[out.topic] = out.payload
            for claim in list(self.claims):
                self.send(claim.handle(out.topic, out.payload, self.now_ms))

    def wait(self, ms):
        self.now_ms += ms
        for claim in list(self.claims):
            self.send(claim.tick(self.now_ms))


@pytest.fixture
def broker():
    return Broker()


def test_the_first_holds_the_cottage_without_waiting(broker):
    assert broker.join("ann").held


def test_a_second_one_is_refused_in_one_line_that_says_where_the_first_is(broker):
    ann, ben = broker.join("ann"), broker.join("ben", since_s=200)
    assert ann.held and not ben.held
    assert "anns-box (process 7)" in ben.refusal() and "--cottage" in ben.refusal()


def test_a_second_one_whose_clock_is_early_is_refused_all_the_same(broker):
    ann, ben = broker.join("ann"), broker.join("ben", since_s=1)
    assert ann.held and ben.lost


def test_after_a_good_end_the_next_one_need_not_wait(broker):
    broker.lose(broker.join("ann"))
    assert broker.join("ben").held


def test_a_computer_that_lost_its_power_is_asked_and_then_succeeded(broker):
    broker.lose(broker.join("ann"), will=False)
    ben = broker.join("ben")
    assert not ben.held and not ben.lost
    broker.wait(ANSWER_MS)
    assert ben.held


def test_a_late_will_does_not_take_the_cottage_from_its_successor(broker):
    ann = broker.join("ann")
    broker.lose(ann, will=False)
    ben = broker.join("ben")
    broker.wait(ANSWER_MS)
    broker.send([ann.state(False)])
    cid = broker.join("cid", since_s=300)
    assert ben.held and cid.lost


def test_its_own_state_from_before_a_reconnect_is_nobody_else(broker):
    ann = broker.join("ann")
    broker.lose(ann, will=False)
    broker.connect(ann)
    assert ann.held


def test_of_two_that_hold_it_after_a_split_the_older_goes_on(broker):
    ann, other_side = broker.join("ann", since_s=100), Broker()
    ben = other_side.join("ben", since_s=200)
    broker.lose(ann, will=False)
    broker.retained.clear()
    broker.claims.append(ben)
    broker.claims.append(ann)
    broker.send([ben.state(True)])
    broker.send([ann.state(True)])
    assert ann.held and ben.lost and not ben.held


def test_two_that_ask_at_once_become_one(broker):
    ann = Claim("home", TEST_KEY, Who("ann", 100, "a", 1))
    ben = Claim("home", TEST_KEY, Who("ben", 100, "b", 2))
    broker.claims += [ann, ben]
    asked = ben.connected(0) + ann.connected(0)
    broker.send(asked)
    assert ann.held and ben.lost


def test_a_broker_that_does_not_give_a_question_back_only_costs_time(broker):
    ann = Claim("home", TEST_KEY, Who("ann", 100, "a", 1))
    ann.connected(0)
    assert ann.tick(ANSWER_MS) == [] and not ann.held
    assert len(ann.tick(2 * ANSWER_MS)) == 1 and ann.held


def test_a_stranger_without_the_key_takes_nothing(broker):
    ann = broker.join("ann")
    mallory = Who("aaa", 1, "x", 1)
    for leaf in ("state", "claim", "alive"):
        topic = f"starlit/home/host/{leaf}"
        payload = seal(b"wrong", topic, mallory.body(online=True), version=1)
        assert ann.handle(topic, payload, 0) == []
    for payload in (b"", b"{", seal(TEST_KEY, "starlit/home/host/state", "{}", version=1)):
        assert ann.handle("starlit/home/host/state", payload, 0) == []
    assert ann.held
