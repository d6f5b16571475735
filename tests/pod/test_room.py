"""The room's light without the pod's own share, whether it is lit, and how long it was dark."""

import random

import pytest

from pod.room import DARK_FOR_MS, RING_MLX_PER_CD, Room


def test_the_rings_own_light_is_subtracted_and_never_below_zero():
    room = Room()
    room.step(100, 5000, 10 * 1_000_000)
    assert room.mlx == 5000 - 10 * RING_MLX_PER_CD
    room.step(100, 10, 60 * 1_000_000)
    assert room.mlx == 0


def test_dark_for_ten_minutes_and_ten_seconds_of_light_begin_anew():
    room = Room()
    assert room.long_dark()  # before its start, for all that it knows
    room.step(10_000, 3000, 0)
    for _ in range(DARK_FOR_MS // 1000 - 1):
        room.step(1000, 300, 0)
    assert not room.long_dark()
    room.step(1000, 300, 0)
    assert room.long_dark()
    for _ in range(10 * 86400):
        room.step(60_000, 300, 0)
    assert room.long_dark()
    for _ in range(100):  # the ring's own as it goes out: a tenth of a second takes back six
        room.step(100, 3000, 0)
        room.step(6000, 300, 0)
        assert room.long_dark()
    room.step(9_900, 3000, 0)
    assert room.long_dark()
    room.step(100, 3000, 0)
    room.step(DARK_FOR_MS - 1, 300, 0)
    assert not room.long_dark()
    room.step(1, 300, 0)
    assert room.long_dark()


def test_a_lit_room_is_known_two_seconds_after_a_start_and_a_dark_one_at_once():
    for lit_ms, long_dark in ((1900, True), (2000, False)):
        room = Room()
        for _ in range(lit_ms // 100):
            room.step(100, 3000, 0)
        room.step(1000, 300, 0)
        assert room.long_dark() is long_dark
    room = Room()
    for _ in range(900):
        room.step(1000, 300, 0)
        assert room.long_dark()


def test_an_unknown_light_is_not_bright_and_counts_as_dark():
    room = Room()
    room.step(DARK_FOR_MS, 300, 0)
    room.step(100, -1, 0)
    assert room.mlx == -1 and not room.bright() and room.long_dark()


def test_no_loop_oscillates_where_the_sensor_sees_the_ring():
    room, readings = Room(), set()
    for ring_cd in (0, 5, 20, 60, 20, 5, 0):
        room.step(33, 4000 + ring_cd * RING_MLX_PER_CD, ring_cd * 1_000_000)
        readings.add(room.mlx)
    assert readings == {4000}


# -- a hand -----------------------------------------------------------------------------------


def hands(readings, ring=lambda k: 0, every_ms=200):
    """Steps at which a hand was seen, over readings in mlx."""
    room, seen = Room(), []
    for k, mlx in enumerate(readings):
        room.step(every_ms, mlx, ring(k))
        if room.hand:
            seen.append(k)
    return seen


def test_a_hand_is_a_fall_and_a_return_from_one_lux_up():
    for lit in (1000, 5000, 200_000, 1_000_000):
        assert hands([lit] * 50 + [lit // 4] * 5 + [lit] * 5) == [55]
    assert hands([750] * 50 + [100] * 5 + [750] * 5) == [], "too dark a room"


def test_a_lamp_that_goes_out_or_a_dusk_is_no_hand():
    assert hands([5000] * 50 + [500] * 60 + [5000] * 50) == []
    dusk = [5000 - 10 * k for k in range(400)]
    assert hands(dusk + dusk[::-1]) == []


def test_a_waving_hand_is_counted_every_ten_seconds():
    seen = hands(([5000] * 5 + [500] * 5) * 30)
    assert 4 <= len(seen) <= 6
    assert all(b - a >= 50 for a, b in zip(seen, seen[1:], strict=False))


def test_an_unknown_light_covers_nothing():
    assert hands([5000] * 50 + [-1] * 5 + [5000] * 50) == []


def test_the_shadow_on_the_own_ring_is_no_second_hand_even_if_the_model_is_half_wrong():
    """A ring of 20 cd/m2 loses a third as the shadow passes; its share on the sensor is not what
    the model takes away, but from half to twice that."""
    def ring_cd(k):
        return 20_000_000 - (7_000_000 if k % 60 > 30 else 0)

    for wrong in (0.5, 1, 1.5, 2):
        readings = [1000 + int(wrong * ring_cd(k) // 1000 * RING_MLX_PER_CD / 1000)
                    for k in range(600)]  # fmt: skip
        assert hands(readings, ring_cd) == []


def shine(room, mlx, ms, ring_cd=0, step_ms=1000):
    """Steps through `ms` of this light; the times at which `lit` turned."""
    turned = []
    for t_ms in range(0, ms, step_ms):
        before = room.lit
        room.step(step_ms, mlx, ring_cd * 1_000_000)
        if room.lit != before:
            turned.append(t_ms)
    return turned


def test_a_flash_does_not_make_a_room_lit_and_ten_seconds_of_a_lamp_do():
    room = Room()
    assert shine(room, 200_000, 9000) == [] and shine(room, 10, 60_000) == []
    assert shine(room, 200_000, 30_000) == [10_000]


def test_a_single_reading_after_a_long_rest_is_no_lit_room():
    room = Room()
    room.step(60_000, 200_000, 0)
    assert not room.lit
    room.step(60_000, 200_000, 0)
    assert room.lit


def test_a_lit_room_is_dark_only_after_a_minute_well_below():
    room = Room()
    shine(room, 12_000, 20_000)
    assert shine(room, 6000, 600_000) == [] and shine(room, 4000, 120_000) == [60_000]


@pytest.mark.parametrize("truth_percent", (0, 50, 100, 200))
def test_no_ring_turns_the_room_by_its_own_light(truth_percent):
    """The sensor sees the ring half, or twice, as strongly as modelled; full dawn is 300 cd/m2."""
    room = Room()
    for ring_cd in (0, 10, 60, 150, 300, 300, 60, 0):
        seen = ring_cd * RING_MLX_PER_CD * truth_percent // 100
        assert shine(room, 300 + seen, 90_000, ring_cd) == []
    assert not room.lit


def test_the_light_that_goes_off_in_a_ritual_moves_it_on_after_four_minutes():
    room = Room()
    shine(room, 50_000, 60_000)
    room.evening()
    shine(room, 50_000, 60_000)
    shine(room, 200, 239_000)
    assert not room.fell_dark()
    shine(room, 200, 2000)
    assert room.fell_dark()


def test_a_room_that_was_dark_all_along_moves_nothing_nor_does_a_lost_sensor():
    room = Room()
    shine(room, 50_000, 60_000)
    shine(room, 100, 60_000)
    room.evening()
    shine(room, 100, 900_000)
    assert not room.fell_dark()
    shine(room, 5000, 5000)
    shine(room, -1, 900_000)
    assert not room.fell_dark()


def test_a_ring_that_flickers_in_a_dark_room_does_not_make_it_light():
    """A reading is of the second before: the ring has moved on, and what is subtracted of it is too
    little by all that it was brighter."""
    room, rng, before = Room(), random.Random(3), 0
    for _ in range(600):
        ring_l = rng.choice((0, 0, 20, 60)) * 1_000_000
        share = (before // 1_000_000) * RING_MLX_PER_CD
        room.step(100, 900 + share, ring_l)
        before = ring_l
        assert room.long_dark()
    for _ in range(30):  # a lamp, brighter than all of that
        room.step(100, 9000, 0)
    assert not room.long_dark()
