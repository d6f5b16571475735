"""The scene's loops in machine code draw what the plain ones do, whatever is in their arrays."""

import random
from array import array

import pytest
from tests.pod.twins import assert_equal, loops

from pod import cues, scene_kernel, sky_kernel
from pod import scene_state as at
from pod.score import _LIGHT

TIMES = 40


class Bright:
    cap_l = cap_m = (1 << 30) - 1


@pytest.fixture(params=range(8))
def chance(request):
    return random.Random(request.param)


def within(chance, least, most):
    """Often one of both ends."""
    return chance.choice((least, most, chance.randint(least, most), chance.randint(least, most)))


def some(chance, n, most):
    return array("i", [within(chance, 0, most) for _ in range(n)])


def octets(chance, n):
    return array("B", [chance.randrange(241) for _ in range(n)])


def scene(chance):
    w = some(chance, at.WORDS, 32767)
    for i in range(at.LINEAR, at.LEFT):
        w[i] = within(chance, 0, chance.choice((30720, 2000, 70000)))
    for i in range(at.EMBER, at.FIRST):
        w[i] = within(chance, 0, 240)
    w[at.LEFT] = within(chance, 0, 4096)
    w[at.FIRST], w[at.TURNS] = within(chance, 0, 1 << 25), within(chance, 1, 334)
    w[at.BETWEEN], w[at.BREATH] = within(chance, 0, 255), within(chance, 3072, 4096)
    w[at.PART_MS] = within(chance, 0, 1999)
    shapes = ((256, 1024, 0), (256, 384, 0), (256, 640, 0), (512, 512, 8))
    w[at.FRONT], w[at.TAIL], w[at.FROM_LED] = chance.choice(shapes)
    for star in (at.OWN, at.FRIEND):
        w[star] = chance.choice((0, within(chance, 0, 4096) << 9 | within(chance, 0, 256)))
    return w


def test_look(chance):
    for _ in range(TIMES):
        sites = some(chance, 36, 32767), some(chance, 36, 32767), octets(chance, 36)
        assert_equal(scene_kernel.look, "scene_kernel", scene(chance), *sites)


def test_spot(chance):
    for _ in range(TIMES):
        x, peak = within(chance, -600, 4200), within(chance, 0, 26000)
        hue = within(chance, 0, 32767)
        assert_equal(scene_kernel.spot, "scene_kernel", scene(chance), x, peak, hue)


def test_paint(chance):
    for _ in range(TIMES):
        level, sky = within(chance, 0, 4096), chance.randrange(2)
        assert_equal(scene_kernel.paint, "scene_kernel", scene(chance), level, sky)


@pytest.mark.parametrize("own", (True, False))
def test_settle(chance, own):
    for _ in range(TIMES):
        target = octets(chance, 36)
        calm = target if own else octets(chance, 36)
        assert_equal(scene_kernel.settle, "scene_kernel", scene(chance), target, calm)


def test_layer(chance, monkeypatch):
    """Rows of a score, in bounds, at a few times of their lives."""
    monkeypatch.setattr(cues.kernel, "layer", both_layers)
    for _ in range(TIMES):
        row = [within(chance, _LIGHT[2 * k], _LIGHT[2 * k + 1]) for k in range(16)]
        row[8:12] = [within(chance, *ends) for ends in ((0, 9), (100, 18000), (1, 99), (0, 99))]
        light, w = cues.Light(row), scene(chance)
        light.begin(Bright, within(chance, 0, 1 << 29))
        for end_ms in (1900000, 30000, 30000):
            light.draw(w, within(chance, -99, end_ms), within(chance, 0, 4096))


def both_layers(*args, plain=scene_kernel.layer):
    theirs = [array("i", arg) if isinstance(arg, array) else arg for arg in args]
    told = plain(*args)
    assert told == loops("scene_kernel")["layer"](*theirs)
    assert list(args[:3]) == theirs[:3]
    return told


def test_advance(chance):
    for _ in range(TIMES):
        rows = [some(chance, 36, 32767) for _ in range(4)]
        assert_equal(sky_kernel.advance, "sky_kernel", *rows)
