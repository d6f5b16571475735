"""Invariant 3 on single LEDs."""

import pytest
from tests.starlit.check.conftest import ring

from starlit.check.dips import DipCounter, saturated_red


def steady(tape, colour, level=20):
    """An LED in the evening that came up slowly; from 60 s on it is the test's."""
    pod = tape(profile="adult").evening()
    pod.fade(20_000, range(1, level + 1), colour, 1000, leds=1)
    return pod


def grey(level):
    return f"{level:02x}" * 3


@pytest.mark.parametrize(("depth", "expected"), [(1, set()), (2, {"dips"})])
def test_three_dips_within_a_second(tape, depth, expected):
    pod = steady(tape, grey)
    for index in range(3):
        pod.show(60_000 + 400 * index, ring(f"14{20 - depth:02x}14", 1))
        pod.show(60_100 + 400 * index, ring(grey(20), 1))
    assert pod.kinds() == expected


def test_three_dips_in_more_than_a_second(tape):
    pod = steady(tape, grey)
    for index in range(12):
        pod.show(60_000 + 500 * index, ring(grey(17), 1))
        pod.show(60_100 + 500 * index, ring(grey(20), 1))
    assert pod.kinds() == set()


def test_a_dip_of_one_colour_hidden_by_another(tape):
    """The sum stays, the red comes and goes."""
    pod = steady(tape, grey)
    for index in range(3):
        pod.show(60_000 + 300 * index, ring("121614", 1))
        pod.show(60_100 + 300 * index, ring(grey(20), 1))
    assert pod.kinds() == {"dips"}


def test_a_single_level_to_and_fro_is_dithering(tape):
    for every_ms, expected in ((250, set()), (240, {"dither"})):
        pod = steady(tape, grey)
        for index in range(8):
            pod.show(60_000 + every_ms * index, ring("141413", 1))
            pod.show(60_100 + every_ms * index, ring(grey(20), 1))
        assert pod.kinds() == expected


@pytest.mark.parametrize(("every_ms", "third"), [(500, False), (499, True)])
def test_two_dips_of_the_counter_are_free_and_the_third_waits_a_second(every_ms, third):
    counter = DipCounter(2, 2)
    told = []
    for index in range(4):
        told.append(counter.push(index * every_ms, 9))
        counter.push(index * every_ms + 100, 7)
    assert told == [False, False, False, third]


def test_saturated_red_is_four_fifths_red():
    assert saturated_red(8, 1, 1) and saturated_red(1, 0, 0)
    assert not saturated_red(7, 1, 1) and not saturated_red(0, 0, 0)


@pytest.mark.parametrize(
    ("colour", "expected"), [("{:02x}0000", {"red"}), ("{0:02x}{0:02x}00", set())]
)
def test_saturated_red_moves_by_one_candela_in_a_second(tape, colour, expected):
    """Evening lets L rise 4 cd/m2 in a second, but not in red."""
    pod = tape(profile="adult").evening()
    pod.fade(20_000, range(1, 30), colour.format, 40, leds=1)
    assert pod.kinds() == expected


def test_red_at_one_candela_a_second_is_allowed_and_may_move_over_the_ring(tape):
    pod = tape(profile="adult").evening()
    pod.fade(20_000, range(1, 60), "{:02x}0000".format, 45, leds=1)
    pod.show(40_000, ["000000", "3b0000"] + ["000000"] * 10)
    assert pod.kinds() == set()


def test_light_after_an_excused_fall_returns_from_no_dip(tape):
    pod = steady(tape, grey)
    pod.happen(60_000, reboot=True).show(60_000, ring("000000")).happen(60_500, button_ms=1200)
    for index in range(2):
        pod.show(62_000 + 400 * index, ring("030303", 1))
        pod.show(62_100 + 400 * index, ring("000000"))
    assert "dips" not in pod.show(62_800, ring("030303", 1)).kinds()
