"""The main loop: steps when something is due, collects garbage when nothing is, never stalls."""

import gc

import pytest
from tests.pod.body.pico.world import Rig, Wire, board
from tests.pod.pod_on_a_bench import HOME

from pod.envelope import TEST_KEY, seal
from pod.io import FAULT_CONFIG


def test_a_pod_at_rest_is_stepped_by_light_alone():
    rig = Rig().start()
    rig.run(5000)
    steps = []
    step = rig.pod.step
    rig.pod.step = lambda *args: (steps.append(1), step(*args))[1]
    rig.run(60_000)
    assert len(steps) < 60


def test_time_is_whole_over_the_wrap_of_microseconds():
    """`ticks_us` wraps after 17.9 minutes, in the middle of a millisecond."""
    rig = Rig()
    board.ticks_from_us = (1 << 30) - board.now_us - 5_000_300
    rig.hardware.sensors.start(0)
    rig.start()
    seen = []
    fill = rig.hardware.fill

    def watched(inputs, now_ms, now_us):
        seen.append((board.now_us, now_ms * 1000 + now_us))
        return fill(inputs, now_ms, now_us)

    rig.hardware.fill = watched
    for _ in range(700):
        board.spend(13_777)
        rig.loop.turn()
    drift = {true_us - told_us for true_us, told_us in seen}
    assert max(drift) - min(drift) == 0


def test_garbage_is_collected_each_few_seconds_and_never_where_it_is_heard(monkeypatch):
    rig = Rig().start().goodnight()
    collected = []

    def collect():
        collected.append(board.now_us)
        board.spend(15_000)

    monkeypatch.setattr(gc, "collect", collect)
    rig.run(120_000)
    gaps = [b - a for a, b in zip(collected, collected[1:], strict=False)]
    assert len(collected) >= 8 and max(gaps) < 16_000_000
    assert board.underflows == 0 and rig.world.rail.on


def test_a_flash_that_refuses_fails_the_pod_dark_and_acknowledges_nothing():
    wire = Wire()
    rig = Rig(wire=wire).start().goodnight()
    wire.up = True
    rig.run(100)
    rig.store.broken = True
    wire.sent.clear()
    topic = HOME + "unhook/host"
    body = '{"epoch":5,"target":"all"}'
    wire.inbox.put(topic, seal(TEST_KEY, topic, body, version=5), 0)
    rig.run(5000)
    assert not rig.world.rail.on and rig.loop.inputs.faults & FAULT_CONFIG
    assert rig.pod.state() == "failed"
    acks = [payload for topic, payload, _, _ in wire.sent if topic.endswith("/ack")]
    assert not any(b'host\\":5' in payload for payload in acks)
    rig.store.broken = False
    rig.run(20_000)
    assert not rig.store.failing and b'"host":5' in rig.store["unhook"]


@pytest.mark.parametrize("fault", ("bus", "sensor", "identity", "fifo"))
def test_a_broken_sensor_ends_no_ritual_and_stalls_no_sound(fault):
    rig = Rig().start().goodnight()
    board.i2c_timed = True
    rig.world.fault(fault)
    rig.run(30_000)
    assert rig.pod.state() == "ritual" and rig.world.rail.on
    assert board.underflows == 0


def test_a_late_loop_loses_samples_and_says_how_many():
    rig = Rig().start().goodnight()
    rig.world.finger(70)
    rig.run(20_000)
    lost = []
    step = rig.pod.step

    def watched(inputs, outputs):
        lost.append(inputs.ppg_lost)
        return step(inputs, outputs)

    rig.pod.step = watched
    board.spend(390_000)  # the FIFO holds 320 ms; the dead-man cuts after 402
    rig.run(20_000)
    assert 8 <= sum(lost) < 40 and rig.pod.state() == "ritual"
    assert 65 <= rig.pod.senses.heart.bpm <= 75


class Portal:
    open = asks_rest = False

    def begin(self):
        self.asks_rest = True


def test_a_hand_that_asks_for_set_up_finds_a_linked_pod_calm_soon():
    """A linked pod has something due each second: the link goes first, then the rail."""
    wire = Wire()
    rig = Rig(wire=wire).start().goodnight()
    rig.loop.portal = portal = Portal()
    wire.up = True
    rig.run(5000)
    rig.press(6200)
    assert portal.asks_rest
    for _ in range(110):
        rig.run(1000)
        wire.up = wire.up and wire.wanted
        if rig.loop.calm():
            break
    assert rig.loop.calm() and not wire.up and not rig.world.rail.on
