"""A score in the terminal: twelve LEDs over time, and the sound under them."""

from rich.console import Console
from rich.text import Text

from starlit.errors import UserError
from starlit.score.measure import FRAME_MS, Played
from starlit.score.model import Score
from starlit.views.colour import Rgb, expose, mix

PROFILES = ("child", "adult")
LEDS = 12
_BARS = " ▁▂▃▄▅▆▇█"
_DARK: Rgb = (14, 16, 28)
_SOUND: Rgb = (120, 150, 200)
_LEFT = 6


def check_profile(profile: str) -> None:
    if profile not in PROFILES:
        raise UserError(f"--profile {profile}: give child or adult")


def show(score: Score, played: list[Played]) -> None:
    console = Console()
    print(f"{score.title}: {score.about}")
    for one in played:
        console.print(Text(f"\n{one.cue}, {one.mode}, {_length(one)} s", style="bold"))
        for line in lines(one, max(20, min(console.width, 110) - _LEFT)):
            console.print(line)


def _length(one: Played) -> str:
    return f"{one.frames * FRAME_MS / 1000:.0f}"


def lines(one: Played, width: int) -> list[Text]:
    """Two LEDs a line as half blocks, LED 0 (the top of the ring) first; then the sound."""
    columns = [one.shown[at * len(one.shown) // width] for at in range(width)]
    rows = []
    for led in range(0, LEDS, 2):
        text = Text(f"{led:>2}    ", style="dim")
        for frame in columns:
            upper, lower = _colour(frame, led), _colour(frame, led + 1)
            text.append("▀", style=f"{_hex(upper)} on {_hex(lower)}")
        rows.append(text)
    if one.blocks:
        rows.append(_sound(one, width))
    return rows


def _colour(frame: bytes, led: int) -> Rgb:
    r, g, b = frame[3 * led : 3 * led + 3]
    return mix(_DARK, expose(r, g, b), 1.0) if r or g or b else _DARK


def _sound(one: Played, width: int) -> Text:
    loudest = max(max(one.rms), 1)
    text = Text("sound ", style="dim")
    for at in range(width):
        here = one.rms[at * len(one.rms) // width : (at + 1) * len(one.rms) // width] or [0]
        bar = _BARS[round((len(_BARS) - 1) * (max(here) / loudest) ** 0.5)]
        text.append(bar, style=_hex(_SOUND))
    return text


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
