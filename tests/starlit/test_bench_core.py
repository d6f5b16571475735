"""The bench measures; how fast is no test's business."""

import json

import pytest

from starlit.bench import core
from starlit.errors import UserError


def test_speeds_are_simulated_seconds_a_second():
    assert core.ritual_speed(3.0) > 1
    assert core.night_speed(0.02) > 1


def test_the_probe_times_sample_and_frame_on_this_python():
    import sys

    found = core.probe(sys.executable)
    assert found["interpreter"] == "cpython"
    for name in ("step", "samples", "frame"):
        assert found[name]["us"] >= 0
        assert found[name]["bytes"] is None
    json.dumps(found)


@pytest.mark.micropython
def test_nothing_is_allocated_for_a_sample_a_frame_or_a_block(micropython):
    found = core.probe(str(micropython))  # on a Pico's heap: test_bench_device, compiled
    assert found["interpreter"] == "micropython"
    for name in ("samples", "frame", "block"):
        assert found[name] is not None, f"{name} never came"
        assert found[name]["heap_lock"] == "ok", name
        assert found[name]["bytes"] == 0, name


@pytest.mark.micropython
def test_a_block_of_every_kind_of_sound_is_timed(micropython):
    found = core.sound_probe(str(micropython))
    assert found["interpreter"] == "micropython"
    assert {"pink", "rain", "wind", "crackle", "chime"} <= set(found["kinds"])
    assert found["worst"] >= found["guard"] >= 0


def test_an_interpreter_is_found_by_the_environment_first(monkeypatch, tmp_path):
    monkeypatch.setenv("STARLIT_MICROPYTHON", "/bin/true")
    assert core.find_micropython() == "/bin/true"
    monkeypatch.setenv("STARLIT_MICROPYTHON", str(tmp_path / "absent"))
    with pytest.raises(UserError, match="not a program"):
        core.find_micropython()


def test_a_failing_interpreter_is_a_users_error():
    with pytest.raises(UserError, match="/bin/false failed"):
        core.probe("/bin/false")
