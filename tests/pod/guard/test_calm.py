"""The night of a calm heart goes on beside the one that shows, and is an open gate's to the bit."""

import random

import pytest

from pod.config import Config
from pod.guard import Guard, limits, optics

FRAMES = 151  # of 33 ms in 5 s (SAFETY 9)


def nights(seed):
    """(time, mode, what is wanted under a heart, what without one), most of it quick and deep."""
    rng = random.Random(seed)
    now_ms, differs_ms = 0, rng.choice((200, 8000, 25_000))
    while now_ms < 50_000:
        mode = rng.choice((limits.EVENING, limits.EVENING, limits.ASLEEP, limits.IDLE))
        wanted = bytes(rng.choice((0, 3, 30, 90)) * rng.randrange(2) for _ in range(36))
        for _ in range(rng.choice((2, 9, 60, 200))):
            now_ms += 33
            under = wanted
            if now_ms > differs_ms and rng.random() < 0.7:
                under = bytes(rng.randrange(level + 1) for level in wanted)
            yield now_ms, mode, under, wanted


@pytest.mark.parametrize("seed", range(8))
def test_an_open_gate_shows_the_calm_night_of_any_heart(seed):
    config = Config(profile=("child", "adult")[seed % 2])
    own, gate = Guard(config), Guard(config)
    apart, differs, shown = 0, 0, []
    for now_ms, mode, under, wanted in nights(seed):
        own.request(mode, False)
        gate.request(mode, False)
        own.frame(now_ms, under, wanted)
        gate.frame(now_ms, wanted)
        apart += own.light.shown != gate.light.shown
        differs += under != wanted
        calm = own.calm if differs else own.light
        assert calm.shown == gate.light.shown
        shown.append((own.light.l, own.light.m, gate.light.l, gate.light.m))
        assert own.lit(mode) == gate.lit(mode) or own.light.mode != gate.light.mode
    assert apart > 100
    for k, (light_l, light_m, _, _) in enumerate(shown):
        about = shown[max(k - FRAMES, 0) : k + FRAMES + 1]
        assert light_l <= max(one[2] for one in about) + optics.WEIGHT_L[1]
        assert light_m <= max(one[3] for one in about) + optics.WEIGHT_M[2]


def test_a_night_without_a_heart_takes_one_guard():
    guard = Guard(Config())
    guard.request(limits.EVENING, False)
    for frame in range(300):
        guard.frame(frame * 33, bytes([9] * 36), bytes([9] * 36))
    assert guard.light.l > guard.calm.l == 0
    guard.frame(300 * 33, bytes(36), bytes([9] * 36))
    assert guard.calm.l >= guard.light.l > 0
