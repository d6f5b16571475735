"""The ten through the guard: it has next to nothing to hold, and `starlit check` nothing to say."""

from functools import cache

import pytest

from starlit.score import catalogue
from starlit.score.compile import compile_score
from starlit.score.judge import judge
from starlit.score.measure import BAR, measure
from starlit.score.read import parse_score

pytestmark = pytest.mark.slow


@cache
def played(name):
    return measure(compile_score(catalogue.load(name)), profile="adult", keep=True)


@pytest.mark.parametrize("name", catalogue.names())
def test_the_guard_leaves_it_as_it_is(name):
    for one in played(name):
        assert one.frames > 100 and one.frame_share >= BAR, one.to_dict()
        assert one.block_share >= BAR, one.to_dict()


@pytest.mark.parametrize("name", catalogue.TEN)
def test_it_shows_and_ends_dark(name):
    for one in played(name):
        if one.mode != "dawn":
            assert any(map(any, one.shown)) and not any(one.shown[-1])


def test_a_score_that_leans_on_the_guard_is_found_out():
    """Four sweeps across each other: each keeps its rules, and together they flicker."""
    sweep = (
        '[[cue.light]]\nkind = "flicker"\ncolour = "candle"\nlevel_percent = 25\nperiod_s = 2\n'
        "attack_s = 10\nrelease_s = 10\n"
    )
    text = (
        'name = "busy"\ntitle = "Busy"\nabout = "Too much."\n[[cue]]\nname = "busy"\n'
        'mode = "evening"\nlength_s = 40\n' + sweep * 4
    )
    one = measure(compile_score(parse_score(text, "busy")), profile="adult")[0]
    assert one.frame_share < BAR and not one.ok


def test_an_evening_and_a_night_of_it_pass_the_checker():
    report = judge(compile_score(catalogue.load("lighthouse")))
    assert report.ok, [violation.line() for violation in report.violations]
    assert report.frames > 1000 and report.blocks > 1000
