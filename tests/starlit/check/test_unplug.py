"""Invariant 7: the switch wins, and only a hand at the pod undoes it."""

import pytest
from tests.starlit.check.conftest import ring

LIT = ring("0a0500", 1)
DARK = ring("000000")


def lit(tape, t_ms=20_000):
    return tape().evening().show(t_ms, LIT)


@pytest.mark.parametrize(("late_ms", "expected"), [(100, set()), (101, {"dark-switch"})])
@pytest.mark.parametrize("what", ["leds", "leds_cmd"])
def test_dark_within_100_ms(tape, late_ms, expected, what):
    pod = lit(tape).happen(30_000, switch="out")
    other = "leds_cmd" if what == "leds" else "leds"
    pod.note(30_010, **{other: DARK}).note(30_000 + late_ms, **{what: DARK})
    assert pod.kinds() - {"dark-unplugged"} == expected


@pytest.mark.parametrize(("late_ms", "expected"), [(100, set()), (120, {"dark-switch"})])
def test_silent_within_100_ms(tape, late_ms, expected):
    pod = tape().evening()
    end_ms = pod.swell(20_000, 60)
    pod.note(20_000, layer={"id": "rain", "on": True, "envelope": 60})
    pod.happen(end_ms, switch="out").sound(end_ms + late_ms, 0)
    assert pod.kinds() - {"dark-unplugged"} == expected


def test_a_light_that_never_goes_out_is_found_without_another_line(tape):
    assert "dark-switch" in lit(tape).happen(30_000, switch="out").kinds()


BACK = [{"switch": "in"}, {"button_ms": 1200}]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([(1000, {"switch": "in"}), (2000, {"button_ms": 1000})], set()),
        ([(1000, {"switch": "in"}), (2000, {"button_ms": 990})], {"dark-unplugged"}),
        ([(1000, {"switch": "in"})], {"dark-unplugged"}),
        ([(1000, {"button_ms": 1200})], {"dark-unplugged", "dark-switch"}),
        ([(500, {"button_ms": 1200}), (2000, {"switch": "in"})], {"dark-unplugged"}),
        ([(500, {"button_ms": 2000}), (2000, {"switch": "in"})], set()),
        ([(1000, {"switch": "in"}), (1500, {"reboot": True})], {"dark-unplugged", "dark-reset"}),
        ([(1000, {"reboot": True}), (2000, {"switch": "in"})], {"dark-unplugged", "dark-reset"}),
        (
            [
                (1000, {"switch": "in"}),
                (
                    2000,
                    {"topic": "pod/pod-1/set/play", "payload": '{"do":"morning"}', "sign": True},
                ),
            ],
            {"dark-unplugged"},
        ),
    ],
)
def test_only_switch_and_press_bring_light_back(tape, events, expected):
    pod = lit(tape).happen(30_000, switch="out").show(30_050, DARK).note(30_050, mode="idle")
    for delay_ms, action in events:
        pod.happen(30_000 + delay_ms, **action)
    pod.show(34_000, ring("010000", 1))
    assert pod.kinds() == expected


def test_light_before_the_second_of_the_press_is_over(tape):
    for t_ms, expected in ((999, {"dark-unplugged"}), (1000, set())):
        pod = tape().happen(0, switch="out").happen(10, switch="in").happen(5000, button_ms=3000)
        pod.show(5000 + t_ms, ring("010000", 1))
        assert pod.kinds() - {"dark-reset"} == expected


def test_a_pod_is_dark_from_its_start_until_a_hand(tape):
    assert tape().show(500, ring("010000", 1)).kinds() == {"dark-reset"}
    assert tape().happen(0, button_ms=300).show(500, ring("010000", 1)).kinds() == set()


def test_after_a_reset_it_never_resumes(tape):
    pod = lit(tape).happen(30_000, reboot=True).show(30_000, DARK)
    pod.show(35_000, ring("010000", 1))
    assert pod.kinds() == {"dark-reset"}


def test_after_a_reset_the_evening_is_over(tape):
    pod = lit(tape).happen(30_000, reboot=True).show(30_000, DARK)
    pod.happen(31_000, button_ms=1200)
    pod.fade(40_000, range(2, 40, 2), "{0:02x}{0:02x}{0:02x}".format, 2000, leds=2)
    assert {"cap-m-leds", "cap-m-leds_cmd"} <= pod.kinds()


def test_without_a_scenario_the_recorders_words_are_the_truth(tape):
    pod = tape().note(0, boot={"n": 1, "cause": "power"}).note(100, button="down")
    pod.note(1400, button="up").show(2000, ring("010000", 1)).note(5000, switch="out")
    assert pod.kinds(told=False) == {"dark-switch", "dark-unplugged"}
    pod.show(5050, DARK).note(6000, switch="in").note(7000, button="down")
    pod.note(8100, button="up").show(9000, ring("010000", 1))
    assert pod.kinds(told=False) == set()
    assert pod.note(9100, boot={"n": 2, "cause": "soft"}).note(9900, night=0).kinds(told=False) == {
        "dark-reset"
    }
