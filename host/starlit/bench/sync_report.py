"""What `bench sync` makes of what its pods saw."""

from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from pod import ticks
from starlit.bench.sync_pod import SAMPLE_US

WRAP_US = ticks.PERIOD * 1000
LOCK_US = 5000
SETTLED_US = 10_000_000  # after a link came up cold, nothing is counted as error
FRAME_SPREAD_US = 33_000
DARK_WITHIN_US = 5_000_000


class Told(NamedTuple):
    pods: list[dict[str, Any]]
    leads_us: list[int]  # the host's, over the steady clock, at both ends of the run
    quiet_us: tuple[int, int]  # in between, skies are lit and nobody is unhooked
    stops_us: list[int]  # when an unhook was asked for


def report(told: Told, boot_s: float) -> dict[str, Any]:
    lead_us = sum(told.leads_us) // len(told.leads_us)
    errors = [_errors(pod, lead_us) for pod in told.pods]
    steady = [
        {at: e for at, (e, _) in one.items() if _within(at, told.quiet_us)} for one in errors
    ]
    pairs = [
        abs(a[at] - b[at]) for a, b in combinations(steady, 2) for at in sorted(a.keys() & b.keys())
    ]
    stated = [(abs(e), bound) for one in errors for e, bound in one.values()]
    return {
        "pair_error_ms": spread(pairs, 1000),
        "host_error_ms": spread([abs(e) for one in steady for e in one.values()], 1000),
        "stated_error": {
            "p50_ms": spread([bound for _, bound in stated], 1000)["p50"],
            "exceeded": sum(e > bound + 1000 for e, bound in stated),
            "of": len(stated),
        },
        "lock_s": spread(_locks(told.pods, errors, boot_s), 1e6),
        "frames": _frames(told),
        "unhook_to_dark_ms": spread(_darks(told), 1000) | {"missing": _missing(told)},
        "reconnects": sum(not cold for pod in told.pods for _, cold in pod["links"]),
        "jumps": sum(pod["jumps"] for pod in told.pods),
        "host_lead_moved_us": told.leads_us[-1] - told.leads_us[0],
        "over_time": _over_time(steady, told),
        "clocks": [
            {name: pod[name] for name in ("pod", "drift_ppm", "wander_ppm")} for pod in told.pods
        ],
    }


def _within(at_us: int, span: tuple[int, int]) -> bool:
    return span[0] <= at_us <= span[1]


def _errors(pod: dict[str, Any], lead_us: int) -> dict[int, tuple[int, int]]:
    """When -> (how far its shared time is ahead of the host's, what it stated), us."""
    half = WRAP_US // 2
    return {
        at: ((shared - at - lead_us + half) % WRAP_US - half, stated)
        for at, shared, stated in pod["samples"]
    }


def _locks(
    pods: list[dict[str, Any]], errors: list[dict[int, tuple[int, int]]], boot_s: float
) -> list[int]:
    """From each cold link to the last instant, within the start, that was not in step."""
    found = []
    for pod, one in zip(pods, errors, strict=True):
        for up_us in (at for at, cold in pod["links"] if cold):
            first = up_us // SAMPLE_US + 1
            span = range(first, first + int(boot_s * 1e6) // SAMPLE_US - 20)
            instants = [n * SAMPLE_US for n in span]
            off = [at for at in instants if at not in one or abs(one[at][0]) >= LOCK_US]
            # A sample that a busy computer has lost is not a clock that was off.
            off = [at for at in off if at in one or not any(t in one for t in instants if t < at)]
            found.append((off[-1] + SAMPLE_US if off else up_us + SAMPLE_US) - up_us)
    return found


def _frames(told: Told) -> dict[str, Any]:
    """Of frames that every pod has begun: the time from the first pod to the last."""
    starts: dict[int, list[int]] = {}
    for pod in told.pods:
        for frame, at_us in pod["frames"]:
            if _within(at_us, told.quiet_us):
                starts.setdefault(frame, []).append(at_us)
    whole = [max(all_) - min(all_) for all_ in starts.values() if len(all_) == len(told.pods)]
    return {
        "shown_by_all": len(whole),
        "of": len(starts),
        "spread_ms": spread(whole, 1000),
        "under_33_ms_percent": (
            round(100 * sum(s < FRAME_SPREAD_US for s in whole) / len(whole), 3) if whole else None
        ),
    }


def _darks(told: Told) -> list[int]:
    return [
        min(later) - stop
        for pod in told.pods
        for stop in told.stops_us
        if (later := [at for at in pod["darks"] if 0 <= at - stop <= DARK_WITHIN_US])
    ]


def _missing(told: Told) -> int:
    """Unhooks that found a pod dark already, or without its link for seconds."""
    return len(told.pods) * len(told.stops_us) - len(_darks(told))


def _over_time(steady: list[dict[int, int]], told: Told) -> list[dict[str, Any]]:
    """Each pod's error against the host, once a second, for the picture."""
    begin_us = told.quiet_us[0]
    return [
        {
            "pod": pod["pod"],
            "s": [round((at - begin_us) / 1e6, 1) for at in sorted(one)[::10]],
            "error_ms": [round(one[at] / 1000, 3) for at in sorted(one)[::10]],
        }
        for pod, one in zip(told.pods, steady, strict=True)
    ]


def spread(values: list[int], unit: float) -> dict[str, Any]:
    if not values:
        return {"n": 0, "p50": None, "p95": None, "p99": None, "max": None}
    p50, p95, p99 = np.percentile(values, (50, 95, 99))
    return {
        "n": len(values),
        "p50": round(float(p50) / unit, 3),
        "p95": round(float(p95) / unit, 3),
        "p99": round(float(p99) / unit, 3),
        "max": round(max(values) / unit, 3),
    }
