import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.pod.flash_with_cuts import CutFlash, PowerCut
from tests.pod.update_kit import FILES, modulus, offer_of, piece_of, send

import pod
from pod.config import Config
from pod.slots import MANIFEST, Flash, Slots
from pod.update import BEGINNINGS, PIECE, Updater

OLD = b"the old one"


@pytest.fixture
def flash():
    flash = CutFlash()
    flash.files["/a" + MANIFEST] = OLD
    Slots(flash).trust("a")
    return flash


def updater(flash, key=None, version="0.1.0", runs=(("armv6m", "6.3"),)):
    slots = Slots(flash)
    slots.begin()
    return Updater(slots, key or modulus(), version, runs)


def test_a_signed_bundle_arrives_whole_and_runs_next(flash):
    assert send(updater(flash), offer_of()) == {"ok": True, "restart": True}
    assert Slots(flash).begin() == "b"
    assert {p: flash.files["/b/" + p] for p in FILES} == FILES


def test_it_does_the_same_on_a_real_folder(tmp_path):
    flash = Flash(str(tmp_path))
    Slots(flash).trust("a")
    assert send(updater(flash), offer_of())["ok"]
    assert (tmp_path / "b" / "pod" / "core.mpy").read_bytes() == FILES["pod/core.mpy"]
    assert Slots(flash).begin() == "b"


@pytest.mark.parametrize(
    ("offer", "why"),
    [
        (offer_of(key=rsa.generate_private_key(65537, 2048)), "signature"),
        (offer_of() | {"signature": "00" * 256}, "signature"),
        (offer_of() | {"signature": "ff" * 256}, "signature"),
        (offer_of() | {"signature": ""}, "signature"),
        (offer_of(version="0.0.9"), "older than 0.1.0"),
        (offer_of(arch="armv7emsp"), "armv7emsp"),
        (offer_of(mpy="7.0"), "mpy 7.0"),
        (offer_of(format=2), "format"),
        (offer_of({"../main.mpy": b"x"}), "bad name"),
        (offer_of({"pod/core.py": b"x"}), "bad name"),
        (offer_of({f"pod/{n}.mpy": b"x" * 60000 for n in "ab"}), "too big"),
        ({"step": "offer"}, "manifest"),
        ({"step": "dance"}, "unknown step"),
        ({"step": "piece", "file": 0, "at": 0, "data": ""}, "offer it first"),
        ({"step": "switch"}, "not all of it"),
    ],
)
def test_what_is_refused_is_told_and_changes_nothing(flash, offer, why):
    before = dict(flash.files)
    answer = updater(flash).take(offer)
    assert not answer["ok"] and why in answer["why"]
    assert flash.files == before


def test_a_changed_manifest_does_not_verify(flash):
    offer = offer_of()
    offer["manifest"] = offer["manifest"].replace("0.2.0", "0.2.1")
    assert "signature" in updater(flash).take(offer)["why"]


def test_a_pod_without_a_key_takes_nothing(flash):
    slots = Slots(flash)
    assert "no update key" in Updater(slots, None, "0.1.0").take(offer_of())["why"]


def test_it_goes_on_where_the_link_was_cut(flash):
    offer = offer_of()
    first = updater(flash)
    first.take(offer)
    assert first.take(piece_of(FILES, [0, 0]))["want"] == [0, PIECE]
    assert updater(flash).take(offer)["want"] == [0, PIECE]  # after a restart


def test_a_piece_that_comes_twice_or_too_early_is_not_taken(flash):
    pod = updater(flash)
    pod.take(offer_of())
    pod.take(piece_of(FILES, [0, 0]))
    assert pod.take(piece_of(FILES, [0, 0]))["want"] == [0, PIECE]
    assert pod.take(piece_of(FILES, [1, 0]))["want"] == [0, PIECE]
    assert flash.size("/b/pod/core.mpy") == PIECE


def test_a_file_that_is_not_what_was_signed_is_sent_again(flash):
    pod = updater(flash)
    pod.take(offer_of())
    for at in (0, PIECE):
        pod.take(piece_of(FILES, [0, at]))
    wrong = piece_of(FILES, [0, 2 * PIECE])
    wrong["data"] = base64.b64encode(b"\xff" * 256).decode()
    assert pod.take(wrong)["want"] == [0, 0]


def test_a_host_that_begins_over_and_over_is_stopped(flash):
    pod = updater(flash)
    offers = [offer_of({"pod/core.mpy": bytes([n]) * 30}) for n in (1, 2)]
    for n in range(BEGINNINGS):
        assert pod.take(offers[n % 2])["ok"]
    assert "begun too often" in pod.take(offers[0])["why"]
    spent = flash.spent
    assert not pod.take(offers[0])["ok"] and flash.spent == spent
    assert pod.take(offers[1])["ok"]  # the one that lies there goes on


def test_a_file_that_is_wrong_again_and_again_is_not_written_for_ever(flash):
    pod = updater(flash)
    files = {"pod/core.mpy": b"good"}
    pod.take(offer_of(files))
    wrong = piece_of({"pod/core.mpy": b"evil"}, [0, 0])
    answers = [pod.take(wrong)["ok"] for _ in range(3 * BEGINNINGS)]
    assert answers.count(True) == BEGINNINGS - 1


def test_another_offer_begins_anew(flash):
    pod = updater(flash)
    pod.take(offer_of())
    pod.take(piece_of(FILES, [0, 0]))
    files = {"pod/core.mpy": b"y" * 30}
    assert pod.take(offer_of(files))["want"] == [0, 0]
    assert send(pod, offer_of(files), files)["ok"]
    assert "/b/pod/base0.mpy" not in flash.files


def test_the_good_one_is_never_written_over(flash):
    send(updater(flash), offer_of())
    on_trial = updater(flash, version="0.2.0")
    assert "on trial" in on_trial.take(offer_of(version="0.3.0"))["why"]


@pytest.mark.slow
def test_power_lost_at_every_byte_leaves_a_pod_that_starts_and_can_be_updated(flash):
    offer = offer_of()
    before = dict(flash.files)
    flash.spent = 0
    send(updater(flash), offer)
    whole = flash.spent
    after = 0
    for budget in range(whole):
        flash.files, flash.budget = dict(before), budget
        with pytest.raises(PowerCut):
            send(updater(flash), offer)
        flash.budget = None
        slots = Slots(flash)
        if slots.begin() == "b":  # the switch was the last byte but one
            after += 1
            assert {p: flash.files["/b/" + p] for p in FILES} == FILES
            continue
        assert flash.files["/a" + MANIFEST] == OLD
        assert send(updater(flash), offer)["ok"], budget
        assert Slots(flash).begin() == "b"
    assert whole > 3000 and after <= 1


def test_a_pod_says_the_version_that_its_bundle_has():
    assert Config().firmware == pod.__version__
