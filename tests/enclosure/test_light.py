"""The roof's light: a sheet's share, the roof's, and the factor for a phone at the ridge."""

import math

import pytest
from enclosure import light


def test_a_thicker_sheet_passes_less():
    shares = [light.tau(t, 3.5, 0.02) for t in (0.8, 1.2, 2.0, 3.0)]
    assert shares == sorted(shares, reverse=True)
    assert all(0 < share < 1 for share in shares)


def test_without_absorption_it_is_the_simple_formula():
    assert light.tau(2.0, 3.0, 0) == pytest.approx(1 / 7)
    assert light.tau(2.0, 3.0, 1e-7) == pytest.approx(1 / 7, rel=1e-3)


def test_a_thickness_is_found_back():
    thickness = light.thickness_for(0.11, 3.5, 0.02)
    assert light.tau(thickness, 3.5, 0.02) == pytest.approx(0.11, rel=1e-6)


def test_the_design_is_about_five_per_cent(cad, p):
    got = light.shares(p)
    assert got["transmission"] == pytest.approx(p.light.transmission, rel=0.1)


def test_far_away_a_flat_sheet_is_a_lambert_lamp(cad):
    import numpy as np
    import trimesh

    sheet = trimesh.creation.box((100, 100, 1))
    for _ in range(4):
        sheet = sheet.subdivide()
    far_m = 4.0
    lux = light.illuminance_per_exitance(sheet, np.array((0, 0, 1000 * far_m)))
    assert lux == pytest.approx(0.01 / math.pi / far_m**2, rel=0.01)


def test_a_phone_over_the_ridge_finds_the_transmission_within_five_per_cent(cad, p):
    for above_mm in (50, 75, 100, 150):
        assert light.lux_factor(p, above_mm) == pytest.approx(1.0, abs=0.05)
