"""Kept nights: only what was chosen, bounded, and gone when a person says so."""

import pytest

from starlit.errors import UserError
from starlit.nightbook import BODY_MAX, DAYS_KEPT, EVENTS_PER_NIGHT, NIGHTS_KEPT, NightBook
from starlit.roster import News

NOW_S = 1_767_300_000


@pytest.fixture
def book(tmp_path):
    book = NightBook(tmp_path / "nights.sqlite", lambda: NOW_S)
    book.start()
    yield book
    book.stop()


def told(book, *bodies, pod="pod-1", leaf="event", retained=False):
    for body in bodies:
        book.note(News(pod, leaf, body, retained))


def ritual(night):
    return {"event": "ritual", "night": night}


def test_what_follows_a_ritual_belongs_to_its_night(book):
    told(book, ritual(3), {"event": "fade", "why": None}, ritual(4), {"event": "night"})
    told(book, {"event": "plug"}, pod="pod-2")
    assert book.nights() == {"pod-1": [3, 4], "pod-2": [0]}
    assert [one.body["event"] for one in book.night("pod-1", 3)] == ["ritual", "fade"]


def test_only_events_are_kept(book):
    told(book, {"heart_bpm": 61}, leaf="tele")
    told(book, ritual(1), retained=True)
    assert book.nights() == {}


def test_an_event_that_waited_is_dated_when_it_happened(book):
    told(book, ritual(1), {"event": "fade", "age_ms": 600_000}, {"event": "night", "age_ms": True})
    assert [one.at_s for one in book.night("pod-1", 1)] == [NOW_S - 600, NOW_S, NOW_S]


def test_it_is_bounded(book):
    told(book, ritual(1), *({"event": "x", "n": n} for n in range(EVENTS_PER_NIGHT + 50)))
    assert len(book.night("pod-1", 1)) == EVENTS_PER_NIGHT
    told(book, {"event": "y" * BODY_MAX}, pod="pod-2")
    assert "pod-2" not in book.nights()
    told(book, *(ritual(night) for night in range(2, NIGHTS_KEPT + 10)))
    kept = book.nights()["pod-1"]
    assert len(kept) == NIGHTS_KEPT and kept[-1] == NIGHTS_KEPT + 9


def test_what_is_older_than_its_bound_goes_from_the_disk(book):
    told(book, ritual(1), {"event": "x", "why": "a sentence of long ago"})
    later = NightBook(book.path, lambda: NOW_S + DAYS_KEPT * 86_400 + 1)
    later.start()
    assert later.nights() == {}
    later.stop()
    assert b"a sentence of long ago" not in book.path.read_bytes()


def test_a_disk_that_fails_costs_events_and_not_the_night(book):
    book.db.execute("PRAGMA query_only = 1")
    told(book, ritual(1))
    assert book.lost == 1


def test_it_opens_again_and_refuses_what_it_does_not_know(book, tmp_path):
    told(book, ritual(1))
    again = NightBook(book.path, lambda: NOW_S)
    again.start()
    assert again.nights() == {"pod-1": [1]}
    again.stop()
    book.db.execute("PRAGMA user_version = 99")
    with pytest.raises(UserError, match="newer"):
        NightBook(book.path).start()
    (tmp_path / "no.sqlite").write_text("not a database, but long enough to look like one" * 20)
    with pytest.raises(UserError, match=r"no\.sqlite"):
        NightBook(tmp_path / "no.sqlite").start()
