"""Every part is one sound body, and its mesh is that body."""

import trimesh

from ..parts import PRINTED
from . import Check

VOLUME = 1e-3  # mesh against solid, as a share


def problems_of(name, solid, mesh):
    out = []
    if solid is not None and not solid.is_valid:
        out.append(f"{name}: the solid is not valid")
    if solid is not None and len(solid.solids()) != 1:
        out.append(f"{name}: {len(solid.solids())} bodies in the solid")
    if not mesh.is_watertight or not mesh.is_winding_consistent:
        out.append(f"{name}: the mesh is not watertight")
    if mesh.body_count != 1:
        out.append(f"{name}: {mesh.body_count} bodies in the mesh")
    if solid is not None and abs(mesh.volume / solid.volume - 1) > VOLUME:
        share = mesh.volume / solid.volume - 1
        out.append(f"{name}: mesh and solid differ by {share:.2%} of volume")
    return out


def run(house):
    out, worst = [], 0.0
    for name in PRINTED:
        solid, mesh = house.posed[name], house.posed_mesh(name)
        out += problems_of(name, solid, mesh)
        worst = max(worst, abs(mesh.volume / solid.volume - 1))
    return out, f"{len(PRINTED)} parts, one body each, volumes within {worst:.3%}"


def control(house):
    good = house.posed_mesh("strain")
    holed = good.copy()
    holed.update_faces([k != 7 for k in range(len(good.faces))])
    twice = trimesh.util.concatenate([good, good.copy().apply_translation((99, 0, 0))])
    thick = good.copy().apply_scale((1, 1, 1.01))
    caught = [
        problems_of("holed", None, holed),
        problems_of("twice", None, twice),
        problems_of("thick", house.posed["strain"], thick),
    ]
    return ([] if [] in caught else [line for lines in caught for line in lines]), ""


CHECKS = [
    Check(
        "solids",
        "every part is one valid body; its mesh is watertight, one body, of its volume",
        run,
        control,
        "a mesh with a hole, one with two bodies, one 1 % too thick",
    ),
]
