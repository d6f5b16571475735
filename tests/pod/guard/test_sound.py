"""Whatever a synth may render, what sounds keeps SAFETY 4 and 5 over the whole stream."""

import math
import random
from array import array

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.pod.guard.safety_reference import envelope, rms_at, rms_of

from pod.config import LIMITS, Config
from pod.guard import sound_state as at
from pod.guard.sound import SoundGuard
from pod.io import BLOCK_SAMPLES

LOWEST_DB, HIGHEST_DB = LIMITS["sound_cal_db"]
CALIBRATIONS = sorted({LOWEST_DB, 60, HIGHEST_DB})
LOUD = array("h", [32767, -32768] * (BLOCK_SAMPLES // 2))
ZEROS = array("h", [0] * BLOCK_SAMPLES)


def guard_for(profile="adult", full_scale_dba=65):
    config = Config(profile=profile)
    config.sound_cal_db = full_scale_dba
    return SoundGuard(config)


def tone(amplitude, hz=440):
    return array(
        "h",
        [int(amplitude * math.sin(2 * math.pi * hz * i / 16000)) for i in range(BLOCK_SAMPLES)],
    )


def square(amplitude):
    return array("h", [amplitude, -amplitude] * (BLOCK_SAMPLES // 2))


def rendered(kind, rng):
    if kind is None:
        return None
    if kind == "zero":
        return ZEROS
    if kind == "full":
        return LOUD
    if kind == "impulse":
        block = array("h", ZEROS)
        block[rng.randrange(BLOCK_SAMPLES)] = rng.choice((32767, -32768))
        return block
    if kind == "dc":
        return array("h", [-32768] * BLOCK_SAMPLES)
    return array("h", [rng.randint(-kind, kind) for _ in range(BLOCK_SAMPLES)])


def play(guard, blocks):
    """The blocks that come out."""
    played = []
    for block in blocks:
        out = array("h", ZEROS)
        guard.block(block, out)
        played.append(out)
    return played


def assert_gentle(levels, full_scale_dba):
    """On the 100 ms envelope at most 20 dB/s above 15 dBA, over any 0.1 s and any 0.5 s."""
    audible = rms_at(15, full_scale_dba)
    env = envelope(levels)
    for blocks in (5, 25):
        most = 10 ** ((20 * 0.02 * blocks + 0.3) / 20)
        for i in range(blocks, len(env)):
            if env[i] > audible:
                assert env[i] <= most * max(env[i - blocks], audible), (i, blocks)


SEGMENTS = st.lists(
    st.tuples(
        st.sampled_from((None, "zero", "full", "impulse", "dc", 1, 30, 400, 6000, 32767)),
        st.integers(1, 40),  # blocks
        st.booleans(),  # asleep without a cue
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("profile", ("child", "adult"))
@pytest.mark.parametrize("full_scale_dba", CALIBRATIONS)
@settings(max_examples=8, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(segments=SEGMENTS, seed=st.integers(0, 999))
def test_no_stream_of_blocks_is_louder_or_sooner_than_allowed(
    profile, full_scale_dba, segments, seed
):
    guard = guard_for(profile, full_scale_dba)
    rng = random.Random(seed)
    cap = rms_at(35 if profile == "child" else 40, full_scale_dba)
    levels = []
    for kind, blocks, quiet in segments:
        guard.quiet = quiet
        for out in play(guard, [rendered(kind, rng) for _ in range(blocks)]):
            levels.append(rms_of(out))
            assert levels[-1] <= cap * 1.001
            assert max(out) <= cap * 1.001 and -min(out) <= cap * 1.001
    assert_gentle(levels, full_scale_dba)


@pytest.mark.parametrize("full_scale_dba", [HIGHEST_DB])
def test_the_loudest_sound_out_of_silence_takes_half_a_second_and_more(full_scale_dba):
    guard = guard_for("adult", full_scale_dba)
    levels = [rms_of(out) for out in play(guard, [square(guard.cap)] * 400)]
    top = max(levels)
    assert top > 0.8 * rms_at(40, full_scale_dba)
    first = next(i for i, level in enumerate(levels) if level > 0.9 * top)
    assert first * 20 >= 500


@pytest.mark.parametrize("full_scale_dba", [LOWEST_DB, 60])
def test_a_loud_sound_is_not_held_down_for_good_by_the_gains_steps(full_scale_dba):
    guard = guard_for("adult", full_scale_dba)
    levels = [rms_of(out) for out in play(guard, [square(guard.cap)] * 400)]
    assert max(levels) > 0.8 * guard.cap


def test_a_loud_block_after_a_quiet_one_does_not_jump():
    guard = guard_for()
    levels = [rms_of(out) for out in play(guard, [tone(40)] * 50 + [LOUD] * 50)]
    assert levels[50] <= 3 * max(levels[:50])
    assert_gentle(levels, 65)


def test_silence_is_reached_over_a_quarter_of_a_second_and_more():
    for stop in (None, ZEROS):
        guard = guard_for()
        out = play(guard, [tone(2000)] * 300 + [stop] * 30)
        after = [rms_of(block) for block in out[300:]]
        sounding = [i for i, level in enumerate(after) if level > 0]
        assert 250 <= (sounding[-1] + 1) * 20 <= 1000
        assert after == sorted(after, reverse=True)
        assert not guard.sounding()


def test_a_release_never_clicks():
    guard = guard_for()
    out = play(guard, [tone(2500, 200)] * 300 + [None] * 20)
    samples = [s for block in out for s in block]
    steepest = max(abs(a - b) for a, b in zip(samples, samples[1:], strict=False))
    assert steepest <= 1.2 * 2 * math.pi * 200 / 16000 * max(map(abs, samples)) + 4


def test_a_sudden_near_silence_is_released_like_a_silence():
    guard = guard_for()
    faint = array("h", ZEROS)
    faint[0] = 1
    levels = [rms_of(out) for out in play(guard, [tone(2000)] * 300 + [faint] * 5)]
    assert levels[301] > 0.5 * levels[299]


def test_after_a_cut_nothing_sounds():
    guard = guard_for()
    out = array("h", ZEROS)
    for _ in range(300):
        guard.block(tone(1800), out)
    assert max(out) > 0
    guard.cut(out)
    assert out == ZEROS and not guard.sounding()
    assert play(guard, [None] * 20) == [ZEROS] * 20


def test_after_a_cut_a_sound_begins_from_nothing_again():
    guard = guard_for()
    play(guard, [LOUD] * 300)
    guard.cut()
    assert_gentle([rms_of(out) for out in play(guard, [LOUD] * 100)], 65)


@pytest.mark.parametrize("full_scale_dba", CALIBRATIONS)
def test_asleep_without_a_cue_a_sound_stays_under_what_the_dose_counts(full_scale_dba):
    guard = guard_for("adult", full_scale_dba)
    guard.quiet = True
    loudest = max(rms_of(out) for out in play(guard, [LOUD] * 400))
    assert loudest <= 1.001 * rms_at(25, full_scale_dba)


@pytest.mark.parametrize("full_scale_dba", CALIBRATIONS)
def test_a_night_of_noise_averages_thirty_decibels_over_eight_hours(full_scale_dba):
    """The budget itself: as many blocks as the energy of 8 h at 30 dBA allows, then silence."""
    guard = guard_for("adult", full_scale_dba)
    play(guard, [square(guard.cap)] * 300)
    used = guard._s[at.USED]
    energy = sum(rms_of(out) ** 2 for out in play(guard, [square(guard.cap)] * 500))
    budget_energy = rms_at(30, full_scale_dba) ** 2 * 8 * 3600 * 50
    share = (guard._s[at.USED] - used) / (256 * 8 * 3600 * 50)
    assert energy / budget_energy <= share * 1.03
    guard._s[at.USED] = 256 * 8 * 3600 * 50
    assert not any(rms_of(out) > 1 for out in play(guard, [square(guard.cap)] * 200)[100:])
    guard.new_night()
    assert any(rms_of(out) > 1 for out in play(guard, [square(guard.cap)] * 200))


def test_a_steady_murmur_is_counted_in_the_nights_average():
    guard = guard_for()
    level = 0.45 * rms_at(30, 65)  # 23 dBA
    play(guard, [tone(level * math.sqrt(2))] * 400)
    assert guard._s[at.USED] > 0


def test_a_quiet_sound_passes_as_it_is():
    guard = guard_for()
    played = play(guard, [tone(300)] * 300)
    assert played[-1] == tone(300)
    assert guard.rms == pytest.approx(rms_of(played[-1]), abs=1.5)
    assert guard.peak == max(map(abs, played[-1]))
