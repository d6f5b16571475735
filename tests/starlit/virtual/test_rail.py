"""The switch, the rail, the dead-man, and what hangs on them."""

import wave
from array import array

import pytest

from starlit.virtual.amplifier import Amplifier
from starlit.virtual.rail import Rail
from starlit.virtual.ring import DARK, Ring

FRAME = bytes([9, 5, 1] * 12)
LOUD = array("h", [1000, -1000] * 160)


class Bench:
    def __init__(self):
        self.now_us = 0
        self.rail = Rail(self.clock)
        self.ring = Ring(self.rail)
        self.amplifier = Amplifier(self.clock, self.rail)

    def clock(self):
        return self.now_us

    def wait_ms(self, ms):
        self.now_us += ms * 1000
        return self

    def alive_for(self, ms):
        for _ in range(ms // 100):
            self.wait_ms(100).rail.toggle()
        return self


@pytest.fixture
def lit():
    bench = Bench()
    bench.rail.press()
    bench.rail.enable(True)
    bench.ring.write(FRAME)
    assert bench.ring.shown() == FRAME
    return bench


def test_at_power_up_nothing_is_on_and_the_firmware_alone_cannot_change_it():
    bench = Bench()
    bench.rail.enable(True)
    assert not bench.alive_for(1000).rail.on


def test_a_press_alone_lights_nothing():
    bench = Bench()
    bench.rail.press()
    assert not bench.rail.on


def test_it_stays_on_while_the_line_toggles(lit):
    assert lit.alive_for(10_000).rail.on
    assert lit.ring.shown() == FRAME


def test_a_stuck_line_cuts_the_rail_at_500_ms(lit):
    assert lit.wait_ms(499).rail.on
    assert not lit.wait_ms(1).rail.on
    assert lit.ring.shown() == DARK


def test_a_cut_stays_cut_until_the_button_is_pressed(lit):
    lit.wait_ms(600).alive_for(5000)
    assert not lit.rail.on
    lit.rail.press()
    assert lit.rail.on


def test_a_cut_that_nobody_looked_at_is_a_cut_all_the_same(lit):
    lit.wait_ms(600).rail.toggle()
    assert not lit.rail.on and lit.rail.cuts == 1


def test_a_press_while_the_line_is_stuck_changes_nothing(lit):
    lit.wait_ms(600).rail.press()
    assert not lit.rail.on
    lit.rail.toggle()
    assert not lit.rail.on


def test_enable_low_holds_the_timer_and_keeps_the_latch(lit):
    lit.rail.enable(False)
    assert not lit.wait_ms(60_000).rail.on
    lit.rail.enable(True)
    assert lit.rail.on


def test_the_switch_cuts_at_once_and_closing_it_is_not_enough(lit):
    lit.rail.switch(False)
    assert not lit.rail.on and not lit.rail.sense_in
    lit.rail.switch(True)
    assert not lit.alive_for(1000).rail.on
    lit.rail.press()
    assert lit.rail.on


def test_a_press_while_the_switch_is_open_is_forgotten(lit):
    lit.rail.switch(False)
    lit.rail.press()
    lit.rail.switch(True)
    assert not lit.alive_for(200).rail.on


def test_a_broken_sense_wire_reads_unplugged_and_cuts_nothing_by_itself(lit):
    lit.rail.sense_wire_broken = True
    assert not lit.rail.sense_in and lit.rail.on


def test_power_that_comes_back_finds_dark_leds(lit):
    lit.rail.enable(False)
    lit.rail.enable(True)
    assert lit.rail.on and lit.ring.shown() == DARK
    lit.ring.write(FRAME)
    assert lit.ring.shown() == FRAME


def test_a_frame_sent_without_power_is_lost(lit):
    lit.rail.enable(False)
    lit.ring.write(FRAME)
    lit.rail.enable(True)
    assert lit.ring.shown() == DARK and lit.ring.frames_lost == 1


def test_the_amplifier_measures_what_sounds(lit):
    lit.amplifier.play(LOUD)
    assert (lit.amplifier.rms, lit.amplifier.peak) == (1000, 1000)
    assert lit.wait_ms(20).amplifier.rms == 0


def test_without_power_a_block_is_silence(lit):
    lit.rail.switch(False)
    lit.amplifier.play(LOUD)
    assert (lit.amplifier.rms, lit.amplifier.peak) == (0, 0)


def test_power_cut_within_a_block_silences_the_rest_of_it(lit):
    lit.amplifier.play(LOUD)
    lit.wait_ms(5).rail.switch(False)
    assert lit.amplifier.rms == 0


def test_blocks_are_due_every_20_ms_on_the_sound_clock(lit):
    lit.amplifier.want(True)
    start_us = lit.now_us
    for n in range(100):
        assert lit.amplifier.due_us == start_us + 20_000 * n
        lit.now_us = lit.amplifier.due_us + 7000 * (n % 2)
        lit.amplifier.play(LOUD)


def test_a_stalled_machine_does_not_run_after_its_own_past(lit):
    lit.amplifier.want(True)
    lit.wait_ms(10_000).amplifier.play(LOUD)
    assert lit.amplifier.skipped > 400
    assert lit.amplifier.due_us >= lit.now_us - 20_000


def test_the_sound_can_be_kept_as_wav(tmp_path):
    bench = Bench()
    path = tmp_path / "pod-1.wav"
    amplifier = Amplifier(bench.clock, bench.rail, str(path))
    amplifier.start()
    bench.rail.press()
    bench.rail.enable(True)
    amplifier.play(LOUD)
    bench.rail.switch(False)
    amplifier.play(LOUD)
    amplifier.stop()
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (16_000, 1, 640)
        data = file.readframes(640)
    assert data[:640] == LOUD.tobytes() and not any(data[640:])
