import pytest
from tests.pod.flash_with_cuts import CutFlash, PowerCut

from pod.slots import MANIFEST, POINTERS, Slots


@pytest.fixture
def flash():
    flash = CutFlash()
    for name in "ab":
        flash.files["/" + name + MANIFEST] = b"{}"
    Slots(flash).trust("a")
    flash.spent = 0
    return flash


def start(flash):
    return Slots(flash).begin()


def test_a_new_one_runs_once_and_is_kept_when_it_has_reported(flash):
    Slots(flash).try_next("b")
    slots = Slots(flash)
    assert slots.begin() == "b" and slots.on_trial()
    slots.trust("b")
    slots = Slots(flash)
    assert slots.begin() == "b" and not slots.on_trial()


def test_a_new_one_that_never_reports_is_rolled_back_at_the_next_start(flash):
    Slots(flash).try_next("b")
    assert start(flash) == "b"
    slots = Slots(flash)
    assert slots.begin() == "a" and slots.rolled_back
    assert start(flash) == "a" and not Slots(flash).rolled_back


def test_nothing_is_put_beside_the_good_one_while_another_is_on_trial(flash):
    assert Slots(flash).spare() == "b"
    Slots(flash).try_next("b")
    slots = Slots(flash)
    slots.begin()
    assert slots.spare() is None
    slots.trust("b")
    assert slots.spare() == "a"


@pytest.mark.parametrize("change", ["try_next", "begin", "trust"])
def test_a_cut_at_every_byte_of_the_pointer_leaves_a_pod_that_starts(flash, change):
    if change != "try_next":
        Slots(flash).try_next("b")
    if change == "trust":
        start(flash)
    before = dict(flash.files)
    runs = set()
    for budget in range(200):
        flash.files, flash.budget = dict(before), budget
        slots = Slots(flash)
        if change == "trust":
            slots.running = "b"
        try:
            slots.begin() if change == "begin" else getattr(slots, change)("b")
            done = True
        except PowerCut:
            done = False
        flash.budget = None
        runs.add(start(flash))
        if done:
            break
    assert done and runs <= {"a", "b"}
    # The cut shows in what runs next: the old one before, the new one after.
    assert runs == {"try_next": {"a", "b"}, "begin": {"a", "b"}, "trust": {"a", "b"}}[change]


def test_two_lost_pointers_start_the_one_that_is_whole(flash):
    for path in POINTERS:
        flash.files[path] = b"7 b - 0#00000000"
    del flash.files["/a" + MANIFEST]
    assert start(flash) == "b"


def test_a_flash_that_fails_runs_what_is_known_to_run(flash, monkeypatch):
    Slots(flash).try_next("b")

    def refuse(*_):
        raise OSError(5)

    monkeypatch.setattr(flash, "write", refuse)
    assert start(flash) == "a"
