"""Every loop of a frame over pseudo-random inputs, one digest a loop. MicroPython grammar.

`scene_digest.py plain` takes the plain loops, `viper` those in machine code. Equal lines mean that
every LED was the same.
"""

# ruff: noqa: UP031 (MicroPython formats the same, and shorter)
import hashlib
import sys
from array import array
from binascii import hexlify

from pod import cues
from pod import scene_kernel as kernel
from pod.hash import xorshift
from pod.score import _LIGHT

if sys.argv[1] == "viper":
    from pod import scene_kernel_viper as kernel

cues.kernel = kernel
state = [20261124]


class Bright:
    cap_l = cap_m = (1 << 30) - 1


def draw(least, most):
    state[0] = xorshift(state[0])
    return least + (state[0] >> 3) % (most + 1 - least)


def some(n, most):
    """Values with many at both ends of what they may be."""
    return array("i", [(0, most, draw(0, most), draw(0, most))[draw(0, 3)] for _ in range(n)])


def octets(n):
    return bytearray([draw(0, 240) for _ in range(n)])


def look():
    lit, tint = some(12, 9), some(12, 9)
    ends = some(36, 32767), some(36, 32767), octets(36)
    kernel.look(
        ends[0], ends[1], ends[2], lit, tint, draw(0, 1999), draw(0, 1 << 25), draw(1, 334),
        draw(0, 255), draw(3072, 4096),
    )  # fmt: skip
    return lit, tint


def spot():
    lit, tint = some(12, 32767), some(12, 32767)
    front, tail, led = ((256, 1024, 0), (256, 384, 0), (256, 640, 0), (512, 512, 8))[draw(0, 3)]
    kernel.spot(lit, tint, draw(-600, 4200), front, tail, draw(0, 26000), draw(0, 32767), led)
    return lit, tint


def fade():
    now, old = some(12, 32767), some(12, 32767)
    kernel.fade(now, old, draw(0, 16000))
    return now, old


def paint():
    linear, layers = some(36, 9), some(36, 9)
    lit, tint = some(12, 32768), some(12, 32768)
    kernel.paint(linear, layers, lit, tint, octets(12), draw(0, 4096))
    return linear, layers


def settle():
    linear, layers, colours = some(36, 30720), some(36, 70000), octets(12)
    if draw(0, 1):
        linear = some(36, 2000)
    target, calm, left = bytearray(36), bytearray(36), (4096, draw(0, 4096))[draw(0, 1)]
    for one, like in ((calm, calm), (target, calm if draw(0, 1) else target)):
        own, friend = [draw(0, 4096) << 9 | draw(0, 256) if draw(0, 3) else 0 for _ in range(2)]
        kernel.settle(linear, layers, colours, one, like, left, own, friend)
    return calm, target


def layer():
    """A whole row of a score, in bounds, at a few times of its life."""
    row = [draw(_LIGHT[2 * k], _LIGHT[2 * k + 1]) for k in range(16)]
    row[8:12] = draw(0, 9), draw(100, 18000), draw(1, 99), draw(0, 99)
    linear = some(36, 9)
    light = cues.Light(row)
    light.begin(Bright, draw(0, 1 << 29))
    for _ in range(4):
        t_ms = draw(-99, 1900000 if draw(0, 1) else 30000)
        light.draw(linear, t_ms, 4096 if draw(0, 1) else draw(0, 4096))
    return linear, light.state


for loop in (look, spot, fade, paint, settle, layer):
    digest = hashlib.sha256()
    for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 2000):
        for found in loop():
            for value in found:
                digest.update(b"%d " % value)
    print(loop.__name__, hexlify(digest.digest()[:12]).decode())
