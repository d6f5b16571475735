"""Strangers at a cottage that is open to the network: real mosquitto, TLS on, whole pods.

What a stranger has is said in each test: nothing, a stolen pod's credential, or the broker itself
(the host's login, and none of its keys).
"""

import contextlib
import json
import socket
import time
from dataclasses import replace

import pytest
from tests.e2e.cottage import Cottage, run, wait_for
from tests.e2e.live_pod import LivePod

from starlit.address import parse_address
from starlit.broker import find_mosquitto, free_port
from starlit.link import Link, Will
from starlit.topics import Topics
from starlit.trust.rotation import keyring_of
from starlit.trust.store import TrustStore
from starlit.visit import Visit

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(not find_mosquitto(), reason="mosquitto is not installed"),
]
TOPICS = Topics("home")
PODS = ("ann", "ben", "cat")


class House:
    def __init__(self, folder):
        self.home = folder / "home"
        self.port = free_port()
        self.files = {}
        self.folder = folder
        assert run(self.home, "cottage", "create", "home").returncode == 0
        self.cottage = Cottage(self.home, "--plain", "--listen", f"127.0.0.1:{self.port}")

    def provision(self, *pods):
        for pod in pods:
            self.files[pod] = self.folder / f"{pod}.json"
            self.cottage.say("pod", "add", pod, "--out", str(self.files[pod]))

    def listed(self):
        told = json.loads(self.cottage.say("pod", "list", "--json"))
        return told, {one["pod"]: one for one in told["pods"]}

    @property
    def store(self):
        return TrustStore(self.home / "trust-home")

    @property
    def host(self):
        """The host's login, in clear on this computer."""
        return parse_address(json.loads((self.home / "up-home.json").read_text())["broker"])


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house = House(tmp_path_factory.mktemp("house"))
    with house.cottage:
        house.provision(*PODS)
        yield house
        house.cottage.end()


@pytest.fixture(scope="module")
def pods(house):
    """Three pods from the network, all in their ritual."""
    with contextlib.ExitStack() as stack:
        pods = {
            name: stack.enter_context(LivePod(house.files[name], house.folder, n + 1))
            for n, name in enumerate(PODS)
        }
        wait_for(lambda: all(pod.link.ready for pod in pods.values()), 10, "pods that are linked")
        time.sleep(2)  # time is told
        yield pods


def light_up(pods):
    """By hands, again where one has stalled meanwhile."""
    end_s = time.monotonic() + 40
    while not all(pod.lit for pod in pods.values()):
        assert time.monotonic() < end_s, "skies that are lit"
        for pod in pods.values():
            if not pod.pod.plug.may_show():
                pod.press(1200)
            if pod.pod.state() == "idle":
                pod.press(200)
        time.sleep(1)


@contextlib.contextmanager
def linked(address, *topics, client_id="stranger"):
    link = Link(address, client_id, list(topics) or [(TOPICS.unhook("#"), 1)])
    link.start()
    try:
        assert link.wait_ready(5)
        yield link
    finally:
        link.stop()


def read(link, seconds=1.0):
    time.sleep(seconds)
    return link.take()


# -- with nothing ----------------------------------------------------------------------------


def test_a_guest_on_the_wifi_gets_nowhere_without_a_password(house, pods):
    ours = pods["ann"].address
    for login in ({}, {"user": "ann"}, {"user": "host", "password": "host"}):
        login = {"user": None, "password": None, **login}
        link = Link(replace(ours, **login), "guest", [(TOPICS.unhook("#"), 1)])
        link.start()
        try:
            wait_for(lambda link=link: link.refused, 5, "a refusal")
            assert "refused" in link.refused and not link.ready
        finally:
            link.stop()


# -- with a stolen pod's credential ------------------------------------------------------------


def test_a_stolen_credential_speaks_for_its_own_pod_only_and_nobody_is_told(house, pods):
    """The client library reports every one of these as sent: only who listens knows better."""
    own = ["state", "tele", "event", "ack", "ping", "send/star"]
    forged = [TOPICS.pod("ben", leaf) for leaf in own] + [
        *(TOPICS.pod("ann", f"set/{leaf}") for leaf in ("play", "desired", "pong")),
        *(TOPICS.pod("ben", "set/play"), TOPICS.sky, TOPICS.cue, TOPICS.host("state")),
        *(TOPICS.unhook("ben"), TOPICS.unhook("host"), "starlit/other/unhook/ann", "x"),
        TOPICS.pod("ann", "send/star/more"),
    ]
    mark = b"forged here"
    with linked(house.host, ("#", 1)) as witness, linked(pods["ann"].address) as thief:
        for topic in forged:
            thief.publish(topic, mark + topic.encode(), 1)
            thief.publish(topic, mark + topic.encode(), 1, True)
        wait_for(lambda: not thief._client._out_messages, 5, "every one acknowledged")
        thief.publish(TOPICS.pod("ann", "send/pulse"), mark, 1)
        heard = [m for m in read(witness) if m.payload.startswith(mark)]
    assert [m.topic for m in heard] == [TOPICS.pod("ann", "send/pulse")]
    assert thief.dropped_out == 0


