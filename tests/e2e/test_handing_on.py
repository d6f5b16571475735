"""A pod is reset by a hand, thrown out of one cottage, and comes into another by its own file."""

import json

import pytest
from tests.e2e.cottage import Cottage, run, wait_for

from starlit.broker import find_mosquitto, free_port

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(not find_mosquitto(), reason="mosquitto is not installed"),
]


def test_a_pod_is_reset_revoked_and_handed_on_to_another_cottage_over_tls(tmp_path):
    port, new_home = free_port(), tmp_path / "new"
    file = tmp_path / "pod-2.json"
    assert run(new_home, "cottage", "create", "home").returncode == 0
    options = ("--plain", "--listen", f"127.0.0.1:{port}")
    with (
        Cottage(tmp_path / "old", "--plain", "--virtual", "2", "--welcome") as old,
        Cottage(new_home, *options) as new,
    ):
        old.wait_status(lambda pod: pod["state"] == "ritual", 15, "the ritual")
        said = old.say("virtual", "power", "pod-2", "--hold", "16000")
        assert "button held for 16000 ms: forgot everything" in said
        wait_for(lambda: not old.status()["pod-2"]["online"], 10, "a pod that is away")
        assert old.status()["pod-1"]["state"] == "ritual"
        assert "forgot everything" in old.say("virtual", "power", "pod-2"), "power changes nothing"

        old.say("pod", "revoke", "pod-2")
        assert "pod-2" not in old.say("cottage", "friends", "pod-1")
        new.say("pod", "add", "pod-2", "--out", str(file))
        said = old.say("virtual", "provision", "pod-2", str(file))
        assert "belongs to cottage home, by its broker at 127.0.0.1" in said

        wait_for(lambda: "pod-2" in new.status(), 10, "the pod in its new cottage")
        old.say("virtual", "button", "pod-2", "1200")
        assert "pod-2: goodnight" in new.say("goodnight", "--pod", "pod-2")
        told = new.status()["pod-2"]
        assert told["state"] == "ritual" and told["profile"] == "child"
        assert told["heart_shared"] is False, "what the first owner had agreed to is gone"
        assert told["dose"]["cues"] == 0, "and no new dose came with it"
        assert "pod-2" not in old.status()
        (listed,) = json.loads(new.say("pod", "list", "--json"))["pods"]
        assert listed["pod"] == "pod-2" and listed["keys"] == [1]
        old.end()
        new.end()


def test_safe_mode_is_reached_by_a_shorter_hold_and_left_by_a_power_cycle(tmp_path):
    with Cottage(tmp_path / "home", "--plain", "--virtual", "1") as cottage:
        said = cottage.say("virtual", "power", "pod-1", "--hold", "4000")
        assert said.strip().endswith("safe")
        assert "safe mode" in cottage.say("goodnight", expect=1)
        assert cottage.status()["pod-1"]["state"] == "safe"
        cottage.say("virtual", "power", "pod-1")
        wait_for(lambda: cottage.status()["pod-1"]["state"] == "idle", 10, "an idle pod")
        cottage.end()
