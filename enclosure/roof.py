"""The roof is the diffuser. Stars are cut from inside: by day nobody sees them."""

import math
import random

from build123d import Axis, Face, Pos, Wire, chamfer, extrude

from .shapes import Part, Polygon, Solid, Vector, prism, rod, round_edges, slab, star_points
from .shapes import Plane as P

MOON_Z = 25.0  # above the deck


def half_width(p):
    return p.outer + p.roof.eaves


def apex_z(p):
    return p.z_deck + p.roof.fascia + half_width(p) * math.tan(math.radians(p.roof.pitch_deg))


def slope_length(p):
    return half_width(p) / math.cos(math.radians(p.roof.pitch_deg))


def make(p, shingled=True):
    """`shingled=False` is for the assembly's STEP, where relief only costs megabytes."""
    roof = _outside(p) + _chimney(p) + _attic_windows(p)
    if shingled:
        roof += _shingles(p)
    roof -= _inside(p, p.roof.thickness, p.outer - p.roof.thickness)
    return roof + _flange(p) - _stars(p) - _screws(p)


def outline(p, offset=0.0):
    """The gable's outline (x, z), its slopes moved in by `offset` along their normals."""
    half, low = half_width(p), p.z_deck
    drop = offset / math.cos(math.radians(p.roof.pitch_deg))
    slope = math.tan(math.radians(p.roof.pitch_deg))
    top = apex_z(p) - drop
    if not offset:
        return [
            (-half, low),
            (-half, low + p.roof.fascia),
            (0, top),
            (half, low + p.roof.fascia),
            (half, low),
        ]
    foot = (top - low) / slope
    return [(-foot, low - 1), (-foot, low), (0, top), (foot, low), (foot, low - 1)]


def _gable(points, low, high):
    face = P((0, high, 0), x_dir=(1, 0, 0), z_dir=(0, -1, 0))
    return prism(points, face, high - low)


def _outside(p):
    """The gable as a block, all edges rounded; beyond the gables only boards overhang."""
    verge = p.outer + p.roof.verge
    solid = _gable(outline(p), -verge, verge)
    ridge = solid.edges().filter_by(Axis.Y).sort_by(Axis.Z)[-1]
    solid = round_edges(solid, [ridge], 3.0)
    solid = round_edges(solid, solid.edges(), p.roof.round)
    return solid - _verges(p) - _flares(p, verge)


def _flares(p, verge, steps=4):
    """Round the boards' inner edges: OCC's fillet fails there, so in lofts of a quarter circle."""
    radius, out = p.roof.round, []
    turns = [math.radians(90 * k / steps) for k in range(steps + 1)]
    for side in (-1, 1):
        wires = []
        for turn in turns:
            inset = p.roof.barge - radius * (1 - math.sin(turn))
            y = side * (verge - radius * (1 - math.cos(turn)))
            points = [(x, y, z) for x, z in outline(p, inset)]
            wires.append(Wire.make_polygon(points, close=True))
        for outer, inner in zip(wires, wires[1:], strict=False):
            out.append(Part() + Solid.make_loft([outer, inner], ruled=True))
    return out


def _inside(p, thickness, half_depth):
    reach = half_width(p) - p.roof.fascia - 0.4
    room = _gable(outline(p, thickness), -half_depth, half_depth)
    return room & slab((-reach, reach), (-half_depth, half_depth), (0, 999))


def _verges(p):
    """The overhang beyond each gable is only a board."""
    profile, far = outline(p, p.roof.barge), p.outer + p.roof.verge + 1
    return [_gable(profile, p.outer, far), _gable(profile, -far, -p.outer)]


def _slope_plane(p, side):
    """Origin at the middle of the eaves' edge, x along the house, y up the slope."""
    pitch = math.radians(p.roof.pitch_deg)
    up = (-side * math.cos(pitch), 0, math.sin(pitch))
    along = (0, side, 0)
    normal = (side * math.sin(pitch), 0, math.cos(pitch))
    return P((side * half_width(p), 0, p.z_deck + p.roof.fascia), x_dir=along, z_dir=normal), up


