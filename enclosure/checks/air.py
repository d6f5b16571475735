"""Gaps that trap a finger, and the small-parts cylinder."""

import numpy as np
import trimesh
from scipy import ndimage, spatial

from .. import parts
from . import Check

PITCH = 0.8
THIN, THICK = 4.0, 8.0  # EN 71-1 and ISO 8124-1 speak of gaps that take a 5 mm rod; 4 to 8 is ours
DEEP = 6.0  # how far a 4 mm rod gets past the place where an 8 mm one stops


def occupied(meshes, pitch=PITCH, pad=14.0):
    """Voxels that the surfaces pass through, on a grid around the house."""
    low = np.min([m.bounds[0] for m in meshes], axis=0) - pad
    high = np.max([m.bounds[1] for m in meshes], axis=0) + pad
    shape = np.ceil((high - low) / pitch).astype(int) + 1
    grid = np.zeros(shape, bool)
    for k, mesh in enumerate(meshes):
        count = int(mesh.area / pitch**2 * 9)
        points, _ = trimesh.sample.sample_surface(mesh, count, seed=k)
        cells = np.round((points - low) / pitch).astype(int)
        grid[tuple(cells.T)] = True
    return grid, low


def outside(room, corner=(0, 0, 0)):
    """The part of `room` that hangs together with the open air."""
    labels, _ = ndimage.label(room)
    return labels == labels[corner]


def traps(meshes, pitch=PITCH):
    """[(place, depth in mm)] where a 4 mm ball goes further than DEEP past where 8 mm stops."""
    grid, low = occupied(meshes, pitch)
    distance = ndimage.distance_transform_edt(~grid) * pitch
    # A voxel is solid half a pitch around its centre: half a pitch is the surface's own.
    thin = outside(distance > THIN / 2 + pitch / 2)
    thick = outside(distance > THICK / 2)
    deep = ndimage.distance_transform_edt(~thick) * pitch
    bad = thin & (deep > DEEP)
    labels, count = ndimage.label(bad, structure=np.ones((3, 3, 3)))
    out = []
    for k in range(1, count + 1):
        cells = np.argwhere(labels == k)
        if len(cells) < 4:
            continue
        depth = deep[labels == k].max()
        place = cells.mean(axis=0) * pitch + low
        out.append((tuple(round(float(v)) for v in place), round(float(depth), 1)))
    return out


def _house(house, degrees):
    meshes = house.meshes(degrees)
    table = trimesh.creation.box(bounds=((-75, -75, -3), (75, 75, 0)))
    return [*meshes.values(), table]


def run(house):
    out = []
    for degrees in (parts.IN_DEG, parts.OUT_DEG):
        for place, depth in traps(_house(house, degrees)):
            out.append(f"a gap of 4 to 8 mm at {place}, {depth} mm deep")
    return out, f"no gap takes a 4 mm rod more than {DEEP:.0f} mm past where 8 mm stops"


def control(house):
    """A block with a slot 6 mm wide and 15 mm deep, beside the house."""
    block = trimesh.creation.box((30, 30, 30))
    slot = trimesh.creation.box((6, 32, 15)).apply_translation((0, 0, 8))
    block = trimesh.boolean.difference([block, slot], engine="manifold")
    return [f"gap at {place}, {depth} deep" for place, depth in traps([block])], ""


CYLINDER, DEPTH = 31.7, 57.1  # 16 CFR 1501.4, EN 71-1 clause 8.2: truncated 25.4 to 57.1


def fits_small_parts(mesh, turns=300, seed=3):
    """Whether a mesh could lie wholly inside the cylinder, in any of many positions.

    The cut-off of the real cylinder (25.4 to 57.1) is left out, so this errs by saying yes.
    """
    points = mesh.vertices[spatial.ConvexHull(mesh.vertices).vertices]
    for turn in _turns(turns, seed):
        moved = points @ turn.T
        if np.ptp(moved[:, 2]) > DEPTH:
            continue
        if _circle(moved[:, :2]) <= CYLINDER:
            return True
    return False


def _turns(count, seed):
    yield np.eye(3)
    yield from spatial.transform.Rotation.random(count, rng=np.random.default_rng(seed)).as_matrix()


def _circle(points):
    """Diameter of a circle around plane points, within 1 % (Badoiu and Clarkson)."""
    centre = points.mean(axis=0)
    for k in range(1, 120):
        far = points[np.argmax(np.sum((points - centre) ** 2, axis=1))]
        centre = centre + (far - centre) / (k + 1)
    return 2 * np.sqrt(np.max(np.sum((points - centre) ** 2, axis=1)))


OUTSIDE = ("foot", "base", "walls", "window", "lever", "roof", "button", "cord")
BY_HAND = ()  # what a hand can take off: nothing. `captive` shows it for door and lever.


def small(house):
    meshes = house.meshes()
    meshes["house"] = trimesh.util.concatenate([meshes[name] for name in OUTSIDE])
    loose = [name for name in BY_HAND if fits_small_parts(meshes[name])]
    out = [f"{name} comes off by hand and fits" for name in loose]
    if fits_small_parts(meshes["house"]):
        out.append("the whole house fits")
    shut_in = [name for name, spec in parts.PRINTED.items() if spec.in_house]
    inside = [name for name in shut_in if fits_small_parts(meshes[name])]
    return out, f"nothing comes off by hand; behind screws these would fit: {', '.join(inside)}"


def small_control(house):
    del house
    ball, plate = trimesh.creation.icosphere(3, 10.0), trimesh.creation.box((60, 60, 5))
    fine = fits_small_parts(ball) and not fits_small_parts(plate)
    return (["a ball of 20 mm fits, a plate of 60 mm does not"] if fine else []), ""


CHECKS = [
    Check(
        "finger traps",
        "no gap of 4 to 8 mm is deep enough to hold a finger",
        run,
        control,
        "a slot of 6 by 15 mm",
    ),
    Check(
        "small parts",
        "nothing that a hand can take off fits the small-parts cylinder",
        small,
        small_control,
        "a 20 mm ball must fit, a 60 mm plate must not",
    ),
]