def test_a_stolen_credential_reads_no_other_pods_topics(house, pods):
    everything = ("#", 1), (TOPICS.pod("+", "tele"), 0), (TOPICS.pod("ben", "set/#"), 1)
    with linked(pods["ann"].address, *everything) as thief:
        heard = {m.topic for m in read(thief, 2.5)}
    own = TOPICS.pod("ann", "set/")
    allowed = (TOPICS.root + "all/", TOPICS.root + "unhook/", own)
    assert heard and all(topic.startswith(allowed) for topic in heard)


def test_a_stolen_credential_throws_no_other_pod_out(house, pods):
    before = pods["ben"].link.connects
    for client_id in ("starlit-home-ben", "ben", "starlit-home-host-1"):
        with linked(pods["ann"].address, client_id=client_id):
            time.sleep(0.5)
    assert pods["ben"].link.connects == before and pods["ben"].link.ready


def test_a_stolen_credential_cannot_leave_a_will_elsewhere(house, pods):
    """mosquitto takes the connection, and asks its access list when the will is due."""
    with linked(house.host, ("#", 1), client_id="witness") as witness:
        for topic in (TOPICS.unhook("host"), TOPICS.pod("ann", "state")):
            thief = Link(pods["ann"].address, "x", [("x", 1)], Will(topic, b"forged will"))
            thief.start()
            wait_for(lambda thief=thief: thief.ready, 5, "a link")
            thief._client._sock.shutdown(socket.SHUT_RDWR)
            time.sleep(0.3)
            thief.stop()
        heard = {m.topic for m in read(witness, 2) if m.payload == b"forged will"}
    assert heard == {TOPICS.pod("ann", "state")}


def test_forged_and_flooded_unhooks_stop_the_pods_and_wear_no_flash(house, pods):
    light_up(pods)
    time.sleep(1)
    others = [pods["ben"], pods["cat"]]
    writes = [pod.writes for pod in pods.values()]
    with pods["ann"].away(), linked(pods["ann"].address) as thief:
        for n in range(500):
            thief.publish(TOPICS.unhook("ann"), b'{"epoch":%d,"target":"all"}' % n, 0)
        wait_for(lambda: not any(pod.lit for pod in others), 5, "dark pods")
        time.sleep(2)
    assert [pod.writes for pod in pods.values()] == writes
    assert all(pod.link.ready for pod in others)
    assert all(pod.pod.link.refused for pod in others)
    wait_for(lambda: pods["ann"].link.ready, 5, "ann's link")
    light_up(pods)  # the hand at each pod has the last word


# -- with the broker in hand: the host's login, and none of its keys ----------------------------


def captured(house, pods, pod):
    """A command that the host has given this pod, and the pod has obeyed. On a busy computer a pod
    may stall, and then a hand has to plug it in once more."""
    topic = TOPICS.pod(pod, "set/play")
    with linked(house.host, (topic, 1), client_id="wire") as wire:
        for _ in range(4):
            light_up(pods)
            wire.take()
            if run(house.home, "cue", "comet", "--pod", pod).returncode == 0:
                return wait_for(lambda: [m.payload for m in wire.take()], 3, "it on the wire")[-1]
    raise AssertionError(f"{pod} plays no comet: {house.cottage.log}")


def test_a_replayed_command_is_refused_at_once_and_later(house, pods):
    payload = captured(house, pods, "ben")
    refused = pods["ben"].pod.link.refused
    with linked(house.host, client_id="wire") as wire:
        for wait_s, count in ((0, 1), (3, 2)):
            time.sleep(wait_s)
            wire.publish(TOPICS.pod("ben", "set/play"), payload, 1)
            wait_for(lambda n=count: pods["ben"].pod.link.refused >= refused + n, 3, "a refusal")
        wire.publish(TOPICS.pod("cat", "set/play"), payload, 1)  # for another pod
        before = pods["cat"].pod.link.refused
        wait_for(lambda: pods["cat"].pod.link.refused > before, 3, "a refusal")


