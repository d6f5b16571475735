"""How much light the roof passes, and how a phone at the ridge turns lux into a transmission.

T here is what `pod/guard` and `starlit calibrate` mean by it: illuminance on the axis with the
roof, over illuminance without it. The roof takes T in two steps. Its plastic passes a share `tau`,
and then the light leaves over the whole roof, so that a place above it gets the share of the
roof's area that it sees: T = tau * above / all.

`tau` is Kubelka and Munk's (Judd and Wyszecki, Color in Business, Science and Industry): S scatters
and K absorbs per mm. For white PLA no single figure holds: Hamp, Logan and Shaw, Appl. Opt. 60
(2021) 6573, measured printed plastics and found that thickness and colour decide and that a plain
exponential does not fit. S = 3.5/mm is assumed from how printed lithophanes are made (0.8 mm for
light, 3 mm for nearly dark). The coupon is there to replace it by a measurement.
"""

import math

import numpy as np

LAMP_CD = 12 * (36 * 0.40 + 10 * 0.69) / 255  # the lamp cue of docs/calibrate.md, bare
DISK_M2 = 0.002827  # the area that `starlit calibrate` reckons with


def tau(thickness_mm, scatter_per_mm, absorb_per_mm):
    """Share of diffuse light that a sheet passes."""
    if absorb_per_mm == 0:
        return 1 / (1 + scatter_per_mm * thickness_mm)
    a = 1 + absorb_per_mm / scatter_per_mm
    b = math.sqrt(a * a - 1)
    arm = b * scatter_per_mm * thickness_mm
    return b / (a * math.sinh(arm) + b * math.cosh(arm))


def thickness_for(share, scatter_per_mm, absorb_per_mm):
    """The thickness in mm that passes `share`, by bisection."""
    low, high = 0.01, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        too_clear = tau(middle, scatter_per_mm, absorb_per_mm) > share
        low, high = (middle, high) if too_clear else (low, middle)
    return middle


def shares(p):
    """{tau: mean over roof and stars, spread: above / all, transmission}."""
    from .roof import lit_area_mm2, sky, star_points

    lit = lit_area_mm2(p)
    area = lit["slopes"] + lit["gables"]
    unit = star_points(1.0, 0.46)
    star = (
        abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(unit, unit[1:] + unit[:1], strict=True)))
        / 2
    )
    stars = sum(star * radius**2 for side in (-1, 1) for _, _, radius in sky(p, side))
    scatter, absorb = p.light.scatter_per_mm, p.light.absorb_per_mm
    body = tau(p.roof.thickness + p.roof.shingle_proud / 2, scatter, absorb)
    gable = tau(p.roof.thickness, scatter, absorb)
    thin = tau(p.roof.star_thickness + p.roof.shingle_proud / 2, scatter, absorb)
    mean = (body * (lit["slopes"] - stars) + gable * lit["gables"] + thin * stars) / area
    spread = lit["above"] / area
    return {"tau": mean, "spread": spread, "transmission": mean * spread, "area_mm2": area}


def illuminance_per_exitance(mesh, point):
    """Lux at a point that looks down, for a roof that gives off 1 lm/m2 as a Lambert radiator.

    Only faces that see the point count; the roof is convex enough that none hides another.
    """
    centre, normal, area = mesh.triangles_center, mesh.face_normals, mesh.area_faces * 1e-6
    way = point - centre
    far = np.linalg.norm(way, axis=1)
    leaving = np.einsum("ij,ij->i", way, normal) / far
    arriving = way[:, 2] / far
    seen = (leaving > 0) & (arriving > 0)
    far_m = far[seen] / 1000
    return float(np.sum(area[seen] * leaving[seen] * arriving[seen] / (math.pi * far_m**2)))


def shell(p):
    """The shining roof as plain faces: two slopes and two gables, finely divided."""
    import trimesh

    from .roof import outline

    half = p.outer - p.roof.thickness
    (x0, z0), (x1, z1), (x2, z2) = outline(p, 0.01)[1:4]
    front = [(x0, -half, z0), (x1, -half, z1), (x2, -half, z2)]
    back = [(x, half, z) for x, _, z in front]
    faces = [(3, 0, 1), (3, 1, 4), (4, 1, 2), (4, 2, 5), (0, 2, 1), (3, 4, 5)]
    mesh = trimesh.Trimesh(vertices=front + back, faces=faces, process=False)
    for _ in range(5):
        mesh = mesh.subdivide()
    return mesh


def lux_factor(p, above_mm):
    """(true T) / (T that `starlit calibrate --at-mm D` finds), the phone `above_mm` over the ridge
    and D = above_mm + 50."""
    from .roof import apex_z

    mesh = shell(p)
    near = illuminance_per_exitance(mesh, np.array((0, 0, apex_z(p) + above_mm)))
    far_mm = 5000.0
    middle = apex_z(p) - RIDGE_DROP_MM
    far = illuminance_per_exitance(mesh, np.array((0, 0, middle + far_mm)))
    intensity = far * (far_mm / 1000) ** 2
    distance = (above_mm + RIDGE_DROP_MM) / 1000
    believed = near * (distance**2 + DISK_M2 / math.pi)
    return intensity / believed


RIDGE_DROP_MM = 50.0  # the shining roof acts as if it stood this far below its ridge


def main():
    from .params import load

    p = load()
    got = shares(p)
    print(
        f"tau {got['tau']:.3f}, seen from above {got['spread']:.2f} of the roof: "
        f"T = {got['transmission']:.4f} at {p.roof.thickness} mm (assumed plastic)"
    )
    for scatter in (1.5, 2.5, 3.5, 5.0):
        need = thickness_for(p.light.transmission / got["spread"], scatter, p.light.absorb_per_mm)
        print(f"  S = {scatter}/mm: T = {p.light.transmission} wants {need:.1f} mm")
    for above in (50, 75, 100, 150):
        print(
            f"  phone {above} mm over the ridge, --at-mm {above + RIDGE_DROP_MM:.0f}: "
            f"true T is {lux_factor(p, above):.3f} of what it finds"
        )


if __name__ == "__main__":
    main()
