"""Prints without support: bed, overhangs, bridges, thin places. Judged layer by layer."""

import math

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import LineString, Polygon
from shapely.ops import unary_union

from ..parts import PRINTED
from . import Check

LAYER = 0.3
THIN = 0.7  # a wall under this is less than two lines of a 0.4 mm nozzle
SPECK = 0.35  # mm2: smaller islands of any kind are left out


def fits_bed(mesh, bed):
    size = mesh.extents
    return [] if max(size) <= bed else [f"{size.round(0).tolist()} on a bed of {bed:.0f}"]


def bed(house):
    out, largest = [], 0.0
    for name in PRINTED:
        mesh = house.posed_mesh(name)
        out += [f"{name}: {line}" for line in fits_bed(mesh, house.p.printer.bed)]
        largest = max(largest, *mesh.extents)
    return out, f"largest measure {largest:.0f} mm of {house.p.printer.bed:.0f}"


def bed_control(house):
    big = house.posed_mesh("roof").copy().apply_scale(2)
    return fits_bed(big, house.p.printer.bed), ""


def layers(mesh, height=LAYER):
    """[polygon] of horizontal cuts through the middle of each layer."""
    # A hair off, so that no cut runs along a flat face of the model.
    levels = np.arange(height / 2 + 0.0173, mesh.extents[2], height)
    cuts = mesh.section_multiplane((0, 0, mesh.bounds[0][2]), (0, 0, 1), levels)
    out = []
    for cut in cuts:
        if cut is None:
            out.append(Polygon())
            continue
        # to_2D may turn a section: put it back where it was.
        turn = cut.metadata["to_3D"]
        matrix = [turn[0, 0], turn[0, 1], turn[1, 0], turn[1, 1], turn[0, 3], turn[1, 3]]
        out.append(affinity.affine_transform(unary_union(cut.polygons_full), matrix).buffer(0))
    return out


def pieces(shape):
    if shape.is_empty:
        return []
    return [
        g for g in getattr(shape, "geoms", [shape]) if isinstance(g, Polygon) and g.area > SPECK
    ]


def bridged(region, support, limit, step=0.6):
    """Whether lines in some direction span the region from support to support within `limit`."""
    held = support.buffer(0.12)
    for degrees in range(0, 180, 15):
        turned = affinity.rotate(region, degrees, origin=(0, 0))
        below = affinity.rotate(held, degrees, origin=(0, 0))
        x0, y0, x1, y1 = turned.bounds
        rows = np.arange(y0 + min(step, y1 - y0) / 2, y1, step)
        if all(_row(turned, below, (x0 - 1, x1 + 1), y, limit) for y in rows):
            return True
    return False


def _row(region, support, span, y, limit):
    cut = region.intersection(LineString([(span[0], y), (span[1], y)]))
    for part in getattr(cut, "geoms", [cut]):
        if part.is_empty or part.length < 0.05:
            continue
        if part.length > limit:
            return False
        ends = shapely.points(shapely.get_coordinates(part))
        if part.length > 0.9 and not all(shapely.intersects(support, shapely.buffer(ends, 0.3))):
            return False
    return True


def overhangs(mesh, p, cuts=None):
    """What hangs in the air: [(height, area, width)] that is no ledge and no bridge."""
    reach = LAYER * math.tan(math.radians(p.printer.overhang_deg)) + 0.02
    out, cuts = [], cuts or layers(mesh)
    for k in range(1, len(cuts)):
        loose = cuts[k].difference(cuts[k - 1].buffer(reach))
        if loose.area < SPECK:
            continue
        for part in pieces(loose):
            grown = part.buffer(reach + 0.05)
            if _is_ledge(grown, cuts[k - 1], p.printer.ledge + reach):
                continue
            whole = grown.intersection(cuts[k])
            region = whole.difference(cuts[k - 1])
            if any(not bridged(r, cuts[k - 1], p.printer.bridge) for r in pieces(region)):
                out.append(
                    (
                        round(k * LAYER, 1),
                        round(part.area, 1),
                        tuple(round(v) for v in part.centroid.coords[0]),
                    )
                )
    return out


def _is_ledge(region, below, reach):
    return region.difference(below.buffer(reach)).area < SPECK


def thin(mesh, cuts):
    """Places thinner than two lines: what an opening by half of THIN takes away."""
    out = []
    for k, cut in enumerate(cuts):
        lost = cut.difference(cut.buffer(-THIN / 2).buffer(THIN / 2 + 0.05))
        for part in pieces(lost):
            if part.area > 2.5:
                out.append(
                    (
                        round(k * LAYER, 1),
                        round(part.area, 1),
                        tuple(round(v) for v in part.centroid.coords[0]),
                    )
                )
    return out


def supports(house):
    out, count = [], 0
    for name in PRINTED:
        mesh = house.posed_mesh(name)
        cuts = layers(mesh)
        count += len(cuts)
        for height, area, at in overhangs(mesh, house.p, cuts):
            out.append(f"{name}: {area} mm2 hang in the air at {at}, {height} mm up")
        for height, area, at in thin(mesh, cuts):
            out.append(f"{name}: {area} mm2 thinner than {THIN} mm at {at}, {height} mm up")
    return out, (
        f"{count} layers of {LAYER} mm: nothing leans over {house.p.printer.overhang_deg:.0f} "
        f"degrees but ledges of {house.p.printer.ledge} mm and bridges of "
        f"{house.p.printer.bridge:.0f} mm; no wall under {THIN} mm"
    )


def supports_control(house):
    """The walls the right way up (their deck a span of 90 mm), and a wall of 0.5 mm."""
    import trimesh

    walls = house.posed_mesh("walls").copy()
    walls.apply_transform(trimesh.transformations.rotation_matrix(math.pi, (1, 0, 0)))
    walls.apply_translation((0, 0, -walls.bounds[0][2]))
    mast = trimesh.creation.box((4, 4, 20)).apply_translation((0, 0, 10))
    arm = trimesh.creation.box((20, 4, 3)).apply_translation((8, 0, 18.5))
    crane = trimesh.boolean.union([mast, arm], engine="manifold")
    sheet = trimesh.creation.box((30, 0.5, 10)).apply_translation((0, 0, 5))
    caught = [
        overhangs(walls, house.p),
        overhangs(crane, house.p),
        thin(sheet, layers(sheet)),
    ]
    return ([] if [] in caught else [str(line) for lines in caught for line in lines[:1]]), ""


CHECKS = [
    Check("bed", "every part fits a bed of 180 mm", bed, bed_control, "the roof twice as large"),
    Check(
        "supports",
        "every part prints as it lies, without support",
        supports,
        supports_control,
        "the walls the right way up; a crane's arm; a wall of 0.5 mm",
    ),
]
