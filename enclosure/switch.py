"""The unplug switch: a lever with a star outside, and the crank that moves the toggle inside."""

from build123d import Axis, Circle, Plane, Polygon, Pos, Rot, extrude, fillet, offset

from .base import TOGGLE_X
from .shapes import rod, round_edges, slab, star_points

SQUARE = 7.0
HUB = 4.4


def _faces(p):
    """x of: paddle's inner face, its outer face, the crank's outer face, its inner face."""
    inside = p.outer + p.lever.gap
    hub = p.inner - 2 - 0.3
    return inside, inside + p.lever.thickness, hub, hub - HUB


def _plane(p, x):
    """Origin on the shaft, first axis to the front (-y), second up."""
    return Plane((x, *p.lever.pivot), x_dir=(0, -1, 0), z_dir=(-1, 0, 0))


def make(p):
    """The lever, level: `turned` puts it in or out."""
    inside, outside, hub, _ = _faces(p)
    plane = _plane(p, outside)
    arm = p.lever.arm
    star = Polygon(*star_points(p.lever.star, p.lever.star * 0.58, turn_deg=0), align=None)
    star = fillet(star.vertices(), 2.4)
    bar = Polygon((0, -5.5), (arm, -5.0), (arm, 5.0), (0, 5.5), align=None)
    outline = Circle(9.0) + bar + Pos(arm, 0) * star
    # Out and in again: every inner corner gets a radius.
    outline = offset(offset(outline, amount=2.0), amount=-2.0)
    paddle = extrude(plane * outline, amount=p.lever.thickness, dir=(-1, 0, 0))
    paddle = round_edges(paddle, paddle.faces().sort_by(Axis.X)[-1].edges(), 1.8)
    paddle = round_edges(paddle, paddle.faces().sort_by(Axis.X)[0].edges(), 1.0)
    pivot = p.lever.pivot
    shaft = rod("x", pivot, p.lever.shaft / 2, (hub, inside + 1))
    collar = rod("x", pivot, 7.5, (p.outer + 0.25, inside + 0.5))
    half = SQUARE / 2
    square = slab(
        (hub - HUB + 0.2, hub + 0.5),
        (pivot[0] - half, pivot[0] + half),
        (pivot[1] - half, pivot[1] + half),
    )
    return (
        paddle
        + shaft
        + collar
        + square
        - rod("x", pivot, p.printer.self_tap_m3 / 2, (hub - HUB - 1, inside + 1))
    )


def make_crank(p):
    """A hub on the shaft's square end, an arm, and two prongs around the toggle's bat."""
    *_, outer, inner = _faces(p)
    y, z = p.lever.pivot
    bat = p.boards.toggle.bat / 2 + p.printer.clearance
    tip = y - 13.5
    arm = slab((inner, outer), (tip, y), (z - 6, z + 6)) + rod("x", (y, z), 7.2, (inner, outer))
    prongs = []
    for side in (-1, 1):
        prongs.append(
            slab(
                (TOGGLE_X - 3, inner + 1),
                (tip, tip + 4.2),
                sorted((z + side * bat, z + side * 6)),
            )
        )
    half = (SQUARE + 0.2) / 2
    hole = slab((inner - 1, outer + 1), (y - half, y + half), (z - half, z + half))
    return arm + prongs - hole


def turned(part, p, degrees):
    """Turned about the shaft; positive lifts the star (plugged in)."""
    y, z = p.lever.pivot
    return Pos(0, y, z) * Rot(-degrees, 0, 0) * Pos(0, -y, -z) * part


def print_pose(part, p):
    """The star's face on the bed, the shaft upwards."""
    outside = _faces(p)[1]
    return Rot(0, 90, 0) * Pos(-outside, -p.lever.pivot[0], -p.lever.pivot[1]) * part


def print_pose_crank(part, p):
    outer = _faces(p)[2]
    return Rot(0, 90, 0) * Pos(-outer, -p.lever.pivot[0], -p.lever.pivot[1]) * part
