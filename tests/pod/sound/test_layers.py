"""How each kind sounds, in numbers: level, peaks, spectrum, grains, and the guard behind it."""

from functools import cache

import numpy as np
import pytest

from pod import sound
from pod.sound import CHIME, CRACKLE, HUM, NAMES, PINK, RAIN, RMS, TONE, WAVES, WIND
from starlit.sound.measure import envelope, figures, samples_of, slope_db_per_octave, spectrum
from starlit.sound.render import render

KINDS = range(1, sound.RECORDING)
SECONDS, EDGE = 48, 16000 * 4
every_kind = pytest.mark.parametrize("kind", KINDS, ids=NAMES[1:-1])


@cache
def rendered(kind, seed=3, profile="adult", full_scale_dba=65, seconds=SECONDS):
    return render(kind, seconds, seed, profile=profile, full_scale_dba=full_scale_dba)


@cache
def middle(kind):
    """A layer without its start and its end."""
    return samples_of(rendered(kind).wanted)[EDGE:-EDGE]


def blocks_rms(samples):
    return np.sqrt((samples[: len(samples) // 320 * 320].reshape(-1, 320) ** 2).mean(axis=1))


@every_kind
def test_a_layer_is_as_loud_as_its_table_says(kind):
    rms = np.sqrt((middle(kind) ** 2).mean())
    told = RMS[kind] / 1000 * rendered(kind).cap
    assert abs(20 * np.log10(rms / told)) < 0.7


@every_kind
def test_its_peaks_come_near_the_cap_and_never_meet_it(kind):
    assert 0.7 * rendered(kind).cap < figures(middle(kind)).peak <= rendered(kind).cap


@every_kind
@pytest.mark.parametrize("guard", [("adult", 65), ("adult", 52), ("child", 60)])
def test_the_guard_lets_it_through_untouched_start_and_end_included(kind, guard):
    made = rendered(kind, 5, *guard, 30)
    assert made.untouched >= 0.95


@every_kind
def test_its_envelope_rises_by_less_than_20_db_a_second(kind):
    """Of the layer itself, no guard: over 100 ms, above 15 dBA of 65, a count for rounding."""
    audible = 32767 * 10 ** ((15 - 65) / 20)
    env = envelope(samples_of(rendered(kind).wanted))
    before = np.maximum(env[:-5] + 1, audible)
    rising = 20 * np.log10(np.maximum(env[5:], 1) / before)
    assert np.quantile(rising, 0.99) <= 2.0
    assert rising.max() <= 2.6


@every_kind
def test_no_grain_stands_out_of_its_envelope(kind):
    blocks = blocks_rms(middle(kind))
    env = np.sqrt(np.convolve(blocks**2, np.ones(5) / 5, "valid"))
    assert (blocks[4:] / env).max() <= 10 ** (3 / 20)


def test_pink_noise_falls_by_three_decibels_an_octave_from_50_hz_to_6_khz():
    slope, farthest = slope_db_per_octave(middle(PINK), 50, 6000)
    assert -3.3 < slope < -2.7
    assert farthest < 1.0


def test_a_tone_is_one_kilohertz_and_a_hum_beats_once_in_five_seconds():
    hz, power = spectrum(middle(TONE))
    assert abs(hz[power.argmax()] - 1000) < 4
    line = power[np.abs(hz - 1000) < 12].sum() / power.sum()
    assert line > 0.9999
    slow = envelope(middle(HUM))
    lines = np.abs(np.fft.rfft(slow - slow.mean()))
    beat_s = len(slow) * 0.02 / lines.argmax()
    assert 4.5 < beat_s < 5.6


def lulls(env, share=0.5):
    """Seconds between the middles of stretches below `share` of the mean."""
    low = np.flatnonzero(np.diff((env < share * env.mean()).astype(int)) == 1)
    return np.diff(low) * 0.02


def test_waves_come_irregularly_and_no_period_returns():
    env = np.convolve(envelope(long(WAVES)), np.ones(25) / 25, "valid")
    apart = lulls(env, 0.8)
    apart = apart[apart > 2]
    assert 5 < apart.mean() < 18
    assert apart.std() > 0.12 * apart.mean()
    assert figures(long(WAVES)).swing_db > 6
    dark = env < np.quantile(env, 0.3)
    bright = env > np.quantile(env, 0.8)
    assert centroid(long(WAVES), bright) > 1.3 * centroid(long(WAVES), dark)


@cache
def long(kind):
    made = samples_of(rendered(kind, 9, seconds=120).wanted)
    return made[EDGE:-EDGE]


def centroid(samples, chosen):
    """Mean centroid in Hz of the 20 ms blocks that are chosen."""
    blocks = samples[: len(chosen) * 320].reshape(-1, 320)[chosen]
    power = (np.abs(np.fft.rfft(blocks * np.hanning(320), axis=1)) ** 2).mean(axis=0)
    return float((np.arange(161) * 50 * power).sum() / power.sum())


def test_the_winds_band_moves_over_more_than_an_octave_and_back():
    samples = long(WIND)
    seconds = samples[: len(samples) // 16000 * 16000].reshape(-1, 16000)
    power = np.abs(np.fft.rfft(seconds, axis=1)) ** 2
    power = np.array([np.convolve(p, np.ones(80) / 80, "same") for p in power])
    peaks = power[:, 100:2000].argmax(axis=1) + 100
    assert np.quantile(peaks, 0.9) > 1.9 * np.quantile(peaks, 0.1)
    assert np.mean(np.abs(np.diff(peaks)) > 150) < 0.5, "it wanders, it does not leap"


def pops(samples):
    """Instants, in samples, at which the high end stands far out of its own middle."""
    high = np.abs(np.diff(samples, 2))
    loud = np.flatnonzero(high > 6 * np.median(high))
    return loud[np.diff(loud, prepend=-4000) > 480]


def test_a_crackle_is_pops_at_irregular_times_over_a_low_rumble():
    found = pops(middle(CRACKLE))
    each_s = len(found) / (len(middle(CRACKLE)) / 16000)
    assert 0.5 < each_s < 6
    apart = np.diff(found)
    assert apart.std() > 0.5 * apart.mean()
    hz, power = spectrum(middle(CRACKLE))
    assert power[hz < 500].sum() > 0.6 * power.sum()


def test_rain_is_a_hiss_with_drops_in_it():
    hz, power = spectrum(middle(RAIN))
    assert 1500 < (hz * power).sum() / power.sum() < 4000
    assert power[hz < 150].sum() < 0.05 * power.sum()


def test_chimes_are_notes_of_one_scale_with_partials_out_of_tune_with_them():
    hz, power = spectrum(long(CHIME))
    notes = np.array([392.0, 440, 523.25, 587.33, 659.26, 783.99])
    lines = [power[np.abs(hz - note) < 8].sum() for note in notes]
    assert min(lines) > 0.01 * power.sum()
    assert sum(lines) > 0.6 * power.sum()
    high = [power[np.abs(hz - 2.756 * note) < 10].sum() for note in notes]
    assert sum(high) > 0.01 * power.sum()
