"""Arming: by a hand that knows the time, for thirty days."""

from tests.pod.pod_on_a_bench import WALL_S, PodOnABench

DAY_S = 86400


def armed_adult(**more):
    return PodOnABench(profile="adult", link=True, **more).plug_in()


def later(bench, days):
    """The pod was off, and is told another time."""
    bench.inputs.wall_s = WALL_S + days * DAY_S
    bench.boot()
    bench.asleep()
    bench.play("cue", cue="ember")
    return bench.cues()[-1]


def test_arming_without_the_time_is_refused_and_says_why():
    bench = armed_adult(wall_s=0)
    bench.set_up(armed=True)
    assert not bench.config.armed
    assert "not armed: that needs the time" in bench.said("why")[-1]["why"]


def test_what_is_set_with_a_refused_arming_holds_all_the_same():
    """A parent's `child` must not be lost with it."""
    bench = armed_adult(wall_s=0)
    bench.set_up(armed=True, profile="child")
    assert (bench.config.armed, bench.config.profile) == (False, "child")


def test_it_lasts_thirty_days():
    for days, phase in ((29, "start"), (30, "refused")):
        bench = armed_adult()
        bench.set_up(armed=True)
        bench.run(1000)
        told = later(bench, days)
        assert told[1] == phase


def test_its_end_is_told_kept_and_shown():
    bench = armed_adult()
    bench.set_up(armed=True)
    bench.run(1000)
    until_s = bench.last("state")["armed_until_s"]
    assert abs(until_s - bench.pod.wall_s() - 30 * DAY_S) < 60
    told = later(bench, 31)
    assert "arm it again" in told[2] or told[2].startswith("not armed")
    assert bench.events("disarmed") and {"armed": False} in [
        {k: n[k] for k in ("armed",)} for n in bench.said("armed")
    ]
    assert bench.last("state")["armed_until_s"] == 0
    bench.boot()
    assert not bench.config.armed


def test_it_is_renewed_by_a_hand_and_by_nothing_else():
    bench = armed_adult()
    bench.set_up(armed=True)
    bench.run(1000)
    bench.inputs.wall_s = WALL_S + 20 * DAY_S
    bench.boot()
    bench.plug_in()
    bench.message("pod/pod-1/set/desired", {"armed": True, "score": "default"}, version=2)
    assert bench.config.armed_s <= WALL_S + DAY_S
    bench.set_up(armed=True)
    bench.run(1000)
    assert later(bench, 45)[1] == "start"


def test_a_clock_that_a_host_turns_back_arms_nobody():
    bench = armed_adult()
    bench.set_up(armed=True)
    bench.run(1000)
    assert later(bench, -2)[1] == "refused"


def test_an_arming_without_a_date_counts_from_the_first_known_time():
    bench = PodOnABench(profile="adult", armed=True, armed_s=0, link=True)
    bench.config.armed_s = 0
    bench.plug_in()
    assert abs(bench.config.armed_s - bench.pod.wall_s()) < 60
    assert b"armed_s" in bench.stored["settings"]
