"""The level of a cue in sleep: the lowest first, rising, under a cap that arousals taught."""

import pytest
from tests.pod.pod_on_a_bench import PodOnABench

from pod.learned import Learned


class Store(dict):
    def keep(self, record):
        self[record[0]] = record[1]


def test_the_first_is_the_lowest_and_those_that_play_rise():
    learned = Learned({})
    levels = []
    for _ in range(8):
        levels.append(learned.level())
        learned.played()
    assert levels == [25, 40, 55, 70, 85, 100, 100, 100]
    learned.new_night()
    assert learned.level() == 25


def test_after_four_arousals_the_cap_is_three_quarters_of_the_mean_that_woke():
    learned, store = Learned({}), Store()
    for percent in (40, 60, 80):
        learned.aroused(percent, store)
        assert learned.cap == 100
    learned.aroused(100, store)
    assert learned.cap == 52  # 75 % of 70, rounded down
    assert learned.level() == 13


def test_the_cap_only_falls_and_outlives_a_reboot():
    learned, store = Learned({}), Store()
    for percent in (10, 60, 60, 60, 35, 35, 35, 35):
        before = learned.cap
        learned.aroused(percent, store)
        assert learned.cap <= before
    again = Learned(store)
    assert again.cap == learned.cap and again.woke == learned.woke


def test_a_torn_record_reads_its_older_copy_and_no_copy_means_the_lowest():
    learned, store = Learned({}), Store()
    for _ in range(5):
        learned.aroused(60, store)
    assert Learned({**store, "learned": b"torn"}).cap == 45
    assert Learned({"learned": b"torn"}).cap == 25


def test_disarming_by_hand_forgets():
    bench = PodOnABench(profile="adult", armed=True, link=True).plug_in()
    bench.pod.director.learned.cap = 50
    bench.set_up(armed=True)
    assert bench.pod.director.learned.cap == 50
    bench.set_up(armed=False)
    assert bench.pod.director.learned.cap == 100


def raised(bench):
    """The heart leaps to 15 % over its median."""
    bench.heart(70)
    for _ in range(80):
        bench.step(250)


@pytest.mark.parametrize("is_open", (False, True))
def test_an_arousal_during_a_cue_is_learned_at_the_level_it_had(is_open):
    bench = PodOnABench(profile="adult", armed=True, link=True)
    bench.inputs.heart_open = is_open
    bench.asleep()
    bench.heart(56)
    for _ in range(4 * 60):
        bench.step(500)
    bench.play("cue", cue="ember")
    raised(bench)
    assert bench.pod.director.learned.woke == ([] if is_open else [25])
    assert bench.cues()[-1][1:] == ("end", None if is_open else "quiet rule")


def test_a_surge_keeps_the_night_quiet_through_a_reset():
    bench = PodOnABench(profile="adult", armed=True, link=True).asleep()
    bench.heart(56)
    for _ in range(4 * 60):
        bench.step(500)
    bench.heart(90)
    while not bench.pod.senses.surged():
        bench.step(500)
    bench.step(500)
    bench.heart(None)
    bench.step(500)
    bench.boot()
    bench.asleep()
    bench.play("cue", cue="ember")
    assert bench.cues()[-1] == ("ember", "refused", "quiet rule")
    assert not bench.pod.director.cue_plays()
