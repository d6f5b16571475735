"""`bench sync` end to end, small: what it reports, not how fast this computer is."""

import json

import pytest

from starlit.bench import skew, sync, sync_picture
from starlit.bench.sync_report import SAMPLE_US, WRAP_US, Told, report
from starlit.bench.sync_table import lines
from starlit.broker import find_mosquitto

pytestmark = pytest.mark.real_time

needs_mosquitto = pytest.mark.skipif(not find_mosquitto(), reason="mosquitto is not installed")
LEAD_US = 7_000_000


def pod(name, ahead_us, frames=(), darks=(), locked_after_us=0):
    """A pod whose clock is `ahead_us` of the host's from `locked_after_us` on, for 40 s."""
    samples = []
    for n in range(1, 401):
        at_us = n * SAMPLE_US
        error_us = ahead_us if at_us > locked_after_us else 50_000
        samples.append([at_us, (at_us + LEAD_US + error_us) % WRAP_US, 3000])
    return {
        "pod": name,
        "drift_ppm": 1,
        "wander_ppm": 1,
        "samples": samples,
        "frames": list(frames),
        "darks": list(darks),
        "links": [[0, True], [9_000_000, False]],
        "jumps": 0,
    }


def told(*pods):
    return Told(list(pods), [LEAD_US, LEAD_US], (20_000_000, 40_000_000), [35_000_000])


def test_pairs_locks_frames_and_darks_are_what_the_pods_saw():
    frames = [[600 + n, 20_000_000 + n * 33_000] for n in range(30)]
    late = [[frame, at + (40_000 if frame == 610 else 5000)] for frame, at in frames]
    found = report(
        told(
            pod("pod-1", 1000, frames, darks=[35_080_000], locked_after_us=3_000_000),
            pod("pod-2", -500, late, darks=[34_000_000, 35_120_000]),
        ),
        boot_s=30,
    )
    assert found["pair_error_ms"]["p50"] == found["pair_error_ms"]["max"] == 1.5
    assert found["lock_s"]["max"] == 3.1 and found["lock_s"]["n"] == 2
    assert found["frames"]["shown_by_all"] == 30 and found["frames"]["spread_ms"]["max"] == 40
    assert found["frames"]["under_33_ms_percent"] == pytest.approx(96.667)
    assert found["unhook_to_dark_ms"]["max"] == 120 and found["unhook_to_dark_ms"]["missing"] == 0
    assert found["reconnects"] == 2
    assert found["stated_error"]["exceeded"] == 30


def test_an_unhook_that_no_pod_followed_is_told_as_missing():
    found = report(told(pod("pod-1", 0), pod("pod-2", 0)), boot_s=30)
    assert found["unhook_to_dark_ms"] | {"missing": 2} == found["unhook_to_dark_ms"]
    assert found["unhook_to_dark_ms"]["p99"] is None


def test_a_skewed_clock_drifts_and_wanders_as_a_crystal_may():
    for seed in range(20):
        clock = skew.SkewedClock(seed)
        begin_ns = clock._begin_ns
        assert clock.at(begin_ns) == clock._offset_us
        for minute in range(0, 600, 7):
            at_ns = begin_ns + minute * 60 * 10**9
            ppm = (clock.at(at_ns + 10**9) - clock.at(at_ns)) - 1_000_000
            assert abs(ppm) <= skew.DRIFT_MAX_PPM + skew.WANDER_PPM[1] + 2


@needs_mosquitto
@pytest.mark.slow
def test_two_whole_pods_keep_together_through_a_bad_network(tmp_path):
    said = []
    options = sync.SyncOptions(
        pods=2, minutes=0.1, jitter_ms=5, boots=1, boot_s=4, unhooks=1, cut_every_s=10
    )
    result = sync.run(options, lambda done, what: said.append((done, what)))
    assert result["pair_error_ms"]["n"] > 20 and result["pair_error_ms"]["p99"] < 50
    assert result["stated_error"]["exceeded"] == 0
    assert result["lock_s"]["n"] == 4 and result["frames"]["shown_by_all"] > 50
    assert result["unhook_to_dark_ms"]["n"] + result["unhook_to_dark_ms"]["missing"] == 2
    assert said == sorted(said, key=lambda one: one[0]) and said[-1][0] <= 1
    json.dumps(result)
    assert len(lines(result)) == 7
    sync_picture.draw(result, tmp_path / "error.png")
    assert (tmp_path / "error.png").read_bytes().startswith(b"\x89PNG")