def test_a_command_that_is_held_back_is_refused(house, pods):
    """Signed by the host, and never seen by the pod until two seconds too late."""
    trust, pod = house.store.load(), pods["ben"]
    topic = TOPICS.pod("ben", "set/play")
    nonce = pod.pod.link.nonce
    payload = keyring_of(trust).seal(topic, '{"do":"cue","cue":"comet"}', nonce=nonce)
    time.sleep(2.5)
    before = pod.pod.link.refused
    with linked(house.host, client_id="wire") as wire:
        wire.publish(topic, payload, 1)
        wait_for(lambda: pod.pod.link.refused == before + 1, 3, "a refusal")


def test_the_time_cannot_be_set_back_by_a_pong_of_before(house, pods):
    """The broker keeps what the host told a pod, and plays it to the pod after a restart."""
    pod = pods["cat"]
    topic = TOPICS.pod("cat", "set/pong")
    with linked(house.host, (topic, 0), client_id="wire") as wire:
        pongs = [m.payload for m in read(wire, 3)]
        assert pongs
        pod.reboot()
        wait_for(lambda: pod.link.ready and pod.pod.wall_s(), 10, "a pod that knows the time")
        known_s, before = pod.pod.wall_s(), pod.pod.link.refused
        for payload in pongs:
            wire.publish(topic, payload)
        wait_for(lambda: pod.pod.link.refused >= before + len(pongs), 5, "refusals")
        assert pod.pod.wall_s() >= known_s


# -- rotation and revocation --------------------------------------------------------------------


def test_a_new_key_comes_in_under_a_stream_of_commands_and_none_is_refused(
    house, pods, monkeypatch
):
    monkeypatch.setenv("STARLIT_HOME", str(house.home))
    for pod in pods.values():  # dark, so that what they are told is stored at once
        if pod.pod.state() == "ritual":
            pod.press(1200)
    wait_for(lambda: not any(pod.lit for pod in pods.values()), 20, "dark pods")
    signs = house.listed()[0]["key"]
    for pod in pods.values():
        pod.refused.clear()
    said, rotated, rebooted = [], False, False
    with Visit("home", house.host) as visit:
        end_s = time.monotonic() + 45
        while time.monotonic() < end_s:
            # Each another one: the same words under the same nonce would be a replay.
            answers = visit.ask(visit.choose(None), {"do": "morning", "count": len(said)})
            said += [(answer.pod, answer.why) for answer in answers]
            time.sleep(0.3)  # a pod takes sixteen commands in four seconds
            if not rotated:
                house.cottage.say("cottage", "rotate")
                rotated = True
            elif not rebooted and len(pods["cat"].keys) == 2:
                pods["cat"].reboot()
                rebooted = True
            told, listed = house.listed()
            if told["key"] > signs and all(one["keys"] == [told["key"]] for one in listed.values()):
                break
    assert rebooted and told["key"] == signs + 1
    assert all(pod.keys == [signs + 1] for pod in pods.values())
    whys = {name: {why for _, why in pod.refused} for name, pod in pods.items()}
    # What is on its way to a pod as it starts anew is stale there by any key, and asked again.
    assert whys.pop("cat") <= {"stale nonce"}
    assert whys == {"ann": set(), "ben": set()}
    silent = [one for one in said if one[1] not in ("the pod is idle already", "is away")]
    assert len(said) > 9 and not silent
    assert {pod for pod, why in said if why == "is away"} <= {"cat"}
    assert [one.id for one in house.store.load().keys] == [signs + 1]


def test_a_revoked_pod_is_out_within_seconds_and_the_others_play_on(house, pods):
    light_up(pods)
    connects = {name: pods[name].link.connects for name in ("ann", "ben")}
    signs = house.listed()[0]["key"]
    for pod in pods.values():
        pod.darkened.clear()
    began_s = time.monotonic()
    house.cottage.say("pod", "revoke", "cat")
    wait_for(lambda: not pods["cat"].link.ready, 5, "a pod that is out")
    took_s = time.monotonic() - began_s
    assert took_s < 4, "from the command's start"
    wait_for(lambda: "refused" in pods["cat"].link.refused, 8, "a refusal when it comes back")
    assert {name: pods[name].link.connects for name in connects} == connects
    assert all(pods[name].link.ready for name in connects)
    assert not any(pods[name].darkened for name in connects)
    told, listed = house.listed()
    assert listed["cat"]["state"] == "revoked" and told["next_key"] == signs + 1
    captured(house, {name: pods[name] for name in connects}, "ann")
    wait_for(lambda: "cat" not in house.cottage.status(), 5, "a status without it")
    for name in connects:
        pods[name].press(1200)  # in the dark the new key is stored, and then it signs
    wait_for(lambda: house.listed()[0]["key"] == signs + 1, 40, "a new key that signs")
    box = json.dumps(house.store.load().pods["cat"].box)
    assert box == "null", "the revoked pod gets nothing"
    assert signs + 1 not in pods["cat"].keys
