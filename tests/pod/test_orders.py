"""What a pod does not take a host's word for."""

import pytest
from tests.pod.pod_on_a_bench import STEP_MS, PodOnABench

PONG = {"rx_us": 0, "tx_us": 0, "epoch": 4, "unix_s": 0}


@pytest.fixture
def in_step():
    """A lit pod that shares the cottage's time."""
    bench = PodOnABench(link=True)
    for _ in range(3):
        bench.run(1000)
        number = bench.last("ping")["n"]
        body = {"n": number, "rx_ms": bench.t_ms, "tx_ms": bench.t_ms, **PONG}
        bench.message("pod/pod-1/set/pong", body, nonce=str(number))
    bench.goodnight()
    assert bench.pod.time.in_step()
    return bench


def desired(bench, version, friends):
    bench.message("pod/pod-1/set/desired", {"tz_min": 0, "friends": friends}, version=version)


def answer(bench, **body):
    bench.play("star", start_ms=bench.pod.shared_ms(), **body)
    bench.run(100)
    told = bench.events("command")[-1]
    return told["ok"], told["why"]


def test_a_star_is_taken_from_a_friend_only(in_step):
    desired(in_step, 1, ["pod-2"])
    assert answer(in_step, **{"from": "pod-2"}) == (True, None)
    assert answer(in_step, **{"from": "pod-3"}) == (False, "it is from no friend")
    assert answer(in_step) == (False, "it is from no friend")


def test_a_farewell_is_everybodys(in_step):
    desired(in_step, 1, [])
    assert answer(in_step, **{"from": "pod-3", "farewell": True}) == (True, None)


def test_before_it_was_told_of_friends_a_pod_knows_no_stranger(in_step):
    assert answer(in_step, **{"from": "pod-3"}) == (True, None)


def test_where_more_friends_are_than_a_pod_is_told_it_takes_the_hosts_word(in_step):
    desired(in_step, 1, [f"pod-{n}" for n in range(100, 164)])
    assert answer(in_step, **{"from": "pod-3"}) == (True, None)


def test_a_cue_of_another_evening_is_refused_whatever_the_clock_says(in_step):
    at_ms = in_step.pod.shared_ms() + 1500
    for version, epoch, more in ((1, 3, 1), (2, 4, 0)):
        before = in_step.pod.link.refused
        body = {"cue": "comet", "start_ms": at_ms, "epoch": epoch}
        in_step.message("all/cue", body, version=version, expiry_s=1 << 39)
        assert in_step.pod.link.refused - before == more


def test_a_cue_begins_when_it_is_asked_for(in_step):
    """And not at the step before: at rest that may be a second ago."""
    in_step.run(2000)
    in_step.now_ms += 240  # without a step
    in_step.play("cue", cue="tide")
    player = in_step.pod.show.player
    assert player.cue.name == "tide"
    in_step.run(player.cue.duration_ms - STEP_MS)
    assert player.cue is not None
    in_step.run(2 * STEP_MS)
    assert player.cue is None
