"""The estimate of warmth behaves like warmth."""

import pytest
from enclosure import thermal


def test_convection_and_radiation_have_textbook_sizes():
    assert 3 < thermal.convection_w_per_m2k(40, 30, 0.06) < 8
    assert 5 < thermal.radiation_w_per_m2k(40, 30) < 6.5


def test_a_warmer_house_gives_off_its_power():
    area, height = 0.02, 0.06
    warm = thermal.surface_c(2.0, area, height)
    h = thermal.convection_w_per_m2k(warm, 30, height) + thermal.radiation_w_per_m2k(warm, 30)
    assert h * area * (warm - 30) == pytest.approx(2.0, rel=1e-6)


def test_two_watts_stay_under_the_limit_and_twenty_do_not(cad, p):
    assert thermal.estimate(p, 2.0)["surface_c"] < thermal.LIMIT_C
    assert thermal.estimate(p, 20.0)["surface_c"] > thermal.LIMIT_C
