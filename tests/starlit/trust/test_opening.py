"""What `up` does with the trust as it starts and ends."""

import pytest

from starlit.errors import UserError
from starlit.trust import certificates, rotation
from starlit.trust.listen import Listen
from starlit.trust.model import REVOKED
from starlit.trust.opening import admit_virtual, dismiss_virtual, open_door
from starlit.trust.provision import add_pod
from starlit.trust.store import TrustStore


@pytest.fixture
def store(tmp_path):
    store = TrustStore(tmp_path / "trust-home")
    store.create("home")
    with store.changing() as trust:
        add_pod(trust, "attic", 5)
    return store


def test_virtual_pods_get_new_credentials_each_time_and_leave_none(store):
    first = admit_virtual(store, ["pod-1", "pod-2"])
    second = admit_virtual(store, ["pod-1"])  # the first `up` was killed
    assert first["pod-1"].password != second["pod-1"].password
    assert sorted(store.load().pods) == ["attic", "pod-1"]
    dismiss_virtual(store)
    assert sorted(store.load().pods) == ["attic"]


def test_a_virtual_pod_takes_no_real_ones_place(store):
    with pytest.raises(UserError, match=r"attic is a pod of this cottage.*--virtual"):
        admit_virtual(store, ["attic"])
    with store.changing() as trust:
        trust.pods["attic"].state = REVOKED
    assert "attic" in admit_virtual(store, ["attic"])


def test_virtual_pods_hold_up_no_change_of_keys_that_real_ones_have_made(store):
    admit_virtual(store, ["pod-1"])
    with store.changing() as trust:
        rotation.begin(trust, 100)
        rotation.took(trust, "attic", [1, 2])
        rotation.advance(trust, 101)
    assert store.load().signs == 1
    admit_virtual(store, ["pod-1"])  # it is factory-new, with the key that signs
    with store.changing() as trust:
        assert trust.pods["pod-1"].keys == [1] and trust.pods["pod-1"].box[0] == 2
    dismiss_virtual(store)
    with store.changing() as trust:
        rotation.advance(trust, 102)
    assert store.load().signs == 2


def test_the_door_has_a_certificate_and_new_pods_are_told_of_it(store):
    said = open_door(store, Listen("10.0.0.7", 8884))
    assert said.startswith("certificate good until") and "there was none" in said
    assert store.load().listen == {"host": "10.0.0.7", "port": 8884}
    assert "10.0.0.7" in certificates.names_of(certificates.load(store.folder / "broker.pem"))
    assert "made anew" not in open_door(store, Listen("10.0.0.7", 8884))
