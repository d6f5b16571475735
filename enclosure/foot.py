"""The foot: a frame of TPU that grips the table and covers the base's screws from a fingernail."""

from build123d import Axis, Pos, Rot

from .base import foot_screws
from .shapes import rod, round_edges, rounded_prism

AIR, AIR_Z = 2.0, 1.9


def make(p):
    half = p.outer + p.base.proud - 0.6
    inside = half - p.foot.width
    z = (0, p.z_base)
    frame = rounded_prism(half, half, p.body.corner_radius + p.base.proud - 0.6, z)
    frame = round_edges(frame, frame.faces().sort_by(Axis.Z)[0].outer_wire().edges(), 1.2)
    frame = round_edges(frame, frame.faces().sort_by(Axis.Z)[-1].outer_wire().edges(), 1.0)
    frame -= rounded_prism(inside, inside, 4, (-1, p.z_base + 1))
    for at in foot_screws(p):
        frame -= rod("z", at, 2.85, (-1, 2.2)) + rod("z", at, 1.7, (-1, p.z_base + 1))
    for sx in (-1, 1):
        for sy in (-1, 1):
            frame -= rod("z", (sx * p.screw, sy * p.screw), 3.6, (-1, p.z_base + 1))
    # Air for the vents in the floor.
    for at in (-30, -24, -18, -12, 12, 18, 24, 30):
        frame -= rod("x", (at, AIR_Z), AIR / 2, (-60, 60)) + rod(
            "y", (at, AIR_Z), AIR / 2, (-60, 60)
        )
    return frame


def print_pose(part, p):
    """Its top on the bed, so that the screws' recesses open upwards."""
    return Rot(180, 0, 0) * Pos(0, 0, -p.z_base) * part
