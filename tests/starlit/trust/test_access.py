"""DESIGN's rule at the broker: what mosquitto makes of the generated files is what Access says, and
what amqtt is told."""

import itertools

import pytest
from tests.starlit.trust.mosquitto_tls import listen_for

from starlit.address import Address
from starlit.broker import choose_broker, find_mosquitto
from starlit.link import Link
from starlit.trust.access import Access, acl
from starlit.trust.passwords import hashed, matches

pytestmark = pytest.mark.real_time

POD_TOPICS = ["state", "tele", "event", "ack", "ping", "send/star", "send/a/b", "set/play", "x"]
TOPICS = [
    *(f"starlit/home/pod/{pod}/{leaf}" for pod in ("ann", "ben") for leaf in POD_TOPICS),
    *(f"starlit/home/unhook/{writer}" for writer in ("ann", "ben", "host", "ann/x")),
    *("starlit/home/all/sky", "starlit/home/host/state", "starlit/homes/all/sky", "else"),
    *("starlit/home/pod/ann", "starlit/home/unhook", "starlit/home/pod/host/state"),
]


@pytest.fixture
def access(tmp_path):
    access = Access("home", "host's", tmp_path / "trust")
    access.hashes = {"host": hashed("host's"), "ann": hashed("ann's"), "ben": hashed("ben's")}
    return access


KINDS = ["amqtt"]
if find_mosquitto():
    KINDS.append("mosquitto")


@pytest.fixture(params=KINDS)
def broker(request, access, tmp_path):
    url = "amqtt" if request.param == "amqtt" else None
    broker = choose_broker(url, None, tmp_path / "broker", access)
    broker.start()
    yield broker
    broker.stop()


def link_as(broker, user, *topics):
    address = Address("127.0.0.1", broker.address.port, user, user and f"{user}'s")
    link = Link(address, f"test-{user}", list(topics))
    link.start()
    return link


def test_who_may_write_what_is_what_the_rule_says(broker, access):
    witness = link_as(broker, "host", ("starlit/home/#", 1))
    writers = {user: link_as(broker, user, ("starlit/home/all/#", 1)) for user in ("ann", "ben")}
    try:
        assert witness.wait_ready(5) and all(link.wait_ready(5) for link in writers.values())
        for (user, link), topic in itertools.product(writers.items(), TOPICS):
            link.publish(topic, user.encode(), 1)
        heard = {(m.payload.decode(), m.topic) for m in listen_for(witness, 1.5)}
    finally:
        for link in (witness, *writers.values()):
            link.stop()
    home = [topic for topic in TOPICS if topic.startswith("starlit/home/")]
    allowed = {(u, t) for u in writers for t in home if access.allows(u, t, write=True)}
    assert heard == allowed
    assert ("ann", "starlit/home/unhook/ann") in heard and len(heard) == 14


def test_who_may_read_what_is_what_the_rule_says(broker, access):
    filters = ("starlit/home/unhook/#", "starlit/home/all/#", "starlit/home/pod/ann/set/#")
    reader = link_as(broker, "ann", *((topic, 1) for topic in filters))
    host = link_as(broker, "host", ("starlit/home/x", 0))
    try:
        assert reader.wait_ready(5) and host.wait_ready(5)
        for topic in TOPICS:
            host.publish(topic, b"x", 1)
        heard = {m.topic for m in listen_for(reader, 1.5)}
    finally:
        reader.stop()
        host.stop()
    home = [topic for topic in TOPICS if topic.startswith("starlit/home/")]
    assert heard == {topic for topic in home if access.allows("ann", topic, write=False)}


@pytest.mark.parametrize("login", [(), ("ann", "ben's"), ("ann", None), ("nobody", "x"), ("", "")])
def test_nobody_gets_in_without_the_right_password(broker, login):
    link = Link(Address("127.0.0.1", broker.address.port, *login), "x", [("x", 0)])
    link.start()
    try:
        assert not link.wait_ready(0) and listen_until_refused(link)
    finally:
        link.stop()


def listen_until_refused(link):
    import time

    end_s = time.monotonic() + 5
    while not link.refused and time.monotonic() < end_s:
        time.sleep(0.01)
    return not link.ready and "refused" in link.refused


def test_a_password_that_is_taken_away_throws_out_and_the_others_stay(broker, access):
    links = {user: link_as(broker, user, ("starlit/home/all/#", 1)) for user in ("ann", "ben")}
    try:
        assert all(link.wait_ready(5) for link in links.values())
        del access.hashes["ann"]
        broker.reload()
        assert listen_until_refused(links["ann"])
        assert links["ben"].wait_ready(5)
        if broker.kind == "mosquitto":
            assert links["ben"].connects == 1, "it never noticed"
    finally:
        for link in links.values():
            link.stop()


def test_passwords_are_kept_as_mosquitto_keeps_them():
    kept = hashed("secret")
    assert kept.startswith("$7$101$") and kept != hashed("secret")
    assert matches("secret", kept) and not matches("Secret", kept)
    for broken in ("", "$7$101$", "$6$101$aa$bb", "$7$x$aa$bb", "plain", kept[:-4] + "!!!!"):
        assert not matches("secret", broken)


def test_the_generated_rules_are_designs():
    lines = acl("home").splitlines()
    assert "topic readwrite starlit/home/#" in lines
    writes = [line for line in lines if line.startswith("pattern write")]
    assert all("%u" in line and "set" not in line and "#" not in line for line in writes)
