"""The virtual body as its runner and its hands see it."""

import time
from array import array

import pytest

from pod.io import (
    FAULT_BUS,
    FAULT_CONFIG,
    FAULT_FIFO,
    FAULT_HOT,
    FAULT_IDENTITY,
    FAULT_SENSOR,
    FAULT_TASK,
    Inputs,
    Outputs,
)
from starlit.virtual.body import VirtualBody
from starlit.virtual.pulse import Pulse
from starlit.virtual.room import ring_lx

WHITE = bytearray([20, 20, 20] * 12)
DARK = bytes(36)


class Rig:
    def __init__(self, **options):
        self.now_us = 0
        self.body = VirtualBody("pod-1", lambda: self.now_us, 3, **options)
        self.inputs, self.outputs = Inputs(), Outputs()
        self.body.start()
        self.samples, self.beats, self.news = [], [], 0
        self.delivers_sound = True

    def run(self, seconds, step=True):
        """A runner's loop: fills when due, and the pod does no more than stay alive."""
        end_us = self.now_us + int(seconds * 1e6)
        while True:
            due_us = self.body.next_poll_us()
            if due_us > end_us:
                break
            self.now_us = max(due_us, self.now_us + 1)
            if not self.body.hung:
                self.step()
        self.now_us = end_us
        return self

    def step(self):
        inputs = self.inputs
        self.news += self.body.fill(inputs)
        self.samples += inputs.ppg[: inputs.ppg_count]
        self.beats += inputs.beats[: inputs.beats_count]
        self.outputs.alive += 1
        self.outputs.sound_ready = self.delivers_sound and inputs.sound_due > 0
        self.body.apply(self.outputs)
        self.outputs.leds_changed = False

    def light(self, frame=WHITE):
        self.body.press(1000)
        self.outputs.rail = True
        self.outputs.leds[:] = frame
        self.outputs.leds_changed = True
        self.step()
        return self


@pytest.fixture
def rig():
    return Rig()


def test_it_starts_dark_plugged_in_and_untouched(rig):
    rig.run(3)
    assert rig.body.leds_shown() == DARK and not rig.body.rail_on
    assert rig.inputs.switch_in and not rig.inputs.button
    assert rig.inputs.faults == 0 and rig.samples == []
    assert rig.inputs.lux_mlx == pytest.approx(5000, rel=0.02)


def test_a_finger_of_a_given_rate_arrives_as_100_samples_a_second(rig):
    rig.run(2).body.finger(72)
    rig.run(10)
    assert 950 < len(rig.samples) <= 1000
    assert min(rig.samples) > 95_000 and max(rig.samples) < 105_000


def test_another_rate_is_the_same_finger_with_a_faster_heart(rig):
    rig.body.finger(60)
    pulse = rig.run(2).body.pulse_chip.source
    rig.body.finger(90)
    assert rig.body.pulse_chip.source is pulse and pulse.bpm == 90


def test_time_is_the_callers_in_wrapping_ticks():
    rig = Rig(ticks_offset_ms=(1 << 30) - 1000)
    rig.now_us = 1_500_250
    rig.body.fill(rig.inputs)
    assert (rig.inputs.now_ms, rig.inputs.now_us) == (500, 250)


def test_a_press_lasts_as_long_as_asked_and_its_end_is_due(rig):
    rig.run(1).body.press(1200)
    rig.step()
    assert rig.inputs.button
    rig.run(1.199)
    assert rig.inputs.button
    rig.run(0.002)
    assert not rig.inputs.button


def test_leds_show_a_frame_once_button_and_firmware_agree(rig):
    rig.outputs.rail = True
    rig.outputs.leds_changed = True
    rig.outputs.leds[:] = WHITE
    rig.step()
    assert rig.body.leds_shown() == DARK
    assert rig.light().body.leds_shown() == bytes(WHITE)


def test_the_switch_darkens_at_once_and_is_news(rig):
    rig.light().run(1)
    rig.body.switch("out")
    assert rig.body.leds_shown() == DARK
    assert rig.body.fill(rig.inputs) and not rig.inputs.switch_in


def test_a_hang_is_cut_within_500_ms_and_stays_cut_until_the_button(rig):
    rig.light().run(2)
    rig.body.fault("hang")
    assert rig.body.heartbeat_line == "stuck"
    rig.run(0.3)
    assert rig.body.rail_on
    rig.run(0.25)
    assert not rig.body.rail_on and rig.body.leds_shown() == DARK
    rig.body.fault(None)
    rig.run(2)
    assert rig.body.heartbeat_line == "toggling" and not rig.body.rail_on
    rig.body.press(100)
    assert rig.body.rail_on


def test_the_dead_mans_cut_is_due_to_the_microsecond(rig):
    rig.light()
    rig.body.fault("hang")
    cut_us = rig.body.rail.cut_due_us
    rig.now_us = cut_us - 1
    assert rig.body.rail_on
    rig.now_us = cut_us
    assert not rig.body.rail_on


