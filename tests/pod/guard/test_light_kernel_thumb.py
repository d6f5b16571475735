"""The light guard in machine code goes the way of the plain one, whatever is wanted of it."""

import random
from unittest.mock import patch

import pytest
from tests.pod.twins import copied, loops

from pod.config import Config
from pod.guard import Guard, light, light_kernel

CALIBRATIONS = (
    (50000, 500, 2827), (20000, 1000, 20000), (500000, 200, 2800), (120000, 300, 4000),
    (20000, 1000, 1000000),
)  # fmt: skip


class Both:
    """Stands for `light_kernel`: what each call does, its twin must do as well."""

    calls = 0

    def __getattr__(self, name):
        plain, code = getattr(light_kernel, name), loops("guard.light_kernel")[name]

        def call(*args):
            theirs = copied(args)
            told, returned = plain(*args), code(*theirs)
            assert told is None or told == returned, name
            assert list(args) == theirs, name
            self.calls += 1
            return told

        return call


def wishes(rng):
    """An endless stream of wanted frames, and of those without a heart or None."""
    kind = rng.choice(("still", "blink", "noise", "one", "slow", "black"))
    colour = bytes(rng.choice((0, 1, 2, 3, 8, 40, 120, 255)) for _ in range(3))
    other = bytes(rng.choice((0, 1, 2, 8, 60, 255)) for _ in range(3))
    half, heart, slow, n = rng.randrange(1, 40), rng.random() < 0.5, bytearray(36), 0
    while True:
        n += 1
        target = bytes(36)
        if kind == "still":
            target = colour * 12
        elif kind == "blink":
            target = (colour if n // half % 2 else other) * 12
        elif kind == "noise":
            target = bytes(rng.randrange(rng.choice((4, 40, 256))) for _ in range(36))
        elif kind == "one":
            led = n // half % 12
            target = bytes(3 * led) + colour + bytes(33 - 3 * led)
        elif kind == "slow":
            for _ in range(5):
                i = rng.randrange(36)
                slow[i] = max(0, min(255, slow[i] + rng.randrange(-2, 3)))
            target = bytes(slow)
        calm = bytearray(min(255, level + rng.randrange(3)) for level in target)
        yield bytearray(target), calm if heart else None


@pytest.mark.parametrize("seed", range(24))
def test_every_call_of_a_night_is_the_same(seed):
    rng, both = random.Random(seed), Both()
    config = Config(profile=rng.choice(("child", "adult")))
    calibration = CALIBRATIONS[seed % len(CALIBRATIONS)]
    config.transmission_ppm, config.distance_mm, config.area_mm2 = calibration
    with patch.object(light, "kernel", both):
        guard, now_ms = Guard(config), rng.randrange(1 << 30)
        guard.start(now_ms)
        for _ in range(6):
            guard.request(rng.randrange(5), rng.random() < 0.3)
            step_ms = rng.choice((33, 33, 33, 20, 100, 7, 1, 0, 1000, 5000))
            happens = rng.random()
            if happens < 0.1:
                guard.fail()
            elif happens < 0.2:
                guard.cut()
            elif happens < 0.4 and guard.light.l == guard.calm.l == 0:
                before, guard = guard, Guard(config)
                guard.remember(before)
                guard.start(now_ms)
            stream = wishes(rng)
            for _ in range(rng.randrange(5, 60)):
                now_ms = (now_ms + step_ms) & 0x3FFFFFFF
                guard.frame(now_ms, *next(stream))
    assert both.calls > 100
