"""What a phone reads becomes a calibration on the safe side, or a line that says what is wrong."""

from math import log10, pi

import pytest

from pod.config import LIMITS, Config
from pod.guard.sound import SoundGuard
from starlit.calibrate import (
    candela,
    from_light,
    from_sound,
    full_scale_dba,
    lamp_frame,
    present,
    tone_rms,
    words,
)
from starlit.cli import run
from starlit.errors import UserError

LAMP_CD = 12 * (36 * 0.40 + 10 * 0.69) / 255


def config(**fields):
    made = Config()
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def lux_of(share, at_mm, light_cd=LAMP_CD, area_m2=0.002827):
    """What a phone would read of a lamp behind a diffuser that passes `share`."""
    return share * light_cd / ((at_mm / 1000) ** 2 + area_m2 / pi)


# -- light -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ("child", "adult"))
def test_the_lamp_is_known_to_the_level(profile):
    frame = lamp_frame(config(profile=profile))
    assert frame == bytes([36, 10, 0] * 12)
    assert candela(frame) == pytest.approx(LAMP_CD) == pytest.approx(1.0024, abs=1e-4)


@pytest.mark.parametrize("share", (0.021, 0.05, 0.123456, 0.49))
@pytest.mark.parametrize("at_mm", (50, 100, 300, 1000))
def test_what_was_measured_is_what_passes_rounded_up(share, at_mm):
    measured = from_light(config(), lux_of(share, at_mm), at_mm)
    ppm = measured.proposed["transmission_ppm"]
    assert share * 1e6 - 1e-3 <= ppm <= share * 1e6 + 1
    assert measured.value == pytest.approx(share)


def test_a_lamp_that_the_present_calibration_dims_is_reckoned_with():
    bright = config(transmission_ppm=500_000, distance_mm=200)
    light_cd = candela(lamp_frame(bright))
    assert 0 < light_cd < LAMP_CD / 5
    measured = from_light(bright, lux_of(0.06, 100, light_cd), 100)
    assert measured.value == pytest.approx(0.06)


def test_far_away_the_inverse_square_is_enough_and_near_it_is_not():
    far, near = from_light(config(), 0.05, 1000), from_light(config(), 4.6, 100)
    assert far.value == pytest.approx(0.05 * 1.0 / LAMP_CD, rel=0.001)
    assert near.value == pytest.approx(1.09 * 4.6 * 0.01 / LAMP_CD, rel=0.001)


def test_the_pillows_distance_goes_with_it():
    measured = from_light(config(), 4.6, 100, 620)
    assert measured.proposed == {"transmission_ppm": 50_022, "distance_mm": 620}


@pytest.mark.parametrize(
    ("lux", "at_mm", "pillow_mm", "says"),
    (
        (0.5, 100, None, "2 to 50 % is allowed"),
        (100, 100, None, "passes 109 %"),
        (4.6, 20, None, "--at-mm 20: give 50 to 1000 mm"),
        (0, 100, None, "--lux 0: give"),
        (float("nan"), 100, None, "--lux nan"),
        (float("inf"), 100, None, "--lux inf"),
        (4.6, float("nan"), None, "--at-mm nan"),
        (4.6, 100, 1001, "--pillow-mm 1001: give 200 to 1000 mm"),
        (4.6, 100, 100, "--pillow-mm 100"),
    ),
)
def test_what_safety_does_not_allow_is_one_line(lux, at_mm, pillow_mm, says):
    with pytest.raises(UserError, match=says) as error:
        from_light(config(), lux, at_mm, pillow_mm)
    assert "\n" not in str(error.value)


# -- sound -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ("child", "adult"))
def test_the_tone_is_known_and_under_the_cap(profile):
    made = config(profile=profile)
    cap = SoundGuard(made).cap
    assert 0.58 * cap < tone_rms(made) < 0.62 * cap


@pytest.mark.parametrize("full_scale", (52.0, 57.3, 60.01, 65.0))
@pytest.mark.parametrize("sound_cal_db", LIMITS["sound_cal_db"])
@pytest.mark.parametrize("at_mm", (100, 500, None))
def test_a_reading_gives_the_full_scale_rounded_up(full_scale, sound_cal_db, at_mm):
    made = config(sound_cal_db=sound_cal_db)
    at_pillow = full_scale + 20 * log10(tone_rms(made) / 32767)
    reading = at_pillow + 20 * log10(500 / (at_mm or 500))
    measured = from_sound(made, reading, at_mm)
    assert measured.value == pytest.approx(full_scale)
    assert full_scale - 1e-3 <= measured.proposed["sound_cal_db"] < full_scale + 1


def test_a_meter_nearer_by_half_reads_six_decibels_more():
    nearer, farther = (full_scale_dba(50, at_mm, 500, 1000) for at_mm in (250, 500))
    assert farther - nearer == pytest.approx(6.02, abs=0.01)


@pytest.mark.parametrize(
    ("dba", "says"), ((10, "52 to 65 is allowed"), (60, "52 to 65"), (float("nan"), "--dba nan"))
)
def test_a_level_that_the_hardware_cannot_give_is_one_line(dba, says):
    with pytest.raises(UserError, match=says):
        from_sound(config(), dba)


# -- what the pod says, and words ------------------------------------------------------------------

TOLD = {"transmission_ppm": 60000, "distance_mm": 700, "sound_cal_db": 61}


def test_the_present_calibration_is_the_pods_own_word():
    made = present({"profile": "adult", "calibration": TOLD})
    assert made.profile == "adult" and made.calibration() == TOLD


@pytest.mark.parametrize(
    "state",
    (
        {}, {"profile": "child"}, {"profile": "teen", "calibration": TOLD},
        {"profile": "child", "calibration": {}},
        {"profile": "child", "calibration": {**TOLD, "transmission_ppm": "x"}},
        {"profile": "child", "calibration": {**TOLD, "distance_mm": 9999}},
    ),
)  # fmt: skip
def test_a_pod_that_does_not_say_it_is_not_guessed_at(state):
    with pytest.raises(UserError):
        present(state)


def test_a_calibration_in_words():
    assert words(TOLD) == "transmission 6 %, pillow at 700 mm, full scale 61 dBA"


@pytest.mark.parametrize("what", ("light", "sound"))
def test_with_nothing_running_it_says_what_to_start(capsys, monkeypatch, tmp_path, what):
    monkeypatch.setenv("STARLIT_HOME", str(tmp_path))
    assert run(["calibrate", what, "--pod", "pod-1", "--at-mm", "100"]) == 2
    assert "no cottage home is up" in capsys.readouterr().err
