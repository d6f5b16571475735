"""The dose ledger: twenty cues, 200 s, five cue nights in seven; unreadable means none."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod.dose import Dose
from pod.guard import limits

DAY_S = 86400
WALL_S = 20000 * DAY_S + 21 * 3600
CUE_MS = 10000


def ledger(stored=None, night=True):
    dose = Dose(stored or {})
    dose.start(0)
    if night:
        dose.goodnight(0)
    return dose


class Store(dict):
    """Takes records as a teller does."""

    def keep(self, record):
        self[record[0]] = record[1]


def kept(dose, stored=None):
    """What is stored after `dose` was kept once more."""
    stored = stored if stored is not None else Store()
    dose.record.keep(stored)
    return stored


def take(dose, ms=CUE_MS, wall_s=WALL_S):
    """Whether a cue was given."""
    if dose.refusal(ms, wall_s) is not None:
        return False
    dose.charge(ms, wall_s)
    return True


def test_twenty_cues_a_night_and_not_one_more():
    dose = ledger()
    assert [take(dose, 1000) for _ in range(22)] == [True] * 20 + [False] * 2


def test_two_hundred_seconds_a_night_and_not_one_more():
    dose = ledger()
    assert [take(dose, 90000) for _ in range(3)] == [True, True, False]
    assert take(dose, 20000)
    assert not take(dose, 1)


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 10**6))
def test_no_order_of_cues_nights_and_reboots_exceeds_the_dose(seed):
    rng = random.Random(seed)
    dose, now_ms, given, cue_nights = ledger(night=False), 0, [], set()
    began_ms = None
    for _ in range(300):
        now_ms += rng.choice((1000, 60000, 3600000))
        dose.step(now_ms & 0x3FFFFFFF)
        if rng.random() < 0.1:
            dose = Dose(kept(dose))
            dose.start(now_ms & 0x3FFFFFFF)
        if rng.random() < 0.2 and dose.goodnight(now_ms & 0x3FFFFFFF):
            assert began_ms is None or now_ms - began_ms >= limits.NIGHT_MS
            began_ms, given = now_ms, []
        ms = rng.choice((1000, 10000, 60000))
        if take(dose, ms, WALL_S + now_ms // 1000):
            given.append(ms)
            cue_nights.add(began_ms)
            assert len(given) <= 20 and sum(given) <= 200000
    week_ms = 7 * 86400000
    for first in cue_nights:
        assert len([n for n in cue_nights if first <= n < first + week_ms]) <= 5


def test_five_cue_nights_in_seven():
    dose = ledger(night=False)
    given = []
    for day in range(14):
        dose.step(day * 86400000 % (1 << 30))
        dose.goodnight(day * 86400000 % (1 << 30))
        given.append(take(dose, wall_s=WALL_S + day * DAY_S))
    assert given == ([True] * 5 + [False] * 2) * 2


def test_a_night_across_midnight_utc_is_one_cue_night():
    dose = ledger(night=False)
    for day in range(5):
        evening_ms = day * 86400000
        dose.step(evening_ms)
        assert dose.goodnight(evening_ms)
        assert take(dose, wall_s=WALL_S + day * DAY_S)
        dose.step(evening_ms + 6 * 3600000)
        assert take(dose, wall_s=WALL_S + day * DAY_S + 6 * 3600)


def test_a_clock_that_a_host_turns_back_gives_no_sixth_cue_night():
    dose = ledger(night=False)
    given = []
    for day in range(6):
        now_ms = day * 86400000
        dose.step(now_ms)
        dose.goodnight(now_ms)
        given.append(take(dose, wall_s=WALL_S + day * DAY_S - 40 * 3600 * (day == 5)))
    assert given == [True] * 5 + [False]


def test_without_authenticated_time_or_night_there_is_no_cue():
    assert ledger().refusal(CUE_MS, 0) == "no authenticated time since the pod started"
    assert ledger(night=False).refusal(CUE_MS, WALL_S) == "no night has begun"


def test_the_counters_outlive_a_reboot():
    dose = ledger()
    for _ in range(3):
        take(dose)
    again = Dose(kept(dose))
    again.start(123)
    assert (again.cues_left, again.ms_left) == (17, 170000)
    assert again.running() and not again.goodnight(200)


def test_a_night_lasts_fourteen_hours_of_the_pods_own_ticks():
    dose = ledger()
    dose.step(limits.NIGHT_MS - 1)
    assert dose.running()
    dose.step(limits.NIGHT_MS)
    assert not dose.running()
    assert dose.goodnight(limits.NIGHT_MS) and dose.night == 2
    assert dose.cues_left == 20


def test_time_that_steps_back_makes_the_night_no_shorter():
    dose = ledger()
    dose.step(3600000)
    dose.step(0)
    dose.step(3600000)
    assert dose.elapsed_ms() <= 2 * 3600000


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_any_torn_record_means_no_cues(data):
    dose = ledger()
    take(dose)
    record = kept(dose)["dose"]
    cut = data.draw(st.integers(0, len(record) - 1))
    tail = data.draw(st.one_of(st.just(b""), st.binary(max_size=8)))
    torn = record[:cut] + tail
    if torn == record:
        return
    again = ledger({"dose": torn}, night=False)
    assert again.refusal(1, WALL_S) is not None
    again.goodnight(0)
    assert again.refusal(1, WALL_S) == "the dose ledger cannot be read"


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_any_flipped_bit_means_no_cues(data):
    record = bytearray(kept(ledger())["dose"])
    record[data.draw(st.integers(0, len(record) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert not Dose({"dose": bytes(record)}).readable


def test_a_new_pod_has_no_record_and_its_whole_dose():
    dose = ledger()
    assert dose.readable and dose.night == 1 and take(dose)


def two_copies():
    """A night of which two cues are used up, and what is stored of it."""
    dose, stored = ledger(night=False), Store()
    dose.goodnight(0)
    for _ in range(2):
        kept(dose, stored)
        take(dose)
    return kept(dose, stored)


@pytest.mark.parametrize("newest", (b"", b"torn", None))
def test_the_older_copy_gives_nothing_more_tonight(newest):
    stored = two_copies()
    del stored["dose"]
    if newest is not None:
        stored["dose"] = newest
    dose = ledger(stored, night=False)
    assert dose.readable and (dose.cues_left, dose.ms_left) == (0, 0)
    assert not dose.goodnight(0), "a night is under way: this is no fresh one"
    assert dose.refusal(1, WALL_S) == "tonight's dose is used up"


def test_after_the_older_copys_night_there_is_a_whole_dose_again():
    dose = ledger({**two_copies(), "dose": b"torn"}, night=False)
    dose.step(limits.NIGHT_MS)
    assert dose.goodnight(limits.NIGHT_MS) and take(dose, wall_s=WALL_S + DAY_S)


def test_a_torn_copy_counts_as_a_cue_night_that_nobody_can_date():
    dose, now_ms = ledger(night=False), 0
    for day in range(4):
        now_ms = day * 86400000
        dose.step(now_ms)
        assert dose.goodnight(now_ms) and take(dose, wall_s=WALL_S + day * DAY_S)
    again = ledger({**kept(dose), "dose": b"torn", "dose_old": kept(dose)["dose"]}, night=False)
    again.step(limits.NIGHT_MS)
    assert again.goodnight(limits.NIGHT_MS)
    assert again.refusal(1, WALL_S + 4 * DAY_S) == "five cue nights in seven are enough"


def test_power_lost_in_any_write_of_a_night_never_gives_a_cue_back():
    dose, stored = ledger(night=False), Store()
    dose.goodnight(0)
    kept(dose, stored)
    for used in range(1, 21):
        assert take(dose, 1000)
        whole = dict(stored)
        after = kept(dose, Store())
        for torn in ({"dose_old": b"to"}, {"dose_old": after["dose_old"], "dose": b"to"}):
            again = ledger({**whole, **torn}, night=False)
            # A charge that was not yet stored has not been played either.
            assert again.cues_left <= 20 - used + (again.cues_left > 0)
        stored.update(after)
    assert ledger(stored, night=False).cues_left == 0


@pytest.mark.parametrize("old", (b"", b"torn", None))
def test_with_both_copies_unreadable_there_is_no_cue(old):
    stored = {"dose": b"torn"} if old is None else {"dose": b"torn", "dose_old": old}
    assert ledger(stored).refusal(1, WALL_S) == "the dose ledger cannot be read"
