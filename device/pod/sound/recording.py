"""A body's own recordings as a layer. Loaded where there are any; a Pico does without this file."""

from . import ONCE

_BLOCK = 320
_BLEND = _BLOCK  # 20 ms from the end into the beginning
_END = 30 * _BLOCK  # 0.6 s before its end a recording played once begins to go


def read(number, at, recordings, raw):
    """Fill `raw` with a recording's block from sample `at` on; where the next begins, or -1 once
    it should be released. Over and over, the last block is blended into the first."""
    clip = recordings[number & (ONCE - 1)]
    left = len(clip) - at
    for i in range(_BLOCK):
        raw[i] = clip[at + i]
    if left < _BLOCK + _BLEND:
        for i in range(_BLEND):
            raw[i] = (raw[i] * (_BLEND - i) + clip[i] * i) // _BLEND
        return _BLEND
    if number & ONCE and left < _END:
        return -1
    return at + _BLOCK
