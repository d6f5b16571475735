"""A writer that shouts is heard as much as the others, and costs them nothing."""

from hypothesis import given
from hypothesis import strategies as st

from starlit.allowance import BURST, RATE_PER_S, Allowance, writer_of

SECOND_NS = 1_000_000_000


def test_a_pod_that_comes_back_and_says_all_it_has_is_heard():
    allowance = Allowance()
    assert all(allowance.admits("pod/a", n * 1_000_000) for n in range(120))


def test_a_flood_gets_its_rate_and_the_others_lose_nothing():
    allowance = Allowance()
    seconds, heard, quiet = 20, 0, 0
    for tick in range(seconds * 5000):
        now_ns = tick * SECOND_NS // 5000
        heard += allowance.admits("pod/loud", now_ns)
        if tick % 1000 == 0:
            quiet += allowance.admits("pod/quiet", now_ns)
    assert quiet == seconds * 5
    assert heard <= BURST + seconds * RATE_PER_S + 1
    assert allowance.dropped == seconds * 5000 - heard


def test_thousands_of_names_share_what_one_may_say():
    allowance = Allowance(keys=100)
    heard = sum(allowance.admits(f"pod/stranger-{n}", n * 1000) for n in range(50_000))
    assert heard <= 100 + BURST + RATE_PER_S
    assert len(allowance._left) <= 101


def test_names_that_fell_silent_make_room():
    allowance = Allowance(keys=3)
    assert [allowance.admits(name, 0) for name in "abcd"] == [True] * 4
    assert allowance.admits("e", 60 * SECOND_NS) and "a" not in allowance._left


def test_whose_a_message_is():
    assert writer_of("starlit/home/pod/pod-1/tele") == "pod/pod-1"
    assert writer_of("starlit/home/pod/pod-1/send/star") == "pod/pod-1"
    assert writer_of("starlit/home/host/ping") == "starlit/home/host/ping"


@given(st.text())
def test_any_topic_has_a_writer_of_bounded_length(topic):
    assert len(writer_of(topic)) <= max(64, len(topic))
