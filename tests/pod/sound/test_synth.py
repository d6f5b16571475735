"""Layers come, change and go without a click, and without leaning on the guard."""

from array import array

import pytest
from tests.pod.sound.listening import CAPS, STEPS, clip, guard_at, largest_step, played

from pod import sound
from pod.sound import CHIME, FULL, HUM, NAMES, PINK, RAIN, RECORDING, TONE, WAVES, WIND, level
from pod.sound.synth import VOICES, Synth

KINDS = range(1, len(NAMES))
CAP = CAPS[65]


def synth_at(cap=CAP):
    synth = Synth(cap)
    synth.recordings = (clip(),)
    return synth


def begin(synth, kind, voice=0, seed=7, attack_ms=500, at=FULL):
    synth.begin(voice, kind, 0 if kind == RECORDING else seed, attack_ms, at)


def blocks(synth, count):
    out = []
    for _ in range(count):
        block = synth.render()
        out.append(array("h", [0] * 320) if block is None else array("h", block))
    return out


def samples(rendered):
    return [0] + [sample for block in rendered for sample in block] + [0]


@pytest.mark.parametrize("kind", KINDS, ids=NAMES[1:])
def test_no_step_of_a_layer_is_larger_than_its_kinds_bound(kind):
    synth = synth_at()
    begin(synth, kind)
    heard = blocks(synth, 400)
    synth.set_level(0, FULL // 4)
    heard += blocks(synth, 60)
    synth.end(0, 250)
    heard += blocks(synth, 60)
    assert largest_step(samples(heard)) <= STEPS[kind] * CAP
    assert max(map(abs, samples(heard))) <= CAP
    assert not synth.sounding()


@pytest.mark.parametrize("kind", KINDS, ids=NAMES[1:])
def test_a_start_and_an_end_are_a_hundredth_of_a_full_step(kind):
    """Of the cap: whatever the kind, its first and its last 40 ms hold no step that is heard."""
    synth = synth_at()
    begin(synth, kind)
    heard = blocks(synth, 300)
    synth.end(0, 250)
    while synth.sounding():
        heard += blocks(synth, 1)
    whole = samples(heard)
    assert largest_step(whole[:641]) <= 0.01 * CAP
    assert largest_step(whole[-641:]) <= 0.01 * CAP


@pytest.mark.parametrize("kind", KINDS, ids=NAMES[1:])
@pytest.mark.parametrize("then", [HUM, RAIN, CHIME])
def test_another_kind_in_the_same_voice_waits_for_the_release_of_the_first(kind, then):
    synth = synth_at()
    begin(synth, kind)
    blocks(synth, 200)
    begin(synth, then)
    heard = blocks(synth, 400)
    assert synth.voices[0].kind == then
    assert largest_step(samples(heard)[1:-1]) <= max(STEPS[kind], STEPS[then]) * CAP
    quiet = [max(map(abs, block)) for block in heard[:60]]
    assert min(quiet) <= 0.01 * CAP, "silence between the two"


def test_three_layers_overlap_and_no_step_is_larger_than_theirs_together():
    synth = synth_at(2000)
    heard = []
    for voice, kind in enumerate((RAIN, HUM, WAVES)):
        begin(synth, kind, voice, at=FULL // 3)
        heard += blocks(synth, 70)
    for voice in range(VOICES):
        synth.end(voice, 250)
        heard += blocks(synth, 30)
    bound = (STEPS[RAIN] + STEPS[HUM] + STEPS[WAVES]) / 3
    assert 0.1 * 2000 < largest_step(samples(heard)) <= bound * 2000


@pytest.mark.parametrize("kind", KINDS, ids=NAMES[1:])
@pytest.mark.parametrize("act", ["end", "silence", "quiet", "follow"])
def test_the_guard_adds_no_step_at_an_end_a_silence_or_a_change_of_mode(kind, act):
    """But for one: where sleep begins under a sound that should have ended, the guard takes it
    back by 39/256 a block, at once, since no sample of a block may exceed its cap."""
    guard, synth = guard_at(65), synth_at()
    begin(synth, kind)
    heard = played(guard, synth, 250)
    if act == "end":
        synth.end(0, 250)
    elif act == "silence":
        synth.silence()
    elif act == "quiet":
        guard.quiet = True
    else:
        begin(synth, PINK)
    heard += played(guard, synth, 150)
    whole = samples(heard)[:-1]
    taken_back = 39 / 256 if act == "quiet" else 0
    follows = STEPS[PINK] if act == "follow" else 0
    assert largest_step(whole) <= (max(STEPS[kind], follows) + taken_back) * CAP


def test_a_level_is_moved_slowly_however_far_it_jumps():
    synth = synth_at()
    begin(synth, TONE, attack_ms=500, at=FULL // 10)
    blocks(synth, 200)
    synth.set_level(0, FULL)
    peaks = [max(block) for block in blocks(synth, 200)]
    assert peaks[-1] > 9 * peaks[0]
    assert all(b <= 1.045 * a + 1 for a, b in zip(peaks, peaks[1:], strict=False))


def test_a_release_takes_a_quarter_of_a_second_at_least_and_what_was_asked_at_most():
    for release_ms, least, most in ((0, 13, 70), (2000, 80, 110)):
        synth = synth_at()
        begin(synth, TONE)
        blocks(synth, 250)
        synth.end(0, release_ms)
        count = 0
        while synth.sounding():
            blocks(synth, 1)
            count += 1
        assert least <= count <= most, release_ms


def test_an_end_forgets_what_waits_behind():
    synth = synth_at()
    begin(synth, HUM)
    blocks(synth, 50)
    begin(synth, WIND)
    synth.end(0, 250)
    blocks(synth, 100)
    assert not synth.sounding()


def test_the_same_seed_sounds_the_same_and_another_does_not():
    def first(kind, seed):
        synth = synth_at()
        begin(synth, kind, seed=seed)
        return [bytes(block) for block in blocks(synth, 120)]

    for kind in (PINK, RAIN, CHIME, WAVES, WIND, sound.CRACKLE):
        assert first(kind, 3) == first(kind, 3) != first(kind, 4), NAMES[kind]


def test_silence_costs_nothing():
    synth = synth_at()
    assert not synth.sounding() and synth.render() is None


def test_a_level_gives_the_rms_that_was_asked():
    for kind in (PINK, TONE, WIND):
        asked = CAP * sound.RMS[kind] // 2000
        assert abs(level(kind, asked, CAP) - FULL // 2) <= FULL * 0.01
        assert level(kind, CAP, CAP) == FULL
        assert level(kind, 0, CAP) == 0
