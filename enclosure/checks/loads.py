"""What is reckoned, not measured: warmth, the cord's pull, the speaker's chamber."""

import trimesh

from .. import chamber, strain, thermal
from ..shapes import Pos
from ..walls import grille
from . import Check
from .joints import overlap_mm3


def heat(house, power_w=2.0):
    got = thermal.estimate(house.p, power_w)
    out = []
    if got["surface_c"] >= thermal.LIMIT_C:
        out.append(f"the surface reaches {got['surface_c']:.1f} C at {power_w} W")
    return out, (
        f"{power_w:.0f} W in a room of {thermal.ROOM_C:.0f} C, by estimate: surface "
        f"{got['surface_c']:.1f} C, air inside {got['inside_c']:.1f} C"
    )


def cord(house, hold_n=None, meshes=None):
    p = house.p
    hold = strain.hold_n() if hold_n is None else hold_n
    out = []
    if hold < 2 * p.cord.pull_n:
        out.append(f"the clamp holds {hold:.0f} N, wanted {p.cord.pull_n:.0f} N twice over")
    bite = squeezed_mm(p, meshes or house.meshes())
    if bite < 0.3:
        out.append(f"saddle and bar squeeze a {p.cord.diameter} mm cord by {bite:.2f} mm only")
    return out, (
        f"holds {hold:.0f} N by estimate, {p.cord.pull_n:.0f} wanted; teeth bite {bite:.2f} mm"
    )


def squeezed_mm(p, meshes):
    """How far the narrowest place in the closed saddle is under the cord's radius."""
    y0, y1 = strain.Y
    for tenth in range(0, 12):
        radius = p.cord.diameter / 2 - tenth / 10
        probe = trimesh.creation.cylinder(
            radius, segment=((0, y0 + 0.5, p.z_joint), (0, y1 - 0.5, p.z_joint)), sections=64
        )
        if sum(overlap_mm3(probe, meshes[name]) for name in ("base", "strain")) < 0.02:
            return tenth / 10
    return 1.2


def cord_control(house):
    loose = {**house.meshes()}
    loose["strain"] = loose["strain"].copy().apply_translation((0, 0, 3))
    loose["base"] = loose["base"].copy().apply_translation((0, 0, -3))
    caught = [cord(house, hold_n=20.0)[0], cord(house, meshes=loose)[0]]
    return ([] if [] in caught else [line for lines in caught for line in lines]), ""


def speaker(house, shift=0.0):
    """Every hole of the grille opens into the frame; the mouth meets the wall all around."""
    p = house.p
    y0, z0 = p.speaker.centre
    bore = p.boards.speaker.diameter / 2
    out = []
    far = max(((y - y0 - shift) ** 2 + (z - z0) ** 2) ** 0.5 for y, z in grille(p))
    if far + p.speaker.grille / 2 > p.boards.speaker.basket / 2:
        out.append(f"a hole lies {far:.1f} mm from the middle, beside the cone")
    if p.speaker.grille >= 4.0:
        out.append("the holes are 4 mm or more")
    solids = house.solids()
    gap = (Pos(shift / 2, shift, 0) * solids["chamber"]).distance_to(solids["walls"])
    if gap > 0.3:
        out.append(f"the chamber stands {gap:.2f} mm off the wall")
    volume = chamber.volume_ml(p)
    if volume < 15:
        out.append(f"only {volume:.0f} ml behind the speaker")
    return out, (
        f"{len(grille(p))} holes of {p.speaker.grille} mm, {volume:.0f} ml behind, "
        f"bore {2 * bore:.0f} mm, {gap:.2f} mm of foam at the wall"
    )


CHECKS = [
    Check(
        "heat",
        f"2 W leave the surface under {thermal.LIMIT_C:.0f} C, by estimate",
        heat,
        lambda house: heat(house, 20.0),
        "20 W",
    ),
    Check(
        "cord",
        "the cord's exit holds 25 N, twice over by estimate",
        cord,
        cord_control,
        "a weak clamp; a bar 3 mm off",
    ),
    Check(
        "speaker",
        "the grille opens on the cone, the chamber closes on the wall",
        speaker,
        lambda house: speaker(house, 4.0),
        "the chamber moved 4 mm",
    ),
]
