"""What a Pico's loops over sound cost, counted: a figure that no computer's load can move."""

from starlit.bench import loops


def test_no_loop_takes_more_cycles_a_sample_than_it_may():
    found = loops.cycles_per_sample()
    assert set(found) == {"sound.noise", "sound.band", "sound.mix", "sound.tone", "guard.block"}
    assert max(found.values()) <= loops.BAR == 150
    assert max(cycles for name, cycles in found.items() if name != "guard.block") <= 60
    assert found == loops.cycles_per_sample(), "the same each time"
