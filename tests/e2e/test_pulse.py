"""A heartbeat star from a command and two presses to a friend's sky, through a real cottage."""

import time

import pytest
from tests.e2e.cottage import Cottage, wait_for

from starlit.check.run import check_traces

TAKEN_S = 2.0  # pods have the proposal by then; a second press would end what the first began
pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_two_presses_share_a_pulse_and_one_does_not(tmp_path):
    trace = tmp_path / "trace"
    options = ("--virtual", "2", "--plain", "--trace", str(trace))
    with Cottage(tmp_path / "home", *options) as cottage:
        for pod in ("pod-1", "pod-2"):
            cottage.say("virtual", "button", pod, 1200)
        said, code = asked(cottage, "pod-1", timeout_s=8)
        assert code == 1 and "pod-1: agreed" in said
        assert "pod-2: not agreed: nobody held the button" in said
        cottage.say("virtual", "button", "pod-1", 3200)  # ends what was agreed
        # Once it has: what is proposed while the button is held would end with it.
        wait_for(lambda: "pulse" in ended(trace, "pod-1"), 20, "pod-1 has ended what it agreed")
        said, code = asked(cottage, "pod-1", "pod-2", timeout_s=30)
        assert code == 0 and "pod-2: agreed" in said
        cottage.say("goodnight")
        for pod in ("pod-1", "pod-2"):
            wait_for(lambda pod=pod: pulses(trace, pod) > 3, 20, f"a pulse from {pod}")
        assert all(view["leds"] is None for view in cottage.status().values())
        cottage.end()
    assert not check_traces([trace]).violations


def asked(cottage, *pressed, timeout_s):
    """What `starlit pulse` prints, and its exit code, while these pods' buttons are held."""
    asking = cottage.ask("pulse", "pod-1", "pod-2", "--timeout", str(timeout_s))
    assert "hold the buttons of pod-1 and pod-2" in asking.stderr.readline()
    time.sleep(TAKEN_S)
    for pod in pressed:
        cottage.say("virtual", "button", pod, 3200)
    said, _ = asking.communicate(timeout=timeout_s + 20)
    return said, asking.returncode


def ended(trace, pod):
    """What a pod said when it ended a pulse."""
    lines = (trace / f"{pod}.jsonl").read_text().splitlines()
    return "".join(line for line in lines if 'with\\\\\\":null' in line)


def pulses(trace, pod):
    return (trace / f"{pod}.jsonl").read_text().count("send/pulse")
