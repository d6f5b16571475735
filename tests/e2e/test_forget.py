"""A pod forgotten while its cottage is up: thrown out, and nothing of it left at the broker."""

import json

import pytest
from tests.e2e.cottage import Cottage, wait_for

from pod import jsontext
from pod.envelope import seal
from starlit.address import parse_address
from starlit.broker import find_mosquitto
from starlit.link import Link

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(not find_mosquitto(), reason="mosquitto is not installed"),
]
STATE = "starlit/home/pod/attic/state"


def broker_of(cottage):
    return parse_address(json.loads((cottage.home / "up-home.json").read_text())["broker"])


def retained(cottage):
    """Topics that the broker keeps of pods."""
    link = Link(broker_of(cottage), "look", [("starlit/home/pod/+/#", 1)])
    link.start()
    try:
        assert link.wait_ready(5)
        found = set()
        wait_for(lambda: found.update(m.topic for m in link.take() if m.retained) or found, 3, "x")
        return found
    finally:
        link.stop()


def test_a_pod_is_thrown_out_and_leaves_nothing_at_the_broker(tmp_path):
    with Cottage(tmp_path / "home", "--virtual", "1") as cottage:
        file = tmp_path / "attic.json"
        cottage.say("pod", "add", "attic", "--host", "127.0.0.1", "--out", file)
        given = json.loads(file.read_text())
        address = broker_of(cottage)
        own = type(address)(address.host, address.port, given["user"], given["password"])
        attic = Link(own, "attic", [("starlit/home/all/#", 1)])
        attic.start()
        wait_for(lambda: attic.ready, 5, "the pod is in")
        body = jsontext.dumps({"online": True, "boot": 1, "state": "idle"})
        attic.publish(STATE, seal(bytes.fromhex(given["key"]), STATE, body, version=1), 1, True)
        wait_for(lambda: STATE in retained(cottage), 8, "its state stands at the broker")

        cottage.say("forget", "--pod", "attic", "--yes")
        wait_for(lambda: not attic.ready, 3, "it is thrown out")
        assert not any("attic" in topic for topic in retained(cottage))
        assert set(cottage.status()) == {"pod-1"}
        assert "attic" not in json.dumps(json.loads(cottage.say("pod", "list", "--json")))
        attic.stop()
        said = cottage.say("forget", "--yes", expect=2)
        assert "is up" in said
