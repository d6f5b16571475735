"""Shapes that several parts are made of. All in the house's own axes: x right, y back, z up."""

import math

from build123d import (
    Align,
    Axis,
    Box,
    Circle,
    Cylinder,
    Face,
    Location,
    Part,
    Plane,
    Polygon,
    Pos,
    RectangleRounded,
    Rot,
    Solid,
    Vector,
    Wire,
    extrude,
    fillet,
)

AXES = {
    "x": Plane((0, 0, 0), x_dir=(0, 1, 0), z_dir=(1, 0, 0)),
    "y": Plane((0, 0, 0), x_dir=(-1, 0, 0), z_dir=(0, 1, 0)),
    "z": Plane.XY,
}


def slab(x, y, z):
    """A box from (low, high) pairs."""
    size = [high - low for low, high in (x, y, z)]
    middle = [(low + high) / 2 for low, high in (x, y, z)]
    return Pos(*middle) * Box(*size)


def rod(axis, at, radius, span, top=None):
    """A cylinder (a cone if `top` is given) along an axis; `at` are the other two coordinates."""
    low, high = span
    if axis == "x":
        origin, z_dir = (low, *at), (1, 0, 0)
    elif axis == "y":
        origin, z_dir = (at[0], low, at[1]), (0, 1, 0)
    else:
        origin, z_dir = (*at, low), (0, 0, 1)
    plane = Plane(origin, z_dir=z_dir)
    solid = (
        Solid.make_cylinder(radius, high - low, plane)
        if top is None
        else Solid.make_cone(radius, top, high - low, plane)
    )
    return Part() + solid


def rounded_prism(half_x, half_y, radius, z):
    low, high = z
    return Pos(0, 0, low) * extrude(
        RectangleRounded(2 * half_x, 2 * half_y, radius), amount=high - low
    )


def prism(points, plane, amount, both=False):
    """A polygon, given in the plane's two coordinates, extruded along its normal."""
    face = plane * Polygon(*points, align=None)
    return extrude(face, amount=amount, dir=plane.z_dir, both=both)


def arch(half_width, bottom, spring, y):
    """A door's outline, extruded along y: straight to `spring`, then half a circle."""
    low, high = y
    return slab((-half_width, half_width), y, (bottom, spring)) + rod(
        "y", (0, spring), half_width, (low, high)
    )


def star_points(outer, inner, count=5, turn_deg=90.0):
    points = []
    for k in range(2 * count):
        radius = outer if k % 2 == 0 else inner
        angle = math.radians(turn_deg + 180 * k / count)
        points.append((radius * math.cos(angle), radius * math.sin(angle)))
    return points


def countersunk(at, z_face, depth, length, head=6.8, shank=3.4):
    """What a countersunk M3 screw from below needs: a bore, a 45-degree cone, a shank hole."""
    cone = (head - shank) / 2
    return (
        rod("z", at, head / 2, (z_face - 0.01, z_face + depth))
        + rod("z", at, head / 2, (z_face + depth, z_face + depth + cone), top=shank / 2)
        + rod("z", at, shank / 2, (z_face + depth, z_face + length))
    )


def round_edges(part, edges, radius):
    """Fillet; radii are part of the design, so a failure is an error and names the radius."""
    edges = list(edges)
    if not edges:
        raise ValueError(f"no edge to round with radius {radius}")
    return fillet(edges, radius)


__all__ = [
    "AXES",
    "Align",
    "Axis",
    "Box",
    "Circle",
    "Cylinder",
    "Face",
    "Location",
    "Part",
    "Plane",
    "Polygon",
    "Pos",
    "RectangleRounded",
    "Rot",
    "Solid",
    "Vector",
    "Wire",
    "arch",
    "countersunk",
    "extrude",
    "fillet",
    "prism",
    "rod",
    "round_edges",
    "rounded_prism",
    "slab",
    "star_points",
]
