"""The room's light without the pod's own share, and how long it has been dark."""

from pod.room import DARK_FOR_MS, RING_MLX_PER_CD, Room


def test_the_rings_own_light_is_subtracted_and_never_below_zero():
    room = Room()
    room.step(100, 5000, 10 * 1_000_000)
    assert room.mlx == 5000 - 10 * RING_MLX_PER_CD
    room.step(100, 10, 60 * 1_000_000)
    assert room.mlx == 0


def test_dark_for_ten_minutes_and_one_flash_of_light_begins_anew():
    room = Room()
    for _ in range(DARK_FOR_MS // 1000 - 1):
        room.step(1000, 300, 0)
    assert not room.long_dark()
    room.step(1000, 300, 0)
    assert room.long_dark()
    for _ in range(10 * 86400):
        room.step(60_000, 300, 0)
    assert room.long_dark()
    room.step(100, 3000, 0)
    assert not room.long_dark()


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
