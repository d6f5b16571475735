"""The simulated MAX30102 keeps to its data sheet, register by register."""

import pytest

from starlit.virtual.max30102 import Max30102Chip

STATUS, ENABLE, WR, OVF, RD, DATA, FIFO, MODE, OPTICS, RED, IR, SLOTS = (
    0x00, 0x02, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0C, 0x0D, 0x11,
)  # fmt: skip


class Steps:
    """Light of 10,000 in the first sample of a run, one more in each next, at any rate."""

    def __init__(self):
        self.made = 0
        self.level = 10_000.0

    def fill(self, start_us, step_us, count):
        self.made += count
        return [self.level + start_us // step_us + n for n in range(count)]


class Bench:
    def __init__(self):
        self.now_us = 0
        self.chip = Max30102Chip(lambda: self.now_us, Steps())

    def write(self, register, *values):
        self.chip.write(register, bytes(values))

    def read(self, register, count=1):
        buf = bytearray(count)
        self.chip.read(register, buf)
        return buf[0] if count == 1 else bytes(buf)

    def samples(self, count, channels=1):
        data = self.read(DATA, 3 * channels * count)
        return [int.from_bytes(data[i : i + 3], "big") for i in range(0, len(data), 3)]

    def run(self, mode=7, fifo=0x10, optics=0x27, slots=0x02):
        """Infrared at 7.2 mA, 100 conversions a second, 18 bit, rollover."""
        self.write(FIFO, fifo)
        self.write(OPTICS, optics)
        self.write(RED, 36)
        self.write(IR, 36)
        self.write(SLOTS, slots)
        self.write(ENABLE, 0xC0)
        self.write(MODE, mode)
        return self

    def wait_ms(self, ms):
        self.now_us += ms * 1000
        return self


@pytest.fixture
def bench():
    return Bench().run()


def test_it_says_who_it_is(bench):
    assert bench.read(0xFF) == 0x15


def test_power_up_shows_power_ready_once_and_converts_nothing():
    bench = Bench().wait_ms(1000)
    assert bench.read(STATUS) == 0x01
    assert bench.read(STATUS) == 0x00
    assert bench.read(WR, 3) == b"\0\0\0"


def test_reset_restores_every_register_and_clears_itself(bench):
    bench.wait_ms(100)
    bench.write(MODE, 0x40)
    assert bench.read(MODE) == 0
    assert bench.read(IR) == 0
    assert bench.read(WR, 3) == b"\0\0\0"


def test_the_write_pointer_counts_samples_and_wraps(bench):
    assert bench.wait_ms(110).read(WR) == 11
    bench.samples(11)
    assert bench.wait_ms(250).read(WR) == 4
    assert bench.read(RD) == 11


def test_a_burst_over_the_fifo_register_stays_at_it(bench):
    bench.wait_ms(50)
    assert bench.samples(3) == [10_000, 10_001, 10_002]
    assert bench.read(RD) == 3


def test_a_burst_that_begins_before_the_fifo_runs_into_it(bench):
    bench.wait_ms(50)
    data = bench.read(WR, 9)
    assert data[:3] == bytes((5, 0, 0))
    assert [int.from_bytes(data[3:6], "big"), int.from_bytes(data[6:9], "big")] == [10_000, 10_001]


def test_bytes_of_one_sample_may_come_in_two_bursts(bench):
    bench.wait_ms(50)
    assert bench.read(DATA, 2) + bytes([bench.read(DATA)]) == (10_000).to_bytes(3, "big")
    assert bench.samples(1) == [10_001]


def test_moving_the_read_pointer_back_reads_a_sample_again(bench):
    bench.wait_ms(50)
    bench.samples(3)
    bench.write(RD, 1)
    assert bench.samples(2) == [10_001, 10_002]


def test_it_keeps_32_samples_and_with_rollover_the_newest(bench):
    bench.wait_ms(400)
    assert bench.read(OVF) == 8
    assert bench.samples(32) == list(range(10_008, 10_040))


def test_without_rollover_it_keeps_the_oldest():
    bench = Bench().run(fifo=0x00).wait_ms(400)
    assert bench.read(OVF) == 8
    assert bench.samples(32) == list(range(10_000, 10_032))


def test_the_overflow_counter_stops_at_31_and_a_popped_sample_clears_it(bench):
    bench.wait_ms(3000)
    assert bench.read(OVF) == 31
    bench.samples(1)
    assert bench.read(OVF) == 0


def test_an_hour_unread_costs_no_more_than_its_last_32_samples(bench):
    bench.wait_ms(3_600_000)
    bench.samples(32)
    assert bench.chip.source.made == 32


def test_almost_full_comes_at_the_set_fill_and_is_cleared_by_reading():
    bench = Bench().run(fifo=0x1F)
    bench.read(STATUS)
    assert not bench.wait_ms(160).read(STATUS) & 0x80
    assert bench.wait_ms(10).read(STATUS) & 0x80
    assert not bench.read(STATUS) & 0x80


def test_a_flag_that_is_not_enabled_does_not_show():
    bench = Bench().run()
    bench.write(ENABLE, 0)
    bench.read(STATUS)
    assert bench.wait_ms(1000).read(STATUS) == 0


@pytest.mark.parametrize(
    ("optics", "fifo", "per_second"),
    [(0x23, 0x10, 50), (0x2F, 0x50, 100), (0x2F, 0x10, 400), (0x23, 0x70, 6), (0x3F, 0x10, 1000)],
)
def test_rate_and_averaging_set_the_pace(optics, fifo, per_second):
    bench = Bench().run(optics=optics, fifo=fifo)
    count = 0
    for _ in range(1000):
        before = bench.read(WR)
        count += (bench.wait_ms(1).read(WR) - before) & 31
    assert count == per_second


def test_counts_follow_the_led_current_and_the_range(bench):
    bench.wait_ms(10)
    nominal = bench.samples(1)[0]
    bench.write(IR, 72)
    bench.wait_ms(10)
    assert bench.samples(1)[0] == pytest.approx(2 * nominal, abs=3)
    bench.write(OPTICS, 0x47)
    bench.wait_ms(10)
    assert bench.samples(1)[0] == pytest.approx(nominal, abs=3)


def test_samples_before_a_step_of_the_current_keep_the_old_one(bench):
    bench.wait_ms(50)
    bench.write(IR, 72)
    bench.wait_ms(50)
    values = bench.samples(10)
    assert max(values[:5]) < 10_100 and min(values[5:]) > 20_000


def test_the_converter_stops_at_full_scale(bench):
    bench.chip.source.level = 1_000_000.0
    bench.wait_ms(10)
    assert bench.samples(1) == [(1 << 18) - 1]


def test_a_shorter_pulse_has_less_resolution_left_justified():
    bench = Bench().run(optics=0x24).wait_ms(100)
    assert all(value % 8 == 0 for value in bench.samples(10))


def test_two_slots_interleave_their_channels():
    bench = Bench().run(slots=0x21)
    bench.write(RED, 18)
    bench.wait_ms(20)
    assert bench.samples(2, channels=2) == [5000, 10_000, 5000, 10_001]


def test_heart_rate_mode_lights_only_the_red_led():
    bench = Bench().run(mode=2)
    bench.write(IR, 0)
    assert bench.wait_ms(10).samples(1) == [10_000]


def test_shut_down_it_keeps_its_registers_and_converts_nothing(bench):
    bench.write(MODE, 0x87)
    bench.wait_ms(500)
    assert bench.read(WR) == 0
    assert bench.read(IR) == 36


def test_a_temperature_takes_29_ms():
    bench = Bench()
    bench.chip.die_temp_c = -3.25
    bench.write(0x03, 0x02)
    bench.write(0x21, 1)
    assert bench.wait_ms(28).read(0x21) == 1
    assert bench.wait_ms(1).read(0x21) == 0
    assert bench.read(0x01) == 0x02
    assert bench.read(0x1F, 2) == bytes((0xFC, 12))


def test_a_slow_oscillator_stretches_the_samples():
    bench = Bench()
    bench.chip.clock_ppm = 30_000
    bench.run().wait_ms(309)
    assert bench.read(WR) == 30
