"""The whole house in memory: solids, and meshes made from them once."""

from functools import cached_property

import numpy as np
import trimesh
from OCP.BRepTools import BRepTools

from . import parts, standins, switch
from .params import load

LINEAR, ANGULAR = 0.02, 0.4  # mm and radians: how far a mesh may stand off its solid
# Parts that are mostly curved need finer ones to keep their volume within 0.1 %.
FINE = dict.fromkeys(("window", "chamber", "lever", "crank"), (0.012, 0.18))


def to_mesh(solid, linear=LINEAR, angular=ANGULAR):
    """A trimesh of a solid, its vertices merged; the same whatever was meshed before. A solid and
    its moved copies share their triangles: left there, those of the first to be meshed would be
    taken for all, at its place and to its fineness."""
    BRepTools.Clean_s(solid.wrapped)
    points, triangles = solid.tessellate(linear, angular)
    mesh = trimesh.Trimesh(
        vertices=np.array([tuple(point) for point in points]),
        faces=np.array(triangles),
        process=False,
    )
    mesh.merge_vertices(digits_vertex=5)
    mesh.update_faces(mesh.nondegenerate_faces(height=1e-7))
    mesh.remove_unreferenced_vertices()
    return mesh


class House:
    """Parts in the house's axes (`printed`, `bought`) and on the bed (`posed`)."""

    def __init__(self, p=None):
        self.p = p or load()
        self._meshes = {}

    @cached_property
    def level(self):
        """Printed parts, the lever neither in nor out."""
        return {name: spec.make(self.p) for name, spec in parts.PRINTED.items()}

    @cached_property
    def posed(self):
        return {name: parts.PRINTED[name].pose(solid, self.p) for name, solid in self.level.items()}

    @cached_property
    def bought(self):
        return {name: make(self.p) for name, make in standins.BOUGHT.items()}

    def solids(self, lever_deg=parts.IN_DEG):
        """Everything in its place, {name: solid}, with the lever at an angle."""
        out = {name: solid for name, solid in self.level.items() if parts.PRINTED[name].in_house}
        for name in parts.TURNING:
            out[name] = switch.turned(out[name], self.p, lever_deg)
        out.update(self.bought)
        out["toggle"] = standins.toggle(self.p, lever_deg)
        return out

    def mesh(self, name):
        """In the house's axes, level."""
        if name not in self._meshes:
            solid = self.level[name] if name in self.level else self.bought[name]
            self._meshes[name] = to_mesh(solid, *FINE.get(name, (LINEAR, ANGULAR)))
        return self._meshes[name]

    def turned_mesh(self, name, degrees):
        mesh = self.mesh(name).copy()
        y, z = self.p.lever.pivot
        turn = trimesh.transformations.rotation_matrix(np.radians(-degrees), (1, 0, 0), (0, y, z))
        mesh.apply_transform(turn)
        return mesh

    def meshes(self, lever_deg=parts.IN_DEG):
        """Everything in its place, {name: mesh}."""
        out = {}
        for name, spec in parts.PRINTED.items():
            if spec.in_house:
                turning = name in parts.TURNING
                out[name] = self.turned_mesh(name, lever_deg) if turning else self.mesh(name)
        for name in self.bought:
            out[name] = self.mesh(name)
        out["toggle"] = to_mesh(standins.toggle(self.p, lever_deg))
        return out

    def posed_mesh(self, name):
        """As it lies on the bed, moved so that it stands at z = 0 in the middle of it."""
        key = ("posed", name)
        if key not in self._meshes:
            mesh = to_mesh(self.posed[name], *FINE.get(name, (LINEAR, ANGULAR)))
            low, high = mesh.bounds
            mesh.apply_translation((-(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2, -low[2]))
            self._meshes[key] = mesh
        return self._meshes[key]
