"""The loops in machine code give the bits of the plain ones, in all that a voice may bring."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pod.twins import assert_equal, blocks, words

from pod.sound import FULL, kernel, layers, voice_kernel
from pod.sound import voice_state as at

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
    v = words(*[0] * at.WORDS)
    v[at.GAIN], v[at.GAIN_STEP], v[at.LIMIT] = gain, goal - gain >> 6, limit
    assert_equal(kernel.mix, "sound.kernel", raw, out, v)


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


UP = st.one_of(st.integers(0, FULL), st.sampled_from((0, FULL)))
RMS = st.one_of(st.integers(0, 131680), st.sampled_from((0, 1, 131680)))


@st.composite
def voices(draw):
    """One of every weather, anywhere on its way."""
    v = words(*[0] * at.WORDS)
    v[at.WEATHER] = draw(st.sampled_from((0, at.SEA, at.GALE)))
    v[at.RUSHES] = draw(st.integers(0, 1))
    v[at.CHANCE] = draw(st.integers(1, (1 << 30) - 1))
    v[at.WAIT], v[at.TURN] = draw(st.integers(-1, 250)), draw(st.sampled_from((0, 82, 187)))
    v[at.AT], v[at.TO] = draw(st.integers(0, 1400 << 6)), draw(st.integers(340, 3100))
    v[at.BAND] = draw(st.integers(340, 1400))
    v[at.LOUD], v[at.RMS] = draw(RMS), draw(RMS)
    v[at.LEVEL], v[at.RISE] = draw(UP), draw(UP)
    v[at.RATE] = draw(st.integers(-FULL, FULL))
    return v


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(voices())
def test_sway(v):
    assert_equal(voice_kernel.sway, "sound.voice_kernel", v)


@few
@given(st.integers(0, 39500), st.integers(0, 1 << 18), st.integers(0, 320 << 20))
def test_level(rms, gain, total):
    v = words(*[0] * at.WORDS)
    v[at.RMS], v[at.GAIN] = rms, gain
    assert_equal(voice_kernel.level, "sound.voice_kernel", v, total)


@few
@given(st.integers(1, (1 << 30) - 1), st.integers(1, 32768))
def test_draw(chance, n):
    v = words(*[0] * at.WORDS)
    v[at.CHANCE] = chance
    assert_equal(voice_kernel.draw, "sound.voice_kernel", v, n)
