"""From nothing to a cottage of three pods, driven by the command line alone."""

import json
import signal
import socket
import time

import pytest
from tests.e2e.cottage import Cottage

from starlit.broker import find_mosquitto

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

PODS = ("pod-1", "pod-2", "pod-3")
DARK = ["000000"] * 12
HEART_SPAN_S = 15.0
needs_mosquitto = pytest.mark.skipif(not find_mosquitto(), reason="mosquitto is not installed")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def reference_bpm(recording, shared_data, at_s):
    """Of the span that a pod at `at_s` of the recording has heard last."""
    path, _, bpm = recording
    if shared_data is None:
        return bpm
    beats = path.with_name(path.name.replace("_ppg.csv.gz", "_beats.csv")).read_text().split()[1:]
    span = [t for t in map(float, beats) if at_s - HEART_SPAN_S <= t <= at_s]
    return 60 * (len(span) - 1) / (span[-1] - span[0])


def plug_in(cottage, *pods):
    for pod in pods:
        assert f"{pod}: button held 1200 ms" in cottage.say("virtual", "button", pod, 1200)


def watch_skies(cottage, seconds):
    """second -> pod -> hash, for every second that all pods told."""
    skies = {}
    end_s = time.monotonic() + 30
    while time.monotonic() < end_s:
        for pod, status in cottage.status().items():
            skies.setdefault(status["sky"]["second"], {})[pod] = status["sky"]["hash"]
        whole = {second: sky for second, sky in skies.items() if len(sky) == len(PODS)}
        if len(whole) >= seconds:
            return whole
    raise AssertionError(f"pods are not in step: {skies}\n{cottage.log}")


def expect_one_sky_that_moves(cottage, seconds):
    skies = watch_skies(cottage, seconds)
    assert all(len(set(sky.values())) == 1 for sky in skies.values()), skies
    assert len({sky["pod-1"] for sky in skies.values()}) == len(skies), "the sky stands still"


def expect_unhooked_by_all(cottage):
    said = cottage.say("unhook")
    assert all(f"{pod}: unhooked" in said for pod in PODS), said
    pods = cottage.wait_status(lambda pod: pod["state"] == "unhooked", 5, "unhooked")
    assert all(pod["leds"] == DARK and pod["rail"] is False for pod in pods.values())


def expect_a_clean_end(cottage, signal_number):
    assert cottage.end(signal_number) < 3
    assert cottage.process.returncode == 0, cottage.log
    assert cottage.leftovers() == []
    assert "Traceback" not in cottage.log


@needs_mosquitto
def test_three_pods_from_first_light_to_unhook(tmp_path, recording, shared_data):
    path, rate_hz, _ = recording
    options = [
        "--virtual",
        "3",
        "--port",
        free_port(),
        "--replay",
        str(path),
        "--rate",
        str(rate_hz),
    ]
    with Cottage(tmp_path / "home", *options, "--trace", str(tmp_path / "trace")) as cottage:
        assert set(cottage.status()) == set(PODS)
        assert all(pod["leds"] == DARK for pod in cottage.status().values())
        assert "unplugged" in cottage.say("goodnight", "--pod", "pod-1", expect=1)

        plug_in(cottage, *PODS)
        cottage.say("goodnight")
        cottage.wait_status(lambda pod: pod["state"] == "ritual", 5, "the ritual")
        lit = cottage.wait_status(
            lambda pod: any(led != "000000" for led in pod["leds"]), 10, "light"
        )
        assert all(len(set(pod["leds"])) >= 3 for pod in lit.values())

        expect_one_sky_that_moves(cottage, seconds=4)
        expect_the_heart(cottage, recording, shared_data)

        said = cottage.say("cue", "comet")
        assert said.splitlines() == [f"{pod}: comet" for pod in PODS]
        said = cottage.say("cue", "ember", expect=1)
        assert said.count("a child's pod plays no cue during sleep") == 3

        expect_the_switch_wins(cottage)
        expect_unhooked_by_all(cottage)
        expect_wrong_words_do_no_harm(cottage)
        expect_a_clean_end(cottage, signal.SIGTERM)
    expect_traces_of(tmp_path / "trace")


def expect_the_heart(cottage, recording, shared_data):
    cottage.wait_status(lambda pod: pod["heart_bpm"] is not None, 20, "a heart rate")
    time.sleep(max(0.0, cottage.began_s + 20 - time.monotonic()))  # a span of the reference
    pods = cottage.status()
    expected = reference_bpm(recording, shared_data, time.monotonic() - cottage.began_s - 0.5)
    for pod in pods.values():
        assert abs(pod["heart_bpm"] - expected) <= 3, (pod["heart_bpm"], expected)
        assert pod["quality"] > 50 and pod["contact"]


def expect_the_switch_wins(cottage):
    cottage.say("virtual", "switch", "pod-2", "out")
    out = cottage.status()["pod-2"]
    assert out["switch"] == "out" and out["state"] == "unplugged" and out["leds"] == DARK
    assert "unplugged" in cottage.say("goodnight", "--pod", "pod-2", expect=1)
    cottage.say("virtual", "switch", "pod-2", "in")
    assert cottage.status()["pod-2"]["leds"] == DARK, "the switch alone plugs nothing in"
    plug_in(cottage, "pod-2")
    assert cottage.say("goodnight", "--pod", "pod-2").startswith("pod-2: goodnight")


def expect_wrong_words_do_no_harm(cottage):
    for words in (["goodnight", "--pod", "pod-9"], ["virtual", "button", "pod-9", 10]):
        said = cottage.say(*words, expect=2)
        assert "pod-9" in said and "pod-1, pod-2, pod-3" in said and len(said.splitlines()) == 1
    assert "already up" in cottage.say("up", expect=2)


def expect_traces_of(folder):
    for pod in PODS:
        lines = [json.loads(line) for line in (folder / f"{pod}.jsonl").read_text().splitlines()]
        assert lines[0]["pod"] == pod
        assert lines[-1]["t_ms"] > 10_000


def test_without_mosquitto_amqtt_carries_the_same_cottage(tmp_path):
    options = ["--virtual", "3", "--broker", "amqtt", "--welcome"]
    with Cottage(tmp_path / "home", *options) as cottage:
        assert "broker amqtt" in cottage.log
        cottage.wait_status(lambda pod: pod["state"] == "ritual", 8, "the welcome")
        expect_one_sky_that_moves(cottage, seconds=2)
        cottage.say("cue", "fireflies")
        expect_unhooked_by_all(cottage)
        expect_a_clean_end(cottage, signal.SIGINT)


@needs_mosquitto
def test_a_newcomers_first_five_seconds(tmp_path):
    with Cottage(tmp_path / "home", "--virtual", "3", "--welcome") as cottage:
        pods = cottage.wait_status(lambda pod: (pod["leds"] or DARK) != DARK, 5, "light")
        assert all(pod["state"] == "ritual" for pod in pods.values())
        assert time.monotonic() - cottage.began_s < 6  # the last look itself takes one
        assert "in another terminal: " in cottage.log and "cue comet" in cottage.log
        cottage.say("watch", "--svg", tmp_path / "watch.svg")
        assert (tmp_path / "watch.svg").read_text().count("pod-") >= 3
        expect_a_clean_end(cottage, signal.SIGINT)
