"""A score that is wrong is one line: where, what, and what to do."""

import pytest

from starlit.errors import UserError
from starlit.score.lines import line_of, places
from starlit.score.read import parse_score

GOOD = """\
name = "mine"
title = "Mine"
about = "A test."

[[cue]]
name = "soft"
mode = "asleep"
length_s = 20

[[cue.light]]
kind = "glow"
colour = "amber"
level_percent = 30
attack_s = 8
release_s = 8

[[cue.sound]]
kind = "hum"
level_percent = 8
attack_s = 8
release_s = 8

[[slot]]
cue = "soft"
after_min = 75
within_min = 30
every_min = 60
times = 6
"""

WRONG = [
    ('name = "mine"', 'name = "Mine!"', 1, "use 1 to 32 of a-z"),
    ('mode = "asleep"', 'mode = "aslepe"', 7, "give evening, asleep or dawn"),
    ("length_s = 20", "length_s = 20000", 8, "give at most 1800"),
    ("length_s = 20", "length_s = 201", 8, "200 s at most"),
    ("length_s = 20", "length_s = 20.05", 8, "finer than a tenth"),
    ("length_s = 20", "length_s = 15", 14, "shorten them"),
    ('kind = "glow"', 'kind = "glitter"', 10, "one of glow, wave, points, sweep, flicker"),
    ('colour = "amber"', 'colour = "teal"', 12, "#rrggbb or one of ember"),
    ('colour = "amber"', 'colour = "sea"', 12, "no blue"),
    ("level_percent = 30", "level_percent = 130", 13, "give at most 100"),
    ("level_percent = 30", "level_percent = 30.5", 13, "give a whole number"),
    ("level_percent = 30", "level_procent = 30", 13, "did you mean level_percent?"),
    ("attack_s = 8\nrelease_s = 8\n\n[[cue.s", "release_s = 8\n\n[[cue.s", 10, "add it"),
    ("attack_s = 8\nrelease_s = 8\n\n[[cue.sound]]", "attack_s = 2\nrelease_s = 8\n\n[[cue.sound]]",
     14, "give attack_s at least 6.0"),
    ('kind = "hum"', 'kind = "drum"', 18, "give pink"),
    ("level_percent = 8", "level_percent = 40", 20, "sound in sleep rises 1 % in 0.75 s"),
    ('cue = "soft"', 'cue = "hard"', 24, "this score has soft"),
    ("times = 6", "times = 11", 28, "the dose has 200"),
    ("every_min = 60\ntimes = 6", "times = 6", 27, "needs every_min"),
    ("after_min = 75", "after_min = 5", 25, "15 min after the goodnight or later"),
    ("after_min = 75", "after_min = 800", 25, "840 min"),
    ('after_min = 75', 'after_min = 75\nsince = "dawn"', 26, "a dawn cue has slots since"),
    ("[[slot]]", "[[slot]", 23, "not TOML"),
]  # fmt: skip


def test_a_good_score_is_read():
    score = parse_score(GOOD, "mine.toml")
    assert score.find("soft").light[0].colour == (255, 102, 0)


@pytest.mark.parametrize(("old", "new", "line", "says"), WRONG, ids=lambda v: str(v)[:24])
def test_a_mistake_points_at_its_line_and_says_what_to_do(old, new, line, says):
    assert old in GOOD
    with pytest.raises(UserError) as caught:
        parse_score(GOOD.replace(old, new, 1), "mine.toml")
    said = str(caught.value)
    assert said.startswith(f"mine.toml:{line}: ") and says in said
    assert "\n" not in said


def test_two_layers_of_one_sound_are_refused():
    again = '[[cue.sound]]\nkind = "hum"\nlevel_percent = 1\nattack_s = 8\nrelease_s = 8\n[[slot]]'
    with pytest.raises(UserError, match="one of a kind"):
        parse_score(GOOD.replace("[[slot]]", again), "mine.toml")


def test_a_swell_that_is_too_fast_is_refused_with_the_period_that_would_do():
    fast = "level_percent = 30\nperiod_s = 6\ndepth_percent = 80"
    with pytest.raises(UserError, match="give period_s at least"):
        parse_score(GOOD.replace("level_percent = 30", fast), "mine.toml")


def test_an_evening_slot_ends_with_the_ritual():
    text = GOOD.replace('"asleep"', '"evening"').replace("after_min = 75", "after_min = 9")
    text = text.replace("every_min = 60\ntimes = 6\n", "")
    text = text.replace("within_min = 30", "within_min = 1")
    with pytest.raises(UserError, match="the ritual has 10"):
        parse_score(text, "mine.toml")


def test_lines_are_found_through_tables_of_tables():
    found = places(GOOD)
    assert line_of(("cue", 0, "light", 0, "attack_s"), found) == 14
    assert line_of(("cue", 0, "sound", 0, "nothing"), found) == 17
    assert line_of(("slot", 0, "times"), found) == 28
    assert line_of(("nothing",), found) == 1
