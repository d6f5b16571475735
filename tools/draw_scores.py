#!/usr/bin/env python3
"""Draws the scores that come with the program and writes what they sound like, for docs/scores.md.

    .venv/bin/python tools/draw_scores.py [NAME...]

Light and sound are the pod's own, after its guard. Needs `soundfile` (the extra `docs`) for Ogg.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "device"), str(ROOT / "host")]

import numpy as np  # noqa: E402
import soundfile  # noqa: E402

from pod.io import SOUND_RATE_HZ  # noqa: E402
from starlit.score import catalogue  # noqa: E402
from starlit.score.compile import compile_score  # noqa: E402
from starlit.score.listen import PEAK  # noqa: E402
from starlit.score.measure import Played, measure  # noqa: E402
from starlit.score.picture import draw  # noqa: E402

FOLDER = ROOT / "docs" / "scores"
CUE_S = 12.0  # of each cue that sounds, once it is at its level
FADE_S = 1.5


def excerpt(one: Played) -> np.ndarray:
    """From where the cue is loudest, faded at both ends."""
    samples = np.array(one.samples, float)
    want = int(CUE_S * SOUND_RATE_HZ)
    middle = len(samples) // 2
    begin = max(0, min(middle - want // 2, len(samples) - want))
    part = samples[begin : begin + want]
    fade = np.minimum(1, np.arange(len(part)) / (FADE_S * SOUND_RATE_HZ))
    part = part * fade * fade[::-1]
    return part / max(1, np.abs(part).max()) * PEAK


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or catalogue.TEN:
        score = catalogue.load(name)
        played = measure(compile_score(score), keep=True, profile="adult")
        draw(score, played, FOLDER / f"{name}.png")
        sounds = np.concatenate([excerpt(one) for one in played if one.blocks])
        soundfile.write(
            FOLDER / f"{name}.ogg", sounds / 32768, SOUND_RATE_HZ, format="OGG", subtype="VORBIS",
            compression_level=0.9,
        )  # fmt: skip
        sizes = [(FOLDER / f"{name}.{end}").stat().st_size // 1000 for end in ("png", "ogg")]
        print(f"{name}: picture {sizes[0]} kB, sound {sizes[1]} kB")


if __name__ == "__main__":
    main()
