"""What crosses the sky looks the same everywhere, is never brighter than one star, and leaves."""

from array import array

import pytest

from pod import scene_state as at
from pod import stars
from pod.io import LEDS
from pod.part import CROSS_MS, FAREWELL, SCATTER_MS, SHADOW, STAR, Part
from pod.scene import FRAME_MS, Scene
from pod.scene_state import FULL, SITES, STEP_MS
from pod.sky import CELL_STEPS

CELL_MS = CELL_STEPS * STEP_MS


def window(level=0):
    return array("i", [level] * LEDS)


def scene_of(part, profile="adult"):
    scene = Scene(profile)
    scene.begin(part)
    return scene


def light_at(scene, part, at_ms):
    scene.sky_light(at_ms, part, 4096)
    return list(scene.light[:LEDS]), list(scene.light[at.TINT : at.TINT + LEDS])


def nothing():
    return array("i", [0] * at.WORDS)


def crossed(kind, since_ms):
    """The light of the window in which that alone is."""
    w = nothing()
    stars.cross(w, kind, since_ms)
    return w[:LEDS]


@pytest.mark.parametrize("kind", (STAR, FAREWELL, stars.COMET))
def test_one_point_crosses_the_ring_from_first_to_last(kind):
    heads = []
    for since_ms in range(0, CROSS_MS[kind], FRAME_MS):
        lit = crossed(kind, since_ms)
        assert sum(lit) < 3 * FULL
        if max(lit) > FULL // 2:
            heads.append(lit.index(max(lit)))
    assert heads == sorted(heads)
    assert set(heads) == set(range(LEDS))
    for outside_ms in (-1, CROSS_MS[kind]):
        assert not any(crossed(kind, outside_ms))


def test_a_star_changes_no_led_by_more_than_a_ninth_in_a_frame():
    last = window()
    for since_ms in range(0, CROSS_MS[STAR] + FRAME_MS, FRAME_MS):
        lit = crossed(STAR, since_ms)
        assert max(abs(a - b) for a, b in zip(lit, last, strict=True)) < FULL / 9
        last = lit


def test_a_shadow_only_dims_while_it_passes_an_even_sky():
    darkest = window(20000)
    for since_ms in range(0, CROSS_MS[SHADOW], FRAME_MS):
        lit = window(20000)
        stars.shade(lit, window(), 77, since_ms)
        assert max(lit) <= 20000
        darkest = [min(a, b) for a, b in zip(darkest, lit, strict=True)]
    assert all(5000 <= low < 7000 for low in darkest)


def test_behind_a_shadow_the_same_stars_stand_elsewhere_and_find_home():
    own = array("i", [k * 2000 for k in range(LEDS)])
    lit = array("i", own)
    stars.shade(lit, window(), 77, CROSS_MS[SHADOW])
    assert sorted(lit) == list(own) and sum(a != b for a, b in zip(lit, own, strict=True)) >= 9
    lit = array("i", own)
    stars.shade(lit, window(), 77, CROSS_MS[SHADOW] + SCATTER_MS - 1)
    assert max(abs(a - b) for a, b in zip(lit, own, strict=True)) < 150
    other = array("i", own)
    stars.shade(other, window(), 78, CROSS_MS[SHADOW])
    lit = array("i", own)
    stars.shade(lit, window(), 77, CROSS_MS[SHADOW])
    assert other != lit, "each shadow moves them another way"


def test_the_moon_rises_climbs_pales_and_sets():
    seen, tints = [], []
    for since_ms in range(0, 720_000, 10_000):
        w = nothing()
        stars.moon(w, since_ms)
        lit, tint = w[:LEDS], w[at.TINT : at.TINT + LEDS]
        if any(lit):
            top = lit.index(max(lit))
            seen.append(top)
            tints.append(tint[top])
    order = list(dict.fromkeys(seen))
    assert order == [8, 9, 10, 11, 0, 1, 2, 3, 4]
    assert tints[-1] > 3 * tints[len(tints) // 4]
    w = nothing()
    stars.moon(w, 1000)
    assert max(w[:LEDS]) < 200, "it rises slowly"


def test_a_comet_is_rare_the_same_for_all_and_gone_before_its_cell_ends():
    starts = [stars.comet_ms(seed, cell) for seed in range(100) for cell in range(100)]
    found = [ms for ms in starts if ms >= 0]
    assert 400 < len(found) < 600
    assert all(0 < ms < CELL_MS - 120_000 - CROSS_MS[stars.COMET] for ms in found)


def test_a_comet_crosses_all_places_in_order_unannounced():
    skies = [(seed, cell) for seed in range(50) for cell in range(1, 9)]
    seed, cell = next(sky for sky in skies if stars.comet_ms(*sky) >= 0)
    begin_ms = cell * CELL_MS + stars.comet_ms(seed, cell)
    for place in range(4):
        part = Part(seed)
        part.place, part.members = place, 4
        scene, quiet = scene_of(part), scene_of(part)
        at_ms = begin_ms + place * CROSS_MS[stars.COMET] + 6000
        with_comet, _ = light_at(scene, part, at_ms)
        quiet.cell, quiet.comet_ms = at_ms // CELL_MS, -1
        without, _ = light_at(quiet, part, at_ms)
        assert with_comet != without and max(with_comet) > 18000


@pytest.mark.parametrize("members", (1, 2, 3, 8, 1000))
def test_the_constellation_has_a_star_for_each_pod_and_four_more(members):
    for seed in range(50):
        found = stars.constellation(seed, members)
        sites = [site for site, _, _ in found]
        assert len(set(sites)) == len(sites) == min(members + 4, 12)
        assert all(0 <= site < SITES for site in sites)
        assert all(0 <= height < 256 and 140 <= size < 220 for _, height, size in found)


def test_a_pod_that_joins_adds_a_star_and_moves_none():
    assert stars.constellation(5, 4)[:-1] == stars.constellation(5, 3)


def test_no_two_nights_have_the_same_constellation():
    assert len({tuple(stars.constellation(seed, 3)) for seed in range(1000)}) == 1000


def test_a_pod_without_a_history_draws_what_an_old_one_draws():
    """With a shadow, a star, a farewell and the moon in the sky."""
    def part_of(place):
        part = Part(42)
        part.place, part.members, part.ritual_ms = place, 3, 3_000_000
        for kind, start_ms, origin in ((SHADOW, 3_060_000, 1), (STAR, 3_070_000, 0),
                                       (FAREWELL, 3_080_000, 2)):  # fmt: skip
            part.add(kind, start_ms, origin, start_ms)
        return part

    old_part, old = part_of(1), scene_of(part_of(1))
    for at_ms in range(3_050_000, 3_110_000, 330):
        aged = light_at(old, old_part, at_ms)
        if at_ms % 3300 == 0:
            new_part = part_of(1)
            assert light_at(scene_of(new_part), new_part, at_ms) == aged
