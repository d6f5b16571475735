"""I2S: a cadence of 20 ms that never blocks, silence ahead of it, and low lines at rest."""

from array import array
from time import ticks_ms

import pytest
from tests.pod.body.pico.world import PIN, board

from pod.body.pico import speaker as speaker_module

LINES = ("i2s_bclk", "i2s_lrclk", "i2s_din")


@pytest.fixture
def speaker():
    board.power_up()
    speaker = speaker_module.Speaker(*(PIN[name] for name in LINES), PIN["amp_enable"])
    speaker.start()
    return speaker


def block(n):
    return array("h", [n] * 320)


def play(speaker, blocks, late_ms=None):
    """Plays them as they are asked for; the times at which they were. `late_ms`: of the tenth."""
    asked = []
    while blocks:
        if speaker.due(ticks_ms()):
            if late_ms and len(asked) == 10:
                board.spend(late_ms * 1000)
                late_ms = None
            asked.append(board.now_us)
            speaker.play(blocks.pop(0), ticks_ms())
        board.spend(1000)
    return asked


def test_it_asks_each_20_ms_from_the_start_on(speaker):
    speaker.want(True, ticks_ms())
    asked = play(speaker, [block(n) for n in range(1, 51)])
    assert [b - a for a, b in zip(asked, asked[1:], strict=False)] == [20_000] * 49
    assert board.underflows == 0


def test_all_of_it_sounds_after_60_ms_of_silence(speaker):
    speaker.want(True, ticks_ms())
    play(speaker, [block(n) for n in range(1, 21)])
    board.spend(100_000)
    sound = array("h", bytes(board.played))
    assert not any(sound[:960])
    assert sound[960 : 960 + 6400] == array("h", [n for n in range(1, 21) for _ in range(320)])


@pytest.mark.parametrize("late_ms", (15, 25, 55))
def test_a_collection_or_a_stall_of_the_loop_is_not_heard(speaker, late_ms):
    speaker.want(True, ticks_ms())
    play(speaker, [block(n) for n in range(1, 41)], late_ms)
    assert board.underflows == 0 and speaker.underruns == 0


def test_a_loop_that_is_later_than_the_buffer_is_counted(speaker):
    speaker.want(True, ticks_ms())
    play(speaker, [block(n) for n in range(1, 41)], late_ms=120)
    assert board.underflows > 0 and speaker.underruns == 1


def test_a_lost_callback_costs_a_gap_and_no_more(speaker):
    speaker.want(True, ticks_ms())
    board.drop_callbacks = 1
    asked = play(speaker, [block(n) for n in range(1, 11)])
    assert len(asked) == 10 and asked[1] - asked[0] < 150_000


def test_the_amplifier_is_on_only_while_sound_is_wanted(speaker):
    assert board.level[PIN["amp_enable"]] == 0
    speaker.want(True, ticks_ms())
    assert board.level[PIN["amp_enable"]] == 1 and board.i2s is not None
    speaker.want(False, ticks_ms())
    assert board.level[PIN["amp_enable"]] == 0 and board.i2s is None
    for name in LINES:
        assert board.level[PIN[name]] == 0 and board.mode[PIN[name]] == 1


@pytest.mark.parametrize("error", (MemoryError(), OSError(5), ValueError("pins")))
def test_what_cannot_start_is_silence(speaker, error):
    board.i2s_error = error
    speaker.want(True, ticks_ms())
    assert speaker.failures == 1 and not speaker.due(ticks_ms())
    assert board.level[PIN["amp_enable"]] == 0
    speaker.want(True, ticks_ms())
    assert speaker.due(ticks_ms())


def test_a_block_that_nobody_made_is_silence(speaker):
    speaker.want(True, ticks_ms())
    play(speaker, [block(7), None, block(9)])
    board.spend(100_000)
    sound = array("h", bytes(board.played))[960:]
    assert sound[0] == 7 and not any(sound[320:640]) and sound[640] == 9
