"""The loops in machine code give the bits of the plain ones, in all that a voice may bring."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pod.twins import assert_equal, blocks, words

from pod.sound import kernel, layers

few = settings(max_examples=60, deadline=None, derandomize=True, database=None)
GENERATOR = st.integers(0, 32767)
WAVES = st.tuples(st.integers(0, 75), st.integers(75, 400), *map(st.just, (420, 450, 0)))
WEIGHTS = st.one_of(st.sampled_from(list(layers._WEIGHTS.values())), WAVES)


def within(most):
    return st.one_of(st.integers(-most, most - 1), st.sampled_from((-most, 0, most - 1)))


@few
@given(blocks(), GENERATOR, within(1 << 14), within(1 << 18), within(1 << 20), within(1 << 20),
       WEIGHTS)  # fmt: skip
def test_noise(raw, generator, fast, slow, deep, deepest, weights):
    state = words(generator, fast, slow, deep, deepest, *weights)
    assert_equal(kernel.noise, "sound.kernel", raw, state)


@few
@given(blocks(), GENERATOR, within(6000), within(6000), st.integers(340, 1400))
def test_band(raw, generator, low, mid, f):
    assert_equal(kernel.band, "sound.kernel", raw, words(generator, low, mid, f, 2200))


GAIN = st.one_of(st.integers(0, 1 << 18), st.sampled_from((0, 1 << 18)))


@few
@given(blocks(), blocks(20000), GAIN, GAIN, st.integers(0, 9000))
def test_mix(raw, out, gain, goal, limit):
    assert_equal(kernel.mix, "sound.kernel", raw, out, words(gain, goal - gain >> 6, limit))


PHASE = st.one_of(st.integers(0, (1 << 20) - 1), st.sampled_from((0, (1 << 20) - 1)))
DECAYS = st.sampled_from((4, 5, 6, 7, 30))
FIRST = st.one_of(st.just(0), st.integers(0, 319))


@few
@given(blocks(20000), PHASE, PHASE, st.integers(0, 8229 << 12), st.integers(0, 8229 << 12), DECAYS,
       FIRST, st.integers(0, 5))  # fmt: skip
def test_tone(out, phase, step, amplitude, goal, decay, first, slot):
    at = slot * layers._WORDS
    tones = words(*[7] * (6 * layers._WORDS))
    tones[at : at + 6] = words(phase, step, amplitude, (goal - amplitude) // 320, decay, first)
    assert_equal(kernel.tone, "sound.kernel", layers._SINE, out, tones, at)
