"""A body's own recordings: short WAV files, checked once, as the samples a pod takes.

Linux bodies and virtual ones hand them to the core as `Inputs.recordings`; a score names them by
their number, in the order in which they were given.
"""

from __future__ import annotations

import sys
import wave
from array import array
from collections.abc import Iterable
from pathlib import Path

from pod.io import SOUND_RATE_HZ
from starlit.errors import UserError

SHORTEST_S, LONGEST_S = 1, 60
RECORDINGS_MAX = 16
FULL_SCALE = 32767
_CONVERT = "convert it: ffmpeg -i IN -ac 1 -ar 16000 -c:a pcm_s16le OUT.wav"


def read_recordings(paths: Iterable[Path]) -> tuple[array[int], ...]:
    """Each file's samples, loudest at full scale. What is wrong with one is a `UserError`."""
    paths = list(paths)
    if len(paths) > RECORDINGS_MAX:
        raise UserError(f"--recording: {len(paths)} files; give at most {RECORDINGS_MAX}")
    return tuple(read_recording(path) for path in paths)


def read_recording(path: Path) -> array[int]:
    """16 kHz mono samples of 1 to 60 s, raised to full scale."""
    try:
        with wave.open(str(path), "rb") as file:
            _check(path, file)
            data = file.readframes(file.getnframes())
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except (wave.Error, EOFError):
        raise UserError(f"{path}: not a WAV file of plain samples (PCM); {_CONVERT}") from None
    samples = array("h", data[: len(data) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return _raised(path, samples)


def _check(path: Path, file: wave.Wave_read) -> None:
    if file.getframerate() != SOUND_RATE_HZ:
        raise UserError(f"{path}: {file.getframerate()} Hz, and a pod plays 16000; {_CONVERT}")
    if file.getnchannels() != 1:
        raise UserError(f"{path}: {file.getnchannels()} channels, and a pod has one; {_CONVERT}")
    if file.getsampwidth() != 2:
        bits = 8 * file.getsampwidth()
        raise UserError(f"{path}: samples of {bits} bits, and a pod takes 16; {_CONVERT}")
    length_s = file.getnframes() / SOUND_RATE_HZ
    if not SHORTEST_S <= length_s <= LONGEST_S:
        raise UserError(f"{path}: {length_s:.1f} s long; cut it to {SHORTEST_S} to {LONGEST_S} s")


def _raised(path: Path, samples: array[int]) -> array[int]:
    peak = max(max(samples, default=0), -min(samples, default=0))
    if len(samples) < SHORTEST_S * SOUND_RATE_HZ:
        raise UserError(f"{path}: cut short, only {len(samples)} samples; copy the file again")
    if peak < 2:
        raise UserError(f"{path}: silent; give a recording that can be heard")
    return array("h", [sample * FULL_SCALE // peak for sample in samples])
