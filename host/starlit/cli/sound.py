"""`starlit sound`: the pod's layers, one at a time, through its guard into a file."""

import json
import wave
from pathlib import Path
from typing import Annotated, Any

import typer

from starlit.errors import UserError

_LIST = ("layer", "adult dBA", "child dBA", "what it is")
_WHAT = {
    "waves": "a sea, 7 to 16 s a wave, no two alike",
    "hum": "110 Hz, its octave, and a beat of 5 s",
    "chime": "bars struck softly, five notes",
    "tone": "1 kHz, what a sound meter is calibrated by",
    "pink": "noise that falls by 3 dB an octave",
    "rain": "a soft hiss and single drops",
    "wind": "a band that wanders from 210 to 870 Hz",
    "crackle": "pops of a fire over a low rumble",
    "recording": "a WAV of your own; its highest peak",
}


def sound_command(
    name: Annotated[str | None, typer.Argument(help="Which layer; without it, a list.")] = None,
    seconds: Annotated[float, typer.Option(help="How long, its release included.")] = 30.0,
    wav: Annotated[Path | None, typer.Option(metavar="FILE", help="Write what is heard.")] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same sound.")] = 1,
    profile: Annotated[str, typer.Option(help="child or adult: whose guard.")] = "adult",
    percent: Annotated[
        float, typer.Option(min=1, max=100, help="Of the loudest that keeps under the cap.")
    ] = 100.0,
    attack: Annotated[
        float, typer.Option(min=0.5, max=60, metavar="S", help="Seconds from silence up.")
    ] = 4.0,
    recording: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The WAV that `recording` plays.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the kinds of sound, or write one of them, as the guard lets it through, to a WAV."""
    if profile not in ("child", "adult"):
        raise UserError(f"--profile {profile}: use child or adult")
    if name is None:
        _list(as_json)
        return
    if not 2 <= seconds <= 3600:
        raise UserError(f"--seconds {seconds:g}: give 2 to 3600")
    if not 0 <= seed < 1 << 30:
        raise UserError(f"--seed {seed}: give 0 to {(1 << 30) - 1}")
    made = _render(name, seconds, seed, profile, percent, attack, recording)
    if wav is not None:
        _write(wav, made.guarded)
    _tell(name, made, wav, as_json)


def _list(as_json: bool) -> None:
    from starlit.sound.levels import loudest_dba
    from starlit.sound.render import KINDS

    rows: list[dict[str, Any]] = [
        {
            "layer": name,
            "loudest_dba": {who: round(loudest_dba(kind, who), 1) for who in ("adult", "child")},
            "what": _WHAT[name],
        }
        for name, kind in sorted(KINDS.items())
    ]
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in _LIST:
        table.add_column(column, justify="left" if column in (_LIST[0], _LIST[3]) else "right")
    for row in rows:
        loudest = row["loudest_dba"]
        table.add_row(row["layer"], f"{loudest['adult']:g}", f"{loudest['child']:g}", row["what"])
    Console().print(table)


def _render(
    name: str,
    seconds: float,
    seed: int,
    profile: str,
    percent: float,
    attack_s: float,
    recording: Path | None,
) -> Any:
    from rich.console import Console
    from rich.progress import Progress

    from pod.sound import RECORDING
    from starlit.sound.levels import level_of_percent
    from starlit.sound.recordings import read_recordings
    from starlit.sound.render import KINDS, render

    kind = KINDS.get(name)
    if kind is None:
        raise UserError(f"unknown sound {name}: use one of {', '.join(sorted(KINDS))}")
    if (kind == RECORDING) != (recording is not None):
        raise UserError("`recording` and --recording FILE go together: give both, or neither")
    clips = read_recordings([recording] if recording else [])
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=1.0)
        return render(
            kind,
            seconds,
            0 if kind == RECORDING else seed,
            profile=profile,
            level=level_of_percent(percent),
            attack_ms=int(attack_s * 1000),
            recordings=clips,
            progress=lambda share: bar.update(task, completed=share),
        )


def _write(path: Path, samples: Any) -> None:
    import sys

    from pod.io import SOUND_RATE_HZ

    if sys.byteorder == "big":
        samples.byteswap()
    try:
        with path.open("wb") as raw, wave.open(raw, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SOUND_RATE_HZ)
            file.writeframes(samples.tobytes())
    except OSError as error:
        raise UserError(
            f"--wav {path}: cannot be written ({error.strerror}); give another place"
        ) from None


def _tell(name: str, made: Any, wav: Path | None, as_json: bool) -> None:
    from starlit.sound.measure import figures, level_dba, samples_of

    whole = figures(samples_of(made.guarded))
    told = {
        "layer": name,
        "seconds": round(len(made.guarded) / 16000, 2),
        "average_dba": round(level_dba(whole.rms, made.full_scale_dba), 1),
        "loudest_dba": round(level_dba(whole.loudest_rms, made.full_scale_dba), 1),
        "crest_db": round(whole.crest_db, 1),
        "centroid_hz": round(whole.centroid_hz),
        "untouched_percent": round(100 * made.untouched, 1),
        "wav": None if wav is None else str(wav),
    }
    if as_json:
        print(json.dumps(told))
        return
    print(
        f"{name}: {told['seconds']:g} s, {told['average_dba']:g} dBA at the pillow, "
        f"{told['loudest_dba']:g} at its loudest, crest {told['crest_db']:g} dB, "
        f"centroid {told['centroid_hz']} Hz"
    )
    print(f"the guard let {told['untouched_percent']:g} % of its blocks through untouched")
    if wav is not None:
        print(f"wrote {wav}: full scale is {made.full_scale_dba} dBA, so turn it up to listen")
