import pytest

from starlit.errors import UserError
from starlit.journal import VERSION_BASE_S, Journal


@pytest.fixture
def opened(tmp_path):
    journals = []

    def make(path=tmp_path / "j.sqlite", now_s=lambda: VERSION_BASE_S + 1000):
        journal = Journal(path, now_s)
        journal.start()
        journals.append(journal)
        return journal

    yield make
    for journal in journals:
        journal.stop()


def test_versions_grow_through_a_restart(opened):
    first = opened()
    versions = [first.next_version("sky"), first.next_version("sky")]
    first.stop()
    assert versions + [opened().next_version("sky")] == [1000, 1001, 1002]


def test_versions_grow_though_the_journal_was_lost(opened, tmp_path):
    old = opened().next_version("sky")
    later = opened(tmp_path / "new.sqlite", lambda: VERSION_BASE_S + 1060)
    assert later.next_version("sky") > old


def test_versions_grow_though_the_clock_stepped_back(opened, tmp_path):
    now_s = [VERSION_BASE_S + 5000]
    journal = opened(now_s=lambda: now_s[0])
    before = journal.next_version("sky")
    now_s[0] = 0
    assert journal.next_version("sky") == before + 1


def test_each_name_has_its_own_versions(opened):
    journal = opened()
    assert journal.next_version("a") == journal.next_version("b")


def test_an_unhook_is_on_disk_at_once_for_another_process(opened):
    unhook = opened().add_unhook("all", ["pod-1"])
    assert opened().last_unhook() == unhook


def test_a_pod_owes_an_answer_until_it_has_obeyed(opened):
    journal = opened()
    unhook = journal.add_unhook("all", ["pod-1", "pod-2"])
    journal.settle("pod-1", unhook.epoch)
    journal.settle("pod-2", unhook.epoch - 1)
    assert journal.owed() == {"pod-2": unhook.epoch}


def test_the_sky_goes_on_after_a_restart(opened):
    sky = opened().add_sky(seed=7, start_ms=123)
    assert opened().last_sky() == sky
    assert opened().add_sky(seed=8, start_ms=456).epoch == sky.epoch + 1


def test_a_file_that_is_no_journal_is_one_line(opened, tmp_path):
    path = tmp_path / "j.sqlite"
    path.write_bytes(b"not a database at all, " * 100)
    with pytest.raises(UserError, match="journal .*j.sqlite"):
        opened(path)
