"""A night's sky without a pod around it, and its picture."""

import numpy as np
import pytest
from matplotlib import image

from pod import stars
from starlit.cli import run
from starlit.errors import UserError
from starlit.evening import KEEP_MS, Crossing, Evening, levels, parse_crossing
from starlit.views import skyplot


def row(minute):
    return int(minute * 60_000 / KEEP_MS)


def test_the_ritual_fades_only_where_it_is_asked_to():
    fading = levels(Evening(5, 12.2, night=True), 0)
    lit = levels(Evening(5, 12.2), 0)
    assert fading.shape == lit.shape and fading.shape[1:] == (12, 3)
    assert fading[row(11.9) :].max() <= 4 < lit[row(11.9) :].max()
    assert (fading[row(0.2) : row(9.5)] > 0).any(axis=(1, 2)).all()


def test_a_shadow_reaches_its_own_pod_first_and_the_next_four_seconds_later():
    casts = (Crossing("shadow", 1.0, 2),)
    falls = []
    for place in (1, 2, 0):
        with_it = levels(Evening(5, 2, 3, crossings=casts), place).astype(int)
        without = levels(Evening(5, 2, 3), place).astype(int)
        assert (with_it[: row(1.0) - 1] == without[: row(1.0) - 1]).all()
        darker = (without - with_it)[:, :, 0].max(axis=1)
        falls.append(np.flatnonzero(darker >= 4)[0])
    assert falls[0] < falls[1] < falls[2]


@pytest.mark.parametrize("text", ["", "shadow", "shadow@", "comet@1", "star@x", "star@-1",
                                  "star@1/0", "star@1/x", "sun@2"])  # fmt: skip
def test_a_crossing_that_makes_no_sense_is_a_users_error(text):
    with pytest.raises(UserError, match="such as shadow@4/2"):
        parse_crossing(text)


def test_a_crossing_has_a_kind_a_minute_and_a_pod():
    assert parse_crossing("star@2.5/3") == Crossing("star", 2.5, 3)
    assert parse_crossing("farewell@0") == Crossing("farewell", 0, 1)


def test_the_lines_of_a_constellation_join_all_its_stars_and_no_more():
    points = [skyplot.polar(site, height) for site, height, _ in stars.constellation(9, 5)]
    lines = skyplot.tree(points)
    assert len(lines) == len(points) - 1
    assert {end for line in lines for end in line} == set(range(len(points)))


def test_a_picture_is_the_same_for_the_same_night_and_another_for_another(tmp_path, capsys):
    for name, seed in (("a", 4), ("b", 4), ("c", 5)):
        options = ["sky", "--seed", str(seed), "--minutes", "0.5", "--png", str(tmp_path / name)]
        assert run(options) == 0
    assert f"wrote {tmp_path / 'c'}" in capsys.readouterr().out
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b != c
    picture = image.imread(tmp_path / "a", format="png")
    assert picture.shape[0] > 500 and picture.shape[1] > 900
    assert (picture[..., :3].max(axis=2) > 0.5).sum() > 500, "stars and light on a dark ground"


@pytest.mark.parametrize(
    ("option", "value"),
    [("--seed", "-1"), ("--minutes", "0"), ("--pods", "0"), ("--profile", "baby"),
     ("--hour", "0"), ("--with", "moon"), ("--png", "/nowhere/x.png")],
)  # fmt: skip
def test_a_wrong_option_is_one_line_and_exit_code_2(option, value, capsys):
    assert run(["sky", "--minutes", "0.1", option, value]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and said.err.startswith(f"starlit: {option} {value}")
