"""`starlit score`: what a pod plays, written by people (docs/scores.md)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from starlit.cli.options import Broker, Cottage
from starlit.settings import DEFAULT_COTTAGE

if TYPE_CHECKING:
    from starlit.check import Report
    from starlit.score.measure import Played
    from starlit.score.model import Score

score_app = typer.Typer(
    help="Scores: what a pod plays in an evening, a night and a dawn (docs/scores.md).",
    no_args_is_help=True,
    add_completion=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, with stable keys.")]
Which = Annotated[str, typer.Argument(metavar="NAME", help="A file, or the name of one.")]


@score_app.command("list")
def list_scores(as_json: AsJson = False) -> None:
    """The scores that come with the program."""
    from starlit.score import catalogue

    scores = [catalogue.load(name) for name in catalogue.names()]
    if as_json:
        print(json.dumps([_entry(score) for score in scores], indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("score", "evening", "asleep", "dawn", ""):
        table.add_column(column, no_wrap=column != "")
    for score in scores:
        cues = [_cues_of(score, mode) for mode in ("evening", "asleep", "dawn")]
        table.add_row(score.name, *cues, score.about)
    Console().print(table)


def _cues_of(score: "Score", mode: str) -> str:
    return ", ".join(cue.name for cue in score.cue if cue.mode == mode)


def _entry(score: "Score") -> dict[str, Any]:
    cues = [{"name": c.name, "mode": c.mode, "length_s": c.length_s} for c in score.cue]
    return {"name": score.name, "title": score.title, "about": score.about, "cues": cues}


@score_app.command()
def check(
    which: Annotated[
        list[str], typer.Argument(metavar="NAME...", help="Files, or names of scores.")
    ],
    quick: Annotated[
        bool, typer.Option("--quick", help="Each cue alone; no evening and night under `check`.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Same seed, same chance.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Read a score, play it through the guard, and hold the night against the safety case.

    Exit 0: clean; 1: the guard had to hold it, or a violation; 2: it is no score.
    """
    from starlit.score import catalogue
    from starlit.score.compile import compile_score
    from starlit.score.judge import judge
    from starlit.score.measure import measure

    read = [(name, catalogue.find(name)) for name in which]
    reports = []
    for name, score in read:
        data = compile_score(score)
        with _progress(f"{score.name}: each cue") as show:
            played = measure(data, seed, progress=show)
        report = None
        if not quick:
            with _progress(f"{score.name}: an evening and a night") as show:
                report = judge(data, seed, show)
        ok = all(one.ok for one in played) and (report is None or report.ok)
        reports.append(_report(name, score, data, played, report, ok))
        if not as_json:
            _print_report(score, data, played, report)
    if as_json:
        print(json.dumps(reports, indent=2))
    if not all(report["ok"] for report in reports):
        raise typer.Exit(1)


def _report(
    name: str, score: "Score", data: list, played: "list[Played]", report: "Report | None",
    ok: bool,
) -> dict[str, Any]:  # fmt: skip
    return {
        "score": score.name, "from": name, "ok": ok, "bytes": _bytes(data),
        "cues": [one.to_dict() for one in played],
        "check": None if report is None else report.to_dict(),
    }  # fmt: skip


def _bytes(data: list) -> int:
    return len(json.dumps(data, separators=(",", ":")))


def _print_report(
    score: "Score", data: list, played: "list[Played]", report: "Report | None"
) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("cue", "mode", "profile"):
        table.add_column(column, no_wrap=True)
    for column in ("frames", "blocks", "M lx", "L cd/m2", "S dBA", ""):
        table.add_column(column, no_wrap=True, justify="right")
    for one in played:
        table.add_row(
            one.cue, one.mode, one.profile,
            f"{100 * one.frame_share:.1f} %",
            f"{100 * one.block_share:.1f} %" if one.blocks else "-",
            f"{one.most_m_lx:.3f}", f"{one.most_l_cd_m2:.1f}",
            f"{one.most_dba:.0f}" if one.blocks else "-", "" if one.ok else "held by the guard",
        )  # fmt: skip
    print(f"{score.name}: {score.title}, {_bytes(data)} bytes for a pod; passed untouched:")
    Console().print(table)
    if report is not None:
        for violation in report.violations:
            print(violation.line())
        verdict = "no violation" if report.ok else f"{report.total} violation(s)"
        print(f"starlit check: {report.frames} frames, {report.end_ms / 1000:g} s: {verdict}")


@contextmanager
def _progress(what: str) -> Iterator[Any]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)


@score_app.command()
def preview(
    which: Which,
    profile: Annotated[str, typer.Option(help="child or adult.")] = "adult",
    seed: Annotated[int, typer.Option(help="Same seed, same chance.")] = 1,
    png: Annotated[
        Path | None, typer.Option("--png", metavar="FILE", help="Draw it: ring and sound.")
    ] = None,
    wav: Annotated[
        Path | None, typer.Option("--wav", metavar="FILE", help="Its sound, 16 kHz mono.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What each cue shows and sounds like, through the pod's own guard."""
    from starlit.score import catalogue, preview
    from starlit.score.compile import compile_score
    from starlit.score.measure import measure

    preview.check_profile(profile)
    score = catalogue.find(which)
    with _progress(f"{score.name}: playing") as show:
        played = measure(compile_score(score), seed, keep=True, profile=profile, progress=show)
    if png is not None:
        from starlit.score.picture import draw

        draw(score, played, png)
        print(f"wrote {png}")
    if wav is not None:
        from starlit.score.listen import write_wav

        seconds = write_wav(played, wav)
        print(f"wrote {wav}: {seconds:.0f} s, made louder for a computer's speakers")
    if as_json:
        print(json.dumps([one.to_dict() for one in played], indent=2))
    elif png is None and wav is None:
        preview.show(score, played)


@score_app.command()
def use(
    which: Which,
    pod: Annotated[str, typer.Option("--pod", metavar="ID", help="Which pod.")],
    cottage: Cottage = DEFAULT_COTTAGE,
    broker: Broker = None,
) -> None:
    """Make it a pod's score of the night; `default` goes back to what is built in."""
    from starlit.desired import DesiredVisit
    from starlit.score import catalogue
    from starlit.score.compile import compile_score
    from starlit.visit import find_broker

    score = catalogue.find(which)
    data = "default" if which == catalogue.DEFAULT else compile_score(score)
    with DesiredVisit(cottage, find_broker(cottage, broker), pod) as visit:
        record = visit.choose(pod)[0]
        why = visit.use_score(data)
        now = visit.wait(lambda: record.state.get("score") == score.name, 1.0)
    if why:
        print(f"{pod}: {score.name} not yet: {why}")
        raise typer.Exit(1)
    print(f"{pod}: {score.name}" + ("" if now else ", from the next goodnight on"))
