"""The VEML7700 driver on the simulated chip."""

import pytest

from pod.drivers import WrongChip
from pod.drivers.veml7700 import Veml7700, corrected_lx
from starlit.virtual.i2c import I2CBus
from starlit.virtual.veml7700 import Veml7700Chip


class Rig:
    def __init__(self, lx):
        self.now_us = 0
        self.chip = Veml7700Chip(lambda: self.now_us, lx)
        self.bus = I2CBus()
        self.bus.attach(0x10, self.chip)
        self.driver = Veml7700(self.bus)
        self.driver.start(0)

    def settle(self, seconds=6.0):
        """The last value of some seconds, read whenever the driver has something new."""
        value = -1
        end_us = self.now_us + int(seconds * 1e6)
        while self.now_us < end_us:
            self.now_us += self.driver.wait_ms * 1000
            mlx = self.driver.read_mlx(self.now_us // 1000)
            value = mlx if mlx >= 0 else value
        return value


@pytest.mark.parametrize("lx", [0.05, 0.3, 1.0, 5.0, 40.0, 100.0])
def test_a_dim_room_is_read_to_one_percent_or_one_count(lx):
    assert Rig(lx).settle() == pytest.approx(lx * 1000, rel=0.012, abs=4.3)


@pytest.mark.parametrize("lx", [1200, 3000, 10_000, 40_000, 100_000, 120_000])
def test_bright_light_is_corrected_to_one_percent(lx):
    assert Rig(lx).settle() == pytest.approx(lx * 1000, rel=0.01)


def test_darkness_is_zero_and_not_unknown():
    assert Rig(0.0).settle() == 0


def test_a_value_is_unknown_while_it_integrates():
    rig = Rig(5.0)
    assert rig.driver.read_mlx(0) == -1
    rig.now_us = 100_000
    assert rig.driver.read_mlx(100) == -1
    rig.now_us = 113_000
    assert rig.driver.read_mlx(113) == pytest.approx(5000, rel=0.01)


def test_a_lamp_switched_on_never_shows_a_clipped_value():
    rig = Rig(0.05)
    rig.settle()
    rig.chip.expose(20_000)
    rig.now_us += 800_000
    seen = []
    for _ in range(20):
        rig.now_us += rig.driver.wait_ms * 1000
        seen.append(rig.driver.read_mlx(rig.now_us // 1000))
    # One integration holds both lights; no value is the clipped full scale of a range.
    assert seen[-1] == pytest.approx(20_000_000, rel=0.01)
    assert all(mlx == -1 or mlx > 1_000_000 for mlx in seen[1:])


def test_a_lit_room_is_read_every_100_ms_and_a_dark_one_slowly():
    lit, dark = Rig(5.0), Rig(0.02)
    lit.settle()
    dark.settle()
    assert lit.driver.wait_ms == 100
    assert dark.driver.wait_ms == 800


def test_steady_light_never_makes_the_range_hunt():
    for lx in (0.05, 0.6, 0.84, 1.7, 3.4, 336, 700, 1400, 2800, 5000):
        rig = Rig(lx)
        rig.settle(10)
        ranges = set()
        for _ in range(30):
            rig.settle(0.5)
            ranges.add(rig.driver._range)
        assert len(ranges) == 1, lx


def test_another_chip_is_named():
    rig = Rig(5.0)
    rig.chip.id_word = 0x1234
    with pytest.raises(WrongChip, match="no VEML7700 at 0x10: id 0x34"):
        rig.driver.start(0)


def test_an_absent_chip_is_an_oserror():
    with pytest.raises(OSError):
        Veml7700(I2CBus()).start(0)


def test_the_correction_keeps_to_the_application_note_and_to_31_bits():
    for x in range(1000, 23_301, 7):
        exact = (((6.0135e-13 * x - 9.3924e-9) * x + 8.1488e-5) * x + 1.0023) * x
        assert corrected_lx(x) == pytest.approx(exact, rel=0.002)
        assert max(43331 * x, corrected_lx(x) * 1000) < 1 << 30


def test_the_clock_may_wrap_while_it_integrates():
    rig = Rig(5.0)
    late = (1 << 30) - 50
    rig.driver.start(late)
    assert rig.driver.read_mlx(late + 20) == -1
    rig.now_us = 200_000
    assert rig.driver.read_mlx(150) > 0
