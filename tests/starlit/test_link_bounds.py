"""The queue behind the client library: bounded, unhooks first, and no broker's nonsense through."""

from types import SimpleNamespace

import pytest

from pod.envelope import MAX_PAYLOAD
from starlit.address import Address
from starlit.allowance import Allowance
from starlit.link import FIRST_MAX, TOO_LONG, Link

HOME = "starlit/home/"
NOWHERE = Address("127.0.0.1", 1)


def link(**options):
    return Link(NOWHERE, "test", [], **options)


def arrive(link, topic, payload=b"x", retain=False):
    """As paho hands a message over."""
    message = SimpleNamespace(topic=topic, payload=payload, retain=retain)
    link._on_message(None, None, message)


def test_the_oldest_is_dropped_and_counted():
    under_test = link(inbox_max=10)
    for n in range(25):
        arrive(under_test, HOME + "all/sky", b"%d" % n)
    assert [m.payload for m in under_test.take()] == [b"%d" % n for n in range(15, 25)]
    assert under_test.dropped_in == 15 and under_test.take() == []


def test_an_unhook_survives_a_flood_and_goes_first():
    under_test = link(inbox_max=10, first=HOME + "unhook/")
    arrive(under_test, HOME + "unhook/host", b"stop")
    for _ in range(5000):
        arrive(under_test, HOME + "pod/pod-1/set/play")
    assert under_test.take()[0].payload == b"stop"


def test_a_flood_of_unhooks_is_bounded_as_well():
    under_test = link(inbox_max=10, first=HOME + "unhook/")
    for n in range(5000):
        arrive(under_test, HOME + f"unhook/w{n}")
    assert len(under_test.take()) == FIRST_MAX


def test_a_giant_payload_keeps_no_memory():
    under_test = link()
    arrive(under_test, HOME + "unhook/x", b"x" * (MAX_PAYLOAD + 1))
    arrive(under_test, HOME + "all/sky", b"x" * MAX_PAYLOAD)
    assert [m.payload for m in under_test.take()] == [TOO_LONG, b"x" * MAX_PAYLOAD]


def test_a_writer_that_shouts_is_cut_before_the_queue():
    under_test = link(allowance=Allowance(rate_per_s=1, burst=5))
    for _ in range(100):
        arrive(under_test, HOME + "pod/loud/tele")
    arrive(under_test, HOME + "pod/quiet/tele")
    topics = [m.topic for m in under_test.take()]
    assert topics == [HOME + "pod/loud/tele"] * 5 + [HOME + "pod/quiet/tele"]
    assert under_test.dropped_in == 95


def test_a_topic_that_is_no_text_is_dropped():
    class Broken:
        payload, retain = b"", False

        @property
        def topic(self):
            return b"\xff".decode()

    under_test = link()
    under_test._on_message(None, None, Broken())
    assert under_test.take() == [] and under_test.dropped_in == 1


@pytest.mark.parametrize("options", [{}, {"first": HOME + "unhook/"}])
def test_whatever_comes_is_given_once(options):
    under_test = link(**options)
    for n in range(100):
        arrive(under_test, HOME + ("unhook/a" if n % 7 == 0 else "all/sky"), b"%d" % n)
    assert sorted(int(m.payload) for m in under_test.take()) == list(range(100))
