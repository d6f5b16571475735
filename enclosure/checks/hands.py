"""Room for plug, lever, button, finger and screwdriver."""

import numpy as np
import trimesh

from ..parts import IN_DEG, OUT_DEG
from ..walls import ring_screws, speaker_screws
from . import Check
from .joints import overlap_mm3


def cylinder(start, end, radius):
    return trimesh.creation.cylinder(radius, segment=(start, end), sections=48)


def capsule(start, end, radius):
    ball = trimesh.creation.icosphere(3, radius).apply_translation(start)
    return trimesh.boolean.union([cylinder(start, end, radius), ball], engine="manifold")


def envelopes(p):
    """{name: (mesh, parts it may touch)}."""
    out = {}
    c = p.boards.carrier
    wide, tall, long = c.plug.overmold
    mouth, z = c.y[1] + 1, p.z_board + c.usb.height / 2
    way = trimesh.creation.box(
        bounds=((-wide / 2, mouth, z - tall / 2), (wide / 2, mouth + long + 7, z + tall / 2))
    )
    # The plug goes in before walls and bar are there; then the saddle may be below it.
    out["plug"] = (way, {"cord", "walls", "strain", "base-saddle"})
    x, z = p.button.at
    out["button"] = (cylinder((x, -p.outer - 50, z), (x, -p.outer - 6.1, z), 11.0), {"button"})
    # A fingertip 16 mm thick, as on a touch screen: 25 degrees from the level.
    tip = np.array((0, -p.outer - p.door.proud + p.door.dish_depth - 8.0 - 0.9, p.door.sensor_z))
    back = np.array((0, -np.cos(np.radians(25)), -np.sin(np.radians(25))))
    out["finger"] = (capsule(tip, tip + 45 * back, 8.0), set())
    y, z = p.lever.pivot
    star = p.outer + p.lever.gap + p.lever.thickness
    for name, degrees in (("in", IN_DEG), ("out", OUT_DEG)):
        angle = np.radians(degrees)
        at = (star - 5.5, y - p.lever.arm * np.cos(angle), z + p.lever.arm * np.sin(angle))
        out[f"hand, {name}"] = (cylinder(at, (star + 40, *at[1:]), 20.0), {"lever"})
    for sx in (-1, 1):
        for sy in (-1, 1):
            at = (sx * p.screw, sy * p.screw)
            out[f"screw {sx:+d}{sy:+d}"] = (cylinder((*at, -60), (*at, p.z_base + 4.9), 3.2), set())
    return out


def clear(meshes, wanted):
    problems = []
    for name, (mesh, may) in wanted.items():
        for other, solid in meshes.items():
            if other in may:
                continue
            if other == "base" and "base-saddle" in may:
                solid = solid.slice_plane((0, 31.6, 0), (0, -1, 0), cap=True)
            volume = overlap_mm3(mesh, solid)
            if volume > 0.01:
                problems.append(f"{name}: {other} is in the way ({volume:.1f} mm3)")
    return problems


def run(house):
    wanted = envelopes(house.p)
    return clear(house.meshes(), wanted), f"{len(wanted)} envelopes: " + ", ".join(wanted)


def control(house):
    p, meshes = house.p, house.meshes()
    wanted = envelopes(p)
    raised = meshes["carrier"].copy().apply_translation((0, 0, 3.0))
    caught = [
        clear(
            {"walls": meshes["walls"].copy().apply_translation((14, 0, 0))},
            {"finger": wanted["finger"]},
        ),
        clear({"carrier": raised.apply_translation((0, 8, 0))}, {"plug": wanted["plug"]}),
        clear(
            {"foot": meshes["foot"].copy().apply_translation((3, 0, 0))},
            {"screw": wanted["screw -1-1"]},
        ),
        clear(
            {"roof": meshes["roof"].copy().apply_translation((0, 0, -20))},
            {"hand": wanted["hand, in"]},
        ),
    ]
    return ([] if [] in caught else [line for lines in caught for line in lines]), ""


def drivers(house):
    """Every screw that is turned from inside has a driver's way, before the next part is on."""
    p, meshes, out = house.p, house.meshes(), []
    ways = []
    for at in p.roof_screws:
        ways.append(
            (
                "roof screw",
                cylinder((*at, -40), (*at, p.z_under_deck - 3), 3.1),
                ("walls", "window"),
            )
        )
    for at in ring_screws(p):
        ways.append(
            (
                "ring screw",
                cylinder((*at, p.z_deck + 2), (*at, p.z_deck + 90), 3.1),
                ("walls", "ring"),
            )
        )
    for y, z in speaker_screws(p):
        ways.append(
            (
                "chamber screw",
                cylinder((-39 + 24, y, z), (-39 + 90, y, z), 3.1),
                ("chamber", "ring"),
            )
        )
    for name, way, others in ways:
        for other in others:
            if overlap_mm3(way, meshes[other]) > 0.5:
                out.append(f"{name}: {other} is in the way")
    return out, f"{len(ways)} screws"


def drivers_control(house):
    p = house.p
    at = p.roof_screws[0]
    way = cylinder((*at, -40), (*at, p.z_under_deck - 3), 3.1)
    moved = house.meshes()["chamber"].copy().apply_translation((0, -40, 0))
    hit = overlap_mm3(way, moved)
    return (["chamber is in the way"] if hit > 0.5 else []), ""


CHECKS = [
    Check(
        "envelopes",
        "plug, finger, button, lever hand and screwdriver have room",
        run,
        control,
        "wall, board, foot and roof each moved into one",
    ),
    Check(
        "drivers",
        "a driver reaches every screw inside",
        drivers,
        drivers_control,
        "the chamber moved before a roof screw",
    ),
]
