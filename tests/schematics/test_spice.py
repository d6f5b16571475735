"""The simulations: the latch does what the virtual body models, and the limits can be missed."""

import pytest
from circuit import spice, studies

from starlit.virtual.rail import Rail

pytestmark = pytest.mark.usefixtures("ngspice")

# The script of latch.cir, in milliseconds.
PRESSES_MS = (200, 1000, 3600, 4000, 4700, 5300)
SWITCH_MS = {4500: False, 5000: True}
ENABLE_MS = {600: True, 1600: False, 2200: True}
EDGES_MS = [ms for ms in range(0, 5800, 100) if not 2850 < ms < 3900]


def modelled(until_ms):
    """The virtual rail under the same hands and firmware, at one instant."""
    now = [0]
    rail = Rail(lambda: now[0])
    rail.power_up()
    events = [(ms, rail.toggle, ()) for ms in EDGES_MS]
    # The first press falls into the supervisor's 350 ms, which the model does not have.
    events += [(ms, rail.press, ()) for ms in PRESSES_MS[1:]]
    events += [(ms, rail.switch, (closed,)) for ms, closed in SWITCH_MS.items()]
    events += [(ms, rail.enable, (high,)) for ms, high in ENABLE_MS.items()]
    for ms, act, arguments in sorted(events, key=lambda event: event[0]):
        if ms > until_ms:
            break
        now[0] = ms * 1000
        act(*arguments)
    now[0] = until_ms * 1000
    return rail.on


@pytest.fixture(scope="module")
def latch():
    return spice.run(spice.Case("latch"))


@pytest.mark.parametrize("ms", sorted(studies.LATCH))
def test_the_circuit_is_on_when_the_model_is(latch, ms):
    assert (latch[f"on_{ms:04d}"] > 3.5) == modelled(ms)


def test_the_limits_of_the_latch_are_what_the_model_says():
    assert {ms: bounds == studies.LIT for ms, bounds in studies.LATCH.items()} == {
        ms: modelled(ms) for ms in studies.LATCH
    }


@pytest.mark.parametrize("fault", [{"stuck": 0}, {"stuck": 1}, {"release": 1}])
def test_a_line_stuck_either_way_and_a_reset_cut_in_time(fault):
    measured = spice.run(spice.Case("deadman", tuple(fault.items())))
    for limit in studies.DEADMAN:
        assert limit.low <= limit.value(measured) * limit.scale <= limit.high, limit.name


def study(title):
    return next(study for study in studies.studies() if study.title == title)


def results(title, deck, **values):
    case = spice.Case(deck, tuple(values.items()))
    return {
        r.limit.name: r for r in spice.measure(spice.Study(title, (case,), study(title).limits))
    }


def test_a_large_capacitor_on_the_rail_makes_the_cut_too_late():
    late = results("dead-man, corners", "deadman", c_rail=1000e-6)
    assert late["timer"].ok and not late["rail below 1 V after"].ok


def test_a_wrong_timing_resistor_is_noticed():
    assert not results("dead-man, corners", "deadman", r_timer=1.7e6)["timer"].ok


def test_an_unplugged_rail_without_its_bleed_is_noticed():
    assert not results("unplug", "unplug", r_bleed=1e3, r_stuck=1e9)["rail below 1 V after"].ok


def test_plugging_in_without_its_resistor_is_noticed():
    assert not results("inrush", "inrush", r503=0.01)["at plug-in"].ok


def test_a_speaker_without_the_resistor_across_it_is_too_loud():
    assert not results("sound", "sound", r311=1e6, r_peak=40)["loudest wave at 0.5 m"].ok


def test_a_parameter_that_no_deck_has_is_an_error():
    with pytest.raises(spice.SpiceError, match="no such parameter: r999"):
        spice.run(spice.Case("sound", (("r999", 1.0),)))


def test_the_dead_man_is_tried_often_enough():
    assert len(study("dead-man, at random").cases) >= 200
    assert len(study("dead-man, corners").cases) == 2 * 2 ** len(studies.TIMING)
