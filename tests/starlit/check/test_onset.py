"""Invariant 5: swells, releases, layers."""

import pytest

from starlit.check.blocks import Blocks, Envelope

LAYER = {"id": "rain", "envelope": 900}


def sounding(tape):
    return tape().evening().note(20_000, layer={**LAYER, "on": True})


@pytest.mark.parametrize(("growth", "expected"), [(1.046, set()), (1.05, {"rise"})])
def test_twenty_db_a_second_above_15_dba(tape, growth, expected):
    """1.046 a block is 19.5 dB/s, 1.05 is 21.2."""
    pod = sounding(tape)
    end_ms = pod.swell(20_000, 900, growth)
    assert pod.note(end_ms + 2000, night=1).kinds() == expected


def test_below_15_dba_a_quarter_of_a_second_is_still_too_quick(tape):
    for blocks, expected in ((26, set()), (13, {"onset"})):
        pod = sounding(tape)
        end_ms = pod.swell(20_000, 80, blocks=blocks)
        assert pod.note(end_ms + 2000, night=1).kinds() == expected


def test_an_onset_taken_back_is_no_onset(tape):
    pod = sounding(tape)
    end_ms = pod.swell(20_000, 80, blocks=20)
    pod.note(end_ms, layer={**LAYER, "on": False})
    pod.ebb(end_ms, 80)
    assert pod.kinds() == set()


def test_sound_that_ends_as_it_comes_rose_to_the_cap_in_500_ms_at_the_fastest(tape):
    """The cap of a child's evening, 35 dBA, is 1036 counts."""
    for top, expected in ((92, set()), (400, {"onset"})):
        pod = sounding(tape)
        for t_ms in range(20_000, 20_100, 20):
            pod.sound(t_ms, top)
        pod.ebb(20_100, top, blocks=20)
        assert pod.note(23_000, night=1).kinds() & {"onset"} == expected


def test_a_click_in_a_gentle_layer(tape):
    for factor, expected in ((1.2, set()), (1.9, {"grain"}), (2.2, {"rise", "grain"})):
        pod = sounding(tape)
        end_ms = pod.swell(20_000, 300)
        pod.sound(end_ms + 1000, int(300 * factor)).sound(end_ms + 1020, 300)
        assert pod.note(end_ms + 3000, night=1).kinds() == expected


@pytest.mark.parametrize(("blocks", "expected"), [(13, set()), (10, {"release"}), (1, {"release"})])
def test_a_release_takes_250_ms(tape, blocks, expected):
    pod = sounding(tape)
    end_ms = pod.swell(20_000, 900) + 1000
    pod.note(end_ms, layer={**LAYER, "on": False})
    pod.ebb(end_ms, 900, blocks)
    assert pod.note(end_ms + 2000, night=1).kinds() == expected


def test_a_drop_to_another_level_is_a_release_too(tape):
    pod = sounding(tape)
    end_ms = pod.swell(20_000, 900) + 1000
    assert pod.sound(end_ms, 60).note(end_ms + 2000, night=1).kinds() == {"release"}


@pytest.mark.parametrize(
    ("action", "expected"),
    [({"switch": "out"}, set()), ({"reboot": True}, set()), ({"lux": 1.0}, {"release"})],
)
def test_only_switch_failure_and_reset_cut_sound(tape, action, expected):
    pod = sounding(tape)
    end_ms = pod.swell(20_000, 900) + 1000
    pod.happen(end_ms, **action).sound(end_ms + 20, 0)
    assert pod.note(end_ms + 2000, night=1).kinds() == expected


def test_an_unhook_releases_too(tape):
    pod = sounding(tape)
    end_ms = pod.swell(20_000, 900) + 1000
    pod.happen(end_ms, topic="unhook/host", payload="{}").sound(end_ms + 20, 0)
    assert pod.note(end_ms + 2000, night=1).kinds() == {"release"}


def test_a_layers_onsets_are_ten_seconds_apart(tape):
    for gap_ms, expected in ((10_000, set()), (9_999, {"layer-gap"})):
        pod = tape().evening()
        pod.tone(20_000, 60, 500)
        pod.tone(20_000 + gap_ms, 60, 500)
        assert pod.kinds() == expected
        two = tape().evening()
        two.note(20_000, layer={"id": "comet", "on": True, "envelope": 9})
        two.tone(20_000 + gap_ms, 60, 500)
        assert two.kinds() == set()


def test_sound_that_no_layer_explains(tape):
    pod = tape().evening()
    pod.swell(20_000, 60)
    assert pod.kinds() == {"no-layer"}


def test_blocks_of_a_held_value_and_of_a_clock_that_is_a_millisecond_off():
    blocks = Blocks()
    blocks.change(100, 7)
    assert list(blocks.until(121)) == [(100, 7)]
    blocks.change(121, 8)
    assert list(blocks.until(160)) == [(121, 8), (141, 8)]
    assert list(blocks.until(165)) == []


def test_envelope_is_the_rms_of_five_blocks():
    envelope = Envelope(3)
    values = [envelope.push(rms) for rms in (10, 10, 10, 10, 10, 0)]
    assert values[4] == 10 and values[5] == pytest.approx((400 / 5) ** 0.5)
    assert list(envelope.past) == values[-3:]


def test_what_nobody_can_hear_neither_begins_nor_ends(tape):
    pod = tape().evening().note(20_000, layer={"id": "waves", "on": True, "envelope": 1})
    pod.sound(20_000, 10).sound(22_000, 0).note(25_000, night=1)
    assert pod.kinds() == set()
