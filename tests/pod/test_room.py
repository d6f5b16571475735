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
