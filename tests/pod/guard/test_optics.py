"""The integer optics are SAFETY's formulas."""

import random

import pytest
from tests.pod.guard.safety_reference import CAP_L, CAP_M, MODES, optics_of

from pod.config import Config
from pod.guard import limits, modes, optics


def test_a_frame_weighs_what_the_formulas_say():
    m_of, l_of = optics_of(Config())
    rng = random.Random(7)
    for _ in range(50):
        frame = bytes(rng.randrange(256) for _ in range(36))
        assert optics.weighted(frame, optics.WEIGHT_M) / limits.LX == pytest.approx(
            m_of(frame), rel=2e-5
        )
        assert optics.weighted(frame, optics.WEIGHT_L) / limits.CD == pytest.approx(
            l_of(frame), rel=1e-4
        )


def test_safetys_own_example_of_one_led_at_level_one():
    bare = optics_of(_calibrated(1_000_000, 500, 2827))[0]
    for channel, mlx in ((0, 0.02), (1, 10), (2, 31)):
        frame = bytearray(36)
        frame[channel] = 1
        assert bare(frame) / 1.5 * 1000 == pytest.approx(mlx, rel=0.12)


def test_safetys_own_levels_for_all_twelve_leds():
    m_of, l_of = optics_of(Config())
    assert l_of(bytes([20, 0, 0] * 12)) <= 10 < l_of(bytes([21, 0, 0] * 12))
    assert l_of(bytes([11, 4, 0] * 12)) <= 10
    assert m_of(bytes([26] * 36)) <= 1 < m_of(bytes([27] * 36))


@pytest.mark.parametrize("transmission_ppm", (20000, 50000, 500000))
@pytest.mark.parametrize("distance_mm", (200, 500, 1000))
@pytest.mark.parametrize("area_mm2", (2800, 2827, 20000))
def test_a_calibration_scales_the_limits_and_everything_stays_below_31_bits(
    transmission_ppm, distance_mm, area_mm2
):
    config = _calibrated(transmission_ppm, distance_mm, area_mm2)
    config.profile = "adult"
    m_of, l_of = optics_of(config)
    frame = bytes([3, 2, 1] * 12)
    m_unit = m_of(frame) / optics.weighted(frame, optics.WEIGHT_M)
    l_unit = l_of(frame) / optics.weighted(frame, optics.WEIGHT_L)
    for number, mode in enumerate(modes.table(config)):
        assert mode.cap_m * m_unit <= CAP_M[MODES[number]] * 1.00001
        assert mode.cap_l * l_unit <= CAP_L[MODES[number]] * 1.00001
        assert 0 < mode.turn_m <= mode.cap_m < 1 << 30
        assert mode.rise > 0 and mode.cap_l + mode.rise < 1 << 31
    assert optics.weighted(bytes([255] * 36), optics.WEIGHT_M) < 1 << 30


def _calibrated(transmission_ppm, distance_mm, area_mm2):
    config = Config()
    config.transmission_ppm = transmission_ppm
    config.distance_mm = distance_mm
    config.area_mm2 = area_mm2
    return config
