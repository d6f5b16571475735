"""Every loop of a frame over pseudo-random inputs, one digest a loop. MicroPython grammar.

Equal lines mean that every LED was the same.
"""

# ruff: noqa: UP031 (MicroPython formats the same, and shorter)
import hashlib
import sys
from array import array
from binascii import hexlify

from pod import cues
from pod import scene_kernel as kernel
from pod import scene_state as at
from pod.hash import xorshift
from pod.score import _LIGHT

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


def scene():
    """A scene's array with everything in its bounds."""
    w = some(at.WORDS, 32767)
    for i in range(at.LINEAR, at.LAYERS):
        w[i] = draw(0, 30720 if i & 4 else 2000)
    for i in range(at.EMBER, at.FIRST):
        w[i] = draw(0, 240)
    w[at.LEFT] = (4096, draw(0, 4096))[draw(0, 1)]
    w[at.FIRST], w[at.TURNS], w[at.BETWEEN] = draw(0, 1 << 25), draw(1, 334), draw(0, 255)
    w[at.BREATH], w[at.PART_MS] = draw(3072, 4096), draw(0, 1999)
    shapes = ((256, 1024, 0), (256, 384, 0), (256, 640, 0), (512, 512, 8))
    w[at.FRONT], w[at.TAIL], w[at.FROM_LED] = shapes[draw(0, 3)]
    for star in (at.OWN, at.FRIEND):
        w[star] = draw(0, 4096) << 9 | draw(0, 256) if draw(0, 3) else 0
    return w


def look():
    w = scene()
    kernel.look(w, some(36, 32767), some(36, 32767), octets(36))
    return (w,)


def spot():
    w = scene()
    kernel.spot(w, draw(-600, 4200), draw(0, 26000), draw(0, 32767))
    return (w,)


def paint():
    w = scene()
    kernel.paint(w, draw(0, 4096), draw(0, 1))
    return (w,)


def settle():
    w, target, calm = scene(), bytearray(36), octets(36)
    kernel.settle(w, target, calm if draw(0, 1) else target)
    return (target,)


def layer():
    """A whole row of a score, in bounds, at a few times of its life."""
    row = [draw(_LIGHT[2 * k], _LIGHT[2 * k + 1]) for k in range(16)]
    row[8:12] = draw(0, 9), draw(100, 18000), draw(1, 99), draw(0, 99)
    w = scene()
    light = cues.Light(row)
    light.begin(Bright, draw(0, 1 << 29))
    for _ in range(4):
        t_ms = draw(-99, 1900000 if draw(0, 1) else 30000)
        light.draw(w, t_ms, 4096 if draw(0, 1) else draw(0, 4096))
    return w, light.state


for loop in (look, spot, paint, settle, layer):
    digest = hashlib.sha256()
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 1000):
        for found in loop():
            for value in found:
                digest.update(b"%d " % value)
    print(loop.__name__, hexlify(digest.digest()[:12]).decode())
