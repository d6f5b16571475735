"""No sharp edge outside: every convex edge that a hand can reach is rounded by 1 mm or more."""

import numpy as np
import trimesh
from build123d import GeomType, Vertex
from OCP.BRepAdaptor import BRepAdaptor_Surface
from scipy import ndimage

from ..model import to_mesh
from ..shapes import round_edges, slab
from . import Check
from .air import PITCH, occupied, outside

TURN_DEG = 60.0  # a sharper turn than this between two faces is an edge
RELIEF = 1.3  # decoration this low or narrow is felt as texture, not as an edge


def turn_deg(edge, faces):
    """How far the surface turns across an edge, positive where it is convex."""
    middle = edge @ 0.5
    one, other = (face.normal_at(middle) for face in faces)
    cross = one.cross(other)
    angle = np.degrees(np.arctan2(cross.length, one.dot(other)))
    step = _into(faces[1], edge)
    return angle if one.dot(step) < 0 else -angle


def _into(face, edge):
    """A direction that leads from the edge into a face."""
    middle, along = edge @ 0.5, edge % 0.5
    side = face.normal_at(middle).cross(along)
    probe = middle + side * 0.01
    return side if face.distance_to(probe) < 1e-3 else side * -1


def rim_of_small_hole(edge):
    """Holes under 4 mm let no finger in."""
    return edge.geom_type == GeomType.CIRCLE and edge.radius < 2.0


def narrow(face):
    """About the width of a strip-like face, in mm."""
    length = sum(edge.length for edge in face.edges())
    return 2 * face.area / length if length else 0.0


def sharp_edges(solid):
    """[(middle, turn)] of convex edges that nothing rounds; relief left out."""
    owners = {}
    for face in solid.faces():
        for edge in face.edges():
            owners.setdefault(hash(edge), (edge, []))[1].append(face)
    out = []
    for edge, faces in owners.values():
        if len(faces) != 2 or edge.length < 0.8 or rim_of_small_hole(edge):
            continue
        if min(narrow(face) for face in faces) < RELIEF:
            continue
        angle = turn_deg(edge, faces)
        if angle > TURN_DEG:
            out.append((edge @ 0.5, angle))
    return out


def small_rounds(solid):
    """[(middle, radius)] of faces that round an outward edge by less than RADIUS."""
    out = []
    for face in solid.faces():
        if face.geom_type == GeomType.CYLINDER:
            radius = BRepAdaptor_Surface(face.wrapped).Cylinder().Radius()
        elif face.geom_type == GeomType.TORUS:
            radius = BRepAdaptor_Surface(face.wrapped).Torus().MinorRadius()
        else:
            continue
        if radius < RADIUS and face.area > 0.5 and _bulges(face, radius):
            out.append((face.position_at(0.5, 0.5), radius))
    return out


def _bulges(face, radius):
    """Whether a round face stands outwards: along its normal, its middle is behind its rim."""
    middle = face.position_at(0.5, 0.5)
    rim = face.position_at(0.1, 0.1)
    return (middle - rim).dot(face.normal_at(middle)) > 1e-3 * radius


RADIUS = 1.0 - 1e-6


class Skin:
    """Where the middle of a fingertip (a ball of 6 mm) can be, around some meshes."""

    BALL = 3.0

    def __init__(self, meshes):
        grid, self.low = occupied(meshes)
        distance = ndimage.distance_transform_edt(~grid) * PITCH
        free = outside(distance > self.BALL)
        self.near = ndimage.distance_transform_edt(~free) * PITCH

    def touches(self, place):
        cell = np.round((np.array(tuple(place)) - self.low) / PITCH).astype(int)
        return self.near[tuple(cell)] < self.BALL + 1.5 * PITCH


def problems_of(solids, skin, names):
    out = []
    for name in names:
        others = [solids[other] for other in names if other != name]
        for place, angle in sharp_edges(solids[name]):
            if place.Z < UNDERSIDE or not skin.touches(place) or is_seam(place, others):
                continue
            at = tuple(round(v, 1) for v in place)
            out.append(f"{name}: an edge of {angle:.0f} degrees at {at}")
        for place, radius in small_rounds(solids[name]):
            if place.Z > UNDERSIDE and skin.touches(place) and not is_seam(place, others):
                at = tuple(round(v, 1) for v in place)
                out.append(f"{name}: a radius of {radius:.2f} mm at {at}")
    return out


def is_seam(place, others):
    """Whether another part goes on where this one ends."""
    return any(other.distance_to(Vertex(place)) < SEAM for other in others)


SEAM = 0.35
UNDERSIDE = 0.6  # what stands on the table
NAMES = ("foot", "base", "walls", "window", "lever", "roof")


def run(house):
    table = trimesh.creation.box(bounds=((-75, -75, -3), (75, 75, 0)))
    skin = Skin([*house.meshes().values(), table])
    return (
        problems_of(house.solids(), skin, NAMES),
        f"convex edges over {TURN_DEG:.0f} degrees on {len(NAMES)} outside parts, "
        f"relief under {RELIEF} mm and what no fingertip reaches left out",
    )


def control(house):
    del house
    block = slab((-20, 20), (-20, 20), (100, 120))
    soft = round_edges(block, block.edges(), 0.6)
    caught = [
        problems_of({"block": solid}, Skin([to_mesh(solid)]), ["block"]) for solid in (block, soft)
    ]
    return ([] if [] in caught else [line for lines in caught for line in lines]), ""


CHECKS = [
    Check(
        "edges",
        "no sharp edge within reach: outside edges are rounded by 1 mm or more",
        run,
        control,
        "a block with plain edges, one with edges rounded by 0.6 mm",
    ),
]