@pytest.mark.parametrize(
    ("name", "bit"),
    [
        ("sensor", FAULT_SENSOR),
        ("bus", FAULT_BUS),
        ("identity", FAULT_IDENTITY),
        ("fifo", FAULT_FIFO),
        ("task", FAULT_TASK),
        ("config", FAULT_CONFIG),
        ("hot", FAULT_HOT),
    ],
)
@pytest.mark.parametrize("sensor", ["ppg", "beats"])
def test_a_fault_shows_within_four_seconds_and_goes_when_mended(name, bit, sensor):
    rig = Rig(sensor=sensor)
    rig.body.finger(60)
    rig.run(3).body.fault(name)
    assert rig.run(4).inputs.faults == bit
    assert (rig.inputs.case_temp_c >= 45) == (name == "hot")
    rig.body.fault(None)
    assert rig.run(4).inputs.faults == 0


def test_an_unknown_fault_or_switch_is_refused(rig):
    with pytest.raises(ValueError, match="one of sensor"):
        rig.body.fault("gremlin")
    with pytest.raises(ValueError, match="'in' or 'out'"):
        rig.body.switch("off")


def test_a_reboot_leaves_the_leds_dark_and_the_sensors_working(rig):
    rig.body.finger(60)
    rig.light().run(2)
    rig.body.reboot()
    assert rig.body.leds_shown() == DARK
    rig.outputs.rail = False
    rig.samples.clear()
    rig.run(3)
    assert len(rig.samples) > 200 and rig.inputs.faults == 0


def test_lost_power_also_forgets_the_press(rig):
    rig.light().run(1)
    rig.body.reboot(power=True)
    rig.outputs.rail = True
    assert not rig.run(1).body.rail_on


def test_the_pods_own_ring_falls_on_its_light_sensor(rig):
    rig.body.room_lx(0.0)
    rig.light(bytearray([40, 40, 40] * 12)).run(3)
    own_mlx = ring_lx(bytes([40, 40, 40] * 12)) * 1000
    assert rig.inputs.lux_mlx == pytest.approx(own_mlx, rel=0.02)
    rig.body.switch("out")
    assert rig.run(5).inputs.lux_mlx < 5


def test_a_hand_over_the_sensor_is_seen_within_half_a_second(rig):
    rig.run(3).body.room_lx(0.5)
    assert rig.run(0.5).inputs.lux_mlx < 1500


def test_sound_is_asked_for_every_20_ms_while_it_is_wanted(rig):
    rig.light()
    rig.outputs.sound_wanted = True
    rig.outputs.sound[:] = array("h", [300, -300] * 160)
    before = rig.run(0.2).body.amplifier.blocks
    assert rig.run(2).body.amplifier.blocks - before == 100
    assert rig.body.amplifier.rms == 300
    rig.outputs.sound_wanted = False
    assert rig.run(1).body.amplifier.rms == 0


def test_a_wanted_block_that_never_comes_stops_nothing(rig):
    rig.light()
    rig.outputs.sound_wanted = True
    rig.delivers_sound = False
    assert rig.run(2).body.amplifier.skipped > 90


def test_beats_can_come_from_a_list_in_sixteenths_of_a_sample():
    rig = Rig(sensor="beats")
    rig.body.feed_beats([500, 1400, 2300, 3205])
    rig.run(3)
    assert rig.beats == [800, 2240, 3680]
    assert rig.inputs.beats_contact and rig.samples == []
    rig.run(1)
    assert rig.beats[-1] == 5128


def test_beats_can_come_from_a_generated_finger_that_leaves():
    rig = Rig(sensor="beats")
    rig.body.finger(60)
    rig.run(30)
    assert len(rig.beats) == pytest.approx(30, abs=3)
    assert rig.beats == sorted(set(rig.beats))
    rig.body.finger(None)
    rig.run(0.1).beats.clear()
    assert rig.run(5).beats == [] and not rig.inputs.beats_contact


def test_the_same_hands_give_the_same_night():
    def night():
        rig = Rig()
        rig.run(2).body.finger(65)
        rig.run(20).body.room_lx(0.2)
        rig.run(5).body.finger(None)
        rig.run(10)
        return rig.samples, rig.inputs.lux_mlx, rig.news

    assert night() == night()


def test_an_idle_minute_and_a_minute_of_pulse_are_cheap_in_work():
    rig = Rig()
    rig.run(5)
    before = rig.body.bus.transfers
    assert (rig.run(60).body.bus.transfers - before) / 60 < 16
    rig.body.finger(Pulse())
    before = rig.body.bus.transfers
    assert (rig.run(60).body.bus.transfers - before) / 60 < 26


def test_nothing_sleeps():
    began_s = time.monotonic()
    Rig().run(600)
    assert time.monotonic() - began_s < 60
