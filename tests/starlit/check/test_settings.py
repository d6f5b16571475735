"""What a hand at the pod sets, and what a host may only propose."""

import json

import pytest
from tests.starlit.check.conftest import ring


def proposal(tape, press_ms, claim, ppm=100_000):
    pod = tape(profile="adult").plug_in()
    body = json.dumps({"calibration": {"transmission_ppm": ppm}})
    pod.happen(5000, topic="pod/pod-1/set/desired", payload=body, sign=True)
    pod.happen(9000, button_ms=press_ms)
    return pod.note(9000 + press_ms, calibration={"transmission": claim})


@pytest.mark.parametrize(
    ("press_ms", "claim", "expected"),
    [
        (3000, 0.1, set()),
        (2999, 0.1, {"claim-calibration"}),
        (3000, 0.2, {"claim-calibration"}),
    ],
)
def test_a_hosts_calibration_needs_a_press_of_three_seconds(tape, press_ms, claim, expected):
    assert proposal(tape, press_ms, claim).kinds() == expected


def test_a_proposal_stays_in_bounds_too(tape):
    kinds = proposal(tape, 3000, 0.01, ppm=10_000).kinds()
    assert kinds == {"claim-calibration", "calibration-bounds"}


PULSE = {"topic": "starlit/home/pod/pod-1/send/pulse", "payload": '{"body":"{}"}'}


def test_a_start_just_after_the_dark_tells_whether_a_setting_was_stored(tape):
    """It is stored in the dark; 50 ms of that may have been enough, and 200 ms always are."""
    for dark_ms, expected in ((50, set()), (200, {"claim-armed"})):
        pod = tape().evening().happen(0, set={"armed": True}).show(6000, ring("010000", 1))
        pod.happen(8000, set={"armed": False}).note(8000, armed=False)
        pod.show(9000 - dark_ms, ring("000000")).happen(9000, reboot=True)
        pod.note(9000, boot={"n": 2, "cause": "soft"}).note(9000, armed=True)
        assert pod.note(10_000, night=1).kinds() & {"claim-armed"} == expected


def pulse(tape, lines, sent_ms=20_000):
    pod = tape(profile="adult").plug_in()
    for line in lines:
        pod.happen(line.pop("t_ms"), **line)
    return pod.note(sent_ms, tx=PULSE).kinds()


def asked():
    body = json.dumps({"pulse": "pod-2"})
    return {"t_ms": 5000, "topic": "pod/pod-1/set/desired", "payload": body, "sign": True}


def test_a_pulse_leaves_a_pod_only_after_a_press_of_three_seconds_on_a_proposal(tape):
    assert pulse(tape, [asked(), {"t_ms": 9000, "button_ms": 3000}]) == set()
    agreed = {"t_ms": 9000, "button_ms": 3000}
    for lines in ([], [asked()], [asked(), {**agreed, "button_ms": 2900}], [dict(agreed)],
                  [asked(), dict(agreed), {"t_ms": 15_000, "reboot": True}]):  # fmt: skip
        assert "pulse-sent" in pulse(tape, lines), lines
