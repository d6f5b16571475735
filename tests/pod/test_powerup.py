"""What a hand asks as power comes: safe mode, a factory reset, or nothing after all."""

import json

import pytest
from tests.pod.pod_on_a_bench import STEP_MS, WALL_S, PodOnABench

from pod import io
from pod.powerup import NONE, RESET, SAFE, PowerUp

OWNER = "16:40"  # something of the owner's that must go


def held(ms, step_ms=50, power=True):
    power_up = PowerUp(power)
    asked = [power_up.step(True, step_ms) for _ in range(ms // step_ms)]
    return [*asked, power_up.step(False, step_ms)]


@pytest.mark.parametrize(
    ("ms", "asked"),
    [(0, NONE), (1200, NONE), (2900, NONE), (3000, SAFE), (14_900, SAFE), (15_000, RESET)]
    + [(29_900, RESET), (30_000, NONE), (90_000, NONE)],
)
def test_letting_go_asks_it(ms, asked):
    told = held(ms)
    assert told[-1] == asked and not any(told[:-1])


def test_only_as_power_comes():
    assert held(16_000, power=False)[-1] == NONE
    power_up = PowerUp(True)
    power_up.step(False, 50)
    assert [power_up.step(True, 50) for _ in range(400)] == [NONE] * 400
    assert power_up.step(False, 50) == NONE


def test_what_nobody_watched_counts_for_nothing():
    power_up = PowerUp(True)
    for _ in range(100):
        power_up.step(True, 50)
    power_up.forget()
    assert power_up.step(False, 50) == NONE and power_up.lights() == 0


def test_light_counts_along_from_safe_mode_to_the_reset_and_is_out_when_it_is_too_late():
    power_up, lights = PowerUp(True), {}
    for second in range(32):
        lights[second] = power_up.lights()
        for _ in range(20):
            power_up.step(True, 50)
    assert [lights[s] for s in (2, 3, 4, 13, 14, 15, 29, 30)] == [0, 1, 2, 11, 12, 12, 12, 0]


# -- in the pod ------------------------------------------------------------------------------


def hold(bench, ms):
    """As the first thing that a pod sees after its start."""
    bench.inputs.button = True
    for _ in range(ms // STEP_MS):
        bench.step(STEP_MS)
    bench.inputs.button = False
    bench.step(STEP_MS)


def used():
    """A pod that has had an owner: adult, armed, a dawn, a night with cues."""
    bench = PodOnABench(link=True)
    bench.set_up(profile="adult", armed=True, share_heart=True, dawn=OWNER)
    bench.run(5000)
    bench.goodnight()
    bench.press(1200)
    bench.run(20_000)
    return bench


def wipe(bench):
    """As a body does when it is told to (pod.io)."""
    assert bench.outputs.forget
    bench.stored = {k: v for k, v in bench.stored.items() if k in ("dose", "dose_old")}


def test_safe_mode_is_linked_and_dark_until_power_goes():
    bench = PodOnABench(link=True)
    hold(bench, 4000)
    assert bench.state == "safe" and bench.events("safe")
    bench.play("goodnight")
    assert bench.last("event")["ok"] is False and "safe mode" in bench.last("event")["why"]
    bench.press(1200)
    bench.press(200)
    bench.run(10_000)
    assert bench.dark and bench.state == "safe"
    bench.boot()
    bench.run(100)
    assert bench.state != "safe"


def test_the_hand_sees_the_count_in_light_and_the_guard_lets_it_through():
    bench = PodOnABench(link=True)
    bench.inputs.button = True
    bench.run(14_900)
    shining = [any(bench.leds[3 * n : 3 * n + 3]) for n in range(12)]
    assert shining == [True] * 12
    assert bench.pod.mode() == "idle"
    bench.run(20_000)
    assert bench.dark, "too late: nothing is asked any more"
    bench.inputs.button = False
    bench.step(STEP_MS)
    assert not bench.outputs.forget


def test_with_the_switch_out_it_is_dark_and_counts_all_the_same():
    bench = PodOnABench(link=True)
    bench.inputs.switch_in = False
    hold(bench, 15_500)
    assert all(m.leds == bytes(io.FRAME_BYTES) for m in bench.moments)
    bench.run(1000)
    assert bench.outputs.forget


def test_a_reset_leaves_nothing_of_the_owner_and_no_other_dose():
    before = used()
    bench = PodOnABench(before.stored, link=True)
    kept = b" ".join(bench.stored.values())
    assert OWNER.encode() in kept and b"adult" in kept
    hold(bench, 15_500)
    bench.run(12_000)
    wipe(bench)
    kept = b" ".join(bench.stored.values())
    assert OWNER.encode() not in kept and b"adult" not in kept
    for record in bench.stored.values():
        body = json.loads(record.decode().rsplit("#", 1)[0])
        assert body["cues_left"] == 0 and body["cue_nights"] == [0] and body["night"] == 0
    fresh = PodOnABench(bench.stored, profile="adult", armed=True)
    fresh.goodnight()
    assert "used up" in fresh.pod.director.dose.refusal(1000, WALL_S)
    assert fresh.config.dawn is None


def test_the_night_after_a_reset_has_its_dose_again():
    bench = PodOnABench(used().stored)
    hold(bench, 15_500)
    bench.run(12_000)
    wipe(bench)
    fresh = PodOnABench(bench.stored)
    fresh.sleep(15 * 3600_000)
    fresh.goodnight()
    assert fresh.pod.director.dose.refusal(1000, WALL_S) is None


def test_power_lost_at_each_store_of_a_reset_changes_nothing_or_resets():
    stored = used().stored
    for cut in range(4):
        bench = PodOnABench(stored)
        done = []

        def collect(real=bench._collect, bench=bench, done=done, cut=cut):
            if bench.pod.forgetting:
                left = max(cut - len(done), 0)
                done.extend(bench.outputs.store)
                del bench.outputs.store[left:]
            real()

        bench._collect = collect
        hold(bench, 15_500)
        bench.run(12_000)
        again = PodOnABench(bench.stored)
        again.run(100)
        if cut < 3:
            assert not again.outputs.forget and again.config.dawn == OWNER, cut
        else:
            assert again.outputs.forget, "the reset goes on where the power had failed"
        dose = again.pod.director.dose
        assert dose.readable and dose.cues_left in (0, 20)


def test_a_wipe_that_power_interrupts_is_finished_at_the_next_start():
    bench = PodOnABench(used().stored)
    hold(bench, 15_500)
    bench.run(12_000)
    half = {k: v for k, v in bench.stored.items() if k != "settings"}  # `forgetting` goes last
    again = PodOnABench(half)
    again.run(100)
    assert again.outputs.forget and again.dark
    again.press(1200)
    again.press(200)
    assert again.dark and again.night == "idle"
