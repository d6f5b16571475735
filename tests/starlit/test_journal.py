import sqlite3

import pytest

from starlit.errors import UserError
from starlit.journal import VERSION_BASE_S, Journal, Standing


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


def test_a_journal_of_the_first_version_is_brought_up_to_date(opened, tmp_path):
    path = tmp_path / "old.sqlite"
    old = sqlite3.connect(path)
    old.executescript(
        "CREATE TABLE version (name TEXT PRIMARY KEY, version INTEGER NOT NULL);"
        "CREATE TABLE sky (epoch INTEGER PRIMARY KEY, seed INTEGER NOT NULL,"
        " start_ms INTEGER NOT NULL);"
        "INSERT INTO sky VALUES (3, 7, 123)"
    )
    old.close()
    journal = opened(path)
    assert journal.last_sky().seed == 7
    assert journal.desire({"a": "{}"})["a"].version == 1000


def test_a_journal_of_a_later_version_is_left_alone(opened, tmp_path):
    path = tmp_path / "new.sqlite"
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(UserError, match="newer starlit"):
        opened(path)


def test_what_is_desired_twice_has_one_version(opened):
    journal = opened()
    first = journal.desire({"a": "1", "b": "2"})
    assert journal.desire({"a": "1", "b": "3"}).keys() == {"b"}
    assert journal.stands("a") == first["a"]
    assert journal.standing()["b"].version == first["b"].version + 1


def test_what_another_computer_said_stands_and_is_outrun(opened):
    journal = opened()
    journal.desire({"a": "1"})
    journal.adopt("a", Standing(5000, "2"))
    assert journal.stands("a") == Standing(5000, "2")
    assert journal.outrun("a", 9000) == Standing(9001, "2") == journal.stands("a")
    assert journal.outrun("b", 7) is None and journal.desire({"b": "x"})["b"].version == 1000


def test_a_write_that_fails_leaves_nothing(opened):
    journal = opened()
    with pytest.raises(RuntimeError), journal.write() as db:
        db.execute("INSERT INTO cottage VALUES ('tz', 'UTC')")
        raise RuntimeError
    assert journal.db.execute("SELECT * FROM cottage").fetchall() == []


def test_another_process_that_wrote_is_noticed_once(opened):
    mine, other = opened(), opened()
    assert mine.changed_elsewhere() and not mine.changed_elsewhere()
    mine.next_version("a")
    assert not mine.changed_elsewhere()
    other.next_version("a")
    assert mine.changed_elsewhere() and not mine.changed_elsewhere()
