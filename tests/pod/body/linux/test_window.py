"""What a hand sets: only after the button was held for 6 s, and only what the core would take."""

import pytest
from tests.pod.body.linux.world import Rig

from pod.body.linux.problem import Problem
from pod.body.linux.window import OPEN_US, Window, give, parsed


def test_the_button_held_for_six_seconds_opens_it_and_it_is_set():
    rig = Rig().start().plug_in()
    rig.press(3500)
    assert not rig.loop.opened
    rig.press(6500)
    assert rig.loop.opened
    rig.loop.setup = parsed(["share_heart=yes", "distance_m=0.6", "dawn=06:30"])
    rig.run(1000)
    config = rig.pod.config
    assert config.share_heart and config.distance_mm == 600 and config.dawn == "06:30"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("colour=red", "there is profile, armed"),
        ("armed=perhaps", "armed=yes or armed=no"),
        ("profile=cat", "neither child nor adult"),
        ("distance_m=9", "from 200 to 1000"),
        ("transmission=thin", "not a number"),
        ("dawn=7", "HH:MM"),
    ],
)
def test_what_the_core_would_refuse_is_refused_here(word, said):
    with pytest.raises(Problem, match=said):
        parsed([word])


def test_an_open_window_takes_it_once(tmp_path):
    window = Window(tmp_path)
    window.open(0)
    taken = []
    give(tmp_path, {"armed": True}, lambda _s: taken.append(window.take(600_000)))
    assert taken == [{"armed": True}]
    assert window.take(2_000_000) is None


def test_a_closed_one_takes_nothing_and_the_file_is_gone_again(tmp_path):
    window = Window(tmp_path)
    with pytest.raises(Problem, match="hold the pod's button for 6 s"):
        give(tmp_path, {"armed": True}, lambda _s: window.take(10**9))
    window.open(0)
    with pytest.raises(Problem):
        give(tmp_path, {"armed": True}, lambda _s: window.take(OPEN_US + 1))
    assert list(tmp_path.iterdir()) == []


def test_what_lay_there_before_is_not_read(tmp_path):
    (tmp_path / "set.json").write_text('{"armed": true}')
    window = Window(tmp_path)
    window.open(0)
    assert window.take(600_000) is None


@pytest.mark.parametrize("text", ["", "[]", "{", '"x"', "\0", '{"a": 1}', '{"calibration": 3}'])
def test_a_torn_file_sets_nothing(tmp_path, text):
    window = Window(tmp_path)
    window.open(0)
    (tmp_path / "set.json").write_text(text)
    assert window.take(600_000) is None
