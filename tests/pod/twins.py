"""A loop and its twin for a Pico, whose machine code an emulated Cortex-M0 runs, side by side."""

import random
from array import array
from copy import copy
from functools import cache

from hypothesis import assume
from hypothesis import strategies as st

from starlit.bench.loops import emulated

SAMPLES = 320
loops = cache(emulated)


def assert_equal(plain, module, *args):
    """What both return, and what they leave in their arrays."""
    mine, theirs = copied(args), copied(args)
    try:
        told = plain(*mine)
    except OverflowError:  # no state that a night leads to
        assume(False)
    code = loops(module)[plain.__name__](*theirs)
    assert told is None or told == code
    assert mine == theirs


def copied(args):
    """What is passed twice is one in the copies as well."""
    made = {id(arg): arg if isinstance(arg, int) else copy(arg) for arg in args}
    return [made[id(arg)] for arg in args]


def words(*values):
    return array("i", values)


def blocks(most=32767):
    """Noise of every size up to `most`, silence, and the two ends side by side."""
    return st.one_of(
        st.builds(_noise, st.integers(0, 10**9), st.sampled_from(sorted({1, 100, 3000, most}))),
        st.sampled_from([_steady(0, 0), _steady(most, -most - 1), _steady(-most - 1, -most - 1)]),
    )


def _noise(seed, most):
    rng = random.Random(seed)
    return array("h", [rng.randint(-most - 1, most) for _ in range(SAMPLES)])


def _steady(one, other):
    return array("h", [one, other] * (SAMPLES // 2))
