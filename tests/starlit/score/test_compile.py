"""From a person's score to a pod's numbers."""

import json

import pytest

from pod.scene_state import FLICKER, POINTS, SWEEP, WAVE
from pod.score import DEFAULT, TEXT_MAX, Score
from starlit.errors import UserError
from starlit.score import catalogue
from starlit.score.compile import compile_score, fill_of
from starlit.score.read import parse_score


@pytest.mark.parametrize("name", catalogue.names())
def test_every_score_is_taken_by_a_pod_and_fits(name):
    data = compile_score(catalogue.load(name))
    assert Score(data).name == name
    assert len(json.dumps(data, separators=(",", ":"))) <= TEXT_MAX


def test_a_pod_has_the_default_built_in():
    """tools/build_default_score.py writes it."""
    assert json.loads(DEFAULT) == compile_score(catalogue.load("default"))


def test_there_are_ten_and_each_says_what_it_is():
    scores = [catalogue.load(name) for name in catalogue.TEN]
    assert len({score.title for score in scores}) == 10
    assert all(score.slot and score.about.endswith(".") for score in scores)
    assert any(slot.chance_percent < 100 for score in scores for slot in score.slot)


@pytest.mark.parametrize(
    ("kind", "last", "leds"),
    [
        (WAVE, (100, 0, 0, 0), 12),  # steady on all
        (WAVE, (100, 100, 0, 1), 6),  # half of a wave
        (POINTS, (100, 1, 50, 0), 1),
        (POINTS, (100, 4, 50, 0), 2),  # of four in turn
        (SWEEP, (100, 12, 8, 8), 3),  # a LED, and two half ones each side of two
        (FLICKER, (100, 100, 0, 0), 7.3),  # six in the mean, and its highest
    ],
)
def test_percent_means_the_ring_as_a_whole(kind, last, leds):
    fill = fill_of((kind, 255, 102, 0, 30, 192, 0, 12, 0, 600, 10, 10, *last))
    assert fill / 16 == pytest.approx(leds, abs=1.0 if kind == FLICKER else 0.3)


def test_one_that_is_too_long_says_so():
    cue = '[[cue]]\nname = "c{0}"\nmode = "evening"\nlength_s = 60\n' + (
        '[[cue.light]]\nkind = "glow"\ncolour = "amber"\nlevel_percent = 5\n'
        "attack_s = 8\nrelease_s = 8\n" * 4
    )
    text = 'name = "long"\ntitle = "Long"\nabout = "Too."\n' + "".join(
        cue.replace("{0}", str(k)) for k in range(8)
    )
    with pytest.raises(UserError, match="fewer layers"):
        compile_score(parse_score(text, "long.toml"))


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(UserError, match="campfire"):
        catalogue.find("nonsense")