def _course(p, low, shift, longest):
    """One course of scalloped shingles as a face: straight on top, round below."""
    half, width = p.outer + p.roof.verge - 1.6, p.roof.shingle
    rise = width * 0.36
    top = min(low + p.roof.course + rise + 0.6, longest)
    stops, first = [-half], -half + (width / 2 if shift else width)
    while first < half - 0.45 * width:
        stops.append(first)
        first += width
    stops.append(half)
    points = [(-half, top), (-half, low + rise)]
    for left, right in zip(stops, stops[1:], strict=False):
        sag = rise * min(1.0, (right - left) / width)
        for k in range(1, SCALLOP + 1):
            across = k / SCALLOP
            points.append(
                (left + across * (right - left), low + rise - sag * math.sin(math.pi * across))
            )
    return Face(Wire.make_polygon([*points, (half, top)], close=True))


SCALLOP = 6  # straight pieces of one scallop: arcs would make the STEP three times as large


def _shingles(p):
    """Slabs that tilt out of the slope: proud at their lower edge, sunk at their upper one."""
    out = []
    proud, course = p.roof.shingle_proud, p.roof.course
    count = int((slope_length(p) - 5.0) / course)
    slant = math.cos(math.radians(p.roof.pitch_deg))
    for side in (-1, 1):
        plane, up = _slope_plane(p, side)
        tilt = math.atan2(proud, course)
        leaning = plane.z_dir * math.cos(tilt) + Vector(*up) * math.sin(tilt)
        for k in range(count):
            low = 1.6 + k * course
            face = _course(p, 0.0, k % 2, slope_length(p) - 4.5 - low)
            hinge = plane.offset(proud - 1.2)
            here = P(hinge.from_local_coords((0, low, 0)), x_dir=hinge.x_dir, z_dir=leaning)
            # Straight up: so the lower lip is upright, and prints.
            out.append(extrude(here * face, amount=1.2 / slant, dir=(0, 0, 1)))
    return out


def _chimney(p):
    x, y, half = CHIMNEY
    slope = math.tan(math.radians(p.roof.pitch_deg))
    foot = apex_z(p) - (x + half) * slope - 2
    top = apex_z(p) - 9
    stack = slab((x - half, x + half), (y - half, y + half), (foot, top))
    stack = round_edges(stack, stack.edges().filter_by(Axis.Z), 1.5)
    cap = slab((x - half - 1.2, x + half + 1.2), (y - half - 1.2, y + half + 1.2), (top - 4, top))
    cap = round_edges(cap, cap.edges().filter_by(Axis.Z), 2.0)
    cap = round_edges(cap, cap.faces().sort_by(Axis.Z)[-1].edges(), 1.2)
    cap = chamfer(cap.faces().sort_by(Axis.Z)[0].edges(), 1.19)
    return [stack, cap]


def _attic_windows(p):
    """A round frame on each gable: at night the moon stands in it."""
    out = []
    for side in (-1, 1):
        y = sorted((side * (p.outer - 0.5), side * (p.outer + 1.4)))
        ring = rod("y", (0, p.z_deck + MOON_Z), 13.5, y)
        ring -= rod("y", (0, p.z_deck + MOON_Z), 10.4, (-99, 99))
        outer = ring.faces().sort_by(Axis.Y)[0 if side < 0 else -1]
        out.append(round_edges(ring, outer.edges(), 1.3))
    return out


def _flange(p):
    """A flat frame on the deck: the seam is 6 to 12 mm of plastic on plastic, so no light leaks."""
    foot = half_width(p) - p.roof.fascia
    frame = slab((-foot, foot), (-p.outer + 1, p.outer - 1), (p.z_deck, p.z_deck + p.roof.flange))
    frame -= slab((-38, 38), (-33.5, 33.5), (p.z_deck - 1, p.z_deck + 9))
    bosses = [rod("z", at, 4.6, (p.z_deck, p.z_deck + 9)) for at in p.roof_screws]
    return [frame, *bosses]


