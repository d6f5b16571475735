"""The walls, and the deck that is their ceiling: printed upside down, the deck on the bed."""

import math

from build123d import Axis, Pos, Rot

from .base import flare, stop_z
from .shapes import Plane as P
from .shapes import arch, prism, rod, round_edges, rounded_prism, slab


def make(p):
    shell = rounded_prism(p.outer, p.outer, p.body.corner_radius, (p.z_joint, p.z_deck))
    shell -= _planks(p)
    shell += [*_door_frame(p), *_round_frames(p)]
    shell -= rounded_prism(p.inner, p.inner, 2.6, (p.z_joint - 1, p.z_under_deck))
    shell += [
        *_corner_posts(p),
        *_door_rails(p),
        *_peep_block(p),
        *_speaker_bosses(p),
        *_bearing(p),
        *_upper_stop(p),
    ]
    return shell - _openings(p)


def _planks(p):
    """V-grooves around the house, ending before the corners."""
    depth, span = p.body.groove, p.outer - 8
    tooth = [(-p.outer, -depth), (-p.outer + depth, 0), (-p.outer, depth)]
    count = round(p.body.wall_height / p.body.plank) - 1
    cut = []
    for turn in range(4):
        here = P.XY.rotated((0, 0, 90 * turn))
        for k in range(1, count + 1):
            z = p.z_joint + k * p.body.plank
            level = P(here.from_local_coords((0, -span, z)), x_dir=here.x_dir, z_dir=here.y_dir)
            cut.append(prism(tooth, level, 2 * span))
    return cut


def _door_frame(p):
    """A raised frame around the door, rounded towards the wall and towards the door."""
    half, y = p.door.width / 2 + p.printer.clearance, (-p.outer - 1.5, -p.outer + 0.5)
    frame = arch(half + 4, p.z_joint, p.door.spring, y)
    # A step of 0.15 mm, so that no face of the frame lies in a face of the opening.
    frame -= arch(half + 0.15, p.z_joint - 1, p.door.spring, (y[0] - 1, y[1] + 1))
    return [round_edges(frame, frame.faces().sort_by(Axis.Y)[0].edges(), 1.3)]


def _round_frames(p):
    """The button's and the light sensor's round window frames."""
    out = []
    for at, radius in ((p.button.at, 12.4), (p.peep.at, 9.5)):
        disc = rod("y", at, radius, (-p.outer - 1.5, -p.outer + 0.5))
        out.append(round_edges(disc, disc.faces().sort_by(Axis.Y)[0].edges(), 1.4))
    return out


def _corner_posts(p):
    low, z = p.inner - 8, (p.z_joint + p.base.lip + 0.2, p.z_under_deck + 0.5)
    edge = p.inner + 0.3
    return [
        slab(sorted((sx * low, sx * edge)), sorted((sy * low, sy * edge)), z)
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]


def _door_rails(p):
    """Two L-shaped rails: the door slides up in them and the base shuts it in."""
    half = p.door.width / 2 + p.door.flange + p.printer.clearance
    front = -p.inner
    back = front + p.door.flange_thickness + p.printer.clearance
    z = (p.z_joint + 0.4, p.z_under_deck + 0.5)
    out = []
    for side in (-1, 1):
        out.append(slab(sorted((side * half, side * (half + 2))), (front - 0.3, back + 2), z))
        out.append(slab(sorted((side * (half - 1.8), side * (half + 2))), (back, back + 2), z))
    return out


def _peep_block(p):
    """The baffle: a block with a narrow tube, cheeks around the board, solid to the deck."""
    x, z = p.peep.at
    half = p.boards.light.size[0] / 2 + p.printer.clearance
    front, face = -p.inner - 0.3, -p.inner + p.peep.tube
    deep = face + p.boards.light.thickness + p.boards.light.parts + 1
    low = z - half - 1.8
    top = p.z_under_deck + 0.5
    block = slab((x - half - 1.8, x + half + 1.8), (front, deep), (low, top))
    block -= slab((x - half, x + half), (face, deep + 1), (low - 1, z + half))
    # The roof of the board's bay leans at 45 degrees: it is printed upside down.
    side = P((x - half, 0, 0), x_dir=(0, 1, 0), z_dir=(1, 0, 0))
    bay = deep - face
    block -= prism(
        [(face, z + half), (deep + 1, z + half), (deep + 1, z + half + bay + 1)], side, 2 * half
    )
    # Below (above, in print) nothing hangs; towards the deck it is all solid.
    return [block]


def _boss(p, y, z, reach, size=7.0):
    """On the left wall: a block for a screw, with a 45-degree back towards the deck."""
    half = size / 2
    side = P((0, y - half, 0), x_dir=(1, 0, 0), z_dir=(0, -1, 0))
    wall = -p.inner - 0.3
    top = z + half
    outline = [(wall, z - half), (-p.inner + reach, z - half), (-p.inner + reach, top)]
    if top + reach > p.z_under_deck:
        outline += [(-p.inner + reach, p.z_under_deck + 0.5), (wall, p.z_under_deck + 0.5)]
    else:
        outline += [(wall, top + reach + 0.3)]
    return prism(outline, side, -size)


def speaker_screws(p):
    y, z = p.speaker.centre
    return [(y + sy * 21.6, z + sz * 21.6) for sy in (-1, 1) for sz in (-1, 1)]


BOSS = 6.0


def _speaker_bosses(p):
    room = p.boards.speaker.diameter / 2 + p.speaker.chamber_wall + 2 * p.printer.clearance
    cup = rod("x", p.speaker.centre, room, (-p.inner - 1, 0))
    return [_boss(p, y, z, BOSS) - cup for y, z in speaker_screws(p)]


