"""What the loops of a frame cost a Pico, counted: a figure that no computer's load can move."""

from starlit.bench import frames


def test_the_loops_of_a_lit_frame_with_a_cue_take_half_a_millisecond_at_most():
    found = frames.cycles_per_frame()
    parts = set(found) - {"all", "most"}
    assert parts == {
        "scene_kernel.look", "scene_kernel.spot", "scene_kernel.paint", "scene_kernel.settle",
        "scene_kernel.layer", "guard.light_kernel.age", "guard.light_kernel.move",
        "guard.light_kernel.least",
    }  # fmt: skip
    assert abs(sum(found[part] for part in parts) - found["all"]) < 10
    assert found["all"] <= found["most"] <= frames.BAR == 62500
    assert found == frames.cycles_per_frame(), "the same each time"
