"""A score's sound as a file to listen to."""

import wave
from array import array
from pathlib import Path

from pod.io import SOUND_RATE_HZ
from starlit.errors import UserError
from starlit.score.measure import Played

PEAK = 16_000  # -6 dB: a pod's own level would be hard to hear from a computer


def samples_of(played: list[Played]) -> array:
    """All cues that sound, one after the other, at a computer's level."""
    samples = array("h")
    for one in played:
        if one.blocks:
            samples.extend(one.samples)
    loudest = max((abs(sample) for sample in samples), default=0)
    if not loudest:
        raise UserError("this score is silent: nothing to write")
    return array("h", [sample * PEAK // loudest for sample in samples])


def write_wav(played: list[Played], path: Path) -> float:
    """Its length in seconds."""
    samples = samples_of(played)
    try:
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(SOUND_RATE_HZ)
            out.writeframes(samples.tobytes())
    except OSError as error:
        raise UserError(f"--wav {path}: cannot be written ({error.strerror})") from error
    return len(samples) / SOUND_RATE_HZ
