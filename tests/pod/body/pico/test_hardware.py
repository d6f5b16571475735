"""The Pico's hardware: dark after every start, quick at the switch, and honest about faults."""

import pytest
from tests.pod.body.pico.world import PIN, Rig, World, board

from pod.body.pico.hardware import Hardware
from pod.io import FAULT_HOT, Inputs

INPUT, OUTPUT = None, 1


def test_after_a_reset_the_rail_is_left_alone_for_600_ms_and_then_held_low():
    board.power_up()
    World()
    moved = []
    board.watch[PIN["rail_enable"]] = lambda level: moved.append((board.now_us, level))
    modes = []
    for at_ms in range(0, 700, 50):
        board.at(at_ms * 1000, lambda: modes.append((board.now_us, board.mode[PIN["rail_enable"]])))
    Hardware().start()
    board.spend(100_000)
    assert all(mode in (None, 0) for at_us, mode in modes if at_us < 600_000)
    assert board.mode[PIN["rail_enable"]] == OUTPUT and board.level[PIN["rail_enable"]] == 0
    assert not any(level for _, level in moved)


def test_everything_is_off_after_power_up():
    Rig().start()
    for name in ("rail_enable", "amp_enable", "i2s_bclk", "i2s_lrclk", "i2s_din"):
        assert board.level[PIN[name]] == 0 and board.mode[PIN[name]] == OUTPUT, name
    assert board.frames == []


def test_a_ritual_lights_the_ring_and_keeps_the_heart_beating():
    rig = Rig().start().goodnight()
    beats = []
    toggle = board.watch[PIN["heartbeat"]]
    board.watch[PIN["heartbeat"]] = lambda level: (toggle(level), beats.append(board.now_us))
    rig.run(5000)
    gaps = [b - a for a, b in zip(beats, beats[1:], strict=False)]
    assert max(gaps) <= 260_000 and any(rig.frames()[-1])
    assert rig.world.rail.on and any(rig.world.ring.shown())


def test_the_heart_stops_when_the_loop_does_and_the_rail_is_cut():
    rig = Rig().start().goodnight()
    board.spend(600_000)  # nobody turns the loop
    assert not rig.world.rail.on and rig.world.ring.shown() == bytes(36)
    rig.run(1000)
    assert not rig.world.rail.on, "and stays cut until the button"


def test_the_switch_darkens_within_the_turn_that_sees_it():
    rig = Rig().start().goodnight()
    rig.world.switch("out")
    rig.run(40)
    assert board.level[PIN["rail_enable"]] == 0
    assert rig.pod.state() == "unplugged"


def test_a_pull_shorter_than_a_stall_is_seen_all_the_same():
    rig = Rig().start().goodnight()
    rig.world.switch("out")
    rig.world.sync()
    board.spend(15_000)
    rig.world.switch("in")
    rig.world.sync()
    board.spend(15_000)
    rig.run(40)
    assert rig.pod.state() == "unplugged"


def test_a_tap_in_a_stall_counts_once_and_bouncing_contacts_do_not():
    rig = Rig().start().plug_in()
    pin = PIN["button"]
    presses = []
    step = rig.pod.step

    def watched(inputs, outputs):
        presses.append(inputs.button)
        return step(inputs, outputs)

    rig.loop.pod.step = watched
    for level in (0, 1, 0, 1, 0):  # 15 ms of a tap that bounces, while the loop is late
        board.put(pin, level)
        board.spend(3000)
    board.put(pin, 1)
    board.spend(1000)
    rig.run(500)
    changes = [a for a, b in zip(presses, [False, *presses], strict=False) if a != b]
    assert changes == [True, False]
    assert rig.pod.state() in ("ritual", "idle")


@pytest.mark.parametrize("code", (10_000, 65_000), ids=("hot", "broken wire"))
def test_the_thermistor_fails_the_pod_dark(code):
    rig = Rig().start().goodnight()
    rig.world.temp_code = code
    rig.run(5000)
    assert rig.pod.state() == "failed" and not rig.world.rail.on


def test_so_does_the_comparator_without_the_adc():
    rig = Rig().start().goodnight()
    rig.world.fault("hot")
    rig.run(5000)
    assert rig.loop.inputs.faults & FAULT_HOT and rig.pod.state() == "failed"


def test_dark_needs_nothing_but_the_pins():
    rig = Rig().start().goodnight()
    rig.hardware.dark()
    assert board.level[PIN["rail_enable"]] == board.level[PIN["amp_enable"]] == 0
    assert not rig.world.rail.on


def test_records_are_kept_with_the_rail_off():
    rig = Rig().start().goodnight()
    writes = rig.store.writes
    rig.world.switch("out")
    rig.run(3000)
    assert rig.store.writes > writes and rig.store.rail_at_write == 0
    assert rig.store["unplugged"] == b"1"


def test_what_shone_before_the_plug_was_pulled_never_comes_back():
    rig = Rig().start().goodnight()
    rig.run(20_000)
    assert any(rig.world.ring.shown())
    rig.world.switch("out")
    rig.run(2000)
    rig.world.switch("in")
    rig.press(1200)
    rig.run(4000)
    assert rig.world.rail.on and rig.pod.state() == "idle"
    assert not any(rig.world.ring.shown())


def test_a_button_held_as_power_comes_is_down_from_the_first_step_on():
    board.power_up()
    world = World()
    world.press(5000)
    world.sync()
    hardware = Hardware()
    hardware.start()
    inputs = Inputs()
    hardware.fill(inputs, 0, 0)
    assert inputs.button
