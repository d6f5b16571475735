"""The thermistor's readings in degrees, against the maker's table."""

import pytest

from pod.body.pico.heat import HOT_C, OPEN_C, celsius

# TDK data sheet B57861S, R/T characteristic 8016.
TABLE = {0: 3.265, 10: 1.99, 20: 1.249, 25: 1.0, 30: 0.8057, 40: 0.5327, 45: 0.4369, 60: 0.2488}


def code(ratio):
    """What the ADC reads: the thermistor to ground, 10 kohm to the reference."""
    return round(65535 * ratio / (1 + ratio))


@pytest.mark.parametrize("true_c", TABLE)
def test_it_reads_the_makers_table_within_a_degree(true_c):
    assert abs(celsius(code(TABLE[true_c])) - true_c) <= 1


def test_it_never_rises_with_resistance():
    readings = [celsius(at) for at in range(0, 60_000, 50)]
    assert readings == sorted(readings, reverse=True)


def test_45_degrees_are_hot_and_44_are_not():
    assert celsius(code(0.4365)) >= HOT_C
    assert celsius(code(0.4369 * 1.04)) < HOT_C


def test_a_broken_wire_is_told_from_the_cold_and_a_short_reads_hot():
    assert celsius(65535) == celsius(60_000) == OPEN_C
    assert celsius(code(5.5)) > OPEN_C
    assert celsius(0) >= HOT_C
