"""The link's edge: topics, nonces and versions; whatever does not validate is counted."""

import json

import pytest

from pod.config import Config
from pod.envelope import TEST_KEY, seal
from pod.link import NONCE_MS, Link, Refused

OWN = "starlit/home/pod/pod-1/"


@pytest.fixture
def link():
    return Link(Config(), 1)


def take(link, topic, now_ms=0, wall_s=0, body=None, **stamp):
    payload = seal(TEST_KEY, topic, json.dumps(body or {}), **stamp)
    return link.take(topic, payload, now_ms, wall_s)


def refusal(link, topic, **given):
    with pytest.raises(Refused) as caught:
        take(link, topic, **given)
    return caught.value.args[0]


def test_each_topic_has_its_kind(link):
    nonce = link.issue_nonce(0)
    assert take(link, OWN + "set/play", nonce=nonce)[0] == "play"
    assert take(link, OWN + "set/pong", nonce="1")[0] == "pong"
    assert take(link, OWN + "set/desired", version=1)[0] == "desired"
    assert take(link, "starlit/home/all/sky", version=1)[0] == "sky"
    assert take(link, "starlit/home/all/cue", version=1)[0] == "cue"
    assert take(link, "starlit/home/unhook/host", version=1)[0] == "unhook"


@pytest.mark.parametrize(
    "topic",
    (
        "", "starlit", "starlit/home/pod/pod-2/set/play", "starlit/away/all/sky", OWN + "set/",
        OWN + "set/play/x", OWN + "state", "starlit/home/all/skyx", "starlit/home/unhook/",
        "starlit/home/unhook/a/b", "starlit/home/unhook/A B", "\ud800",
    ),
)  # fmt: skip
def test_other_topics_are_not_for_this_pod(link, topic):
    with pytest.raises(Refused) as caught:
        link.take(topic, b"{}", 0, 0)
    assert caught.value.args[0] == "topic is not for this pod"


def test_a_command_names_a_nonce_of_the_last_two_seconds(link):
    nonce = link.issue_nonce(1000)
    assert take(link, OWN + "set/play", now_ms=1000 + NONCE_MS, nonce=nonce)
    assert refusal(link, OWN + "set/play", now_ms=1001 + NONCE_MS, nonce=nonce) == "replayed"
    other = {"do": "x"}
    late = 1001 + NONCE_MS
    assert refusal(link, OWN + "set/play", now_ms=late, nonce=nonce, body=other) == "stale nonce"
    assert refusal(link, OWN + "set/play", now_ms=1000, nonce="0" * 12) == "stale nonce"
    assert refusal(link, OWN + "set/play", now_ms=1000, version=9) == "needs a nonce"


def test_a_nonce_of_the_future_is_stale(link):
    nonce = link.issue_nonce(5000)
    assert refusal(link, OWN + "set/play", now_ms=4999, nonce=nonce) == "stale nonce"


def test_a_nonce_is_fresh_across_the_wrap_of_ticks(link):
    nonce = link.issue_nonce((1 << 30) - 500)
    assert take(link, OWN + "set/play", now_ms=900, nonce=nonce)


def test_a_command_counts_once_however_many_follow_it(link):
    nonce = link.issue_nonce(0)
    for n in range(40):
        try:
            take(link, OWN + "set/play", nonce=nonce, body={"n": n})
        except Refused:
            break
    for n in range(40):
        why = refusal(link, OWN + "set/play", now_ms=NONCE_MS, nonce=nonce, body={"n": n})
        assert why


def test_nonces_differ_from_boot_to_boot_and_from_pod_to_pod():
    other = Config()
    other.key = b"another key"
    links = Link(Config(), 1), Link(Config(), 2), Link(other, 1)
    nonces = [link.issue_nonce(0) for link in links for _ in range(20)]
    assert len(set(nonces)) == len(nonces)


@pytest.mark.parametrize(
    "topic", ("starlit/home/all/sky", OWN + "set/desired", "starlit/home/all/cue")
)
def test_versions_grow(link, topic):
    take(link, topic, version=5)
    assert take(link, topic, version=5)[0] is None, "delivered again, as retained messages are"
    assert refusal(link, topic, version=4) == "old version"
    take(link, topic, version=6)
    assert refusal(link, topic, nonce="6") == "needs a version"


def test_an_expired_message_is_refused_where_the_time_is_known(link):
    sky = "starlit/home/all/sky"
    assert refusal(link, sky, version=1, expiry_s=100, wall_s=101) == "expired"
    take(link, sky, version=1, expiry_s=100, wall_s=100)
    take(link, sky, version=2, expiry_s=100, wall_s=0)


def test_the_writer_of_an_unhook(link):
    assert link.writer("starlit/home/unhook/pod-2") == "pod-2"
    assert link.writer("starlit/home/all/sky") is None
    assert link.writer("starlit/away/unhook/pod-2") is None
