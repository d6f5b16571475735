"""A stair of the roof's material: measure it before you print the roof."""

from build123d import Axis, Pos

from .shapes import round_edges, slab

STEP, WIDTH = 22.0, 26.0


def make(p):
    out = None
    for k, thickness in enumerate(p.light.coupon):
        step = slab((k * STEP, (k + 1) * STEP), (0, WIDTH), (0, thickness))
        out = step if out is None else out + step
    out = round_edges(out, out.edges().filter_by(Axis.Z).sort_by(Axis.X)[:2], 3.0)
    return Pos(-STEP * len(p.light.coupon) / 2, -WIDTH / 2, 0) * out


def print_pose(part, p):
    return part
