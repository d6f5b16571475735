"""The generated finger looks like one, and is the same for the same seed."""

import statistics

import pytest

from starlit.virtual.pulse import NoFinger, Pulse

STEP_US = 10_000


def record(source, seconds):
    """Light at 100 Hz, asked for in polls of 12 samples."""
    values = []
    while len(values) < seconds * 100:
        values += source.fill(len(values) * STEP_US, STEP_US, 12)
    return values


def intervals_ms(pulse):
    dips = list(pulse.dips_us)[2:]
    return [(b - a) / 1000 for a, b in zip(dips, dips[1:], strict=False)]


@pytest.mark.parametrize("bpm", [40, 66, 120, 190])
def test_its_mean_rate_is_the_one_asked_for(bpm):
    pulse = Pulse(3, bpm)
    record(pulse, 60)
    assert 60_000 / statistics.mean(intervals_ms(pulse)) == pytest.approx(bpm, rel=0.03)


@pytest.mark.parametrize("bpm", [45, 66, 110, 180])
def test_light_dips_at_every_beat_where_it_says(bpm):
    pulse = Pulse(3, bpm, noise=0.0, wander=0.0)
    values = record(pulse, 30)
    for dip_us in pulse.dips_between(1_000_000, 29_500_000):
        at = dip_us // STEP_US
        around = values[at - 10 : at + 11]
        assert abs(around.index(min(around)) - 10) <= 2


def test_it_reads_100000_counts_with_a_dip_of_one_percent():
    values = sorted(record(Pulse(1), 60))
    spread = values[len(values) * 95 // 100] - values[len(values) * 5 // 100]
    assert statistics.mean(values) == pytest.approx(100_000, rel=0.01)
    assert 600 < spread < 1800


def test_its_rate_breathes():
    calm = Pulse(1, arrhythmia=0.0, variability=0.0)
    breathing = Pulse(1, arrhythmia=0.05, variability=0.0)
    for pulse in (calm, breathing):
        record(pulse, 60)
    assert statistics.pstdev(intervals_ms(calm)) < 1.0
    assert statistics.pstdev(intervals_ms(breathing)) > 20.0


def test_the_same_seed_gives_the_same_heart_and_another_another():
    assert record(Pulse(5), 10) == record(Pulse(5), 10)
    assert record(Pulse(5), 10) != record(Pulse(6), 10)


def test_a_new_rate_begins_with_the_next_beat():
    pulse = Pulse(1, 60)
    record(pulse, 20)
    pulse.bpm = 120
    for start in range(2004, 4000, 12):
        pulse.fill(start * STEP_US, STEP_US, 12)
    late = intervals_ms(pulse)[-10:]
    assert statistics.mean(late) == pytest.approx(500, rel=0.08)


def test_hours_unseen_are_not_lived_through():
    pulse = Pulse(1)
    pulse.fill(8 * 3_600_000_000, STEP_US, 12)
    assert len(pulse.dips_us) < 10


def test_beats_can_be_asked_for_without_a_waveform():
    whole, parts = Pulse(2), Pulse(2)
    dips = [t for n in range(60) for t in parts.dips_between(n * 500_000, (n + 1) * 500_000)]
    record(whole, 30)
    assert len(dips) == pytest.approx(33, abs=2)
    assert dips == sorted(set(dips))
    assert set(dips) <= set(whole.dips_us)


def test_no_finger_is_a_few_hundred_counts_of_noise():
    values = record(NoFinger(), 30)
    assert min(values) > 300 and max(values) < 500
    assert statistics.pstdev(values) > 5
