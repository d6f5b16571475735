"""What a Pico's loops over sound cost, counted: a figure that no computer's load can move."""

from starlit.bench import loops


def test_no_loop_takes_more_than_sixty_cycles_a_sample():
    found = loops.cycles_per_sample()
    assert set(found) == {
        "sound.noise", "sound.band", "sound.mix", "sound.tone", "guard.measure", "guard.ramp",
        "guard.replay", "guard.copy", "guard.clear",
    }  # fmt: skip
    assert max(found.values()) <= loops.BAR == 60
    assert found == loops.cycles_per_sample(), "the same each time"
