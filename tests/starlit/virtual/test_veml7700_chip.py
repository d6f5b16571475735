"""The simulated VEML7700 keeps to its data sheet and application note."""

import pytest

from starlit.virtual.veml7700 import Veml7700Chip, raw_lx

ON_GAIN1_100 = 0x0000
ON_GAIN2_800 = 0x08C0
ON_EIGHTH_25 = 0x1300


class Bench:
    def __init__(self, lx=10.0):
        self.now_us = 0
        self.chip = Veml7700Chip(lambda: self.now_us, lx)

    def word(self, register, value=None):
        if value is None:
            buf = bytearray(2)
            self.chip.read(register, buf)
            return buf[0] | buf[1] << 8
        self.chip.write(register, bytes((value & 0xFF, value >> 8)))
        return value

    def wait_ms(self, ms):
        self.now_us += int(ms * 1000)
        return self


def test_its_words_are_little_endian_and_its_id_is_81():
    assert Bench().word(7) == 0xC481


def test_it_powers_up_shut_down_and_measures_nothing():
    assert Bench().wait_ms(5000).word(4) == 0


@pytest.mark.parametrize(
    ("config", "lx_per_count"), [(ON_GAIN1_100, 0.0672), (ON_GAIN2_800, 0.0042), (0x1000, 0.5376)]
)
def test_a_count_is_worth_what_the_application_note_says(config, lx_per_count):
    bench = Bench(lx=90.0)
    bench.word(0, config)
    bench.wait_ms(1000)
    assert bench.word(4) == pytest.approx(90.0 / 1.0023 / lx_per_count, abs=1)


def test_the_first_value_needs_waking_and_one_integration():
    bench = Bench()
    bench.word(0, ON_GAIN1_100)
    assert bench.wait_ms(102.4).word(4) == 0
    assert bench.wait_ms(0.2).word(4) > 0


def test_a_range_that_is_too_sensitive_saturates():
    bench = Bench(lx=400.0)
    bench.word(0, ON_GAIN2_800)
    assert bench.wait_ms(1000).word(4) == 65535


def test_an_integration_averages_the_light_it_saw():
    bench = Bench(lx=0.0)
    bench.word(0, ON_GAIN1_100)
    bench.wait_ms(52.5).chip.expose(20.0)
    assert bench.wait_ms(50.1).word(4) == pytest.approx(10.0 / 1.0023 / 0.0672, abs=1)


def test_power_saving_stretches_the_refresh():
    bench = Bench(lx=10.0)
    bench.word(3, 0x0001)
    bench.word(0, ON_GAIN1_100)
    bench.wait_ms(110).chip.expose(20.0)
    first = bench.word(4)
    assert bench.wait_ms(580).word(4) == first
    assert bench.wait_ms(30).word(4) == pytest.approx(2 * first, abs=2)


def test_a_long_wait_costs_no_more_than_a_short_one_and_ends_at_the_light_of_now():
    bench = Bench(lx=10.0)
    bench.word(0, ON_EIGHTH_25)
    bench.wait_ms(24 * 3600 * 1000)
    bench.chip.expose(1000.0)
    assert bench.wait_ms(60).word(4) > 400


def test_a_threshold_crossed_shows_until_it_is_read():
    bench = Bench(lx=50.0)
    bench.word(1, 100)
    bench.word(0, ON_GAIN1_100 | 2)
    bench.wait_ms(150)
    assert bench.word(6) == 0x4000
    assert bench.word(6) == 0


@pytest.mark.parametrize("lx", [500, 1000, 5000, 30_000, 120_000])
def test_its_curve_is_the_inverse_of_the_published_correction(lx):
    x = raw_lx(lx)
    assert (((6.0135e-13 * x - 9.3924e-9) * x + 8.1488e-5) * x + 1.0023) * x == pytest.approx(lx)
