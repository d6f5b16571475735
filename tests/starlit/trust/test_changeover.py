"""The coordinator while a key is replaced: what it says, by which key, and what a restart finds."""

import json

import pytest

from pod.envelope import open_envelope, seal
from starlit.coordinator import Coordinator
from starlit.trust import rotation
from starlit.trust.changeover import Changeover
from starlit.trust.model import REVOKED
from starlit.trust.provision import add_pod
from starlit.trust.store import TrustStore

ROOT = "starlit/home/"
NOW_S = 1_800_000_000


class House:
    """A coordinator, its trust, and a wall clock that the test sets."""

    def __init__(self, folder, journal):
        self.store = TrustStore(folder)
        self.store.create("home")
        self.journal = journal
        self.now_s = NOW_S
        self.pods = {}
        self.number = 0

    def add(self, *pods):
        with self.store.changing() as trust:
            self.pods.update({pod: add_pod(trust, pod, 0) for pod in pods})

    def start(self):
        changeover = Changeover(TrustStore(self.store.folder), lambda: self.now_s)
        self.coordinator = Coordinator(
            "home", changeover.keys, 7, self.journal, list(self.pods), changeover=changeover
        )
        self.coordinator.start(NOW_S * 1000)
        return self.coordinator.connected()

    def tick(self):
        return self.coordinator.tick(self.now_s * 1000)

    def acked(self, pod, *keys, key=None):
        """A pod says which keys it keeps."""
        self.number += 1
        topic = f"{ROOT}pod/{pod}/ack"
        body = json.dumps({"unhooks": {}, "desired": 1, "keys": list(keys)})
        payload = seal(key or self.pods[pod].key, topic, body, version=self.number)
        self.coordinator.handle(topic, payload, self.now_s * 1_000_000)
        return self.tick()

    def rotate(self):
        with self.store.changing() as trust:
            rotation.begin(trust, self.now_s)
        return self.tick()

    def key(self, number):
        return self.store.load().key(number)


@pytest.fixture
def house(tmp_path, journal):
    house = House(tmp_path / "trust", journal)
    house.add("ann", "ben")
    house.start()
    house.tick()
    return house


def said(outs, key):
    """What is in messages that `key` has signed: topic below the root -> body."""
    found = {}
    for out in outs:
        opened = open_envelope(key, out.topic, out.payload)
        found[out.topic.removeprefix(ROOT)] = opened.body
    return found


def test_each_pod_gets_a_box_of_its_own_by_the_old_key(house):
    told = said(house.rotate(), house.key(1))
    boxes = {pod: told[f"pod/{pod}/set/desired"]["key"] for pod in ("ann", "ben")}
    assert boxes["ann"]["id"] == boxes["ben"]["id"] == 2
    assert boxes["ann"]["box"] != boxes["ben"]["box"]
    assert house.tick() == [], "said once"


def test_the_new_key_signs_when_the_last_has_it_and_everything_that_stands_is_signed_anew(house):
    house.rotate()
    assert house.acked("ann", 1, 2) is not None and house.store.load().signs == 1
    outs = house.acked("ben", 1, 2)
    assert house.store.load().signs == 2
    told = said(outs, house.key(2))
    assert {"all/sky", "pod/ann/set/desired", "pod/ben/set/desired"} <= told.keys()
    house.now_s += rotation.DROP_AFTER_S
    told = said(house.tick(), house.key(2))
    assert told["pod/ann/set/desired"]["key"] == {"id": 2}
    new = house.key(2)
    house.acked("ann", 2, key=new)
    house.acked("ben", 2, key=new)
    assert [one.id for one in house.store.load().keys] == [2]


def test_a_retained_ack_of_before_is_no_news(house):
    house.rotate()
    house.acked("ann", 1)
    assert house.store.load().pods["ann"].keys == [1]


def test_a_host_that_ends_between_the_change_and_its_words_says_them_at_its_next_start(house):
    house.rotate()
    house.acked("ann", 1, 2)
    old = {out.topic: out for out in house.coordinator.connected()}
    sky = ROOT + "all/sky"
    stands = house.journal.stands(sky)
    retained = seal(house.key(1), sky, stands.body, version=stands.version)
    with house.store.changing() as trust:  # on disk, and nothing was published
        rotation.took(trust, "ben", [1, 2])
        rotation.advance(trust, house.now_s)
    changeover = Changeover(TrustStore(house.store.folder), lambda: house.now_s)
    again = Coordinator(
        "home", changeover.keys, 7, house.journal, ["ann", "ben"], changeover=changeover
    )
    again.start(NOW_S * 1000)
    again.connecting()
    again.handle(sky, retained, house.now_s * 1_000_000, retained=True)
    outs = {out.topic: out for out in again.connected()}
    assert sky in old or sky in outs
    assert open_envelope(house.key(2), sky, outs[sky].payload).version == stands.version


def test_a_pod_that_is_away_is_waited_for_and_then_told_by_the_key_it_has(house):
    house.rotate()
    house.acked("ann", 1, 2)
    house.now_s += rotation.GRACE_S
    outs = house.tick()
    ben = next(out for out in outs if "/ben/" in out.topic)
    sky = next(out for out in outs if out.topic.endswith("all/sky"))
    assert open_envelope(house.key(1), ben.topic, ben.payload).body["key"]["id"] == 2
    assert open_envelope(house.key(2), sky.topic, sky.payload)
    house.acked("ben", 1, 2)
    house.now_s += rotation.DROP_AFTER_S
    told = said(house.tick(), house.key(2))
    assert told["pod/ben/set/desired"]["key"] == {"id": 2}


def test_a_clock_that_is_set_back_only_waits_longer(house):
    house.rotate()
    house.now_s -= 400 * 86400
    house.tick()
    assert house.store.load().signs == 1
    house.acked("ann", 1, 2)
    house.acked("ben", 1, 2)
    assert house.store.load().signs == 2


def test_who_is_revoked_is_swept_and_told_nothing(house):
    topic = f"{ROOT}pod/ben/state"
    state = seal(house.pods["ben"].key, topic, '{"online":true}', version=1)
    house.coordinator.handle(topic, state, NOW_S * 1_000_000)
    assert "ben" in house.coordinator.roster.pods
    with house.store.changing() as trust:
        trust.pods["ben"].state = REVOKED
        rotation.begin(trust, house.now_s, rotation.REVOKED_GRACE_S)
    outs = house.tick()
    assert {out.topic for out in outs if not out.payload} == {topic, f"{ROOT}pod/ben/ack"}
    assert "ben" not in house.coordinator.roster.pods
    assert not any(b"box" in out.payload for out in outs if "/ben/" in out.topic)
    again = house.coordinator.handle(topic, state, NOW_S * 1_000_000)  # its will, later
    assert all(not out.payload for out in again) and again
    house.acked("ann", 1, 2)
    assert house.store.load().signs == 2


def test_a_file_that_cannot_be_read_stops_nothing(house):
    house.store.path.write_text("torn")
    assert house.tick() == []
    assert house.coordinator.keys.signs == house.pods["ann"].key
