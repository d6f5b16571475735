"""Nothing runs into anything, in any position of the lever; what moves has room."""

import itertools

import numpy as np
import trimesh

from .. import parts
from ..shapes import Pos
from . import Check

POSITIONS = (parts.OUT_DEG, -6.0, 0.0, 6.0, parts.IN_DEG)
EXACT_MM3 = 1e-3


def overlap_mm3(one, other):
    """Common volume of two meshes, 0 where their boxes are apart."""
    if np.any(one.bounds[0] > other.bounds[1]) or np.any(other.bounds[0] > one.bounds[1]):
        return 0.0
    # Trimesh divides by the volume of what may be nothing.
    with np.errstate(divide="ignore", invalid="ignore"):
        common = trimesh.boolean.intersection([one, other], engine="manifold", check_volume=False)
        return 0.0 if common.is_empty else abs(common.volume)


def pairs(meshes, only=None):
    """[(names, overlap)] of every pair that meets; with `only`, pairs that have one of these."""
    out = []
    for one, other in itertools.combinations(meshes, 2):
        if only and one not in only and other not in only:
            continue
        volume = overlap_mm3(meshes[one], meshes[other])
        if volume > EXACT_MM3:
            out.append(((one, other), volume))
    return out


def interference(house):
    """Meshes first, for speed; where they touch, the exact solids decide."""
    out, count, met = [], 0, 0
    for degrees in POSITIONS:
        meshes = house.meshes(degrees)
        turning = {*parts.TURNING, "toggle"}
        only = None if degrees == parts.IN_DEG else turning
        count += sum(
            1 for a, b in itertools.combinations(meshes, 2) if not only or {a, b} & turning
        )
        solids = None
        for (one, other), _ in pairs(meshes, only):
            solids = solids or house.solids(degrees)
            common = solids[one] & solids[other]
            exact = common.volume if common else 0.0
            met += 1
            if exact > EXACT_MM3:
                out.append(f"{one} and {other} share {exact:.2f} mm3, lever at {degrees:+.1f}")
    return out, f"{count} pairs, {len(POSITIONS)} positions of the lever, none shares volume"


def interference_control(house):
    meshes = house.meshes()
    moved = meshes["window"].copy().apply_translation((0.6, 0, 0))
    through = meshes["carrier"].copy().apply_translation((0, 0, -0.5))
    caught = [
        pairs({**meshes, "window": moved}, {"window"}),
        pairs({**meshes, "carrier": through}, {"carrier"}),
    ]
    found = [f"{a} and {b}: {volume:.1f} mm3" for lines in caught for (a, b), volume in lines]
    return ([] if [] in caught else found), ""


GAPS = [  # who, who, least mm, widest mm; widest says that something is held, not loose
    ("lever", "walls", 0.15, 0.5),
    ("crank", "walls", 0.2, 1.0),
    ("crank", "base", 0.2, 2.0),
    ("crank", "toggle", 0.15, 0.6),
    ("window", "walls", 0.0, 0.4),
    ("chamber", "carrier", 0.3, None),
    ("cord", "carrier", 0.0, 0.2),
    ("roof", "ring", 1.5, None),
    ("lever", "base", 0.5, None),
]


def gaps(solids, wanted=GAPS):
    out, figures = [], []
    for one, other, least, widest in wanted:
        gap = solids[one].distance_to(solids[other])
        figures.append(f"{one}-{other} {gap:.2f}")
        if gap < least - 1e-6 or (widest is not None and gap > widest):
            out.append(f"{one} to {other}: {gap:.2f} mm, wanted {least} to {widest or 'any'}")
    return out, ", ".join(figures)


def clearance(house):
    return gaps(house.solids(0.0))


def clearance_control(house):
    solids = house.solids(0.0)
    solids["lever"] = Pos(-0.2, 0, 0) * solids["lever"]
    return gaps(solids, GAPS[:1])


def captive(meshes, name, others, reach=14.0):
    """Directions in which a part could be pulled out, of 26, without a tool."""
    free = []
    for step in itertools.product((-1, 0, 1), repeat=3):
        if step == (0, 0, 0):
            continue
        way = np.array(step) / np.linalg.norm(step)
        blocked = False
        for far in (1.0, 2.5, 5.0, 8.0, 11.0, reach):
            moved = meshes[name].copy().apply_translation(far * way)
            if any(overlap_mm3(moved, meshes[other]) > 1.0 for other in others):
                blocked = True
                break
        if not blocked:
            free.append(step)
    return free


def held(house):
    """The two outside parts without a screw of their own cannot leave in any direction."""
    meshes = house.meshes()
    meshes["lever"] = trimesh.boolean.union([meshes["lever"], meshes["crank"]], engine="manifold")
    others = ["walls", "base", "roof", "foot"]
    out = []
    for name in ("window", "lever"):
        for step in captive(meshes, name, others):
            out.append(f"{name} comes out along {step}")
    return out, "door and lever blocked in 26 directions; all else screwed from below or inside"


def held_control(house):
    """Without the base the door must slide out downwards."""
    meshes = house.meshes()
    free = captive(meshes, "window", ["walls", "roof"])
    return [f"window comes out along {step}" for step in free], ""


CHECKS = [
    Check(
        "interference",
        "no two parts share volume, at any lever position",
        interference,
        interference_control,
        "the door moved 0.6 mm, the board sunk 0.5 mm",
    ),
    Check(
        "clearance",
        "what moves has room, what is held is not loose",
        clearance,
        clearance_control,
        "the lever moved 0.2 mm towards the wall",
    ),
    Check(
        "captive",
        "nothing comes off without a tool",
        held,
        held_control,
        "the base taken away: the door must slide out",
    ),
]
