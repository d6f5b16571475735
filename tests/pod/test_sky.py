"""The sky: nobody composes it, every pod sees the same one, and it is never the same twice."""

import random

import pytest
from tests.pod.guard.safety_reference import optics_of

from pod.config import Config
from pod.part import Part
from pod.scene import Scene
from pod.sky import CELL_STEPS, FULL, SITES, STEP_MS, Sky

CELL_MS = CELL_STEPS * STEP_MS


def sky_of(seed):
    sky = Sky()
    sky.begin(seed)
    return sky


def values(sky, at_ms):
    sky.at(at_ms)
    return [sky.value(site) for site in range(SITES)]


def test_a_pod_that_joins_at_any_hour_sees_what_the_others_see():
    early = sky_of(42)
    rng = random.Random(1)
    at_ms = 0
    for _ in range(120):
        at_ms += rng.choice((33, 1000, 1999, 2000, 2001, 16000, CELL_MS, 5 * CELL_MS))
        early.at(at_ms)
        joiner = sky_of(42)
        joiner.at(at_ms)
        assert joiner.hash() == early.hash()


@pytest.mark.parametrize("around_ms", (CELL_MS, 2 * CELL_MS, CELL_MS + 16000, 7 * CELL_MS))
def test_the_same_hash_on_both_sides_of_a_cells_border(around_ms):
    walker = sky_of(7)
    for at_ms in range(around_ms - 6000, around_ms + 6000, 500):
        walker.at(at_ms)
        joiner = sky_of(7)
        joiner.at(at_ms)
        assert joiner.hash() == walker.hash()


def test_going_back_in_time_gives_the_same_sky_again():
    sky = sky_of(3)
    before = values(sky, 100_000)
    sky.at(900_000)
    assert values(sky, 100_000) == before


def test_another_seed_in_between_leaves_no_trace():
    sky = sky_of(3)
    before = values(sky, 100_000)
    sky.begin(4)
    assert values(sky, 100_000) != before
    sky.begin(3)
    assert values(sky, 100_000) == before


def test_a_joiner_needs_at_most_136_steps(monkeypatch):
    from pod import sky as module

    steps = []
    advance = module.kernel.advance
    monkeypatch.setattr(module.kernel, "advance", lambda *a: (steps.append(1), advance(*a)))
    for at_ms in range(0, 2 * CELL_MS, 7000):
        steps.clear()
        sky_of(5).at(at_ms)
        assert len(steps) <= 136 + 8, at_ms


def test_no_two_of_a_thousand_seeds_are_alike():
    skies = set()
    for seed in range(1000):
        sky = sky_of(seed)
        skies.add(tuple(values(sky, 60_000)))
    assert len(skies) == 1000


def test_one_bit_of_the_seed_is_another_sky_within_a_minute():
    apart = [
        abs(a - b)
        for a, b in zip(values(sky_of(64), 60_000), values(sky_of(65), 60_000), strict=True)
    ]
    assert sum(apart) / SITES > FULL / 10


def correlation(a, b):
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    over = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    return over / (sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)) ** 0.5


def test_after_ten_minutes_the_sky_is_another():
    """Autocorrelation at ten minutes, of every site over a night's samples, is under 0.3."""
    sky = sky_of(11)
    series = [values(sky, at_ms) for at_ms in range(0, 6 * 3600_000, 20_000)]
    lag = 600_000 // 20_000
    for site in range(SITES):
        line = [row[site] for row in series]
        assert abs(correlation(line[:-lag], line[lag:])) < 0.3
    flat = [x for row in series for x in row]
    shift = lag * SITES
    assert abs(correlation(flat[:-shift], flat[shift:])) < 0.3


def test_it_moves_slowly_and_never_stands():
    sky = sky_of(12)
    last = values(sky, 0)
    moved = []
    for at_ms in range(33, 120_000, 33):
        now = values(sky, at_ms)
        moved.append(max(abs(a - b) for a, b in zip(now, last, strict=True)))
        last = now
    assert max(moved) < FULL / 20
    assert sum(1 for m in moved if m) > 0.9 * len(moved)


def test_no_site_falls_asleep_for_good():
    sky = sky_of(0)
    series = [values(sky, cell * CELL_MS + 200_000) for cell in range(150)]
    for site in range(SITES):
        assert len({row[site] for row in series}) > 40


def test_the_last_millisecond_of_shared_time_is_fine():
    sky = sky_of(9)
    assert all(0 <= v <= FULL for v in values(sky, (1 << 30) - 1))


@pytest.mark.parametrize("profile", ("child", "adult"))
def test_at_least_three_leds_differ_and_the_usual_sky_keeps_below_the_evenings_cap(profile):
    m_of, l_of = optics_of(Config())
    rich = 0
    for seed in range(40):
        scene, part = Scene(profile), Part(seed)
        scene.begin(part)
        at_ms = 60_000 + seed * 37_000
        scene.sky_light(at_ms, part, 4096)
        frame = bytes(scene.settle())
        rich += len({frame[i : i + 3] for i in range(0, 36, 3)}) >= 3
        assert any(frame)
        assert l_of(frame) < 60
    assert rich == 40
