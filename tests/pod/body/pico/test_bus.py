"""The bus: an absent chip costs one try in ten seconds, and none while anything sounds."""

from time import ticks_ms

import pytest
from tests.pod.body.pico.world import PIN, board

from pod.body.pico import bus as bus_module
from pod.drivers.sensors import Sensors
from pod.io import FAULT_BUS, Inputs
from starlit.virtual.i2c import I2CBus
from starlit.virtual.veml7700 import Veml7700Chip

LIGHT, PULSE = 0x10, 0x57


@pytest.fixture
def bus():
    board.power_up()
    board.i2c = I2CBus()
    board.i2c.attach(LIGHT, Veml7700Chip(lambda: board.now_us))
    board.i2c_timed = True
    bus = bus_module.Bus(PIN["i2c_sda"], PIN["i2c_scl"])
    bus.start()
    return bus


def watch(bus, seconds):
    """Polls both sensors as the loop does; the time spent in each poll, in us."""
    sensors, inputs = Sensors(bus), Inputs()
    sensors.start(ticks_ms())
    spent = []
    end_us = board.now_us + seconds * 1_000_000
    while board.now_us < end_us:
        began_us = board.now_us
        sensors.poll(ticks_ms(), inputs)
        spent.append(board.now_us - began_us)
        board.spend(5000)
    return spent, inputs


def test_an_absent_chip_stalls_once_in_ten_seconds(bus):
    spent, inputs = watch(bus, 61)
    stalls = [us for us in spent if us >= 50_000]
    assert 6 <= len(stalls) <= 7 and max(stalls) < 60_000
    assert inputs.faults & FAULT_BUS and inputs.lux_mlx >= 0, "the other chip is read"


def test_while_it_sounds_there_is_no_try_at_all(bus):
    watch(bus, 1)
    bus.busy = True
    spent, _ = watch(bus, 30)
    assert max(spent) < 5000
    bus.busy = False
    spent, _ = watch(bus, 11)
    assert max(spent) >= 50_000


def test_a_chip_that_comes_back_is_read_again(bus):
    board.i2c.detach(LIGHT)
    watch(bus, 5)
    board.i2c.attach(LIGHT, Veml7700Chip(lambda: board.now_us))
    _, inputs = watch(bus, 14)
    assert inputs.lux_mlx >= 0


def test_a_wobble_in_the_middle_of_a_burst_blows_no_fuse(bus):
    board.i2c_stall_us = 100  # the bus is answered again at once
    board.i2c.break_next_read(1)
    with pytest.raises(OSError):
        bus.readfrom_mem_into(LIGHT, 7, bytearray(2))
    word = bytearray(2)
    bus.readfrom_mem_into(LIGHT, 7, word)
    assert word[0] == 0x81 and bus.stalls == 0


def test_a_chip_that_holds_sda_gets_its_nine_clocks(bus):
    board.stuck_sda = True
    with pytest.raises(OSError):
        bus.readfrom_mem_into(LIGHT, 7, bytearray(2))
    assert bus.stalls == 1
    board.spend(9_000_000)
    with pytest.raises(OSError):
        bus.readfrom_mem_into(LIGHT, 7, bytearray(2))
    assert board.scl_clocks == 0, "before its time nothing touches the bus"
    board.spend(2_000_000)
    word = bytearray(2)
    bus.readfrom_mem_into(LIGHT, 7, word)
    assert word[0] == 0x81 and board.scl_clocks == 9
