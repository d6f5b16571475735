"""The watch over both sensors: what it reports, how it recovers, and what it costs."""

import pytest

from pod.drivers.sensors import Sensors
from pod.io import FAULT_BUS, FAULT_FIFO, FAULT_IDENTITY, FAULT_SENSOR, Inputs
from starlit.virtual.i2c import I2CBus
from starlit.virtual.max30102 import Max30102Chip
from starlit.virtual.pulse import NoFinger, Pulse
from starlit.virtual.veml7700 import Veml7700Chip


class Rig:
    def __init__(self, source=None, start_ms=0):
        self.now_us = 0
        self.start_ms = start_ms
        self.bus = I2CBus()
        self.pulse = Max30102Chip(lambda: self.now_us, source or NoFinger())
        self.light = Veml7700Chip(lambda: self.now_us)
        self.bus.attach(0x57, self.pulse)
        self.bus.attach(0x10, self.light)
        self.sensors = Sensors(self.bus)
        self.inputs = Inputs()
        self.sensors.start(self.ms)
        self.count = self.lost = 0

    @property
    def ms(self):
        return (self.start_ms + self.now_us // 1000) % (1 << 30)

    def run(self, seconds, step_ms=10):
        for _ in range(int(seconds * 1000 / step_ms)):
            self.now_us += step_ms * 1000
            self.sensors.poll(self.ms, self.inputs)
            self.count += self.inputs.ppg_count
            self.lost += self.inputs.ppg_lost
        return self.inputs.faults


def test_a_healthy_pair_gives_pulse_and_light_and_no_fault():
    rig = Rig(Pulse())
    assert rig.run(10) == 0
    assert rig.count > 900
    assert rig.inputs.lux_mlx == pytest.approx(5000, rel=0.02)


@pytest.mark.parametrize("start_ms", [0, (1 << 30) - 4000])
def test_samples_and_gaps_together_keep_time(start_ms):
    rig = Rig(Pulse(), start_ms)
    rig.run(5)
    rig.pulse.source = NoFinger()
    rig.run(60)
    rig.pulse.source = Pulse()
    rig.run(15)
    assert rig.count < 2200
    assert rig.count + rig.lost == pytest.approx(8000, abs=20)


def test_a_stall_longer_than_the_fifo_is_a_gap_of_its_true_length():
    rig = Rig(Pulse())
    rig.run(5)
    rig.count = rig.lost = 0
    rig.now_us += 3_000_000
    rig.run(2)
    assert rig.count + rig.lost == pytest.approx(500, abs=15)


def test_one_broken_transfer_is_no_fault_and_loses_nothing():
    rig = Rig(Pulse())
    rig.run(5)
    rig.lost = 0
    for after_bytes in (3, 5, 20):
        rig.bus.break_next_read(after_bytes)
        for _ in range(100):
            assert rig.run(0.01) == 0
    assert rig.lost == 0


def test_a_dead_bus_is_reported_and_both_sensors_come_back():
    rig = Rig(Pulse())
    rig.run(3)
    rig.bus.dead = True
    assert rig.run(1) == FAULT_BUS
    assert rig.inputs.lux_mlx == -1
    rig.bus.dead = False
    assert rig.run(3) == 0
    assert rig.inputs.lux_mlx > 0 and rig.sensors.pulse.touched


def test_a_dead_bus_is_asked_ever_more_seldom():
    rig = Rig()
    rig.bus.dead = True
    rig.run(20)
    before = rig.bus.transfers
    rig.run(20)
    assert rig.bus.transfers - before <= 20  # two chips, every two seconds


def test_another_chip_in_its_place_is_found_while_it_runs():
    rig = Rig(Pulse())
    rig.run(3)
    rig.pulse.part_id = 0x11
    assert rig.run(1.5) == FAULT_IDENTITY
    rig.pulse.part_id = 0x15
    assert rig.run(3) == 0


def test_a_fifo_that_stands_still_is_found_touched_or_not():
    for source in (Pulse(), NoFinger()):
        rig = Rig(source)
        rig.run(3)
        rig.pulse.stuck = True
        assert rig.run(2) == FAULT_FIFO
        assert rig.run(8) == FAULT_FIFO  # and it is not forgotten at each new start
        rig.pulse.stuck = False
        assert rig.run(4) == 0


def test_a_photodiode_that_sees_nothing_at_all_is_a_broken_one():
    rig = Rig(Pulse())
    rig.run(3)
    rig.pulse.blind = True
    assert rig.run(4) == FAULT_SENSOR
    rig.pulse.blind = False
    assert rig.run(2) == 0


def test_a_brownout_of_the_chip_is_healed_within_a_second():
    rig = Rig(Pulse())
    rig.run(3)
    rig.pulse.power_cycle()
    rig.run(1)
    assert rig.inputs.faults == 0 and rig.sensors.pulse.touched


def test_an_absent_light_sensor_does_not_stop_the_pulse():
    rig = Rig(Pulse())
    rig.bus.detach(0x10)
    assert rig.run(5) == FAULT_BUS
    assert rig.count > 400
    assert rig.inputs.lux_mlx == -1


def test_a_poll_before_it_is_due_touches_no_bus():
    rig = Rig(Pulse())
    rig.run(3)
    rig.sensors.poll(rig.ms, rig.inputs)
    before = rig.bus.transfers
    rig.sensors.poll(rig.ms, rig.inputs)
    assert rig.bus.transfers == before
    assert rig.inputs.ppg_count == 0


def test_without_a_finger_the_bus_is_left_alone_most_of_the_time():
    rig = Rig()
    rig.run(3)
    before = rig.bus.transfers
    rig.run(10)
    assert rig.bus.transfers - before < 10 * 15