def _bearing(p):
    """Where the lever's shaft turns: the wall is doubled, its edge at 45 degrees."""
    return [rod("x", p.lever.pivot, 9.0, (p.inner - 2, p.inner + 0.3), top=11.3)]


def _upper_stop(p):
    y = p.lever.pivot[0]
    return [slab((37.5, p.inner + 0.3), (y - 14, y - 8), (stop_z(p)[1], p.z_under_deck + 0.5))]


def grille(p):
    """(y, z) of the speaker's holes: a flower of six petals around its eye."""
    y0, z0 = p.speaker.centre
    spots = [(y0, z0)]
    for radius, count, turn in ((5.2, 6, 0), (10.0, 12, 15), (14.8, 12, 0)):
        for k in range(count):
            angle = math.radians(360 * k / count + turn)
            spots.append((y0 + radius * math.cos(angle), z0 + radius * math.sin(angle)))
    return spots


def _openings(p):
    cut = [
        arch(
            p.door.width / 2 + p.printer.clearance,
            p.z_joint - 1,
            p.door.spring,
            (-p.outer - 3, -p.inner + 0.01),
        )
    ]
    through = (-p.outer - 3, -p.inner + p.peep.tube + 1)
    cut.append(_button_hole(p))
    cut.append(rod("y", p.peep.at, p.peep.diameter / 2, through))
    cut.append(
        rod(
            "y",
            p.peep.at,
            p.peep.diameter / 2 + 2.2,
            (-p.outer - 1.51, -p.outer + 0.7),
            top=p.peep.diameter / 2,
        )
    )
    x, z = p.peep.at
    for dx, dz in p.boards.light.holes:
        face = -p.inner + p.peep.tube
        cut.append(rod("y", (x + dx, z + dz), p.printer.self_tap_m25 / 2, (face - 4.5, face + 1)))
    for at in grille(p):
        cut += soft_hole("x", at, p.speaker.grille, -p.inner, -p.outer)
    for at in speaker_screws(p):
        cut.append(rod("x", at, p.printer.self_tap_m3 / 2, (-p.inner - 1.0, -p.inner + BOSS + 1)))
    cut.append(rod("x", p.lever.pivot, p.lever.shaft / 2 + 0.25, (p.inner - 3, p.outer + 1)))
    cut.append(rod("y", (0, p.z_joint), p.cord.diameter / 2 + 0.2, (p.inner - 1, p.outer + 1)))
    cut.append(flare(p, p.outer - 1.5, p.outer))
    cut += _insert_holes(p) + _deck_holes(p) + _back_vents(p)
    # A recess for the label.
    cut.append(slab((-30, 30), (p.outer - 0.4, p.outer + 1), (24, 48)))
    return cut


def _button_hole(p):
    """Round, with a roof of 45 degrees below: it is printed upside down."""
    (x, z), radius = p.button.at, p.boards.button.thread / 2 + 0.15
    side = radius / math.sqrt(2)
    low = radius + 1.2
    flat = radius * math.sqrt(2) - low
    wall = P((x, -p.outer - 3, z), x_dir=(1, 0, 0), z_dir=(0, 1, 0))
    down = -1 if wall.y_dir.Z > 0 else 1
    points = [(-side, down * side), (side, down * side), (flat, down * low), (-flat, down * low)]
    span = (-p.outer - 3, -p.inner + 1)
    return rod("y", p.button.at, radius, span) + prism(points, wall, span[1] - span[0])


def _insert_holes(p):
    low = p.z_joint + p.base.lip
    return [
        rod(
            "z",
            (sx * p.screw, sy * p.screw),
            p.printer.insert_m3 / 2,
            (low, low + p.printer.insert_depth),
        )
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]


def ring_screws(p):
    """Three screws whose shanks stand around the ring and whose washers hold its edge."""
    radius = p.boards.ring.outer / 2 + 1.25 + 0.15
    return [
        (radius * math.cos(math.radians(a)), radius * math.sin(math.radians(a)))
        for a in (45, 165, 285)
    ]


def _deck_holes(p):
    ring, top = p.boards.ring, p.z_deck + 1
    cut = [rod("z", (0, 0), 4.5, (p.z_under_deck - 1, top))]
    # The wires pass from the hole to the ring's pads on its underside.
    cut.append(slab((-2.5, 2.5), (0, ring.inner / 2 + 3), (p.z_under_deck - 1, top)))
    cut += [
        rod("z", at, p.printer.self_tap_m25 / 2, (p.z_under_deck - 1, top)) for at in ring_screws(p)
    ]
    cut += [rod("z", at, 1.7, (p.z_under_deck - 1, top)) for at in p.roof_screws]
    return cut


def _back_vents(p):
    """Two rows of holes high on the back, where the warm air is."""
    return [
        hole
        for k in range(-4, 5)
        for z in (54, 60)
        for hole in soft_hole("y", (k * 6, z), p.base.vent, p.inner, p.outer)
    ]


def soft_hole(axis, at, diameter, inner, outer):
    """A hole through a wall, its outer rim broken at 45 degrees; `outer` may be negative."""
    sign = 1 if outer > 0 else -1
    span = sorted((inner - sign, outer + sign))
    low, high = sorted((outer - 0.6 * sign, outer))
    ends = (diameter / 2, diameter / 2 + 0.6)
    bottom, top = ends if sign > 0 else ends[::-1]
    return [rod(axis, at, diameter / 2, span), rod(axis, at, bottom, (low, high), top=top)]


def print_pose(part, p):
    return Rot(180, 0, 0) * Pos(0, 0, -p.z_deck) * part
