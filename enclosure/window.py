"""The door: cap of the pulse sensor's window, with a dish that finds the fingertip."""

from build123d import Axis, Part, Pos, Rot, Solid, Wire

from .shapes import Plane as P
from .shapes import arch, prism, rod, round_edges, slab


def back_y(p):
    """The flange's back face: where the sensor's board lies."""
    return -p.inner + p.door.flange_thickness


def make(p):
    half = p.door.width / 2
    front = -p.outer - p.door.proud
    panel = arch(half, p.z_joint + 0.2, p.door.spring, (front, -p.inner + 0.5))
    rim = panel.faces().sort_by(Axis.Y)[0].edges()
    panel = round_edges(panel, rim, 1.1)
    panel -= _planks(p, front)
    wide = half + p.door.flange
    panel += slab((-wide, wide), (-p.inner, back_y(p)), (p.z_joint + 0.2, p.door.spring + half + 3))
    panel -= [_dish(p, front), _window(p, front), *_screws(p)]
    return panel + _knob(p, front)


def _planks(p, front):
    """Upright boards, as on a cottage door."""
    depth = 0.6
    tooth = [(-depth, front), (0, front + depth), (depth, front)]
    cut = []
    for x in (-6.0, 0.0, 6.0):
        low = P((x, 0, p.z_joint + 1.5), x_dir=(1, 0, 0), z_dir=(0, 0, 1))
        cut.append(prism(tooth, low, p.door.spring + 8 - p.z_joint))
    return cut


def _dish(p, front):
    """A part of a ball: 18 mm across, so that the tip lies where the sensor is, by feel."""
    centre = front + p.door.dish_depth - p.door.dish_radius
    return Pos(0, centre, p.door.sensor_z) * Solid.make_sphere(
        p.door.dish_radius, P.XY, angle1=-90, angle2=90
    )


def _window(p, front):
    """The opening over the sensor, its rim broken at 45 degrees where the finger lies."""
    x, z = (size / 2 for size in p.door.window)
    floor = front + p.door.dish_depth
    hole = slab((-x, x), (front, back_y(p) + 1), (p.door.sensor_z - z, p.door.sensor_z + z))
    rings = []
    for more, y in ((0.0, floor + 0.6), (1.4, floor - 0.8)):
        corners = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        rings.append(
            Wire.make_polygon(
                [(i * (x + more), y, p.door.sensor_z + k * (z + more)) for i, k in corners],
                close=True,
            )
        )
    return hole + (Part() + Solid.make_loft(rings, ruled=True))


def board_centre(p):
    """(x, z) of the middle of the pulse sensor's board."""
    dx, dz = p.boards.pulse.sensor
    return -dx, p.door.sensor_z - dz


def _screws(p):
    x, z = board_centre(p)
    back = back_y(p)
    return [
        rod("y", (x + dx, z + dz), p.printer.self_tap_m25 / 2, (back - 3.6, back + 1))
        for dx, dz in p.boards.pulse.holes
    ]


def _knob(p, front):
    """A door knob: pressed from the same plastic, so nothing to pull off."""
    knob = rod("y", (8.6, p.door.sensor_z + 11), 1.8, (front - 1.2, front + 1.5))
    return [round_edges(knob, knob.faces().sort_by(Axis.Y)[0].edges(), 1.05)]


def print_pose(part, p):
    """Lying on its back."""
    return Rot(-90, 0, 0) * Pos(0, -back_y(p), 0) * part