def _screws(p):
    return [
        rod("z", at, p.printer.insert_m3 / 2, (p.z_deck - 1, p.z_deck + 7.4))
        for at in p.roof_screws
    ]


CHIMNEY = (25.0, 16.0, 7.0)  # x, y, half its side


def sky(p, side):
    """Stars on one slope: (along, up, radius), no two too near, the same for every build."""
    dice, found = random.Random(7 + side), []
    length = slope_length(p)
    while len(found) < 17:
        radius = dice.choice((1.7, 2.2, 2.2, 2.8, 3.8))
        x = dice.uniform(-37, 37)
        y = dice.uniform(17, length - 12)
        if all(math.dist((x, y), (a, b)) > radius + r + 3.5 for a, b, r in found):
            found.append((x, y, radius))
    if side < 0:
        return found
    # No star under the chimney.
    return [(x, y, r) for x, y, r in found if abs(x - CHIMNEY[1]) > 11 or not 22 < y < 52]


def gable_stars():
    """(x, height over the fascia, radius) around the moon."""
    return [
        (-24, 14, 2.6),
        (22, 11, 2.0),
        (-15, 32, 1.9),
        (14, 34, 2.6),
        (29, 18, 1.8),
        (0, 45, 2.0),
        (-33, 8, 1.7),
        (-12, 5, 1.6),
        (12, 3, 1.8),
    ]


def slope_frame(p, side):
    """The slope's own axes: along the house, up the slope, outwards."""
    return _slope_plane(p, side)[0]


def _star(radius):
    return Polygon(*star_points(radius, radius * 0.46), align=None)


def _stars(p):
    cut, deep = [], p.roof.thickness - p.roof.star_thickness
    for side in (-1, 1):
        floor = slope_frame(p, side).offset(-p.roof.star_thickness)
        for x, y, radius in sky(p, side):
            here = P(floor.from_local_coords((x, y, 0)), x_dir=floor.x_dir, z_dir=-floor.z_dir)
            cut.append(_pocket(here, radius, deep))
        for x, z, radius in gable_stars():
            cut.append(_pocket(_gable_plane(p, side, x, 3 + z), radius, deep))
        cut.append(_moon(p, side, deep))
    return cut


def _gable_plane(p, side, x, height):
    """On the floor of a gable's pockets, looking into the room."""
    y = side * (p.outer - p.roof.star_thickness)
    return P((x, y, p.z_deck + height), x_dir=(1, 0, 0), z_dir=(0, -side, 0))


def _pocket(plane, radius, deep):
    """From the floor of the pocket outwards into the room of the roof, widening."""
    return extrude(plane * _star(radius), amount=deep + 0.4, dir=plane.z_dir, taper=-14)


def _moon(p, side, deep):
    """A crescent that opens to the right for who stands before it."""
    mirror = 1 if side < 0 else -1
    disc = rod("z", (0, 0), 8.0, (0, deep + 0.4))
    disc -= rod("z", (4.4 * mirror, 2.2 * _up(p, side)), 7.0, (-1, deep + 2))
    return _gable_plane(p, side, 0, MOON_Z).location * disc


def _up(p, side):
    """+1 where the gable plane's second axis points up."""
    return 1 if _gable_plane(p, side, 0, 0).y_dir.Z > 0 else -1


def lit_area_mm2(p):
    """Outer area of what shines: two slopes over the light room, and two gables."""
    inside = 2 * (p.outer - p.roof.thickness)
    foot = half_width(p) - p.roof.thickness / math.sin(math.radians(p.roof.pitch_deg))
    slope = foot / math.cos(math.radians(p.roof.pitch_deg))
    gable = foot * foot * math.tan(math.radians(p.roof.pitch_deg))
    return {"slopes": 2 * slope * inside, "gables": 2 * gable, "above": 2 * foot * inside}


def print_pose(part, p):
    return Pos(0, 0, -p.z_deck) * part
