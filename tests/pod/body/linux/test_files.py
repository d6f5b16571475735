"""Records through torn writes, and which start this is."""

import pytest

from pod.body.linux.files import Records, RunMark
from pod.io import RESET_POWER, RESET_SOFT, RESET_WATCHDOG


def test_records_come_back_and_are_their_owners_alone(tmp_path):
    records = Records(tmp_path)
    records.load()
    assert records.keep([("boot", b"1"), ("dose", b"{}#1")])
    again = Records(tmp_path)
    assert again.load() == {"boot": b"1", "dose": b"{}#1"}
    for path in tmp_path.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600, path


def test_a_torn_newest_file_leaves_the_one_before(tmp_path):
    records = Records(tmp_path)
    records.keep([("boot", b"1")])
    records.keep([("boot", b"2")])
    newest = max(tmp_path.glob("pod-?"), key=lambda path: path.stat().st_mtime_ns)
    newest.write_bytes(newest.read_bytes()[:-5])
    again = Records(tmp_path)
    assert again.load()["boot"] == b"1" and again.damaged == 1


def test_a_disk_that_refuses_is_kept_in_memory_and_tried_again(tmp_path):
    records = Records(tmp_path / "gone")
    assert not records.keep([("boot", b"1")])
    assert records.failing and records.records == {"boot": b"1"}
    (tmp_path / "gone").mkdir()
    assert records.flush() and not records.failing


def test_a_factory_reset_leaves_the_dose_in_both_files(tmp_path):
    records = Records(tmp_path)
    records.keep([("dose", b"d"), ("keys", b"secret"), ("forgetting", b"1")])
    records.forget()
    for path in tmp_path.glob("pod-?"):
        assert b"secret" not in path.read_bytes() and b"dose" in path.read_bytes()


@pytest.fixture
def boot_id(tmp_path):
    path = tmp_path / "boot_id"
    path.write_text("first\n")
    return path


def test_the_first_start_after_power_is_one(tmp_path, boot_id):
    assert RunMark(tmp_path, boot_id).begin() == RESET_POWER
    boot_id.write_text("second\n")
    assert RunMark(tmp_path, boot_id).begin() == RESET_POWER


def test_after_a_clean_stop_it_is_soft_and_after_a_crash_a_watchdogs(tmp_path, boot_id):
    mark = RunMark(tmp_path, boot_id)
    mark.begin()
    mark.end()
    assert RunMark(tmp_path, boot_id).begin() == RESET_SOFT
    assert RunMark(tmp_path, boot_id).begin() == RESET_WATCHDOG
