"""The guard's loops in machine code give the bits of the plain ones, for every block there is."""

from array import array

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pod.twins import assert_equal, blocks, loops, words

from pod.guard import kernel, limits

SILENCE = array("h", [0] * 320)
few = settings(max_examples=60, deadline=None, derandomize=True, database=None)
CAPS = st.one_of(st.integers(0, 8999), st.sampled_from((0, 1, 2, 103, 2895, 2896, 8229, 8999)))
GAIN = st.one_of(st.integers(0, 32768), st.sampled_from((0, 32768)))
LEFT = st.integers(1, limits.RELEASE_BLOCKS)


@few
@given(blocks(), CAPS)
def test_measure(block, cap):
    assert_equal(kernel.measure, "guard.kernel", block, 2 if cap < 2896 else 6, cap, words(0, 0))


@few
@given(st.integers(-32768, 32767), st.integers(0, 319), CAPS)
def test_measure_of_a_single_sample(sample, at, cap):
    block = array("h", SILENCE)
    block[at] = sample
    assert_equal(kernel.measure, "guard.kernel", block, 2 if cap < 2896 else 6, cap, words(0, 0))


@few
@given(blocks(), GAIN, GAIN, CAPS)
def test_ramp(block, gain, goal, cap):
    gains = words(gain << 8, ((goal - gain) << 8) // 320, cap)
    assert_equal(kernel.ramp, "guard.kernel", block, array("h", SILENCE), gains)


@few
@given(blocks(), GAIN, CAPS)
def test_ramp_in_place(block, gain, cap):
    twin, gains = array("h", block), words(gain << 8, -5, cap)
    kernel.ramp(block, block, gains)
    loops("guard.kernel")["ramp"](twin, twin, gains)
    assert twin == block


@few
@given(blocks(), LEFT, CAPS)
def test_replay(last, left, cap):
    assert_equal(kernel.replay, "guard.kernel", last, array("h", SILENCE), left, cap)


@few
@given(blocks(), blocks())
def test_copy_and_clear(block, out):
    assert_equal(kernel.copy, "guard.kernel", block, out)
    assert_equal(kernel.clear, "guard.kernel", out)


@few
@given(st.one_of(st.integers(-5, (1 << 30) - 1), st.integers(0, 32767).map(lambda r: r * r)))
def test_isqrt(n):
    assert_equal(kernel.isqrt, "guard.kernel", n)
    assert_equal(kernel.isqrt, "guard.kernel", n - 1)
