"""`starlit bench`: figures that no timed test may hold anyone to."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from starlit.errors import UserError

bench_app = typer.Typer(
    help="Measure speed, memory, beats, clock and link.", no_args_is_help=True, add_completion=False
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@bench_app.command("core")
def bench_core_command(
    as_json: AsJson = False,
    hours: Annotated[float, typer.Option(min=0.01, max=24, help="Length of the night.")] = 8.0,
    ritual: Annotated[float, typer.Option(min=1, max=300, help="Seconds of the ritual.")] = 120.0,
    body: Annotated[
        str, typer.Option(metavar="BODY", help="virtual, or linux: a Raspberry Pi's.")
    ] = "virtual",
) -> None:
    """Speed of one pod's core, and bytes allocated in its hot paths under MicroPython."""
    if body == "linux":
        _bench_linux(as_json)
        return
    if body != "virtual":
        raise UserError(f"bench core --body {body}: virtual or linux")
    from starlit.bench.core import run

    result = run(ritual, hours)
    if as_json:
        print(json.dumps(result))
        return
    for name in ("ritual", "ritual_with_sound", "night"):
        bar = result[name].get("bar")
        print(f"{name}: {result[name]['speed']:g} x real time" + (f" (bar {bar:g})" if bar else ""))
    for name in ("cpython", "micropython"):
        _print_probe(name, result[name])
    _print_sound(result["sound"])


def _bench_linux(as_json: bool) -> None:
    from starlit.bench.linux_body import run

    found = run()
    if as_json:
        print(json.dumps(found))
        return
    bar = f"(bar {found['bar_percent']:g} %)"
    print(f"loop in the ritual: {found['ritual_percent']:.2f} % of a core {bar}")
    print(f"loop at rest: {found['rest_percent']:.2f} %")
    print(f"sound, apart: {found['sound_percent']:.2f} %, {found['block_us']} us a block of 20 ms")
    print(f"memory: {found['rss_mb']:.1f} MB (bar {found['bar_mb']:g} MB)")
    print(f"start to sensing: {found['sensing_s']:.2f} s (bar {found['bar_s']:g} s)")


def _print_probe(name: str, found: dict[str, Any] | None) -> None:
    if found is None:
        print(f"{name}: no interpreter; set STARLIT_MICROPYTHON or run tools/get_interpreters.sh")
        return
    for path in ("step", "samples", "frame", "block"):
        one = found.get(path)
        if one is None:
            print(f"{name} {path}: did not occur")
            continue
        size = (
            "" if one["bytes"] is None else f", {one['bytes']} bytes, heap lock {one['heap_lock']}"
        )
        print(f"{name} {path}: {one['us']} us{size}")


def _print_sound(found: dict[str, Any]) -> None:
    for name in ("cpython", "bytecode"):
        one = found[name]
        if one is None:
            print(f"sound, {name}: no interpreter")
            continue
        worst = max(one["kinds"], key=one["kinds"].get)
        print(
            f"sound, {name}: a guarded block {one['kinds']['pink']} us (pink), "
            f"{one['worst']} ({worst}), {one['three']} (three noises), guard alone {one['guard']}"
        )


