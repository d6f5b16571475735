"""What is squeezed comes out whole, and takes no more room than zlib alone would give it."""

import random
import zlib

import pytest

from starlit.bundle.squeeze import WINDOW_BITS, squeeze


def plainly(content):
    stream = zlib.compressobj(9, zlib.DEFLATED, -WINDOW_BITS)
    return stream.compress(content) + stream.flush()


def mixed():
    """Text, then numbers: what one table of codes serves badly."""
    rng = random.Random(1)
    text = b" ".join(rng.choice((b"sky", b"star", b"cottage", b"pod")) for _ in range(3000))
    return text + bytes(int(rng.gauss(128, 12)) & 255 for _ in range(9000))


@pytest.mark.parametrize("content", (b"", b"\0", bytes(20_000), mixed()[:600], mixed()))
def test_it_comes_out_whole_and_no_larger(content):
    packed = squeeze(content)
    assert zlib.decompress(packed, -WINDOW_BITS) == content
    assert len(packed) <= len(plainly(content))
    assert packed == squeeze(content)


def test_two_kinds_of_content_get_a_table_each():
    assert len(squeeze(mixed())) < 0.99 * len(plainly(mixed()))
