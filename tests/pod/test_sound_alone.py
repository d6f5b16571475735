"""A block of sound that is due alone takes no step of its own: it sounds as with one, and whatever
happens meanwhile takes one at once."""

from unittest.mock import patch

import pytest
from tests.pod.pod_on_a_bench import HOME, STEP_MS, PodOnABench

from pod import io
from pod.core import Pod


def sounding(**more):
    """In the ritual, with a cue that sounds."""
    bench = PodOnABench(link=True, profile="adult", **more).goodnight()
    bench.play("cue", cue="tide")
    bench.run(6000)
    assert bench.moments[-1].peak and bench.outputs.sound_wanted
    return bench


def decides(bench, ms=STEP_MS):
    """Whether the next step is a whole one: these move the heartbeat."""
    before = bench.outputs.alive
    bench.step(ms)
    return bench.outputs.alive != before


def alone(bench):
    """Runs to a step that is for a block and nothing else."""
    return any(not decides(bench) for _ in range(20))


def heard(bench, ms):
    """Light, sound and rail of each step."""
    told = []
    for _ in range(ms // STEP_MS):
        bench.step(STEP_MS)
        outputs = bench.outputs
        sound = bytes(outputs.sound) if outputs.sound_ready else None
        told.append((bytes(outputs.leds), sound, outputs.rail, outputs.sound_wanted))
    return told


@pytest.mark.parametrize("cue", ("tide", "comet", "tone"))
def test_it_sounds_as_with_a_step_for_each_block(cue):
    """Up to its release, whose time is noticed by a frame's step then, not by a block's."""

    def evening():
        bench = PodOnABench(link=True, profile="adult").goodnight()
        bench.play("cue", cue=cue)
        told = heard(bench, 60_000)
        ends_ms = [note["t_ms"] for note in bench.said("cue") if note["cue"]["phase"] == "end"]
        return told, ends_ms[0] if ends_ms else bench.t_ms, bench.t_ms - 60_000

    told, end_ms, began_ms = evening()
    with patch.object(Pod, "_sound_alone", return_value=-1):
        same, same_end_ms, _ = evening()
    assert 0 <= end_ms - same_end_ms <= 2 * STEP_MS
    during = (same_end_ms - 4100 - began_ms) // STEP_MS
    assert during > 200 and told[:during] == same[:during]
    assert any(sound and any(sound) for _, sound, _, _ in told)


def test_most_blocks_take_no_step():
    bench = sounding()
    with patch.object(Pod, "_output", autospec=True, side_effect=Pod._output) as output:
        bench.sleep(10_000)
    seconds = 10
    assert output.call_count < 35 * seconds  # thirty frames, and what else is due
    assert sum(m.rms > 0 for m in bench.moments[-800:]) > 400


def switch(bench):
    bench.inputs.switch_in = False


def press(bench):
    bench.inputs.button = True


def message(bench):
    bench.inputs.messages.append((HOME + "all/sky", b"junk", 0))


def fault(bench):
    bench.inputs.faults = io.FAULT_BUS


def samples(bench):
    bench.inputs.ppg_count = 1


def lost(bench):
    bench.inputs.ppg_lost = 3


def beats(bench):
    bench.heart(60)


def setup(bench):
    bench.inputs.setup = {}


def answer(bench):
    bench.inputs.served.append({"id": 1, "ok": True})


HAPPENS = (switch, press, message, fault, samples, lost, beats, setup, answer)


@pytest.mark.parametrize("happens", HAPPENS, ids=lambda one: one.__name__)
def test_whatever_happens_takes_a_step_at_once(happens):
    bench = sounding()
    assert alone(bench)
    assert not decides(bench, 1)
    happens(bench)
    assert decides(bench, 1)


def test_a_switch_pulled_between_two_frames_is_dark_and_silent_in_that_call():
    bench = sounding()
    assert alone(bench)
    bench.inputs.switch_in = False
    bench.step(1)
    assert bench.dark and not any(bench.outputs.sound) and not bench.outputs.rail


def test_a_clock_that_steps_back_between_two_blocks_fails_dark():
    bench = sounding()
    assert alone(bench)
    bench.step(-2)
    assert bench.state == "failed"


def test_a_step_that_decides_comes_within_a_quarter_of_a_second():
    """In the dark as well, where no frame asks for one."""
    bench = PodOnABench(link=False, profile="adult").plug_in()
    bench.pod.sound_tone()
    bench.sleep(2000)
    decided_ms, longest_ms = bench.t_ms, 0
    while bench.t_ms < 40_000:
        if decides(bench):
            longest_ms, decided_ms = max(longest_ms, bench.t_ms - decided_ms), bench.t_ms
    assert bench.moments[-1].peak and STEP_MS < longest_ms <= 250 + STEP_MS


def test_a_sound_that_ends_gives_the_rail_back_at_once():
    bench = PodOnABench(link=True, profile="adult").plug_in()
    bench.pod.rest_rail()
    assert bench.pod.sound_tone()
    bench.sleep(3000)
    assert bench.moments[-1].peak and bench.outputs.rail
    bench.pod.hush()
    while bench.outputs.sound_wanted:
        bench.sleep(STEP_MS)
    ended_ms = bench.t_ms
    bench.pod.rest_rail()
    while bench.outputs.rail:
        bench.sleep(1)
    assert bench.t_ms - ended_ms <= 2


@pytest.mark.parametrize("dark", (False, True))
def test_after_a_stall_in_which_the_speaker_fell_silent_a_sound_begins_anew(dark):
    """A hang of a fifth of a second: no dead-man has cut anything. SAFETY 5 holds for the rest."""
    bench = PodOnABench(link=True, profile="adult").plug_in() if dark else sounding()
    if dark:
        bench.pod.sound_tone()
        bench.sleep(4000)
    before = bench.moments[-1].rms
    bench.step(60)
    assert bench.moments[-1].rms > before // 2  # that much a body holds
    bench.step(200)
    assert bench.moments[-1].rms < 4
    bench.run(4000)
    rms = [moment.rms for moment in bench.moments[-200:]]
    assert before // 2 < max(rms) < 2 * before
    assert next(i for i, one in enumerate(rms) if one > before // 2) > 500 // STEP_MS
