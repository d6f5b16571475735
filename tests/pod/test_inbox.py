"""What waits for a pod is bounded, and no flood delays an unhook."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pod.pod_on_a_bench import HOME, PodOnABench

from pod.envelope import MAX_PAYLOAD
from pod.inbox import UNHOOKS, WAITING, WAITING_BYTES, Inbox
from pod.io import MESSAGES_A_STEP, Inputs
from pod.orders import HOST_WRITES
from starlit.trust.rotation import wrap

PLAY = HOME + "pod/pod-1/set/play"
UNHOOK = HOME + "unhook/host"


@pytest.fixture
def inbox():
    return Inbox(HOME)


def given_out(inbox, now_us=0):
    inputs = Inputs()
    inbox.give(inputs, now_us)
    return inputs.messages


def test_a_step_gets_its_share_the_oldest_first(inbox):
    for n in range(6):
        inbox.put(PLAY, b"%d" % n, 0)
    assert [payload for _, payload, _ in given_out(inbox)] == [b"0", b"1", b"2", b"3"]
    assert [payload for _, payload, _ in given_out(inbox)] == [b"4", b"5"]
    assert len(inbox) == 0 and given_out(inbox) == []


def test_a_message_is_as_old_as_it_has_waited(inbox):
    inbox.put(PLAY, b"x", 1000)
    assert given_out(inbox, 5500) == [(PLAY, b"x", 4500)]


def test_an_unhook_overtakes_a_flood(inbox):
    for _ in range(1000):
        inbox.put(PLAY, b"x", 0)
    inbox.put(UNHOOK, b"stop", 0)
    assert given_out(inbox)[0] == (UNHOOK, b"stop", 0)
    assert inbox.dropped == 1000 - WAITING


def test_an_unhook_too_long_to_be_one_still_stops_and_takes_no_room(inbox):
    inbox.put(UNHOOK, b"x" * 100_000, 0)
    assert given_out(inbox) == [(UNHOOK, b"?", 0)]


def test_of_a_link_that_is_lost_the_unhooks_stay(inbox):
    """A pod may be lit, and busy, when both come at once; a stranger's is not sent again."""
    inbox.put(PLAY, b"x", 0)
    inbox.put(UNHOOK, b"stop", 0)
    inbox.clear()
    assert given_out(inbox) == [(UNHOOK, b"stop", 0)] and len(inbox) == 0
    for _ in range(WAITING):
        inbox.put(PLAY, b"x" * (WAITING_BYTES // WAITING - len(PLAY)), 0)
    assert inbox.dropped == 0


def test_what_no_envelope_can_be_is_dropped_at_once(inbox):
    inbox.put(PLAY, b"x" * (MAX_PAYLOAD + 1), 0)
    assert len(inbox) == 0 and inbox.dropped == 1


MESSAGES = st.lists(
    st.tuples(st.sampled_from([PLAY, UNHOOK]), st.integers(0, 5000), st.booleans()), max_size=200
)


@given(MESSAGES)
def test_no_flood_makes_it_larger_than_its_bounds(messages):
    inbox, kept = Inbox(HOME), 0
    for topic, size, step in messages:
        inbox.put(topic, b"x" * size, 0)
        assert len(inbox) <= WAITING + UNHOOKS
        assert inbox._bytes <= WAITING_BYTES
        if step:
            kept += len(given_out(inbox))
    while len(inbox):
        kept += len(given_out(inbox))
    assert kept + inbox.dropped == len(messages) and inbox._bytes == 0


def test_more_than_a_steps_share_is_counted_and_told():
    bench = PodOnABench(link=True)
    bench.inputs.messages_dropped = 3
    for _ in range(10):
        bench.inputs.messages.append((PLAY, b"x", 0))
    bench.run(2000)
    assert bench.last("tele")["bad_rx"] == MESSAGES_A_STEP
    assert bench.last("tele")["dropped_rx"] == 10 - MESSAGES_A_STEP + 3


def test_a_flood_of_forged_unhooks_is_told_once_and_writes_nothing():
    bench = PodOnABench(link=True).goodnight()
    before = dict(bench.stored)
    for n in range(500):
        bench.deliver(UNHOOK, b"%d" % n)
    assert bench.dark and bench.state == "unhooked"
    assert len(bench.events("dark")) == 1
    assert bench.stored.get("unhook") == before.get("unhook")


def test_a_host_that_changes_its_mind_without_end_wears_no_flash():
    bench = PodOnABench(link=True).plug_in()
    writes, before = 0, bench.stored.get("score")
    for version in range(1, 300):
        cue = ["calm", 1, 200, 0, [], []]
        score = [1, "even" if version % 2 else "odd", [cue], []]
        bench.message("pod/pod-1/set/desired", {"score": score}, version=version)
        writes += bench.stored.get("score") != before
        before = bench.stored.get("score")
    assert writes == HOST_WRITES
    bench.press(200)
    assert bench.pod.director.scores.tonight.name == "even"


def test_a_host_that_changes_keys_without_end_wears_no_flash():
    pod_key = bytes(32)
    bench = PodOnABench(link=True, pod_key=pod_key).plug_in()
    writes, before = 0, bench.stored.get("keys")
    for number in range(2, 100):
        key = {"id": number, "box": wrap(pod_key, "home/pod-1", number, bytes([number]) * 32)}
        bench.message("pod/pod-1/set/desired", {"key": key}, version=number)
        writes += bench.stored.get("keys") != before
        before = bench.stored.get("keys")
    assert writes == HOST_WRITES
