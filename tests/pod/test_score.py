"""The score: checked at its edge, planned by seed, kept through reboots, and it lights nothing."""

import json
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pod.pod_on_a_bench import PodOnABench

from pod import io, jsontext
from pod.config import ConfigError
from pod.guard import limits
from pod.scene_state import WORDS
from pod.score import AT_DAWN, BY_CHANCE, DEFAULT, GOODNIGHT, TEXT_MAX, Score, Scores

GLOW = [0, 255, 102, 0, 30, 192, 0, 12, 0, 200, 80, 80, 100, 0, 0, 0]
DESIRED = "pod/pod-1/set/desired"


def score(name="mine", lights=(GLOW,), sounds=(), slots=(), mode=limits.ASLEEP, length=200):
    cue = ["soft", mode, length, 0, [list(row) for row in lights], [list(row) for row in sounds]]
    return [1, name, [cue], [list(row) for row in slots]]


class Store(dict):
    def keep(self, record):
        self[record[0]] = record[1]


# -- the edge ----------------------------------------------------------------------------------


def test_a_score_in_bounds_is_taken():
    assert Score(score()).find("soft").duration_ms == 20_000
    assert Score(json.loads(DEFAULT)).name == "default"


@pytest.mark.parametrize(
    "bad",
    [
        None, 7, "other", [], [1, "x", []], {"v": 1},
        [2, *score()[1:]],
        score(name="Mine!"),
        score(lights=[GLOW[:-1]]),
        score(lights=[[*GLOW[:4], 101, *GLOW[5:]]]),
        score(lights=[[*GLOW[:4], True, *GLOW[5:]]]),
        score(lights=[[*GLOW[:4], 30.5, *GLOW[5:]]]),
        score(lights=[[*GLOW[:12], 19, *GLOW[13:]]]),
        score(lights=[GLOW] * 5),
        score(sounds=[[1, 10, 0, 200, 4, 4]]),
        score(slots=[[1, 0, 750, 0, 1, 1, 100, 1]]),
        score(slots=[[0, 0, 750, 0, 10, 20, 100, 1], [0, 0, 900, 0, 10, 1, 100, 1]]),
        score(length=18001),
        score(sounds=[[16, 10, 0, 200, 5, 4]]),
        [1, "x", [score()[2][0]] * 9, []],
    ],
)  # fmt: skip
def test_what_is_malformed_or_too_much_is_refused(bad):
    with pytest.raises(ConfigError):
        Score(bad)


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-(1 << 40), 1 << 40), st.floats(), st.text(max_size=5),
    st.just([]), st.just({}), st.just([[[]]]),
)  # fmt: skip


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.integers(0, 30), max_size=4), JUNK)
def test_no_change_of_a_score_does_more_than_be_refused(path, junk):
    data = json.loads(DEFAULT)
    at, key = [data], 0
    for step in path:
        if isinstance(at[key], list) and at[key]:
            at, key = at[key], step % len(at[key])
    at[key] = junk
    scores = Scores({})
    try:
        scores.hand_down(at[key] if at is data else data)
        scores.change(Store())
    except ConfigError:
        assert scores.tonight is scores.own
        return
    seed = 5
    for begin in (GOODNIGHT, AT_DAWN):
        for ms, cue, _ in scores.tonight.plan(begin, seed):
            assert ms >= 0 and scores.tonight.cues[cue]
    light = array("i", [0] * WORDS)
    for cue in scores.tonight.cues:
        cue.begin(PodOnABench().config, 3)
        for t_ms in range(0, cue.duration_ms, cue.duration_ms // 7 + 1):
            cue.draw(light, t_ms, 4096, False)
    assert all(0 <= value < 1 << 30 for value in light)


def test_a_score_that_is_too_long_for_desired_state_is_refused():
    data = score(lights=[GLOW] * 4)
    data[2] = [[f"c{k}", *data[2][0][1:]] for k in range(8)]
    assert len(jsontext.dumps(data)) > TEXT_MAX
    with pytest.raises(ConfigError):
        Scores({}).hand_down(data)


# -- the plan ----------------------------------------------------------------------------------

SLOTS = [[0, 0, 750, 400, 600, 6, 50, 1]]


def test_slots_are_fixed_by_score_and_seed_and_nothing_else():
    plan = Score(score(slots=SLOTS)).plan(GOODNIGHT, 5)
    assert plan == Score(score(slots=SLOTS)).plan(GOODNIGHT, 5)
    assert plan != Score(score(slots=SLOTS)).plan(GOODNIGHT, 6)
    times = [ms for ms, _, _ in plan]
    assert times == sorted(times) and len(times) == 6
    for k, ms in enumerate(times):
        assert 0 <= ms - (750 + 600 * k) * 6000 <= 400 * 6000


def test_chance_leaves_out_its_share_and_the_slot_stays_in_the_plan():
    drops = [
        slot[2] for seed in range(300) for slot in Score(score(slots=SLOTS)).plan(GOODNIGHT, seed)
    ]
    assert set(drops) == {1, BY_CHANCE}
    assert 0.45 < drops.count(BY_CHANCE) / len(drops) < 0.55


def test_a_dawns_slots_wait_for_the_dawn():
    data = score(mode=limits.DAWN, slots=[[0, 1, 80, 0, 1, 1, 100, 0]])
    assert Score(data).plan(GOODNIGHT, 1) == []
    assert Score(data).plan(AT_DAWN, 1) == [(480_000, 0, 0)]


# -- handed down -------------------------------------------------------------------------------


def test_a_score_from_the_host_lights_nothing_and_outlives_a_reboot():
    bench = PodOnABench(link=True, profile="adult", armed=True).plug_in()
    bench.message(DESIRED, {"score": score()}, version=3)
    bench.run(5000)
    assert bench.dark and bench.state == "idle"
    assert bench.last("state")["score"] == "mine" and "soft" in bench.last("state")["cues"]
    assert bench.last("ack")["desired"] == 3
    bench.boot()
    bench.plug_in()
    assert bench.last("state")["score"] == "mine"
    bench.message(DESIRED, {"score": "default"}, version=4)
    bench.run(1000)
    assert bench.last("state")["score"] == "default"


def test_the_same_score_again_wears_no_flash():
    bench = PodOnABench(link=True).plug_in()
    bench.message(DESIRED, {"score": score()}, version=3)
    bench.run(1000)
    kept = dict(bench.stored)
    bench.stored.clear()
    bench.message(DESIRED, {"score": score()}, version=4)
    bench.run(1000)
    assert "score" in kept and "score" not in bench.stored


@pytest.mark.parametrize("torn", [b"", b"torn", b'{"text":"[]","version":1}#1'])
def test_a_torn_score_leaves_the_built_in_one(torn):
    bench = PodOnABench(link=True, stored={"score": torn}).plug_in()
    assert bench.last("state")["score"] == "default"


def test_a_score_that_is_refused_changes_nothing_else_of_desired_state():
    bench = PodOnABench(link=True).plug_in()
    bench.message(DESIRED, {"score": [1], "tz_min": 60}, version=3)
    assert bench.said("rx")[-1]["rx"]["why"] == "bad score"
    assert bench.pod.director.tz_min == 0


def test_a_running_night_keeps_its_score_until_the_next_goodnight():
    bench = PodOnABench(link=True, profile="adult", armed=True).goodnight()
    before = list(bench.pod.director._slots)
    bench.message(DESIRED, {"score": score()}, version=3)
    bench.run(1000)
    assert bench.pod.director._slots == before
    assert bench.pod.director.scores.tonight.name == "default"
    bench.press(1100)
    bench.run(1000)
    bench.press(200)
    bench.run(1000)
    assert bench.pod.director.scores.tonight.name == "mine"


def test_lamp_and_tone_are_no_scores_to_rewrite():
    scores = Scores({})
    data = score()
    data[2] = [[name, *data[2][0][1:]] for name in ("lamp", "tone")]
    scores.hand_down(data)
    scores.change(Store())
    for name in ("lamp", "tone"):
        assert scores.find(name) in scores.own.cues


# -- the night ---------------------------------------------------------------------------------


def test_an_evening_slot_plays_by_itself_and_is_told():
    data = score(mode=limits.EVENING, slots=[[0, 0, 10, 0, 1, 1, 100, 0]])
    bench = PodOnABench(link=True).plug_in()
    bench.message(DESIRED, {"score": data}, version=3)
    bench.press(200)
    bench.run(90_000, 40)
    assert bench.cues() == [("soft", "start", None), ("soft", "end", None)]
    start = bench.said("cue")[0]
    assert start["cue"]["slot"] == 0


def test_a_slot_that_chance_left_out_is_charged_and_told():
    slots = [[0, 0, 200, 0, 10, 12, 1, 0]]
    bench = PodOnABench(link=True, profile="adult", armed=True).plug_in()
    bench.message(DESIRED, {"score": score(slots=slots, length=100)}, version=3)
    bench.press(200)
    bench.sleep(40 * 60_000)
    told = bench.cues("dropped")
    assert len(told) >= 10 and {why for _, _, why in told} == {"left out by chance"}
    assert bench.pod.director.left()["cues"] == 20 - 12


def test_a_slot_that_is_due_while_a_cue_shows_is_charged_in_the_dark_after_it():
    """Flash is written in the dark: charged at once, a reset in between would give it back."""
    slots = [[0, 0, 200, 0, 1, 1, 100, 0]]
    bench = PodOnABench(link=True, profile="adult", armed=True).plug_in()
    bench.message(DESIRED, {"score": score(slots=slots)}, version=3)
    bench.press(200)
    due_ms = bench.t_ms + 20 * 60_000
    bench.sleep(due_ms - bench.t_ms - 10_000)
    bench.play("cue", cue="soft")
    bench.run(15_000, 40)
    assert bench.lit and bench.pod.director.left()["cues"] == 19
    bench.sleep(60_000)
    assert bench.cues("dropped") == [("soft", "dropped", "another cue is playing")]
    assert bench.pod.director.left()["cues"] == 18
    bench.boot(io.RESET_SOFT)
    assert bench.pod.director.dose.cues_left == 18


def test_a_sleeping_cue_begins_lowest_and_rises_within_the_night():
    slots = [[0, 0, 200, 0, 20, 8, 100, 0]]
    bench = PodOnABench(link=True, profile="adult", armed=True).plug_in()
    bench.message(DESIRED, {"score": score(slots=slots)}, version=3)
    bench.press(200)
    bench.sleep(15 * 60_000)
    bright = []
    for _ in range(8):
        begin_ms = bench.t_ms
        while len(bench.cues("end")) == len(bright):
            bench.sleep(1000)
        bright.append(max(sum(m.leds) for m in bench.light_between(begin_ms, bench.t_ms)))
    assert bright == sorted(bright) and bright[0] < bright[-1] * 0.35
    assert bright[-1] == bright[-2]


def test_a_silenced_cue_makes_room_in_the_sky_all_the_same():
    """Or a heart would bring back light that the cue had dimmed (SAFETY 9)."""

    def ring_l(is_open):
        bench = PodOnABench(link=True, profile="adult").plug_in()
        data = score(mode=limits.EVENING, lights=[[*GLOW[:4], 1, *GLOW[5:]]])
        bench.message(DESIRED, {"score": data}, version=3)
        bench.inputs.heart_open = is_open
        bench.press(200)
        bench.run(20_000, 40)
        bench.pod.senses.quiet.verdict = 2
        bench.play("cue", cue="soft")
        bench.run(12_000, 40)
        return sum(bench.leds)

    assert ring_l(False) <= ring_l(True)