@bench_app.command("device")
def bench_device_command(
    uf2: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also on this MicroPython, on an emulated Pico W."),
    ] = None,
    mip: Annotated[
        Path | None,
        typer.Option(envvar="STARLIT_MIP", metavar="DIR", help="A folder of micropython-mqtt."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What a Pico would carry: bundle, heap, allocations and times against DESIGN's budget."""
    from rich.console import Console
    from rich.progress import Progress

    from starlit.bench import device

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("bundles")

        def progress(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=what)

        result = device.run(progress, uf2, mip)
    if as_json:
        print(json.dumps(result))
        return
    console = Console()
    console.print(device.table(result))
    if not result["speed"]:
        print("no MicroPython here: set STARLIT_MICROPYTHON or run tools/get_interpreters.sh")


@bench_app.command("beats")
def bench_beats_command(
    folder: Annotated[
        Path,
        typer.Argument(help="Recordings with reference beats: as shared/data, or PhysioNet's."),
    ],
    faults: Annotated[bool, typer.Option("--faults", help="Also every fault of the protocol.")] = (
        False
    ),
    detectors: Annotated[
        str, typer.Option(help="Only these, by name and comma; all that are installed by default.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """The beat detector against recordings with reference beats, others beside it if installed."""
    from rich.console import Console
    from rich.progress import Progress

    from starlit.bench import beats

    names = [name for name in detectors.split(",") if name] or None
    try:
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("records")

            def progress(done: int, total: int, what: str) -> None:
                bar.update(task, completed=done, total=total, description=what)

            result = beats.run(folder, faults, names, progress)
    except (OSError, ValueError, RuntimeError) as error:
        raise UserError(f"bench beats {folder}: {error}") from error
    if as_json:
        print(json.dumps(result))
    else:
        console = Console()
        console.print(beats.table(result, console.width))


@bench_app.command("nights")
def bench_nights_command(
    nights: Annotated[int, typer.Option(min=1, help="How many.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same nights.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Random nights of the cue engine alone: no cue within a lockout or without consent."""
    from rich.console import Console
    from rich.progress import Progress

    from starlit.bench import nights as bench

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("nights", total=1.0)
        result = bench.run(nights, seed, lambda share: bar.update(task, completed=share))
    if as_json:
        print(json.dumps(result))
    else:
        stepped = f"{result['stepped']} seconds stepped of {result['seconds']}"
        print(f"{result['nights']} nights in {result['wall_s']:g} s, {stepped}")
        print(f"cues in sleep played: {result['played']}")
        for why, count in result["dropped"].items():
            print(f"  {count:7} {why}")
        for line in result["first"]:
            print(f"violation: {line}")
        wrong = sum(result["violations"].values())
        print(f"cues within a lockout, without consent or beyond the dose: {wrong}")
    if not result["ok"]:
        raise typer.Exit(1)


@bench_app.command("sync")
def bench_sync_command(
    pods: Annotated[int, typer.Option(min=2, max=32, help="Each a process.")] = 8,
    jitter_ms: Annotated[
        float, typer.Option(min=0, max=1000, help="Most of it, down; half of it, up.")
    ] = 10.0,
    minutes: Annotated[float, typer.Option(min=0.05, max=600, help="Of one sky.")] = 5.0,
    base_ms: Annotated[float, typer.Option(min=0, max=1000, help="Delay, each way.")] = 2.0,
    loss: Annotated[float, typer.Option(min=0, max=50, help="Percent of packets.")] = 1.0,
    cut_every: Annotated[
        float, typer.Option(min=0, help="Seconds of a connection, on average; 0 never cuts.")
    ] = 60.0,
    boots: Annotated[int, typer.Option(min=0, max=20, help="Cold starts first, each pod.")] = 2,
    boot_s: Annotated[float, typer.Option(min=3, max=300, help="Length of one.")] = 30.0,
    unhooks: Annotated[int, typer.Option(min=0, max=200, help="At the end.")] = 10,
    seed: Annotated[int, typer.Option(min=0, help="Of clocks and network.")] = 1,
    png: Annotated[
        Path | None, typer.Option("--png", metavar="FILE", help="Draw the error over time.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How well pods with bad clocks keep one sky over a bad network (docs/clock.md)."""
    from starlit.bench import sync

    options = sync.SyncOptions(
        pods, minutes, jitter_ms, base_ms, loss, cut_every, boots, boot_s, unhooks, seed
    )
    with _progress("bench sync") as progress:
        result = sync.run(options, progress)
    if png is not None:
        from starlit.bench.sync_picture import draw

        draw(result, png)
    if as_json:
        print(json.dumps(result))
        return
    from starlit.bench.sync_table import lines

    for line in lines(result):
        print(line)
    if png is not None:
        print(f"wrote {png}")


@bench_app.command("fanout")
def bench_fanout_command(
    pods: Annotated[int, typer.Option(min=1, max=20000, help="Light ones.")] = 1000,
    broadcasts: Annotated[int, typer.Option(min=1, max=10000, help="Two a second.")] = 40,
    kills: Annotated[int, typer.Option(min=0, max=100, help="Of the broker, at the end.")] = 3,
    as_json: AsJson = False,
) -> None:
    """One word to many pods, what it costs, and all back after the broker was killed."""
    from starlit.bench import fanout
    from starlit.bench.sync_table import fanout_lines

    with _progress("bench fanout") as progress:
        result = fanout.run(fanout.FanoutOptions(pods, broadcasts, kills), progress)
    if as_json:
        print(json.dumps(result))
        return
    for line in fanout_lines(result):
        print(line)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[float, str], None]]:
    """A bar on stderr: share done, and what is done now."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda done, now: bar.update(task, completed=done, description=now)


@bench_app.command("sleep")
def bench_sleep_command(
    folder: Annotated[
        Path, typer.Argument(help="Nights of `*_hr.csv` with `*_stages.csv` beside them.")
    ],
    as_json: AsJson = False,
) -> None:
    """The pod's sleep state, wake against sleep, on nights whose stages are known."""
    from rich.console import Console
    from rich.progress import Progress

    from starlit.bench import sleep

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("nights")
        result = sleep.run(
            folder,
            lambda done, total, what: bar.update(
                task, completed=done, total=total, description=what
            ),
        )
    if as_json:
        print(json.dumps(result))
    else:
        Console().print(_sleep_table(result))
        print(
            "accuracy and kappa leave 'unknown' out; always asleep: the same epochs, without "
            "looking; dropped: what a slot that asks for sleep loses"
        )


def _sleep_table(result: dict[str, Any]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    columns = {
        "epochs": "epochs", "wake": "wake_share", "unknown": "unknown_share",
        "accuracy": "accuracy", "always asleep": "always_asleep_accuracy", "kappa": "kappa",
        "wake dropped": "dropped_of_wake", "sleep dropped": "dropped_of_sleep",
    }  # fmt: skip
    table.add_column("record")
    for name in columns:
        table.add_column(name, justify="right")
    rows = [(one["record"], one) for one in result["records"]]
    rows += [("all", result["pooled"]), ("all, light and time", result["without_heart"])]
    for name, figures in rows:
        table.add_row(name, *(_figure(key, figures[key]) for key in columns.values()))
    return table


def _figure(key: str, value: float | None) -> str:
    if value is None:
        return "-"
    if key == "epochs":
        return str(value)
    return f"{value:.2f}" if key == "kappa" else f"{100 * value:.1f} %"
