"""Twelve LEDs of one sky: any number of pods, no leap, and light spread over the ring."""

from array import array

import pytest

from pod import scene_kernel as kernel
from pod import scene_state as at
from pod.guard import limits, optics
from pod.io import LEDS
from pod.night import FULL
from pod.part import Part
from pod.scene import FRAME_MS, VEIL_MS, Scene
from pod.sky import SITES

EVENING_MS = 3_600_000


def sky_of(seed=4, place=0, members=1, profile="child"):
    part, scene = Part(seed), Scene(profile)
    part.place, part.members = place, members
    scene.begin(part)
    return scene, part


def lit(scene, part, at_ms):
    scene.sky_light(at_ms, part, 4096)
    return list(scene.light[:LEDS])


@pytest.mark.parametrize("members", (2, 3, 4, 7, 40, 1000))
def test_no_two_pods_of_a_cottage_see_the_same_part_of_the_sky(members):
    seen = set()
    for place in range(members):
        scene, part = sky_of(place=place, members=members)
        scene.sky_light(EVENING_MS, part, 4096)
        seen.add(tuple(scene.light[: 2 * LEDS]))
    assert len(seen) == members


def window(scene, first, turns):
    """The light of twelve stars of a sky, from star `first` on, at its breath's height."""
    sky, w = scene.sky, array("i", scene.light)
    w[at.FIRST], w[at.TURNS], w[at.BETWEEN] = first, turns, 0
    w[at.BREATH], w[at.PART_MS] = FULL, sky.part_ms
    kernel.look(w, sky.last, sky.coming, bytes(SITES))
    return list(w[:LEDS])


def test_stars_drift_from_each_pod_to_the_one_before_it():
    scene, part = sky_of(place=1, members=4)
    before, part_before = sky_of(place=0, members=4)
    for hour in range(3):
        at_ms = hour * 3_600_000 + 3_000_000
        later_ms = at_ms + 12 * 60_000
        scene.sky.at(later_ms)
        before.sky.at(later_ms)
        turned = later_ms // 234 >> 8
        one = window(before, turned, part_before.turns())
        assert one == window(scene, LEDS + turned - LEDS, part.turns())


def test_three_pods_see_the_circle_as_it_stands_and_a_fourth_sees_it_anew():
    seen = []
    for place in range(4):
        scene, part = sky_of(place=place, members=4)
        scene.sky.at(EVENING_MS)
        seen.append(window(scene, LEDS * place, part.turns()))
    values = [scene.sky.value(site) for site in range(SITES)]
    for place in range(3):
        own = [value**3 // 32767**2 for value in values[LEDS * place : LEDS * place + LEDS]]
        assert all(abs(a - b) <= 4 for a, b in zip(seen[place], own, strict=True))
    assert seen[3] not in seen[:3]


def longest_step(scene, part, times):
    last, most = list(scene.light[:LEDS]), 0
    for at_ms in times:
        now = lit(scene, part, at_ms)
        most = max(most, *(abs(a - b) for a, b in zip(now, last, strict=True)))
        last = now
    return most


@pytest.mark.parametrize("leap", ("seed", "place", "members", "time"))
def test_where_the_sky_leaps_it_fades_over_and_then_agrees_with_the_others(leap):
    scene, part = sky_of(seed=3, place=0, members=3)
    times = range(EVENING_MS, EVENING_MS + 5000, FRAME_MS)
    usual = longest_step(scene, part, times)
    assert scene.veil()
    shift_ms = 0
    if leap == "time":
        shift_ms = 1_234_567
    else:
        setattr(part, leap, {"seed": 9, "place": 2, "members": 5}[leap])
        scene.begin(part)
    after = range(times[-1] + FRAME_MS + shift_ms, times[-1] + VEIL_MS + 100 + shift_ms, FRAME_MS)
    assert longest_step(scene, part, after) < max(3 * usual, 600)
    fresh = Scene("child")
    fresh.begin(part)
    at_ms = after[-1] + FRAME_MS
    assert lit(scene, part, at_ms) == lit(fresh, part, at_ms)


def test_a_veil_ends_at_nothing():
    """Its last step took more away than there was, and of a dark LED's red 255 was left."""
    scene, part = sky_of(seed=6139, profile="adult")
    part.ritual_ms = -10_000_000
    lit(scene, part, 1_000_000)
    scene.veil()
    part.seed = 11139
    scene.begin(part)
    for frame in range(1, VEIL_MS // FRAME_MS + 2):
        lit(scene, part, 1_000_000 + frame * FRAME_MS)
        assert min(scene.light[: 2 * LEDS]) >= 0
    fresh = Scene("adult")
    fresh.begin(part)
    assert lit(scene, part, 1_016_000) == lit(fresh, part, 1_016_000)


def test_in_the_dark_nothing_fades_over():
    scene, part = sky_of()
    assert not scene.veil()
    lit(scene, part, EVENING_MS)
    scene.clear()
    assert not scene.veil()


@pytest.mark.parametrize(("profile", "cap_m"), [("child", 0.10), ("adult", 1.0)])
def test_a_usual_sky_keeps_to_half_of_the_evenings_cap(profile, cap_m):
    found_m = []
    for seed in range(30):
        scene, part = sky_of(seed, seed % 3, 3, profile)
        for minute in range(10):
            scene.sky_light(EVENING_MS + minute * 61_000, part, 4096)
            frame = bytes(scene.settle())
            found_m.append(optics.weighted(frame, optics.WEIGHT_M) / limits.LX)
            assert optics.weighted(frame, optics.WEIGHT_L) < 30 * limits.CD
    assert sum(found_m) / len(found_m) < 0.55 * cap_m
    assert max(found_m) <= cap_m


def test_rounding_is_spread_over_the_ring_and_keeps_its_mean():
    scene = Scene("adult")
    for level in range(0, 256, 7):
        for i in range(36):
            scene.light[at.LINEAR + i] = 20 * 256 + level if i % 3 == 0 else 0
        frame = scene.settle()
        assert {frame[3 * led] for led in range(LEDS)} <= {20, 21}
        assert abs(sum(frame[::3]) - 12 * (20 + level / 256)) < 1.5
    assert scene.settle() == scene.settle(), "no dithering in time"
