"""Each event once and in order, whatever is sent again, lost, or restarted."""

import random

import pytest

from starlit.inbox import Inbox


@pytest.fixture
def make(journal):
    def make():
        inbox = Inbox(journal)
        inbox.start()
        return inbox

    return make


def event(seq, boot=3, oldest=1):
    return {"event": "plug", "boot": boot, "seq": seq, "oldest": oldest}


def test_an_event_is_news_once(make):
    inbox = make()
    assert [inbox.take("pod-1", event(n)) for n in (1, 2, 2, 1, 3)] == [
        True, True, False, False, True,
    ]  # fmt: skip
    assert inbox.take("pod-2", event(1)) and inbox.again == 2


def test_one_that_overtakes_an_older_one_waits_for_it(make):
    inbox = make()
    assert not inbox.take("pod-1", event(2)) and inbox.early == 1
    assert inbox.take("pod-1", event(1)) and inbox.take("pod-1", event(2))


def test_what_the_pod_itself_had_to_drop_is_not_waited_for(make):
    inbox = make()
    assert inbox.take("pod-1", event(1))
    assert inbox.take("pod-1", event(9, oldest=9))


def test_another_start_counts_anew_and_so_does_a_pod_out_of_the_factory(make):
    inbox = make()
    assert inbox.take("pod-1", event(1, boot=7))
    assert inbox.take("pod-1", event(1, boot=8))
    assert inbox.take("pod-1", event(1, boot=1))


def test_a_pod_hears_only_of_what_is_on_disk_and_a_restarted_host_takes_nothing_twice(make):
    first = make()
    first.take("pod-1", event(1))
    assert first.receipt("pod-1") == {}
    first.save()
    assert first.receipt("pod-1") == {"boot": 3, "seq": 1}
    first.take("pod-1", event(2))
    second = make()
    assert second.receipt("pod-1") == {"boot": 3, "seq": 1}
    assert not second.take("pod-1", event(1)) and second.take("pod-1", event(2))


@pytest.mark.parametrize("wild", [-1, True, "2", None, 1 << 70, 2.0])
def test_numbers_that_are_none_are_let_through_and_not_kept(make, wild):
    inbox = make()
    assert inbox.take("pod-1", event(wild)) and inbox.take("pod-1", event(wild))
    inbox.save()
    assert inbox.receipt("pod-1") == {}


def test_over_a_link_that_loses_repeats_and_breaks_everything_comes_once_in_order(make):
    chance = random.Random(5)
    inbox, got, held = make(), [], list(range(1, 201))
    while held:
        for seq in held[: chance.randrange(1, 8)]:
            if chance.random() < 0.6 and inbox.take("pod-1", event(seq, oldest=held[0])):
                got.append(seq)
        if chance.random() < 0.3:
            inbox = make()
            got = [seq for seq in got if seq <= inbox.receipt("pod-1").get("seq", 0)]
        if chance.random() < 0.5:
            inbox.save()
            held = [seq for seq in held if seq > inbox.receipt("pod-1").get("seq", 0)]
    assert got == list(range(1, 201))


def kept(seq, was, boot=4):
    return {**event(seq, boot), "was": was}


def test_what_a_pod_kept_through_a_reset_counts_once_however_old_its_record_is(make):
    inbox = make()
    assert inbox.take("pod-1", event(1)) and inbox.take("pod-1", event(2))
    assert not inbox.take("pod-1", kept(1, [3, 2]))
    assert inbox.take("pod-1", kept(2, [3, 4])) and inbox.take("pod-1", kept(3, [3, 5]))
    assert inbox.take("pod-1", event(4, boot=4))
    inbox.save()
    assert inbox.receipt("pod-1") == {"boot": 4, "seq": 4}
    inbox = make()  # the host restarts, the pod is reset again and its record is the same
    assert not inbox.take("pod-1", kept(1, [3, 4], boot=5))
    assert not inbox.take("pod-1", kept(2, [3, 5], boot=5))
    assert inbox.take("pod-1", kept(3, [4, 6], boot=5))
    assert inbox.receipt("pod-1") == {"boot": 4, "seq": 4}
    inbox.save()
    assert inbox.receipt("pod-1") == {"boot": 5, "seq": 3}


def test_a_pod_out_of_the_factory_is_not_held_to_what_it_was(make):
    inbox = make()
    assert inbox.take("pod-1", event(1, boot=17))
    assert inbox.take("pod-1", kept(1, [1, 1], boot=2)) and inbox.take("pod-1", kept(2, [1, 4], 2))


@pytest.mark.parametrize("was", [7, [1], [1, -1], [True, 1], ["a", 1], None])
def test_what_a_pod_cannot_have_meant_is_no_past(make, was):
    inbox = make()
    assert inbox.take("pod-1", kept(1, was))
