"""Raw DEFLATE, small: where a block of codes ends is looked for, which zlib leaves to the size of a
buffer. What unpacks it does not notice (RFC 1951, 3.2.3)."""

import zlib
from itertools import pairwise

WINDOW_BITS = 13  # 8 KB of a Pico's memory while it unpacks
_STEP = 512  # bytes between the places that are tried


def squeeze(content: bytes) -> bytes:
    """Block after block is cut in two wherever that saves most, as long as it saves anything."""
    cuts: list[int] = []
    best = _deflated(content, cuts)
    while True:
        tried = [
            (_deflated(content, sorted([*cuts, at])), at)
            for at in range(_STEP, len(content), _STEP)
            if at not in cuts
        ]
        if not tried:
            return best
        smallest, at = min(tried, key=lambda one: (len(one[0]), one[1]))
        if len(smallest) >= len(best):
            return best
        best, cuts = smallest, sorted([*cuts, at])


def _deflated(content: bytes, cuts: list[int]) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -WINDOW_BITS, 9)
    packed = b""
    for begin, end in pairwise([0, *cuts]):
        packed += stream.compress(content[begin:end]) + stream.flush(zlib.Z_BLOCK)
    return packed + stream.compress(content[cuts[-1] if cuts else 0 :]) + stream.flush()
