"""The MAX30102 driver on the simulated chip."""

from array import array

import pytest

from pod.drivers import WrongChip
from pod.drivers.max30102 import NOT_READY, Max30102
from starlit.virtual.i2c import I2CBus
from starlit.virtual.max30102 import Max30102Chip
from starlit.virtual.pulse import NoFinger, Pulse


class Ramp:
    """Light that says when it was seen: 60,000 plus the milliseconds / 10, modulo 10,000."""

    def fill(self, start_us, step_us, count):
        return [60_000 + (start_us + i * step_us) // 10_000 % 10_000 for i in range(count)]


class Rig:
    def __init__(self, source):
        self.now_us = 0
        self.chip = Max30102Chip(lambda: self.now_us, source)
        self.bus = I2CBus()
        self.bus.attach(0x57, self.chip)
        self.driver = Max30102(self.bus)
        self.out = array("i", [0] * 64)

    def wait_ms(self, ms):
        self.now_us += ms * 1000

    def read(self, room=64):
        return list(self.out[: self.driver.read(self.out, 0, room)])

    def read_for(self, seconds, every_ms=120):
        values = []
        for _ in range(int(seconds * 1000 / every_ms)):
            self.wait_ms(every_ms)
            values += self.read()
        return values

    def touched(self):
        self.driver.start()
        self.wait_ms(400)
        self.read()
        assert self.driver.touched
        return self


@pytest.fixture
def rig():
    return Rig(Ramp()).touched()


def test_a_constructed_driver_has_touched_nothing():
    rig = Rig(Ramp())
    assert rig.bus.transfers == 0


def test_only_the_infrared_led_ever_gets_current(rig):
    assert rig.chip._regs[0x0C] == 0
    assert rig.chip._regs[0x0D] == 36


def test_another_part_id_is_named(rig):
    rig.chip.part_id = 0x11
    with pytest.raises(WrongChip, match="no MAX30102 at 0x57: part id 0x11"):
        rig.driver.start()


def test_an_absent_chip_is_an_oserror():
    with pytest.raises(OSError):
        Max30102(I2CBus()).start()


def test_a_touched_sensor_gives_100_samples_a_second(rig):
    assert len(rig.read_for(12)) == 1200


def test_samples_come_in_order_and_once(rig):
    values = rig.read_for(5)
    assert values == list(range(values[0], values[0] + len(values)))


def test_a_poll_moves_at_most_what_has_room_and_keeps_the_rest(rig):
    rig.wait_ms(200)
    first, rest = rig.read(room=5), rig.read()
    assert len(first) == 5 and len(rest) == 15
    assert rest[0] == first[-1] + 1
    assert rig.driver.lost == 0


def test_a_full_fifo_is_not_taken_for_an_empty_one(rig):
    rig.wait_ms(320)
    assert len(rig.read()) == 32
    assert rig.driver.lost == 0


@pytest.mark.parametrize("pushes_read_pointer", [True, False])
@pytest.mark.parametrize("late_ms", [330, 400, 500, 620])
def test_an_overflow_is_accounted_sample_by_sample(rig, late_ms, pushes_read_pointer):
    rig.chip._fifo.pushes_read_pointer = pushes_read_pointer
    before = rig.read_for(1.2)[-1]
    rig.wait_ms(late_ms)
    values = rig.read()
    assert values[0] == before + rig.driver.lost + 1
    assert values == list(range(values[0], values[0] + len(values)))
    assert rig.driver.lost + len(values) == late_ms // 10


def test_a_saturated_counter_is_said_to_be_one(rig):
    rig.wait_ms(5000)
    rig.read()
    assert rig.driver.saturated
    assert rig.driver.lost >= 31


def test_the_poll_after_an_overflow_is_whole_again(rig):
    rig.wait_ms(5000)
    last = rig.read()[-1]
    rig.wait_ms(100)
    assert rig.read() == list(range(last + 1, last + 11))
    assert rig.driver.lost == 0


@pytest.mark.parametrize("after_bytes", [0, 1, 3, 16, 29])
def test_a_burst_broken_off_is_read_again_without_loss(rig, after_bytes):
    last = rig.read_for(1.2)[-1]
    rig.wait_ms(100)
    rig.bus.readfrom_mem_into = _break_fifo_once(rig.bus, after_bytes)
    with pytest.raises(OSError):
        rig.read()
    rig.wait_ms(20)
    assert rig.read() == list(range(last + 1, last + 13))
    assert rig.driver.lost == 0


def _break_fifo_once(bus, after_bytes):
    whole = I2CBus.readfrom_mem_into.__get__(bus)

    def read(addr, register, buf):
        if register == 7:
            bus.readfrom_mem_into = whole
            bus.break_next_read(after_bytes)
        whole(addr, register, buf)

    return read


def test_samples_overwritten_after_a_broken_burst_are_counted_as_lost(rig):
    last = rig.read_for(1.2)[-1]
    rig.wait_ms(250)
    rig.bus.readfrom_mem_into = _break_fifo_once(rig.bus, 60)
    with pytest.raises(OSError):
        rig.read()
    rig.wait_ms(200)
    values = rig.read()
    assert rig.driver.lost == 20
    assert values[0] == last + 21
    assert values == list(range(values[0], values[0] + len(values)))


def test_a_chip_that_lost_its_settings_is_an_oserror(rig):
    rig.chip.power_cycle()
    rig.wait_ms(100)
    with pytest.raises(OSError):
        rig.read()


def test_untouched_it_rests_at_a_small_current_and_gives_nothing():
    rig = Rig(NoFinger())
    rig.driver.start()
    assert rig.read_for(10, every_ms=250) == []
    assert rig.driver.led == 4
    assert rig.driver.arrived > 0


def test_a_touch_brings_samples_within_half_a_second():
    rig = Rig(NoFinger())
    rig.driver.start()
    rig.read_for(5, every_ms=250)
    rig.chip.source = Pulse()
    assert len(rig.read_for(0.75, every_ms=250)) >= 25


def test_a_lifted_finger_is_shown_for_a_second_and_then_it_rests(rig):
    rig.chip.source = NoFinger()
    values = rig.read_for(3)
    assert 80 <= len(values) <= 130
    assert max(values) < 1000
    assert not rig.driver.touched


@pytest.mark.parametrize("dc", [25_000, 35_000, 100_000, 170_000, 230_000])
def test_the_current_brings_a_finger_into_range(dc):
    rig = Rig(Pulse(dc=dc)).touched()
    rig.read_for(3)
    values = rig.read_for(2)
    assert min(values) >= 50_000 and max(values) <= 180_000


def test_a_dazzled_sensor_finds_back_into_range():
    rig = Rig(Pulse(dc=900_000)).touched()
    rig.read_for(4)
    assert max(rig.read_for(1)) < 180_000


def test_a_step_of_the_current_is_told_and_its_mixed_samples_are_lost():
    rig = Rig(Pulse(dc=30_000)).touched()
    for _ in range(20):
        rig.wait_ms(120)
        before = rig.read()
        if rig.driver.stepped:
            break
    assert rig.driver.stepped
    assert rig.driver.lost == 2
    assert len(before) == 10
    assert min(before) > 90_000
    rig.wait_ms(120)
    rig.read()
    assert not rig.driver.stepped and rig.driver.lost == 0


def test_a_normal_finger_never_makes_the_current_move(rig):
    rig = Rig(Pulse()).touched()
    for _ in range(500):
        rig.wait_ms(120)
        rig.read()
        assert not rig.driver.stepped and rig.driver.lost == 0


@pytest.mark.parametrize("celsius", [-12.5, 0.0, 24.0625, 45.0])
def test_the_die_temperature_comes_in_sixteenths_after_29_ms(rig, celsius):
    rig.chip.die_temp_c = celsius
    rig.driver.start_temperature()
    assert rig.driver.temperature_c16() == NOT_READY
    rig.wait_ms(29)
    assert rig.driver.temperature_c16() == celsius * 16


def test_stopped_it_converts_nothing(rig):
    rig.driver.stop()
    rig.wait_ms(300)
    assert rig.read() == []
