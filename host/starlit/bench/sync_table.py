"""`bench sync` and `bench fanout` as lines of text."""

from typing import Any


def lines(result: dict[str, Any]) -> list[str]:
    asked, frames = result["asked"], result["frames"]
    stated, dark = result["stated_error"], result["unhook_to_dark_ms"]
    return [
        f"{asked['pods']} pods, {asked['base_ms']:g} ms each way, jitter 0 to "
        f"{asked['jitter_ms'] / 2:g} ms up and 0 to {asked['jitter_ms']:g} ms down, "
        f"{asked['loss_percent']:g} % lost, {result['reconnects']} reconnects, "
        f"{asked['minutes']:g} min, load {result['load']['before']} to {result['load']['after']}",
        f"pair error      {_spread(result['pair_error_ms'], 'ms')}",
        f"against host    {_spread(result['host_error_ms'], 'ms')}",
        f"stated error    {stated['p50_ms']} ms half of the time; exceeded in "
        f"{stated['exceeded']} of {stated['of']} samples",
        f"lock under 5 ms {_spread(result['lock_s'], 's')}",
        f"frame starts    {_spread(frames['spread_ms'], 'ms')}; under 33 ms "
        f"{frames['under_33_ms_percent']} % of {frames['shown_by_all']}",
        f"unhook to dark  {_spread(dark, 'ms')}; {dark['missing']} not seen",
    ]


def fanout_lines(result: dict[str, Any]) -> list[str]:
    asked, load = result["asked"], result["load"]
    return [
        f"{asked['pods']} pods, telemetry and a ping a second each; connected within "
        f"{result['connected_s']} s; load {load['before']} to {load['after']}",
        f"broadcast       {_spread(result['broadcast_ms'], 'ms')}; "
        f"{result['broadcasts_missed']} missed",
        f"to the last pod {_spread(result['broadcast_last_pod_ms'], 'ms')}",
        f"coordinator     {result['coordinator_cpu_percent']} % of a core, "
        f"broker {result['broker_cpu_percent']} %; "
        f"{result['pings_answered_percent']} % of pings answered",
        f"all back        {_spread(result['recovery_all_s'], 's')} after the broker was killed",
        f"told the time   {_spread(result['recovery_coordinator_s'], 's')} after it",
    ]


def _spread(one: dict[str, Any], unit: str) -> str:
    if not one["n"]:
        return "nothing measured"
    return (
        f"p50 {one['p50']} p95 {one['p95']} p99 {one['p99']} max {one['max']} {unit} (n {one['n']})"
    )
