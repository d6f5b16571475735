"""The ring: frames by DMA, one at a time, with a latch between, and none without power."""

import pytest
from tests.pod.body.pico.world import PIN, board

from pod.body.pico import ring as ring_module

A, B, C = (bytes([n] * 36) for n in (1, 2, 3))
RESET_US = 280  # WS2812B-V5
WIRE_US = 369


@pytest.fixture
def ring():
    board.power_up()
    ring = ring_module.Ring(PIN["led_data"])
    ring.start()
    ring.power(True, board.now_us)
    board.spend(20_000)
    return ring


def sent():
    return [rgb for _, rgb in board.frames]


def test_a_frame_goes_out_at_once_on_a_high_state_machine_of_its_pin(ring):
    ring.write(A, board.now_us)
    assert sent() == [A]
    machine = board.state_machine
    assert (machine.id, machine.pin, machine.freq) == (3, PIN["led_data"], 25_000_000)


def test_a_frame_too_early_waits_for_the_latch_and_the_newest_counts(ring):
    ring.write(A, board.now_us)
    for frame in (B, C):
        board.spend(50)
        ring.write(frame, board.now_us)
    assert sent() == [A]
    while ring.waiting:
        board.spend(20)
        ring.flush(board.now_us)
    assert sent() == [A, C]
    (first_us, _), (second_us, _) = board.frames
    assert second_us - first_us >= WIRE_US + RESET_US


def test_no_buffer_changes_while_it_is_sent(ring):
    for n in range(200):
        ring.write(bytes([n] * 36), board.now_us)
        board.spend(97 + n % 7 * 90)
        ring.flush(board.now_us)
    board.spend(1000)
    assert board.torn == 0 and len(board.frames) > 50


def test_a_buffer_that_changes_under_the_dma_would_be_seen(ring):
    ring.write(A, board.now_us)
    ring._words[0][0] ^= 1
    ring._words[1][0] ^= 1
    board.spend(1000)
    assert board.torn == 1


def test_what_stands_is_sent_again_each_second(ring):
    ring.write(A, board.now_us)
    for _ in range(149):
        board.spend(20_000)
        ring.flush(board.now_us)
    assert sent() == [A, A, A]


def test_nothing_is_sent_without_power_nor_before_the_leds_have_woken(ring):
    ring.power(False, board.now_us)
    ring.write(A, board.now_us)
    board.spend(2_000_000)
    ring.flush(board.now_us)
    assert sent() == []
    ring.power(True, board.now_us)
    ring.write(B, board.now_us)
    assert sent() == []
    board.spend(10_000)
    ring.flush(board.now_us)
    assert sent() == [B]


def test_the_wrap_of_microseconds_changes_nothing(ring):
    from time import ticks_us

    board.ticks_from_us = (1 << 30) - board.now_us - 300
    ring.power(True, ticks_us() - 10_000)
    ring.write(A, ticks_us())
    board.spend(400)
    ring.write(B, ticks_us())
    assert ticks_us() < 1000 and sent() == [A]
    board.spend(400)
    ring.flush(ticks_us())
    assert sent() == [A, B]
