"""The numbers that SAFETY.md itself works out come out of the checker's models."""

import pytest

from starlit.check.optics import Frame, Optics, parse_frame
from starlit.check.sound import level_dba, rms_of
from starlit.errors import UserError

POD = Optics(0.05, 0.5, 0.002827)


def frame(*colour):
    return Frame(bytes(colour) * 12, POD)


@pytest.mark.parametrize(("channel", "mlx"), [(0, 0.02), (1, 10), (2, 31)])
def test_one_level_of_a_bare_led_is_as_stated(channel, mlx):
    bare = Optics(1.0, 0.5, 0.002827)
    assert bare.m_of_level[channel] * 1000 / 1.5 == pytest.approx(mlx, rel=0.06)


def test_asleep_red_binds_at_level_20_and_amber_at_11():
    assert frame(20, 0, 0).lum_cd_m2 <= 10 < frame(21, 0, 0).lum_cd_m2
    assert frame(11, 4, 0).lum_cd_m2 <= 10 < frame(13, 5, 0).lum_cd_m2


def test_evening_amber_binds_at_level_71_and_white_at_26():
    assert frame(71, 27, 0).lum_cd_m2 <= 60 < frame(72, 29, 0).lum_cd_m2
    assert frame(26, 26, 26).m_lx <= 1 < frame(27, 27, 27).m_lx


def test_one_white_star_at_level_32_fits_a_child():
    star = Frame(bytes([32, 32, 32]) + bytes(33), POD)
    assert star.m_lx <= 0.10


def test_current_counts_channels_and_idle_leds():
    assert frame(0, 0, 0).current_ma == 12
    assert frame(255, 0, 0).current_ma == 12 * 13


def test_full_scale_and_40_dba():
    assert level_dba(32767, 65) == 65
    assert rms_of(40, 65) == pytest.approx(32767 * 10 ** (-25 / 20))
    assert level_dba(0, 65) < -900


@pytest.mark.parametrize("bad", [None, [], ["000000"] * 11, ["00000"] * 12, ["zz0000"] * 12, 7])
def test_a_frame_that_is_none_is_bad_input(bad):
    with pytest.raises(UserError, match="twelve LEDs"):
        parse_frame(bad, "here")
