"""Records in flash: whole after any failure, and distrusted where they may not be the newest."""

import json

import pytest

from pod.body.pico.store import Store
from pod.config import Config
from pod.dose import Dose
from pod.plug import Plug
from pod.settings import kept_in


@pytest.fixture
def files(tmp_path):
    return (str(tmp_path / "a"), str(tmp_path / "b"))


def filled(files, **records):
    store = Store(files)
    store.load()
    store.keep(list(records.items()))
    return store


def test_a_new_pod_has_nothing_and_trusts_it(files):
    store = Store(files)
    assert store.load() == {} and store.damaged == 0


def test_what_was_kept_comes_back(files):
    store = filled(files, boot=b"7", unhook=b'{"epochs":{"host":3},"unhooked":true}')
    store.keep([("boot", b"8")])
    again = Store(files)
    assert again.load() == {"boot": b"8", "unhook": b'{"epochs":{"host":3},"unhooked":true}'}


def test_what_has_not_changed_is_not_written(files):
    store = filled(files, boot=b"7")
    assert store.writes == 1
    store.keep([("boot", b"7")])
    assert store.writes == 1


def test_both_files_are_written_in_turn(files, tmp_path):
    store = filled(files, boot=b"1")
    for n in range(2, 6):
        store.keep([("boot", str(n).encode())])
    kept = sorted(json.loads(path.read_bytes()[:-9])[0] for path in tmp_path.iterdir())
    assert kept == [4, 5]


def test_a_failing_flash_keeps_records_in_memory_and_says_so(files, tmp_path):
    store = filled(files, boot=b"1")
    store._files = (str(tmp_path / "no" / "a"), str(tmp_path / "no" / "b"))
    assert store.keep([("boot", b"2")]) is False
    assert store.failing and store.failures == 1 and store.records["boot"] == b"2"
    store._files = files
    assert store.keep([("boot", b"2")]) and not store.failing
    assert Store(files).load() == {"boot": b"2"}


def damage(path, at=5):
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


def dose_with(cues_left):
    dose = Dose({})
    dose.goodnight(0)
    dose.cues_left = cues_left
    records = {}

    class Teller:
        def keep(self, record):
            records[record[0]] = record[1]

    dose.record.keep(Teller())
    return records


def test_a_damaged_newest_file_makes_the_older_dose_allow_nothing_that_night(files):
    store = filled(files, **dose_with(19))
    store.keep(list(dose_with(5).items()))
    damage(files[store._number & 1])
    stored = Store(files).load()
    dose = Dose(stored)
    assert dose.readable and dose.cues_left == 0


def test_a_damaged_older_file_costs_no_more_than_that(files):
    store = filled(files, boot=b"1", **dose_with(19))
    store.keep([("boot", b"2")])
    damage(files[1 - (store._number & 1)])
    stored = Store(files).load()
    assert stored["boot"] == b"2" and Dose(stored).cues_left == 0


def test_where_nothing_can_be_read_every_record_takes_its_safe_side(files):
    store = filled(files, boot=b"1", unhook=b'{"epochs":{},"unhooked":false}')
    store.keep([("boot", b"2")])
    for path in files:
        damage(path)
    stored = Store(files).load()
    assert not Dose(stored).readable
    assert kept_in(stored, Config()).lost
    assert Plug(stored).unhooked


def test_a_wipe_leaves_tonights_dose_and_no_byte_of_a_secret(files, tmp_path):
    store = filled(files, config=b'{"password":"hush-hush"}', **dose_with(3))
    store.keep([("boot", b"2"), ("forgetting", b"1")])
    store._room = 4096
    assert store.wipe(("dose", "dose_old"), "forgetting")
    assert all(b"hush" not in path.read_bytes() for path in tmp_path.iterdir())
    assert len(list(tmp_path.iterdir())) == 2
    assert sorted(Store(files).load()) == ["dose", "dose_old"]


def test_a_wipe_that_is_cut_short_is_gone_on_with(files):
    store = filled(files, config=b"{}", **dose_with(3))
    store.keep([("forgetting", b"1")])
    flush, done = store.flush, []

    def once():
        done.append(1)
        return flush() if len(done) == 1 else False

    store.flush, store._room = once, 4096
    assert not store.wipe(("dose", "dose_old"), "forgetting")
    stored = Store(files).load()
    assert stored["forgetting"] == b"1" and "config" not in stored
