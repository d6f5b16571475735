"""The clock's estimator alone, on a simulated network: hours of exchanges in seconds.

    python tools/clock_sim.py --minutes 6 --pods 24

`starlit bench sync` runs whole pods; here only the network and the crystals are bad, and nothing
else is late. The jitter is that of the bench: evenly 0 to J down, 0 to J / 2 up.
"""

import argparse
import math
import random
import sys
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "device"))

from pod import ticks  # noqa: E402
from pod.timebase import Timebase  # noqa: E402

WRAP_US = ticks.PERIOD * 1000
LEAD_US = 1_000_000_000
BASE_US, HOST_US, LOST_US = 5000, 300, 200_000
LOOK_US = 250_000
BURST, BURST_US, PING_US = 20, 100_000, 1_000_000
SETTLED_US = 30_000_000


def crystal(rng):
    """Local microseconds at a true instant: up to 50 ppm off, wandering by 1 to 5 ppm."""
    drift, wander = rng.uniform(-50, 50) * 1e-6, rng.uniform(1, 5) * 1e-6
    turn, phase = 2 * math.pi / rng.uniform(300e6, 1200e6), rng.uniform(0, 2 * math.pi)
    offset = rng.uniform(1e6, 1e9)
    return lambda t: offset + t * (1 + drift) + wander / turn * (
        math.cos(phase) - math.cos(turn * t + phase)
    )


def errors_of_a_pod(jitter_us, late_us, minutes, seed):
    """[(true instant, error, stated error)] in us; `late_us` is lost to scheduling, on average."""
    rng = random.Random(seed)
    local, time = crystal(rng), Timebase()

    def way(jitter):
        lost = LOST_US if rng.random() < 0.01 else 0
        return BASE_US + rng.uniform(0, jitter) + rng.expovariate(1 / late_us) + lost

    seen, ping_us, look_us, sent = [], rng.uniform(0, 1e6), LOOK_US, 0
    while ping_us < minutes * 60e6:
        there_us = ping_us + way(jitter_us / 2)
        back_us = there_us + HOST_US + way(jitter_us)
        while look_us < back_us:
            if time.synced:
                seen.append((look_us, *error_now(time, local(look_us), look_us)))
            look_us += LOOK_US
        rx_us = int(there_us + LEAD_US)
        t1_us, t4_us = int(local(ping_us)) % WRAP_US, int(local(back_us)) % WRAP_US
        time.exchange(t1_us, rx_us, rx_us + HOST_US, t4_us, 1)
        sent += 1
        ping_us = max(ping_us + (BURST_US if sent < BURST else PING_US), back_us)
    return seen


def error_now(time, local_us, true_us):
    now_ms = int(local_us) // 1000 & (ticks.PERIOD - 1)
    time.step(now_ms, False)
    shared_us = int(local_us) + time.shown_ms * 1000 + time.shown_us
    error_us = (shared_us - true_us - LEAD_US + WRAP_US / 2) % WRAP_US - WRAP_US / 2
    return error_us, time.error_us(now_ms)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=6)
    parser.add_argument("--pods", type=int, default=24)
    parser.add_argument("--jitter-ms", type=float, nargs="+", default=[0, 10, 40])
    parser.add_argument("--late-us", type=float, default=150, help="mean, each way")
    given = parser.parse_args()
    for jitter_ms in given.jitter_ms:
        pods = [
            errors_of_a_pod(jitter_ms * 1000, given.late_us, given.minutes, seed)
            for seed in range(given.pods)
        ]
        settled = [{at: e for at, e, _ in pod if at > SETTLED_US} for pod in pods]
        pairs = [abs(a[at] - b[at]) for a, b in pairwise(settled) for at in a.keys() & b.keys()]
        broken = sum(abs(e) > stated + 1000 for pod in pods for _, e, stated in pod)
        locks = [
            max((at for at, e, _ in pod if abs(e) >= 5000 and at < 60e6), default=0) for pod in pods
        ]
        print(
            f"jitter {jitter_ms:g} ms: pair error p50 {percentile(pairs, 0.5) / 1000:.2f} "
            f"p99 {percentile(pairs, 0.99) / 1000:.2f} ms; 5 ms off until p90 "
            f"{percentile(locks, 0.9) / 1e6:.1f} s; stated error exceeded {broken} times"
        )


if __name__ == "__main__":
    main()
