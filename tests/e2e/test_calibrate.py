"""A calibration from a phone's reading to a pod's store, through a real cottage."""

import pytest
from tests.e2e.cottage import Cottage

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

READING = ("--pod", "pod-1", "--lux", "4.1", "--at-mm", "100", "--pillow-mm", "600")


def test_a_reading_is_set_by_three_seconds_of_the_button_and_by_nothing_else(tmp_path):
    with Cottage(tmp_path / "home", "--virtual", "1") as cottage:
        cottage.say("virtual", "button", "pod-1", 1200)
        said = cottage.say("calibrate", "light", *READING, "--timeout", "2", expect=1)
        assert "not changed: nobody held the button" in said
        cottage.say("virtual", "button", "pod-1", 3200)  # nothing is pending any more
        said = cottage.say("calibrate", "light", *READING, "--timeout", "1", expect=1)
        assert "it has transmission 5 %, pillow at 500 mm" in said
        assert "set to transmission 4.46 %, pillow at 600 mm" in confirmed(cottage)
        said = cottage.say("calibrate", "light", *READING, "--timeout", "1", expect=1)
        assert "it has transmission 4.46 %, pillow at 600 mm" in said
        cottage.end()


def confirmed(cottage):
    """What the command prints when a hand presses meanwhile."""
    asking = cottage.ask("calibrate", "light", *READING)
    assert "hold the button of pod-1" in asking.stderr.readline()
    for _ in range(3):  # the first may come before the pod has taken the proposal
        cottage.say("virtual", "button", "pod-1", 3200)
        if asking.poll() is not None:
            break
    said, _ = asking.communicate(timeout=20)
    assert asking.returncode == 0, said
    return said


def test_the_lamp_is_refused_outside_the_ritual_and_says_what_to_press(tmp_path):
    with Cottage(tmp_path / "home", "--virtual", "1") as cottage:
        cottage.say("virtual", "button", "pod-1", 1200)
        said = cottage.say("calibrate", "light", "--pod", "pod-1", "--show", expect=1)
        assert "no lamp" in said and "press" in said
        cottage.end()
