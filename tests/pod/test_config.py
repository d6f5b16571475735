"""A configuration is validated once, and a bad value is named."""

import pytest

import pod
from pod.config import LIMITS, Config, ConfigError, is_name, parse_hhmm


def test_the_default_is_a_childs_pod_that_is_unarmed_and_shares_nothing():
    config = Config().check()
    assert (config.profile, config.armed, config.share_heart, config.dawn) == (
        "child",
        False,
        False,
        None,
    )


@pytest.mark.parametrize("name", LIMITS)
def test_each_number_has_its_bounds(name):
    low, high = LIMITS[name]
    for value, good in (
        (low, True),
        (high, True),
        (low - 1, False),
        (high + 1, False),
        (1.5, False),
        (None, False),
    ):
        config = Config()
        setattr(config, name, value)
        if good:
            config.check()
        else:
            with pytest.raises(ConfigError, match=name):
                config.check()


def test_safetys_bounds_of_a_calibration():
    assert LIMITS["transmission_ppm"][0] >= 20_000
    assert LIMITS["distance_mm"][1] <= 1000
    assert LIMITS["area_mm2"][0] >= 2800


@pytest.mark.parametrize("text", ("00:00", "06:30", "23:59"))
def test_a_time_of_day(text):
    assert parse_hhmm(text) == int(text[:2]) * 60 + int(text[3:])


@pytest.mark.parametrize(
    "text",
    (
        "24:00",
        "6:30",
        "06:60",
        "-1:00",
        "06:-1",
        "0630",
        "",
        None,
        390,
        "06:30:00",
    ),
)
def test_what_is_no_time_of_day(text):
    with pytest.raises(ConfigError):
        parse_hhmm(text)


@pytest.mark.parametrize("text", ("pod-1", "a", "x" * 32, "kid_s"))
def test_a_name(text):
    assert is_name(text)


@pytest.mark.parametrize("text", ("", "x" * 33, "Pod", "a/b", "a b", "ä", "#", "+", None, 3, ["a"]))
def test_what_is_no_name(text):
    assert not is_name(text)


def test_a_change_is_taken_whole_or_not_at_all():
    config = Config()
    config.change({"profile": "adult", "calibration": {"distance_mm": 700}})
    assert (config.profile, config.distance_mm) == ("adult", 700)
    with pytest.raises(ConfigError):
        config.change({"profile": "child", "calibration": {"distance_mm": 5000}})
    assert (config.profile, config.distance_mm) == ("adult", 700)


@pytest.mark.parametrize("text", ("+6:30", " 6:30"))
def test_a_sign_or_a_space_is_no_digit(text):
    with pytest.raises(ConfigError):
        parse_hhmm(text)


def test_a_pod_says_the_version_that_its_program_has():
    """What `starlit update` waits for, and what refuses an older program."""
    assert Config().firmware == pod.__version__
