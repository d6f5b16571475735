"""The PIO program, executed instruction by instruction, against the LEDs' data sheets."""

import random

import pytest
from tests.pod.body.pico.pio import StateMachine

from pod.body.pico import kernel, ws2812

TICK_NS = 1_000_000_000 / ws2812.TICK_HZ
# (T0H, T1H, T0L, T1L, reset) in ns: least and most.
# Worldsemi WS2812B, 'Data transfer time': each +-150 ns, reset over 50 us.
OLD = ((250, 550), (650, 950), (700, 1000), (300, 600), 50_000)
# Worldsemi WS2812B-V5, rev 1.0, 'Data transfer time': reset over 280 us.
V5 = ((220, 380), (580, 1000), (580, 1000), (580, 1000), 280_000)


def wire(words, idle=2000):
    """The line's (level, ns) runs for these words, then idle ticks."""
    machine = StateMachine(ws2812.ws2812, words)
    runs, quiet = [], 0
    while quiet < idle:
        level = machine.cycle()
        quiet = quiet + 1 if machine.stalled and not machine.fifo else 0
        if runs and runs[-1][0] == level:
            runs[-1][1] += TICK_NS
        else:
            runs.append([level, TICK_NS])
    return runs


def words_of(rgb):
    words = [0] * (len(rgb) // 3)
    kernel.pack(rgb, words, len(words))
    return words


def receive(runs):
    """What LEDs take from the line: a bit for each high, r g b for each 24."""
    bits = [1 if ns > 500 else 0 for level, ns in runs if level]
    assert len(bits) % 24 == 0
    values = [int("".join(map(str, bits[i : i + 8])), 2) for i in range(0, len(bits), 8)]
    return bytes(value for g, r, b in zip(*[iter(values)] * 3, strict=True) for value in (r, g, b))


@pytest.mark.parametrize("sheet", (OLD, V5), ids=("WS2812B", "WS2812B-V5"))
def test_every_bit_is_within_the_data_sheet(sheet):
    t0h, t1h, t0l, t1l, reset = sheet
    runs = wire(words_of(bytes(range(36))), idle=8000)
    assert runs[0][0] == 0 and runs[-1][0] == 0 and runs[-1][1] > reset
    runs = runs[1:]
    for i in range(0, len(runs) - 1, 2):
        high, low = runs[i][1], runs[i + 1][1]
        one = high > 500
        least, most = t1h if one else t0h
        assert least < high < most
        least, most = t1l if one else t0l
        assert low >= least and (low <= most or i == len(runs) - 2)


def test_a_bit_takes_1280_ns_without_a_pause_between_leds():
    runs = wire(words_of(bytes(36)))[1:-1]
    assert len(runs) == 2 * 288 - 1
    assert sum(ns for _, ns in runs) / 288 == pytest.approx(1280, abs=4)
    assert ws2812.BIT_TICKS * TICK_NS == 1280


def test_the_clock_has_no_fraction_at_any_core_clock():
    for core_hz in (125_000_000, 150_000_000, 200_000_000):
        assert core_hz % ws2812.TICK_HZ == 0


def test_the_leds_get_the_frame_in_their_own_order():
    chance = random.Random(5)
    for _ in range(20):
        rgb = bytes(chance.randrange(256) for _ in range(36))
        assert receive(wire(words_of(rgb))) == rgb


def test_nothing_to_send_is_a_low_line():
    assert wire([])[0][0] == 0 and len(wire([])) == 1


def test_a_program_that_is_a_tick_slower_is_caught():
    """The check can fail: T1L of one tick more is outside the older data sheet."""
    slow = type(ws2812.ws2812)(
        list(ws2812.ws2812.words),
        ws2812.ws2812.wrap_target,
        ws2812.ws2812.wrap,
        **ws2812.ws2812.options,
    )
    slow.words[0] += 1 << 8
    machine = StateMachine(slow, words_of(b"\xff\xff\xff"))
    levels = [machine.cycle() for _ in range(200)]
    low = "".join(map(str, levels)).split("1")
    assert max(len(run) for run in low[1:-1]) * TICK_NS > OLD[3][1]
