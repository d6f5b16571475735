"""The roof's light: its area, its transmission as designed, and no way to the light sensor."""

import numpy as np
import trimesh

from ..light import shares
from ..params import load
from ..roof import apex_z, lit_area_mm2
from ..standins import led_spots
from . import Check

AREA_MM2 = 2827.0


def area(house):
    p, lit = house.p, lit_area_mm2(house.p)
    below = (lit["above"], lit["slopes"] / 2, lit["gables"] / 2)
    out = [f"only {a:.0f} mm2 are lit" for a in (below[0], below[1]) if a < AREA_MM2]
    flat = measured_area(house.mesh("roof"), p)
    if abs(flat / (lit["slopes"] + lit["gables"]) - 1) > 0.12:
        out.append(
            f"the mesh has {flat:.0f} mm2 of lit surface, the formula "
            f"{lit['slopes'] + lit['gables']:.0f}"
        )
    t = shares(p)["transmission"]
    if abs(t / p.light.transmission - 1) > 0.15:
        out.append(f"T = {t:.3f} by the model, {p.light.transmission} wanted")
    return out, (
        f"{lit['above']:.0f} mm2 from above, {lit['slopes'] / 2:.0f} a slope, "
        f"{flat:.0f} mm2 in all on the mesh; T = {t:.3f} by the model"
    )


def measured_area(mesh, p):
    """Outer surface over the light room, from the mesh: what looks up or out."""
    centre, normal = mesh.triangles_center, mesh.face_normals
    slope = (normal[:, 2] > 0.3) & (np.abs(centre[:, 1]) < p.outer) & (centre[:, 2] > p.z_deck + 4)
    inner = np.zeros(len(centre), bool)
    # An inner face looks at the middle of the room.
    middle = np.array((0, 0, p.z_deck + 15))
    inner |= np.einsum("ij,ij->i", middle - centre, normal) > 0
    gable = (np.abs(normal[:, 1]) > 0.9) & (np.abs(np.abs(centre[:, 1]) - p.outer) < 0.2)
    return float(mesh.area_faces[(slope | gable) & ~inner].sum())


def area_control(house):
    """The diffuser of a house half as wide."""
    del house
    p = load(**{"body.width": 44.0, "body.depth": 44.0})
    lit = lit_area_mm2(p)
    small = [a for a in (lit["above"], lit["slopes"] / 2) if a < AREA_MM2]
    return [f"only {a:.0f} mm2 are lit" for a in small], ""


def sensor_points(p, steps=2):
    """Points on the sensor's face, at the bottom of its tube."""
    x, z = p.peep.at
    y = -p.inner + p.peep.tube - 0.6 * p.boards.light.sensor[2] - 0.02
    radius = 1.1
    spots = [
        (x + radius * i / steps, y, z + radius * k / steps)
        for i in range(-steps, steps + 1)
        for k in range(-steps, steps + 1)
        if i * i + k * k <= steps * steps
    ]
    return np.array(spots)


def leaks(opaque, starts, ends):
    """How many straight lines from LEDs to the sensor no opaque part crosses."""
    origins = np.repeat(starts, len(ends), axis=0)
    targets = np.tile(ends, (len(starts), 1))
    ways = targets - origins
    far = np.linalg.norm(ways, axis=1)
    hit, ray, _ = opaque.ray.intersects_location(origins, ways / far[:, None], multiple_hits=False)
    blocked = np.zeros(len(origins), bool)
    reach = np.linalg.norm(hit - origins[ray], axis=1)
    blocked[ray[reach < far[ray] - 0.05]] = True
    return int((~blocked).sum()), len(origins)


def seen(p, meshes, ends):
    """Share of the sensor's view through its tube that meets the roof."""
    x, z = p.peep.at
    mouth_y = -p.outer
    radius = p.peep.diameter / 2
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    rim = np.concatenate(
        [
            np.c_[x + r * np.cos(turn), np.full(48, mouth_y), z + r * np.sin(turn)]
            for r in (radius * 0.5, radius * 0.98)
        ]
    )
    origins = np.repeat(ends, len(rim), axis=0)
    ways = np.tile(rim, (len(ends), 1)) - origins
    ways /= np.linalg.norm(ways, axis=1)[:, None]
    past = origins + ways * ((mouth_y - 0.5 - origins[:, 1]) / ways[:, 1])[:, None]
    return float(meshes["roof"].ray.intersects_any(past, ways).mean())


def led_points(p):
    z = p.z_deck + p.boards.ring.height + 0.05
    return np.array([(x, y, z) for x, y in led_spots(p)])


def attic(p):
    """Points of the shining roof and of the room under it, all above the deck."""
    rng = np.random.default_rng(5)
    x, y = rng.uniform(-38, 38, 90), rng.uniform(-40, 40, 90)
    z = rng.uniform(p.z_deck + 1, apex_z(p) - 8, 90)
    inside = np.abs(x) < (apex_z(p) - z) / 1.11 - 4
    return np.c_[x, y, z][inside]


def baffle(house):
    p = house.p
    meshes = house.meshes()
    opaque = trimesh.util.concatenate([meshes["walls"], meshes["light"]])
    ends = sensor_points(p)
    direct, lines = leaks(opaque, np.vstack([led_points(p), attic(p)]), ends)
    view = seen(p, meshes, ends)
    out = []
    if direct:
        out.append(f"{direct} of {lines} lines from the lit attic reach the light sensor")
    if view > 0:
        out.append(f"{view:.1%} of what the light sensor sees is roof")
    return out, f"{lines} lines from LEDs and attic, none reaches the sensor; no roof in its view"


def baffle_control(house):
    """No deck; and a roof that comes down before the sensor."""
    p = house.p
    meshes = house.meshes()
    ends = sensor_points(p)
    cut = meshes["walls"].slice_plane((0, 0, p.z_joint + 20), (0, 0, -1), cap=True)
    direct, _ = leaks(cut, led_points(p), ends)
    low = {"roof": meshes["roof"].copy().apply_translation((0, -30, -22))}
    flush = seen(p, low, ends)
    found = [f"{direct} lines without the deck", f"{flush:.0%} of the view with a low roof"]
    return (found if direct and flush else []), ""


CHECKS = [
    Check(
        "lit area",
        f"at least {AREA_MM2:.0f} mm2 shine from above and from each side; T is the design's",
        area,
        area_control,
        "a house half as wide",
    ),
    Check(
        "baffle",
        "no straight line from ring or attic to the light sensor, no roof in its view",
        baffle,
        baffle_control,
        "the walls without their deck, a roof before the sensor",
    ),
]
