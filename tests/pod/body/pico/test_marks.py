"""What a reset leaves behind: its cause, and how many starts in a row went wrong."""

import pytest
from tests.pod.body.pico.world import board

from pod.body.pico import marks
from pod.io import RESET_POWER, RESET_SOFT, RESET_WATCHDOG

SCRATCH0 = 0x4005800C  # RP2040 data sheet, 4.7.6
REASON, TIMER, FORCED = 0x40058008, 1, 2


@pytest.fixture(autouse=True)
def power():
    board.power_up()


def reset(by):
    by()
    board.reset()


def restart():
    with pytest.raises(BaseException, match="soft"):
        marks.restart()


def test_power_is_told_from_the_watchdog_and_from_a_reset_that_was_meant():
    assert marks.begin() == (RESET_POWER, 0)
    board.reset()
    assert marks.begin() == (RESET_WATCHDOG, 1)
    reset(restart)
    assert marks.begin() == (RESET_SOFT, 0)


def test_wrong_starts_are_counted_until_one_is_good():
    for n in range(5):
        assert marks.begin()[1] == n
        board.reset()
    marks.begin()
    marks.good()
    board.reset()
    assert marks.begin() == (RESET_WATCHDOG, 0)


def test_a_loss_of_power_forgets_them():
    marks.begin()
    board.reset()
    marks.begin()
    board.power_up()
    assert marks.begin() == (RESET_POWER, 0)


@pytest.mark.parametrize(
    ("reason", "cause"), [(TIMER, RESET_WATCHDOG), (FORCED, RESET_POWER), (0, RESET_POWER)]
)
def test_a_register_that_somebody_else_has_used_counts_for_nothing(reason, cause):
    """A board is reset by its program after it has been flashed: that is no failure of the pod."""
    board.reset()
    board.scratch[SCRATCH0] = 0xDEADBEEF
    board.scratch[REASON] = reason
    assert marks.begin() == (cause, 0)


def test_whoever_works_at_the_console_resets_it_on_purpose():
    marks.begin()
    marks.disarm()
    board.reset()
    assert marks.begin() == (RESET_SOFT, 0)
    board.reset()
    assert marks.begin() == (RESET_WATCHDOG, 1), "and the pod itself does not"


def test_it_uses_the_first_scratch_register_alone():
    marks.begin()
    assert list(board.scratch) == [SCRATCH0]
