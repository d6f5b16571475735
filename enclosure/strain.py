"""The cord's strain relief: a saddle in the base, a bar over it, and what they hold."""

from build123d import Axis, Pos, Rot

from .shapes import rod, round_edges, slab

Y = (31.6, 42.6)  # along the cord
SCREW_X = 8.5
HALF = 13.0
SQUEEZE = 0.5  # the two halves stand this far apart around a cord of nominal size
TEETH = 3


def saddle(p):
    """On the base: a block with a toothed groove for the cord and two screw holes."""
    top = p.z_joint - SQUEEZE / 2
    block = slab((-HALF, HALF), Y, (p.z_floor - 0.5, top))
    block -= _groove(p, p.cord.diameter / 2)
    block += _teeth(p, sign=-1)
    for x in (-SCREW_X, SCREW_X):
        block -= rod("z", (x, sum(Y) / 2), p.printer.self_tap_m3 / 2, (p.z_floor + 0.4, top + 1))
    return [block]


def _groove(p, radius):
    return rod("y", (0, p.z_joint), radius, (Y[0] - 1, Y[1] + 1))


def _teeth(p, sign):
    """Ribs across the groove that bite 0.4 mm into the jacket; bar and saddle are staggered."""
    radius, out = p.cord.diameter / 2, []
    pitch = (Y[1] - Y[0]) / TEETH
    for k in range(TEETH):
        y = Y[0] + (k + (0.3 if sign > 0 else 0.7)) * pitch
        ring = rod("y", (0, p.z_joint), radius + 0.3, (y - 0.6, y + 0.6))
        ring -= rod("y", (0, p.z_joint), radius - 0.4, (y - 1, y + 1))
        low, high = sorted((p.z_joint + sign * SQUEEZE / 2, p.z_joint + sign * 5))
        out.append(ring & slab((-5, 5), (y - 1, y + 1), (low, high)))
    return out


def make(p):
    low = p.z_joint + SQUEEZE / 2
    bar = slab((-HALF, HALF), Y, (low, low + 5.0))
    bar = round_edges(bar, bar.edges().filter_by(Axis.Z), 1.5)
    bar -= _groove(p, p.cord.diameter / 2)
    bar += _teeth(p, sign=1)
    for x in (-SCREW_X, SCREW_X):
        bar -= rod("z", (x, sum(Y) / 2), 1.7, (low - 1, low + 6))
    return bar


def print_pose(part, p):
    """Upside down: the flat top on the bed."""
    return Rot(180, 0, 0) * Pos(0, 0, -(p.z_joint + SQUEEZE / 2 + 5.0)) * part


def hold_n(clamp_n=60.0, friction=0.3, screws=2):
    """What friction holds along the cord, in N: `clamp_n` is the preload of one screw.

    Both faces of the cord rub, so 2 * friction * screws * clamp_n. An M3 thread-forming screw in
    PLA tightened to 0.3 N m gives about 0.3 / (0.2 * 0.003) = 500 N (T = K F d, K = 0.2: Shigley,
    Mechanical Engineering Design, table 8-15); a tenth of that is reckoned with, for plastic
    creeps. 0.3 is low for PVC or TPE on PLA. The teeth are not counted.
    """
    return 2 * friction * screws * clamp_n
