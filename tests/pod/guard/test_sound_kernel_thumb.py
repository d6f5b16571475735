"""The sound guard in machine code gives the bits of the plain one, for every block there is."""

import random
from array import array
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pod.twins import assert_equal, blocks, copied, loops

from pod.config import Config
from pod.guard import limits, sound, sound_kernel
from pod.guard import sound_state as at

MODULE = "guard.sound_kernel"
SILENCE = array("h", [0] * 320)
few = settings(max_examples=60, deadline=None, derandomize=True, database=None)


class Both:
    """Stands for `sound_kernel`: what each call does, its twin must do as well."""

    def __init__(self):
        self.calls = self.releases = self.mutes = 0

    def block(self, s, *args):
        theirs = copied((s, *args))
        sound_kernel.block(s, *args)
        loops(MODULE)["block"](*theirs)
        assert [s, *args] == theirs
        self.calls += 1
        self.releases += s[at.RELEASING] > 0
        self.mutes += 0 < s[at.HEARD_GAIN] < at.ONE

    def clear(self, out):
        assert_equal(sound_kernel.clear, MODULE, out)
        sound_kernel.clear(out)


def wishes(rng):
    """An endless stream of wanted blocks, or None."""
    while True:
        kind = rng.choice(("noise", "noise", "none", "square", "faint", "swell", "end"))
        most, n = rng.choice((1, 3, 30, 300, 3000, 32767)), rng.randrange(1, 50)
        for i in range(n):
            if kind == "none":
                yield None
            elif kind == "square":
                yield array("h", [most, -most] * 160)
            elif kind == "faint":
                yield array("h", [rng.choice((0, 0, 0, 1)) for _ in range(320)])
            else:
                part = {"noise": n, "swell": i, "end": n - i}[kind]
                size = most * part // n
                yield noise(rng, size)


def noise(rng, size):
    return array("h", [rng.randint(-size, size) for _ in range(320)])


@pytest.mark.parametrize("seed", range(16))
def test_every_block_of_a_night_is_the_same(seed):
    rng, both = random.Random(seed), Both()
    config = Config(profile=rng.choice(("child", "adult")))
    config.sound_cal_db = (52, 56, 60, 65)[seed % 4]
    with patch.object(sound, "kernel", both):
        guard, out = sound.SoundGuard(config), array("h", SILENCE)
        for i in range(130):  # one that a heart silences on its way
            guard.muted = i > 70
            guard.block(noise(rng, 3000), out)
        stream = wishes(rng)
        for _ in range(170):
            happens = rng.random()
            if happens < 0.01:
                guard.cut(out)
            elif happens < 0.02:
                guard.quiet = not guard.quiet
            elif happens < 0.05:
                guard.muted = not guard.muted
            elif happens < 0.06:
                guard.new_night()
            elif happens < 0.07:
                guard._s[at.USED] = guard._s[at.NIGHT_MOST] - rng.randrange(-5, 200_000)
            wanted = next(stream)
            guard.block(wanted, out)
    assert both.calls == 300 and both.releases > 10 and both.mutes and guard.held


@few
@given(blocks(), st.integers(1, limits.RELEASE_BLOCKS), st.sampled_from((52, 55, 56, 65)))
def test_a_release_is_the_same_from_any_block(last, left, full_scale_dba):
    config = Config(profile="adult")
    config.sound_cal_db = full_scale_dba
    s = sound.SoundGuard(config)._s
    s[at.RELEASING] = left
    assert_equal(sound_kernel.block, MODULE, s, SILENCE, array("h", SILENCE), last)


LEVELS = st.one_of(st.just(0), st.just(1), st.integers(0, 8230))
GAIN = st.one_of(st.integers(0, at.ONE), st.sampled_from((0, at.ONE)))


@st.composite
def memories(draw):
    """Of a guard anywhere in a night."""
    config = Config(profile=draw(st.sampled_from(("child", "adult"))))
    config.sound_cal_db = draw(st.sampled_from((52, 55, 56, 60, 65)))
    s = sound.SoundGuard(config)._s
    powers = [min(draw(LEVELS), s[at.CAP]) ** 2 for _ in range(limits.ENVELOPE_BLOCKS)]
    for i, power in enumerate(powers):
        s[at.POWER + i] = power
        s[at.SUMS + i] = draw(st.integers(0, 5 * s[at.CAP] ** 2))
    s[at.POWER_SUM] = sum(powers)
    s[at.AT], s[at.AGE] = draw(st.integers(0, 4)), draw(st.sampled_from((0, 1, 2, 24, 25)))
    s[at.WANTED], s[at.QUIET], s[at.MUTED] = 1, draw(st.integers(0, 1)), draw(st.integers(0, 1))
    s[at.GAIN], s[at.HEARD_GAIN], s[at.HEARD_LAST] = draw(GAIN), draw(GAIN), draw(GAIN)
    s[at.HUSHED], s[at.OWN] = draw(LEVELS), draw(LEVELS)
    return s


def click(sample, at_sample):
    one = array("h", SILENCE)
    one[at_sample] = sample
    return one


CLICKS = st.builds(click, st.integers(-32768, 32767), st.integers(0, 319))


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(memories(), st.one_of(blocks(), blocks(3000), CLICKS), blocks())
def test_any_block_is_the_same_whatever_went_before(s, wanted, last):
    assert_equal(sound_kernel.block, MODULE, s, wanted, array("h", SILENCE), last)
